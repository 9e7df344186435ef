package sod

import (
	"crypto"
	"fmt"
)

// Group is the number under which EF.SOD lists a file of the CIE: A0 plus the
// short file identifier, and 1B for EF.DH of the root.
type Group byte

// The files that EF.SOD covers.
const (
	GroupIDServizi Group = 0xA1 // EF.ID_Servizi (1001), the NIS
	GroupSeriale   Group = 0xA2 // EF.Seriale (1002), the document number; PIN needed
	GroupCertCIE   Group = 0xA3 // EF.Cert_CIE (1003), the holder's certificate; PIN needed
	GroupIntKpub   Group = 0xA4 // EF.Int.Kpub (1004), the chip key
	GroupServizi   Group = 0xA5 // EF.Servizi_Int.Kpub (1005), the services key
	GroupDH        Group = 0x1B // EF.DH (D004), the key exchange parameters
)

// String writes the number as two hexadecimal digits, as in "A1".
func (g Group) String() string { return fmt.Sprintf("%02X", byte(g)) }

// MarshalText makes a Group a key of JSON objects.
func (g Group) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// needsPIN tells the files that the card shows only after VERIFY.
func (g Group) needsPIN() bool { return g == GroupSeriale || g == GroupCertCIE }

// requiredGroups are those without which a CIE proves nothing: its number,
// its holder, its chip key, and the parameters of the key exchange.
var requiredGroups = [...]Group{GroupIDServizi, GroupCertCIE, GroupIntKpub, GroupDH}

// GroupHash is one line of the security object.
type GroupHash struct {
	Group Group
	Hash  []byte
}

// securityObject is LDSSecurityObject (ICAO 9303-10 section 4.6.2.3).
type securityObject struct {
	version int
	digest  crypto.Hash
	groups  []GroupHash
}

// maxGroups bounds the list: ICAO has sixteen, the CIE six.
const maxGroups = 32

func parseSecurityObject(b []byte) (*securityObject, error) {
	const what = "security object"
	in := newReader(b)
	r := in.enter(tagSequence, what)
	in.end(what)
	o := &securityObject{version: r.small(1, "security object version")}
	o.digest = r.digest("security object digest")
	list := r.enter(tagSequence, "data group hashes")
	o.readGroups(&list)
	if r.more() {
		info := r.enter(tagSequence, "LDS version")
		info.next("LDS version") // of the LDS, as in "0108"
		info.next("LDS version") // of Unicode, as in "040000"
		info.end("LDS version")
	}
	r.end(what)
	if err := in.err(); err != nil {
		return nil, err
	}
	return o, nil
}

// readGroups reads the hashes. The CIE writes group numbers as a single octet,
// so A5 stands as 02 01 A5, which strict DER reads as -91: the octet counts.
func (o *securityObject) readGroups(list *reader) {
	const what = "data group hash"
	size := 0
	if o.digest != 0 {
		size = o.digest.Size()
	}
	for list.more() {
		entry := list.enter(tagSequence, what)
		number := entry.expect(tagInteger, what).body
		hash := entry.expect(tagOctetString, what).body
		entry.end(what)
		if len(number) == 2 && number[0] == 0 {
			number = number[1:] // the other way to write A5
		}
		switch {
		case list.err() != nil:
			return
		case len(number) != 1:
			list.fail(malformed("%s: number of %d octets", what, len(number)))
		case size != 0 && len(hash) != size:
			list.fail(malformed("%s %02X: %d octets", what, number[0], len(hash)))
		case o.hash(Group(number[0])) != nil || len(o.groups) == maxGroups:
			list.fail(malformed("%s %02X: twice, or too many", what, number[0]))
		default:
			o.groups = append(o.groups, GroupHash{Group(number[0]), hash})
		}
	}
}

func (o *securityObject) hash(g Group) []byte {
	for _, line := range o.groups {
		if line.Group == g {
			return line.Hash
		}
	}
	return nil
}

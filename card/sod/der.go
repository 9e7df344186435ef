package sod

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Tags used here (ITU-T X.690). Tags of more than one octet keep all of them,
// as in 0x7F49.
const (
	tagBoolean         = 0x01
	tagInteger         = 0x02
	tagBitString       = 0x03
	tagOctetString     = 0x04
	tagOID             = 0x06
	tagT61String       = 0x14
	tagUTCTime         = 0x17
	tagGeneralizedTime = 0x18
	tagBMPString       = 0x1E
	tagSequence        = 0x30
	tagSet             = 0x31
)

// contextPrimitive and contextConstructed give the tags [n] of X.509 and CMS.
func contextPrimitive(n uint32) uint32   { return 0x80 | n }
func contextConstructed(n uint32) uint32 { return 0xA0 | n }

// element is one TLV object; raw holds tag, length and body.
type element struct {
	tag  uint32
	raw  []byte
	body []byte
}

// readElement takes the first object off b. Lengths must be definite and in
// their shortest form (DER), tags at most three octets.
func readElement(b []byte) (element, []byte, error) {
	if len(b) < 2 {
		return element{}, nil, malformed("object cut short")
	}
	tag, at := uint32(b[0]), 1
	if b[0]&0x1F == 0x1F {
		for {
			if at >= len(b) || at > 2 {
				return element{}, nil, malformed("tag too long")
			}
			tag = tag<<8 | uint32(b[at])
			at++
			if b[at-1]&0x80 == 0 {
				break
			}
		}
		if at >= len(b) {
			return element{}, nil, malformed("object cut short")
		}
	}
	length, at, err := readLength(b, at)
	if err != nil {
		return element{}, nil, err
	}
	if length > len(b)-at {
		return element{}, nil, malformed("object of %d bytes where %d are left", length, len(b)-at)
	}
	end := at + length
	return element{tag: tag, raw: b[:end:end], body: b[at:end:end]}, b[end:], nil
}

// readLength decodes the length octets at b[at] and returns the offset of the body.
func readLength(b []byte, at int) (int, int, error) {
	first := int(b[at])
	at++
	if first < 0x80 {
		return first, at, nil
	}
	count := first & 0x7F
	if count == 0 {
		return 0, 0, malformed("indefinite length")
	}
	if count > 4 || count > len(b)-at {
		return 0, 0, malformed("length cut short or too long")
	}
	length := 0
	for _, octet := range b[at : at+count] {
		length = length<<8 | int(octet)
	}
	if length < 0x80 || b[at] == 0 {
		return 0, 0, malformed("length not in its shortest form")
	}
	return length, at + count, nil
}

// reader walks through DER. Readers of inner objects share the fault of the
// outer one, so that a parser checks once, at its end.
type reader struct {
	rest  []byte
	fault *error
}

func newReader(b []byte) reader {
	return reader{rest: b, fault: new(error)}
}

func (r *reader) fail(err error) {
	if *r.fault == nil {
		*r.fault = err
	}
	r.rest = nil
}

func (r *reader) err() error { return *r.fault }

func (r *reader) inside(body []byte) reader {
	if *r.fault != nil {
		body = nil
	}
	return reader{rest: body, fault: r.fault}
}

// more tells whether anything is left to read.
func (r *reader) more() bool { return *r.fault == nil && len(r.rest) > 0 }

// next takes any object.
func (r *reader) next(what string) element {
	if *r.fault != nil {
		return element{}
	}
	el, rest, err := readElement(r.rest)
	if err != nil {
		r.fail(wrapAs(err, what))
		return element{}
	}
	r.rest = rest
	return el
}

// expect takes an object of the given tag.
func (r *reader) expect(tag uint32, what string) element {
	el := r.next(what)
	if *r.fault == nil && el.tag != tag {
		r.fail(malformed("%s: tag %02X where %02X belongs", what, el.tag, tag))
		return element{}
	}
	return el
}

// enter takes an object of the given tag and returns a reader of its body.
func (r *reader) enter(tag uint32, what string) reader {
	return r.inside(r.expect(tag, what).body)
}

// optional takes an object only where its tag is the given one.
func (r *reader) optional(tag uint32, what string) (element, bool) {
	if !r.more() {
		return element{}, false
	}
	if el, _, err := readElement(r.rest); err == nil && el.tag != tag {
		return element{}, false
	}
	return r.expect(tag, what), *r.fault == nil
}

// end demands that nothing is left.
func (r *reader) end(what string) {
	if *r.fault == nil && len(r.rest) > 0 {
		r.fail(malformed("%s: %d bytes too many", what, len(r.rest)))
	}
}

// integer takes an INTEGER, signed as DER has it.
func (r *reader) integer(what string) *big.Int {
	el := r.expect(tagInteger, what)
	if *r.fault == nil && len(el.body) == 0 {
		r.fail(malformed("%s: empty INTEGER", what))
	}
	return signedInteger(el.body)
}

// small takes an INTEGER from 0 to limit.
func (r *reader) small(limit int64, what string) int {
	n := r.integer(what)
	if *r.fault == nil && (n.Sign() < 0 || n.Cmp(big.NewInt(limit)) > 0) {
		r.fail(malformed("%s: number out of range", what))
		return 0
	}
	return int(n.Int64())
}

// bits takes a BIT STRING of whole octets.
func (r *reader) bits(what string) []byte {
	el := r.expect(tagBitString, what)
	if *r.fault != nil {
		return nil
	}
	if len(el.body) == 0 || el.body[0] != 0 {
		r.fail(malformed("%s: not whole octets", what))
		return nil
	}
	return el.body[1:]
}

// oid takes an OBJECT IDENTIFIER.
func (r *reader) oid(what string) oid {
	el := r.expect(tagOID, what)
	if *r.fault != nil {
		return ""
	}
	id, ok := decodeOID(el.body)
	if !ok {
		r.fail(malformed("%s: not an object identifier", what))
	}
	return id
}

// time takes a UTCTime or GeneralizedTime.
func (r *reader) time(what string) time.Time {
	el := r.next(what)
	if *r.fault != nil {
		return time.Time{}
	}
	t, ok := decodeTime(el.tag, el.body)
	if !ok {
		r.fail(malformed("%s: not a time", what))
	}
	return t
}

// isNULL tells an object 05 00.
func isNULL(el element) bool { return bytes.Equal(el.raw, []byte{0x05, 0x00}) }

func wrapAs(err error, what string) error {
	return malformed("%s: %s", what, strings.TrimPrefix(err.Error(), ErrMalformed.Error()+": "))
}

// signedInteger decodes two's complement of any length.
func signedInteger(body []byte) *big.Int {
	n := new(big.Int).SetBytes(body)
	if len(body) > 0 && body[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(body))))
	}
	return n
}

// decodeOID writes an identifier with dots, as in 2.23.136.1.1.1.
func decodeOID(body []byte) (oid, bool) {
	if len(body) == 0 || len(body) > 64 || body[len(body)-1]&0x80 != 0 {
		return "", false
	}
	text := make([]byte, 0, 32)
	arc, octets := uint64(0), 0
	for _, octet := range body {
		if octets++; octets > 9 {
			return "", false
		}
		arc = arc<<7 | uint64(octet&0x7F)
		if octet&0x80 != 0 {
			continue
		}
		if len(text) == 0 {
			root := min(arc/40, 2)
			text = strconv.AppendUint(text, root, 10)
			arc -= root * 40
		}
		text = strconv.AppendUint(append(text, '.'), arc, 10)
		arc, octets = 0, 0
	}
	return oid(text), true
}

// decodeTime is lenient about seconds and zones: a handful of genuine
// certificates leave the seconds out or give an offset.
func decodeTime(tag uint32, body []byte) (time.Time, bool) {
	if len(body) > 24 {
		return time.Time{}, false
	}
	var layouts []string
	switch tag {
	case tagUTCTime:
		layouts = []string{"060102150405Z0700", "0601021504Z0700"}
	case tagGeneralizedTime:
		layouts = []string{"20060102150405Z0700", "200601021504Z0700"}
	}
	for _, layout := range layouts {
		t, err := time.Parse(layout, string(body))
		if err != nil {
			continue
		}
		// X.509 puts the century's turn at 50, package time at 69 (RFC 5280 section 4.1.2.5.1).
		if tag == tagUTCTime && t.Year() >= 2050 {
			t = t.AddDate(-100, 0, 0)
		}
		return t.UTC(), true
	}
	return time.Time{}, false
}

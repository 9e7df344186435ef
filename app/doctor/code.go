package doctor

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
)

// A support code is a report without facts, short enough for a QR code and for a
// telephone: format, version of the program, system, and four bits a check.
//
//	byte   0     format, 1
//	byte   1     length n of the version
//	n bytes      version, ASCII
//	byte         operating system and processor, four bits each
//	byte         family of distributions
//	byte         number of checks m
//	(m+1)/2      a nibble a check, in the order of the table, the high one first
//	4 bytes      CRC-32 (IEEE) of all before
//
// As text: Crockford's base32, in groups of five, after the letters CID. The sum
// is against slips of the hand, not of the will.

const (
	codeFormat = 1
	codePrefix = "CID"
	// codeAbsent is a check that was not made, codeNone one that does not apply.
	codeAbsent, codeNone = 14, 15
	mostVersion          = 24
	mostCode             = 400 // characters
	codeGroup            = 5
)

const crockfordSigns = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var crockford = base32.NewEncoding(crockfordSigns).WithPadding(base32.NoPadding)

// What the nibbles and bytes of a code stand for; 0 is anything else. They only
// ever grow at the end.
var (
	codeSystems  = []string{"", "linux", "windows", "darwin", "freebsd"}
	codeArchs    = []string{"", "amd64", "arm64", "386", "arm", "riscv64"}
	codeFamilies = []string{"", "debian", "fedora", "arch", "suse"}
)

func indexIn(list []string, item string) byte { return byte(max(0, slices.Index(list, item))) }

func itemOf(list []string, i byte) string {
	if int(i) < len(list) {
		return list[i]
	}
	return ""
}

// SupportCode is the report's.
func (r Report) SupportCode() string {
	if r.code != "" {
		return r.code // it may be of a later version, and tell more than we know
	}
	version := versionFact(r.Version).text
	raw := []byte{codeFormat, byte(len(version))}
	raw = append(raw, version...)
	raw = append(raw, indexIn(codeSystems, r.OS)<<4|indexIn(codeArchs, r.Arch), indexIn(codeFamilies, r.Family))
	all := checks()
	raw = append(raw, byte(len(all)))
	nibbles := make([]byte, (len(all)+1)/2*2)
	for i, c := range all {
		nibbles[i] = codeAbsent
		at := slices.IndexFunc(r.Results, func(result Result) bool { return result.Code == c.code })
		if at >= 0 {
			_, number := c.wayOf(r.Results[at].Way)
			nibbles[i] = byte(number)
		}
	}
	for i := 0; i < len(nibbles); i += 2 {
		raw = append(raw, nibbles[i]<<4|nibbles[i+1])
	}
	raw = binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw))
	return spelled(crockford.EncodeToString(raw))
}

func spelled(text string) string {
	groups := []string{codePrefix}
	for chunk := range slices.Chunk([]byte(text), codeGroup) {
		groups = append(groups, string(chunk))
	}
	return strings.Join(groups, "-")
}

// ReadCode reads a support code, as it was typed: with or without dashes and
// blanks, in small letters too, with O for 0 and I or L for 1. Errors wrap
// ErrCode, as ErrCodeCut and ErrCodeMistyped do, or ErrNewerCode.
func ReadCode(text string) (Report, error) {
	whole, err := codeBytes(text)
	if err != nil {
		return Report{}, err
	}
	raw := whole[:len(whole)-sumLength]
	if raw[0] != codeFormat {
		return Report{}, fmt.Errorf("%w: format %d", ErrNewerCode, raw[0])
	}
	version, rest, found := cutAt(raw[1:], int(raw[1])+1)
	if !found || len(rest) < 3 {
		return Report{}, fmt.Errorf("%w: its header is too short", ErrCode)
	}
	r := Report{
		Version: versionFact(string(version[1:])).text, FromCode: true, code: spelled(crockford.EncodeToString(whole)),
		OS: itemOf(codeSystems, rest[0]>>4), Arch: itemOf(codeArchs, rest[0]&15), Family: itemOf(codeFamilies, rest[1]),
	}
	count, packed := int(rest[2]), rest[3:]
	if len(packed) != (count+1)/2 {
		return Report{}, fmt.Errorf("%w: %d checks in %d bytes", ErrCode, count, len(packed))
	}
	all := checks()
	for i := range count {
		nibble := packed[i/2] >> 4
		if i%2 == 1 {
			nibble = packed[i/2] & 15
		}
		if result, told := resultOf(all, i, nibble, r.Family); told {
			r.Results = append(r.Results, result)
		}
	}
	slices.SortStableFunc(r.Results, byGroup)
	return r, nil
}

// resultOf is what a nibble says of check i. Of checks and ways that only a later
// version knows it keeps that there was something.
func resultOf(all []check, i int, nibble byte, family string) (Result, bool) {
	later := Result{Code: fmt.Sprintf("DOC-%d", i+1), Group: GroupLeftovers, Verdict: Warning, Way: "later"}
	switch {
	case nibble == codeAbsent:
		return Result{}, false
	case i >= len(all):
		return later, nibble != 0 && nibble != codeNone
	}
	c := all[i]
	switch {
	case nibble == 0:
		return c.result(ok(), family), true
	case nibble == codeNone:
		return c.result(none(), family), true
	case int(nibble) > len(c.ways):
		later.Code, later.Group = c.code, c.group
		return later, true
	}
	return c.result(found(c.ways[nibble-1].name), family), true
}

// sumLength is how many bytes the sum has.
const sumLength = 4

// codeBytes takes the letters of a code apart and checks their sum; the result is
// at least two bytes long, and then the sum.
func codeBytes(text string) ([]byte, error) {
	if len(text) > mostCode {
		return nil, fmt.Errorf("%w: %d characters", ErrCodeMistyped, len(text))
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ' || r == '\t' || r == '\n' || r == '\r':
			return -1
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(text))
	plain, found := strings.CutPrefix(plain, "C1D") // CID, as it was just read
	if !found {
		return nil, fmt.Errorf("%w: it begins with %s", ErrCode, codePrefix)
	}
	raw, err := crockford.DecodeString(plain)
	if err == nil && len(raw) >= 2+sumLength && crockford.EncodeToString(raw) == plain { // else bits of the last sign are wrong
		body, sum := raw[:len(raw)-sumLength], raw[len(raw)-sumLength:]
		if crc32.ChecksumIEEE(body) == binary.BigEndian.Uint32(sum) {
			return raw, nil
		}
	}
	return nil, whatIsWrong(plain)
}

// whatIsWrong tells a code that lost its end from one with another slip, by what
// its first bytes say of its length.
func whatIsWrong(plain string) error {
	if strings.Trim(plain, crockfordSigns) != "" {
		return ErrCodeMistyped
	}
	raw, err := crockford.DecodeString(plain[:len(plain)/8*8]) // whole blocks: others may be cut in a byte
	if want, told := codeLength(raw); err == nil && (!told || len(plain) < crockford.EncodedLen(want)) {
		return ErrCodeCut
	}
	return ErrCodeMistyped
}

// codeLength is how long a code of the known format is that begins so, in bytes;
// false where it ends before it tells.
func codeLength(raw []byte) (int, bool) {
	if len(raw) < 2 {
		return 0, false
	}
	if raw[0] != codeFormat || raw[1] > mostVersion {
		return 0, true // no length is known, so nothing is said to be missing
	}
	_, rest, found := cutAt(raw, 2+int(raw[1])+3)
	if !found {
		return 0, false
	}
	return len(raw) - len(rest) + (int(raw[len(raw)-len(rest)-1])+1)/2 + sumLength, true
}

func cutAt(raw []byte, n int) (head, tail []byte, found bool) {
	if n > len(raw) {
		return nil, nil, false
	}
	return raw[:n], raw[n:], true
}

package specimen

import "math/big"

// Tags of ITU-T X.690 that this package writes. encoding/asn1 cannot write a
// data group number as real cards do: one byte with the high bit set.
const (
	tagInteger     = 0x02
	tagOctetString = 0x04
	tagNull        = 0x05
	tagOID         = 0x06
	tagPrintable   = 0x13
	tagUTCTime     = 0x17
	tagSequence    = 0x30
	tagSet         = 0x31
	tagContext0    = 0xA0 // [0] constructed
)

// der writes one object: tag (one or two bytes), definite length in the
// shortest form, and the parts one after the other.
func der(tag int, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	var out []byte
	if tag > 0xFF {
		out = append(out, byte(tag>>8))
	}
	out = append(out, byte(tag))
	switch {
	case n < 0x80:
		out = append(out, byte(n))
	case n <= 0xFF:
		out = append(out, 0x81, byte(n))
	default: // nothing here reaches 64 KiB
		out = append(out, 0x82, byte(n>>8), byte(n))
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// derInteger writes a non-negative INTEGER.
func derInteger(v *big.Int) []byte {
	b := v.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return der(tagInteger, b)
}

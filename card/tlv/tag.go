package tlv

import "fmt"

// Tag is a BER tag as it is written on the wire, first byte highest: 0x82,
// 0x7F49, 0xBFA101.
type Tag uint32

// maxTagBytes is what a Tag can hold; ISO 7816-4 section 5.2.2.1 stops at three.
const maxTagBytes = 4

// Constructed says whether the value is itself a sequence of data objects
// (bit 6 of the first byte, ISO 7816-4 section 5.2.2.1).
func (t Tag) Constructed() bool {
	return byte(t>>(8*(t.size()-1)))&0x20 != 0
}

// String is the tag in upper-case hexadecimal, as specifications print it.
func (t Tag) String() string { return fmt.Sprintf("%02X", uint32(t)) }

// size is the number of bytes the tag takes on the wire.
func (t Tag) size() int {
	switch {
	case t > 0xFFFFFF:
		return 4
	case t > 0xFFFF:
		return 3
	case t > 0xFF:
		return 2
	default:
		return 1
	}
}

// appendTo writes the tag's bytes.
func (t Tag) appendTo(b []byte) []byte {
	for i := t.size() - 1; i >= 0; i-- {
		b = append(b, byte(t>>(8*i)))
	}
	return b
}

// parseTag reads a tag and says how many bytes it took.
func parseTag(b []byte) (Tag, int, error) {
	if len(b) == 0 {
		return 0, 0, ErrTruncated
	}
	// 00 and FF are what cards fill unused space with; taking them for tags
	// would turn padding into objects.
	if b[0] == 0x00 || b[0] == 0xFF {
		return 0, 0, ErrTag
	}
	tag := Tag(b[0])
	if b[0]&0x1F != 0x1F {
		return tag, 1, nil
	}
	for n := 1; n < maxTagBytes; n++ {
		if n >= len(b) {
			return 0, 0, ErrTruncated
		}
		// A number that starts with zero bits has a shorter form, X.690 8.1.2.4.2.
		if n == 1 && b[n] == 0x80 {
			return 0, 0, ErrTag
		}
		tag = tag<<8 | Tag(b[n])
		if b[n]&0x80 == 0 {
			return tag, n + 1, nil
		}
	}
	return 0, 0, ErrTag
}

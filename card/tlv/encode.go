package tlv

// Encode writes one data object with the shortest definite length. The values
// are concatenated, so nested objects are written inside out:
//
//	tlv.Encode(0xA6, tlv.Encode(0x91))
func Encode(tag Tag, values ...[]byte) []byte {
	n := 0
	for _, v := range values {
		n += len(v)
	}
	out := make([]byte, 0, maxTagBytes+1+maxLengthBytes+n)
	out = tag.appendTo(out)
	out = appendLength(out, n)
	for _, v := range values {
		out = append(out, v...)
	}
	return out
}

func appendLength(b []byte, n int) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	size := 1
	for n>>(8*size) > 0 {
		size++
	}
	b = append(b, 0x80|byte(size))
	for i := size - 1; i >= 0; i-- {
		b = append(b, byte(n>>(8*i)))
	}
	return b
}

package tlv

// maxLengthBytes is the widest length field taken, X.690 section 8.1.3.5.
const maxLengthBytes = 4

// TotalLength tells from its header how many bytes the first object of b will
// take, header included, even if b does not hold its value yet. It is how a
// reader knows when a file is complete. ok is false while the header itself is
// not there or if b does not start with an object.
func TotalLength(b []byte) (total int64, ok bool) {
	_, header, length, err := parseHeader(b)
	if err != nil {
		return 0, false
	}
	return int64(header) + int64(length), true
}

// parseHeader reads tag and length; header is the size of both together.
func parseHeader(b []byte) (tag Tag, header int, length uint32, err error) {
	tag, header, err = parseTag(b)
	if err != nil {
		return 0, 0, 0, err
	}
	length, size, err := parseLength(b[header:])
	if err != nil {
		return 0, 0, 0, err
	}
	return tag, header + size, length, nil
}

// parseLength reads a definite length. Lengths wider than needed are taken:
// BER allows them and cards send them.
func parseLength(b []byte) (length uint32, size int, err error) {
	if len(b) == 0 {
		return 0, 0, ErrTruncated
	}
	if b[0] < 0x80 {
		return uint32(b[0]), 1, nil
	}
	n := int(b[0] & 0x7F)
	if n == 0 || n > maxLengthBytes {
		return 0, 0, ErrLength
	}
	if len(b) < 1+n {
		return 0, 0, ErrTruncated
	}
	for _, v := range b[1 : 1+n] {
		length = length<<8 | uint32(v)
	}
	return length, 1 + n, nil
}

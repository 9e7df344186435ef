package virtual

// object is one BER-TLV data object (ISO 7816-4 section 5.2.2). Tags are written
// as their bytes read as a number: 87, 5F37, BFA101.
type object struct {
	tag   uint32
	value []byte
}

// readTag takes a tag of one to three bytes.
func readTag(b []byte) (tag uint32, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	tag, b = uint32(b[0]), b[1:]
	if tag&0x1F != 0x1F {
		return tag, b, true
	}
	for i := 0; i < 2 && len(b) > 0; i++ {
		tag = tag<<8 | uint32(b[0])
		more := b[0]&0x80 != 0
		b = b[1:]
		if !more {
			return tag, b, true
		}
	}
	return 0, nil, false
}

// readLength takes a length of one to three bytes.
func readLength(b []byte) (n int, rest []byte, ok bool) {
	switch {
	case len(b) >= 1 && b[0] < 0x80:
		return int(b[0]), b[1:], true
	case len(b) >= 2 && b[0] == 0x81:
		return int(b[1]), b[2:], true
	case len(b) >= 3 && b[0] == 0x82:
		return int(b[1])<<8 | int(b[2]), b[3:], true
	}
	return 0, nil, false
}

// readObject takes the first object off b.
func readObject(b []byte) (o object, rest []byte, ok bool) {
	tag, b, ok := readTag(b)
	if !ok {
		return object{}, nil, false
	}
	n, b, ok := readLength(b)
	if !ok || n > len(b) {
		return object{}, nil, false
	}
	return object{tag, b[:n]}, b[n:], true
}

// readObjects takes b apart completely; each tag may occur once.
func readObjects(b []byte) (map[uint32][]byte, bool) {
	out := map[uint32][]byte{}
	for len(b) > 0 {
		o, rest, ok := readObject(b)
		if _, twice := out[o.tag]; !ok || twice {
			return nil, false
		}
		out[o.tag], b = o.value, rest
	}
	return out, true
}

// tlv writes one object; the parts of its value are joined.
func tlv(tag uint32, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	var out []byte
	for shift := 24; shift >= 0; shift -= 8 {
		if b := byte(tag >> shift); b != 0 || len(out) > 0 {
			out = append(out, b)
		}
	}
	switch {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	default:
		out = append(out, 0x82, byte(n>>8), byte(n))
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

package sod

// Content returns the part of a file that EF.SOD hashes: the first 12 bytes
// of EF.ID_Servizi, the first 9 of EF.Seriale, else the outer TLV object.
// Files on the card are often longer than their content, filled with zeros.
// A file shorter than its content is ErrMalformed.
func Content(g Group, file []byte) ([]byte, error) {
	switch g {
	case GroupIDServizi:
		return firstBytes(g, file, 12)
	case GroupSeriale:
		return firstBytes(g, file, 9)
	}
	el, _, err := readBER(file)
	if err != nil {
		return nil, wrapAs(err, "file "+g.String())
	}
	return el, nil
}

func firstBytes(g Group, file []byte, n int) ([]byte, error) {
	if len(file) < n {
		return nil, malformed("file %s: %d of %d bytes", g, len(file), n)
	}
	return file[:n], nil
}

// readBER takes the first object off b, tag and length included. Unlike
// readElement it allows a length longer than it needs to be: the chip's
// domain parameters are BER, and what is hashed is what is there.
func readBER(b []byte) (object, rest []byte, err error) {
	at := 1
	if len(b) > 0 && b[0]&0x1F == 0x1F {
		for at < len(b) && at < 3 && b[at]&0x80 != 0 {
			at++
		}
		at++
	}
	if at >= len(b) {
		return nil, nil, malformed("object cut short")
	}
	length := int(b[at])
	at++
	if length >= 0x80 {
		count := length & 0x7F
		if count == 0 || count > 3 || count > len(b)-at {
			return nil, nil, malformed("length not definite, cut short or too long")
		}
		length = 0
		for _, octet := range b[at : at+count] {
			length = length<<8 | int(octet)
		}
		at += count
	}
	if length > len(b)-at {
		return nil, nil, malformed("object of %d bytes where %d are left", length, len(b)-at)
	}
	return b[:at+length], b[at+length:], nil
}

package virtual

// readBinary executes the even form: offset in the current EF, or P1 with bit 8
// set names an EF by its short identifier (ISO 7816-4 section 11.2.3).
func (c *Card) readBinary(cmd command, protected bool) ([]byte, StatusWord) {
	if len(cmd.data) > 0 || cmd.ne == 0 {
		return nil, swWrongLength
	}
	offset := int(cmd.p1p2())
	if cmd.p1&0x80 != 0 {
		if cmd.p1&0x60 != 0 {
			return nil, swWrongP1P2
		}
		if sw := c.selectBySFI(cmd.p1 & 0x1F); sw != swOK {
			return nil, sw
		}
		offset = int(cmd.p2)
	}
	content, sw := c.readableContent(protected)
	if sw != swOK {
		return nil, sw
	}
	return c.readRange(content, offset, cmd.ne, cmd.ne >= maxShort, protected)
}

// readBinaryOdd executes the odd form: P1 P2 name the EF (0000 the current one),
// the offset comes in object 54 and the data go out in object 53.
func (c *Card) readBinaryOdd(cmd command, protected bool) ([]byte, StatusWord) {
	o, rest, ok := readObject(cmd.data)
	if !ok || o.tag != 0x54 || len(rest) > 0 || len(o.value) == 0 || len(o.value) > 3 {
		return nil, swWrongData
	}
	if cmd.ne < 3 {
		return nil, swWrongLength // not even one byte fits
	}
	if sw := c.selectByP1P2(cmd.p1p2()); sw != swOK {
		return nil, sw
	}
	offset := 0
	for _, b := range o.value {
		offset = offset<<8 | int(b)
	}
	content, sw := c.readableContent(protected)
	if sw != swOK {
		return nil, sw
	}
	data, sw := c.readRange(content, offset, roomInObject53(cmd.ne), cmd.ne >= maxShort, protected)
	switch {
	case sw&0xFF00 == swWrongLe:
		n := int(sw & 0xFF)
		return nil, swWrongLe.withLength(len(tlv(0x53, make([]byte, n))))
	case len(data) == 0:
		return nil, sw
	}
	return tlv(0x53, data), sw
}

func (c *Card) selectByP1P2(p1p2 uint16) StatusWord {
	switch {
	case p1p2 == 0:
		return swOK
	case p1p2 < 0x1F:
		return c.selectBySFI(byte(p1p2))
	}
	f, ok := c.directory.byID(fileID(p1p2))
	if !ok {
		return swNotFound
	}
	c.current = &f
	return swOK
}

// roomInObject53 is the data that fit when the whole object may take ne bytes.
func roomInObject53(ne int) int {
	switch {
	case ne <= 0x81:
		return ne - 2
	case ne <= 0x102:
		return ne - 3
	}
	return ne - 4
}

func (c *Card) selectBySFI(sfi byte) StatusWord {
	if c.directory == dfICAO {
		return swSecurityStatus
	}
	f, ok := c.directory.bySFI(sfi)
	if !ok {
		return swNotFound
	}
	c.current = &f
	return swOK
}

func (c *Card) readableContent(protected bool) ([]byte, StatusWord) {
	if c.current == nil {
		return nil, swNoCurrentFile
	}
	if !c.readable(c.current.id, protected) {
		return nil, swSecurityStatus
	}
	return c.content(c.current.id), swOK
}

// readRange cuts ne bytes at offset, in the manner the settings say. all is set
// when Le left the length to the card, which then has nothing to correct.
func (c *Card) readRange(content []byte, offset, ne int, all, protected bool) ([]byte, StatusWord) {
	limit, end := c.settings.ReadLimit, c.settings.EndOfFile
	if protected {
		limit, end = c.settings.ReadLimitSM, c.settings.EndOfFileSM
	}
	if offset > len(content) || offset == len(content) && end != EndOfFileEmpty {
		return nil, swWrongOffset
	}
	rest := content[offset:]
	if limit > 0 && ne > limit {
		switch c.settings.OverLimit {
		case OverLimitLe:
			return nil, swWrongLe.withLength(limit)
		case OverLimitLength:
			return nil, swWrongLength
		}
		if len(rest) >= limit {
			return rest[:limit], swOK
		}
	}
	switch {
	case len(rest) >= ne:
		return rest[:ne], swOK
	case end == EndOfFileWarning:
		return rest, swEndOfFile
	case end == EndOfFileWrongLe && !all:
		return nil, swWrongLe.withLength(len(rest))
	}
	return rest, swOK
}

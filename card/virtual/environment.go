package virtual

// manageEnvironment executes MANAGE SECURITY ENVIRONMENT, SET only (ISO 7816-4
// section 11.5.12). The settings live until the session ends.
func (c *Card) manageEnvironment(cmd command, protected bool) StatusWord {
	objects, ok := readObjects(cmd.data)
	switch {
	case !ok || len(objects) == 0:
		return swWrongData
	case cmd.p1p2() == 0x41A6:
		return c.setKeyAgreement(objects, protected)
	case cmd.p1p2() == 0x81B6:
		return c.setVerificationKey(objects, protected)
	case cmd.p1p2() == 0x81A4:
		return c.setTerminalKey(objects, protected)
	case cmd.p1p2() == 0x41A4:
		return c.setInternalKey(objects)
	}
	return swWrongP1P2
}

// setVerificationKey names the key that will check the terminal's certificate.
// The same template may carry a certificate holder reference on some families.
func (c *Card) setVerificationKey(objects map[uint32][]byte, protected bool) StatusWord {
	reference := objects[0x83]
	if len(objects) == 1 && len(reference) == chrLength {
		if !c.settings.CHRInTemplateB6 {
			return swReferenceNotFound
		}
		return c.setTerminalKey(objects, protected)
	}
	switch {
	case !protected:
		return swSecurityStatus
	case len(objects) != 2 || !equal(objects[0x80], []byte{algorithmISO9796}) || len(reference) != 1:
		return swWrongData
	case reference[0] != 0x84:
		return swReferenceNotFound
	}
	c.session.certificateKeySet = true
	return swOK
}

// setTerminalKey names the key of a verified certificate by its holder reference.
func (c *Card) setTerminalKey(objects map[uint32][]byte, protected bool) StatusWord {
	s := &c.session
	switch {
	case !protected:
		return swSecurityStatus
	case len(objects) != 1 || len(objects[0x83]) == 0:
		return swWrongData
	case s.terminal == nil || !equal(objects[0x83], s.terminal.holder):
		s.terminalSelected = false
		return swReferenceNotFound
	}
	s.terminalSelected = true
	return swOK
}

// setInternalKey names the key of the next INTERNAL AUTHENTICATE.
func (c *Card) setInternalKey(objects map[uint32][]byte) StatusWord {
	algorithm, reference := objects[0x80], objects[0x84]
	if len(objects) != 2 || len(algorithm) != 1 || len(reference) != 1 {
		return swWrongData
	}
	want := byte(algorithmRSAPKCS1)
	key := keyReference(reference[0])
	switch key {
	case keyChip:
		want = algorithmDHwithAuth
	case keyHolder, keyServices:
	default:
		return swReferenceNotFound
	}
	if algorithm[0] != want {
		return swWrongData
	}
	c.session.internalKey = key
	return swOK
}

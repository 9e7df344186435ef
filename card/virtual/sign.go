package virtual

// internalAuthenticate executes INTERNAL AUTHENTICATE with the key that MSE SET
// named: 82 authenticates the chip, 81 signs for the holder, 83 for services.
func (c *Card) internalAuthenticate(cmd command, protected bool) ([]byte, StatusWord) {
	if cmd.p1p2() != 0 {
		return nil, swWrongP1P2
	}
	s := &c.session
	switch s.internalKey {
	case keyChip:
		return c.authenticateDevice(cmd.data, protected)
	case keyServices:
		return c.signPKCS1(cmd.data, keyServices)
	case keyHolder:
		if !protected || !s.deviceAuthenticated || !s.pinVerified {
			return nil, swSecurityStatus
		}
		out, sw := c.signPKCS1(cmd.data, keyHolder)
		if sw == swOK && c.settings.PINForEachSignature {
			s.pinVerified = false
		}
		return out, sw
	}
	return nil, swConditions
}

// signPKCS1 puts PKCS#1 v1.5 type 1 padding around exactly the bytes sent and
// applies the private key. The card hashes nothing and adds no DigestInfo.
func (c *Card) signPKCS1(data []byte, reference keyReference) ([]byte, StatusWord) {
	key := c.keys[reference]
	if len(data) == 0 || len(data) > c.settings.SignLimit || len(data) > key.size()-11 {
		return nil, swWrongLength
	}
	block := make([]byte, key.size())
	block[1] = 0x01
	for i := 2; i < len(block)-len(data)-1; i++ {
		block[i] = 0xFF
	}
	copy(block[len(block)-len(data):], data)
	c.operation = OperationRSAPrivate
	return key.private(block), swOK
}

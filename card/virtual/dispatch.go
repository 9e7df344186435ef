package virtual

// process executes one command APDU and gives the response APDU.
func (c *Card) process(raw []byte) ([]byte, *Error) {
	cmd, ok := parseCommand(raw)
	if c.foreign != nil {
		if !ok {
			return swWrongLength.bytes(), nil
		}
		return c.foreignAnswer(cmd)
	}
	if !ok {
		c.endChannel()
		return swWrongLength.bytes(), nil
	}
	if cmd.ins == insGetResponse {
		return c.getResponse(cmd), nil
	}
	c.pending = nil
	if sw := checkClass(cmd.cla); sw != 0 {
		c.endChannel()
		return sw.bytes(), nil
	}
	if protectedClass(cmd.cla) {
		return c.processProtected(cmd), nil
	}
	return c.processPlain(cmd), nil
}

func (c *Card) processPlain(cmd command) []byte {
	c.leaveChannel(cmd)
	full, sw, complete := c.gather(cmd)
	if !complete {
		return sw.bytes()
	}
	data, sw := c.execute(full, false)
	c.afterAnswer = nil
	return c.answer(data, sw, cmd, false)
}

func (c *Card) processProtected(cmd command) []byte {
	s := c.session.channel
	if s == nil {
		c.chain = nil
		return c.settings.NoSession.bytes()
	}
	inner, sw := s.unwrap(cmd)
	if sw != swOK {
		c.endChannel()
		return sw.bytes()
	}
	c.session.agreement.used = true
	c.entry.Accepted, c.entry.DataPresent = true, len(inner.data) > 0
	var data []byte
	if c.due(FaultStatusInner) {
		sw = c.fault.StatusWord
	} else if full, answer, complete := c.gather(inner); !complete {
		sw = answer
	} else {
		data, sw = c.execute(full, true)
		data, sw = c.fitInner(data, sw, full)
	}
	c.entry.InnerStatusWord = sw
	return c.protect(s, cmd, data, sw)
}

// fitInner applies a Le smaller than the data to a protected command.
func (c *Card) fitInner(data []byte, sw StatusWord, cmd command) ([]byte, StatusWord) {
	if cmd.ne == 0 || cmd.ne >= maxShort || len(data) <= cmd.ne || c.settings.ShortLe != ShortLeWrong {
		return data, sw
	}
	c.afterAnswer = nil
	return nil, swWrongLe.withLength(len(data))
}

// protect wraps an answer and chooses what stands outside.
func (c *Card) protect(s *channel, cmd command, data []byte, sw StatusWord) []byte {
	outer := swOK
	if sw>>8 == 0x62 && c.settings.OuterStatus == OuterWarnings || c.settings.OuterStatus == OuterRepeat {
		outer = sw
	}
	if isPINCommand(cmd.ins) && !sw.success() {
		switch c.settings.WrongPINAnswer {
		case WrongPINOuterPlain:
			c.endChannel()
			return sw.bytes()
		case WrongPINOuterWithBody:
			outer = sw
		}
	}
	if c.due(FaultBadSSC) {
		s.ssc++
	}
	body := s.wrap(data, sw, byte(cmd.ins)&1 == 1)
	if c.due(FaultBadSSC) {
		s.ssc--
	}
	if c.due(FaultBadMAC) {
		body[len(body)-1] ^= 0xFF
	}
	if c.afterAnswer != nil {
		c.afterAnswer()
		c.afterAnswer = nil
	}
	return c.answer(body, outer, cmd, true)
}

func isPINCommand(ins Instruction) bool {
	return ins == insVerify || ins == insChange || ins == insResetRetry
}

// execute runs one complete, unprotected command.
func (c *Card) execute(cmd command, protected bool) ([]byte, StatusWord) {
	switch cmd.ins {
	case insSelect:
		return c.selectFile(cmd)
	case insReadBinary:
		return c.readBinary(cmd, protected)
	case insReadBinaryOdd:
		return c.readBinaryOdd(cmd, protected)
	case insGetData:
		return c.getData(cmd, protected)
	case insGetChallenge:
		return c.getChallenge(cmd)
	case insInternalAuth:
		return c.internalAuthenticate(cmd, protected)
	case insMSE:
		return nil, c.manageEnvironment(cmd, protected)
	case insPSO:
		return nil, c.verifyCertificate(cmd, protected)
	case insExternalAuth:
		return nil, c.externalAuthenticate(cmd, protected)
	case insVerify:
		return nil, c.verify(cmd, protected)
	case insChange:
		return nil, c.change(cmd, protected)
	case insResetRetry:
		return nil, c.resetRetryCounter(cmd, protected)
	}
	return nil, swInstruction
}

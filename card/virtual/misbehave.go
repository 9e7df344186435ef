package virtual

import "io"

// due says whether the fault of the command in hand is of the kind.
func (c *Card) due(kind FaultKind) bool { return c.fault != nil && c.fault.Kind == kind }

// misbehave executes the command, with the fault that is due before and after.
func (c *Card) misbehave(raw []byte) ([]byte, *Error) {
	if c.fault == nil {
		return c.process(raw)
	}
	c.entry.Fault = c.fault.Kind
	if response, failure, done := c.misbehaveBefore(); done {
		return response, failure
	}
	response, failure := c.process(raw)
	if failure != nil {
		return nil, failure
	}
	return c.misbehaveAfter(response)
}

// misbehaveBefore plays the faults that keep the command from being executed.
func (c *Card) misbehaveBefore() (response []byte, failure *Error, done bool) {
	switch c.fault.Kind {
	case FaultRemove:
		c.leave()
		return nil, NewError(Removed), true
	case FaultReset:
		return nil, c.resetUnder(), true
	case FaultLostBefore:
		return nil, NewError(LinkLost), true
	case FaultStatusPlain:
		c.endChannel()
		return c.fault.StatusWord.bytes(), nil, true
	case FaultStatusInner:
		if c.session.channel == nil || !c.entry.Protected {
			c.endChannel()
			return c.fault.StatusWord.bytes(), nil, true
		}
	}
	return nil, nil, false
}

// misbehaveAfter plays the faults that spoil the answer of an executed command.
func (c *Card) misbehaveAfter(response []byte) ([]byte, *Error) {
	switch c.fault.Kind {
	case FaultRemoveAfter:
		c.leave()
		return nil, NewError(Removed)
	case FaultResetAfter:
		return nil, c.resetUnder()
	case FaultLostAfter:
		return nil, NewError(LinkLost)
	case FaultTruncated:
		return response[:min(c.fault.Length, len(response))], nil
	case FaultOversized:
		at := len(response) - 2
		return append(append(append([]byte(nil), response[:at]...), c.noise(300)...), response[at:]...), nil
	case FaultRandom:
		return c.noise(32), nil
	}
	return response, nil
}

// resetUnder resets the card in the middle of a command.
func (c *Card) resetUnder() *Error {
	if c.boot() != nil {
		return NewError(LinkLost)
	}
	return NewError(WasReset)
}

// noise gives the fault's number of random bytes, or as many as usual.
func (c *Card) noise(usual int) []byte {
	n := c.fault.Length
	if n == 0 {
		n = usual
	}
	out := make([]byte, n)
	if _, err := io.ReadFull(c.random, out); err != nil {
		clear(out)
	}
	return out
}

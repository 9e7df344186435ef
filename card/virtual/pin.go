package virtual

import "slices"

// referenceLength is the length of PIN and PUK: 8 ASCII digits, no padding.
const referenceLength = 8

// References of VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER.
const (
	refPIN Reference = 0x81
	refPUK Reference = 0x82
)

// isReferenceData says whether b could be a PIN or a PUK.
func isReferenceData(b []byte) bool {
	if len(b) != referenceLength {
		return false
	}
	for _, digit := range b {
		if digit < '0' || digit > '9' {
			return false
		}
	}
	return true
}

// mayUsePIN: PIN commands live under secure messaging after device authentication.
func (c *Card) mayUsePIN(protected bool) bool {
	return protected && c.session.deviceAuthenticated
}

// verify executes VERIFY; without data it asks for the state.
func (c *Card) verify(cmd command, protected bool) StatusWord {
	switch {
	case !c.mayUsePIN(protected):
		return swSecurityStatus
	case cmd.p1 != 0:
		return swWrongP1P2
	case Reference(cmd.p2) != refPIN && Reference(cmd.p2) != refPUK:
		return swReferenceNotFound
	case len(cmd.data) == 0:
		return c.verifyEmpty(Reference(cmd.p2))
	case len(cmd.data) != referenceLength:
		return swWrongLength
	}
	sw := c.present(Reference(cmd.p2), cmd.data)
	c.setVerified(Reference(cmd.p2), sw == swOK)
	return sw
}

// verifyEmpty answers VERIFY without data in one of the three ways chips may have.
func (c *Card) verifyEmpty(ref Reference) StatusWord {
	switch {
	case c.settings.EmptyVerify == EmptyVerifyRefused:
		return c.settings.EmptyVerifyRefusal
	case c.verified(ref):
		return swOK
	case c.triesLeft(ref) == 0:
		return c.settings.BlockedAnswer
	case c.settings.EmptyVerify == EmptyVerifyCosts:
		return c.present(ref, nil)
	}
	return c.remaining(ref)
}

// change executes CHANGE REFERENCE DATA for the PIN: old, then new. The new value
// is looked at first, so that a malformed one costs no try.
func (c *Card) change(cmd command, protected bool) StatusWord {
	switch {
	case !c.mayUsePIN(protected):
		return swSecurityStatus
	case cmd.p1 != 0:
		return swWrongP1P2
	case Reference(cmd.p2) == refPUK:
		return swSecurityStatus // its access rule is "never"
	case Reference(cmd.p2) != refPIN:
		return swReferenceNotFound
	case len(cmd.data) != 2*referenceLength:
		return swWrongLength
	}
	previous, next := cmd.data[:referenceLength], cmd.data[referenceLength:]
	if c.state.PINTries > 0 && !isReferenceData(next) {
		return swWrongData
	}
	if sw := c.present(refPIN, previous); sw != swOK {
		c.session.pinVerified = false
		return sw
	}
	return c.save(func(s *State) { s.PIN = string(next) })
}

// resetRetryCounter executes RESET RETRY COUNTER in the forms of the settings.
func (c *Card) resetRetryCounter(cmd command, protected bool) StatusWord {
	form := int(cmd.p1)
	switch {
	case !c.mayUsePIN(protected):
		return swSecurityStatus
	case !slices.Contains(c.settings.ResetForms, form):
		return swWrongP1P2
	case Reference(cmd.p2) != refPIN:
		return swReferenceNotFound
	}
	var puk, next []byte
	want := [4]int{2 * referenceLength, referenceLength, referenceLength, 0}[form]
	if len(cmd.data) != want {
		return swWrongLength
	}
	switch form {
	case 0:
		puk, next = cmd.data[:referenceLength], cmd.data[referenceLength:]
	case 1:
		puk = cmd.data
	case 2:
		next = cmd.data
	}
	if next != nil && !isReferenceData(next) {
		return swWrongData
	}
	return c.reset(puk, next)
}

// reset gives the PIN its tries back; puk is presented if given, else it must have
// been verified in this session.
func (c *Card) reset(puk, next []byte) StatusWord {
	if puk != nil {
		if sw := c.present(refPUK, puk); sw != swOK {
			c.session.pukVerified = false
			return sw
		}
	} else if !c.session.pukVerified {
		return swSecurityStatus
	}
	c.session.pinVerified = false
	return c.save(func(s *State) {
		s.PINTries = c.data.PINTries
		if next != nil {
			s.PIN = string(next)
		}
	})
}

// present compares reference data. The try is taken and saved before the
// comparison and given back after a right one, so that pulling the power at any
// moment cannot gain a try. A nil value is wrong.
func (c *Card) present(ref Reference, value []byte) StatusWord {
	if c.triesLeft(ref) == 0 {
		return c.settings.BlockedAnswer
	}
	if sw := c.save(func(s *State) { *s.tries(ref)-- }); sw != swOK {
		return sw
	}
	c.counters.Presentations[ref]++
	if !equal(value, c.reference(ref)) {
		c.counters.Wrong[ref]++
		return c.wrong(ref)
	}
	most := c.data.PINTries
	if ref == refPUK {
		most = c.data.PUKTries
	}
	return c.save(func(s *State) { *s.tries(ref) = most })
}

// wrong answers a wrong presentation, which has been paid for.
func (c *Card) wrong(ref Reference) StatusWord {
	if c.triesLeft(ref) > 0 {
		return c.remaining(ref)
	}
	if ref == refPUK {
		// Zero tries already block; the mark only says it in words.
		if sw := c.save(func(s *State) { s.BlockedForEver = true }); sw != swOK {
			return sw
		}
	}
	if c.settings.LastTry == swBlocked {
		return c.settings.BlockedAnswer
	}
	return c.remaining(ref)
}

// remaining is 63Cx, or 6300 on a card that does not count aloud.
func (c *Card) remaining(ref Reference) StatusWord {
	if c.settings.WrongPINHidesCount {
		return swAuthFailed
	}
	return 0x63C0 | StatusWord(c.triesLeft(ref))
}

// reference is the value to compare with.
func (c *Card) reference(ref Reference) []byte {
	if ref == refPUK {
		return c.data.PUK
	}
	return []byte(c.state.PIN)
}

func (c *Card) triesLeft(ref Reference) int { return *c.state.tries(ref) }

func (c *Card) verified(ref Reference) bool {
	return ref == refPIN && c.session.pinVerified || ref == refPUK && c.session.pukVerified
}

func (c *Card) setVerified(ref Reference, ok bool) {
	if ref == refPUK {
		c.session.pukVerified = ok
	} else {
		c.session.pinVerified = ok
	}
}

// tries points to the counter of a reference.
func (s *State) tries(ref Reference) *int {
	if ref == refPUK {
		return &s.PUKTries
	}
	return &s.PINTries
}

// save changes the persistent state; a store that fails leaves it as it was.
func (c *Card) save(change func(*State)) StatusWord {
	next := c.state
	change(&next)
	if err := c.store.Save(next); err != nil {
		return swMemoryFailure
	}
	c.state = next
	return swOK
}

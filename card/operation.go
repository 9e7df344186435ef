package card

import (
	"context"
	"errors"
	"time"

	"cientro/card/holder"
	"cientro/card/ias"
	"cientro/card/iso7816"
	"cientro/card/store"
)

// Names of the PIN commands, as errors and journals call them.
const (
	commandVerify = "VERIFY"
	commandChange = "CHANGE REFERENCE DATA"
	commandReset  = "RESET RETRY COUNTER"
)

// VerifyPIN presents the PIN, once: VERIFY 1, CHANGE 0, RESET RETRY COUNTER 0.
// The card is reset afterwards. The tries returned are those after success.
func (c *Card) VerifyPIN(ctx context.Context, pin PIN, consent Consent) (Tries, error) {
	if !pin.usable() {
		return Tries{}, &FormatError{Reference: PINReference}
	}
	c.forgetLogin()
	var after Tries
	err := c.within(ctx, func() (err error) {
		after, err = c.verifyPIN(ctx, pin, consent)
		return err
	})
	return after, err
}

// ChangePIN presents the old PIN and, only if the card takes it, sets the new
// one in the same channel: VERIFY 1, CHANGE 1, RESET RETRY COUNTER 0. The new
// PIN is checked for weakness before anything is sent.
func (c *Card) ChangePIN(ctx context.Context, old, new PIN, consent Consent) (Tries, error) {
	if !old.usable() {
		return Tries{}, &FormatError{Reference: PINReference}
	}
	if err := CheckNewPIN(new, old, c.birthDate()); err != nil {
		return Tries{}, err
	}
	c.forgetLogin()
	var after Tries
	err := c.within(ctx, func() (err error) {
		if after, err = c.verifyPIN(ctx, old, consent); err != nil {
			return err
		}
		c.o.Progress(PhaseChange)
		err = c.setPIN(commandChange, func() (iso7816.StatusWord, error) {
			return ias.Change(c.channel.Send, byte(PINReference), old.digits(), new.digits())
		})
		return err
	})
	return after, err
}

// UnblockPIN presents the PUK and, only if the card takes it, gives the card a
// new PIN in the same channel: VERIFY 1, CHANGE 0, RESET RETRY COUNTER 1. The
// tenth wrong PUK makes the card unusable for ever. The tries returned are
// those of the PIN.
func (c *Card) UnblockPIN(ctx context.Context, puk PUK, new PIN, consent Consent) (Tries, error) {
	if !puk.usable() {
		return Tries{}, &FormatError{Reference: PUKReference}
	}
	if err := CheckNewPIN(new, PIN{}, c.birthDate()); err != nil {
		return Tries{}, err
	}
	c.forgetLogin()
	err := c.within(ctx, func() error {
		if err := c.present(ctx, PUKReference, puk.code, consent); err != nil {
			return err
		}
		c.o.Progress(PhaseUnblock)
		return c.setPIN(commandReset, func() (iso7816.StatusWord, error) {
			return ias.ResetRetryCounter(c.channel.Send, byte(PINReference), new.digits())
		})
	})
	if err != nil {
		return Tries{}, err
	}
	return c.fullTries(), nil
}

// WithPIN presents the PIN once and, while it is verified, lets fn use what it
// opens. The card is reset afterwards, whatever happened.
func (c *Card) WithPIN(ctx context.Context, pin PIN, consent Consent, fn func(*Holder) error) error {
	if !pin.usable() {
		return &FormatError{Reference: PINReference}
	}
	c.forgetLogin()
	return c.within(ctx, func() error {
		if _, err := c.verifyPIN(ctx, pin, consent); err != nil {
			return err
		}
		return fn(&Holder{card: c})
	})
}

func (c *Card) verifyPIN(ctx context.Context, pin PIN, consent Consent) (Tries, error) {
	if err := c.present(ctx, PINReference, pin.code, consent); err != nil {
		return Tries{}, err
	}
	c.verified = true
	return c.fullTries(), nil
}

// present is the one way by which a PIN or PUK reaches a card: proven card,
// counter read just before, consent that fits, one VERIFY.
func (c *Card) present(ctx context.Context, ref Reference, secret code, consent Consent) error {
	var now Tries
	err := c.inChannel(ctx, func() (err error) {
		now, err = c.readTries(ctx, ref)
		return err
	})
	if err != nil {
		return err
	}
	return c.presentAt(ctx, now, secret, consent)
}

// presentAt is present with the counter as it was read just now, in this
// channel and transaction.
func (c *Card) presentAt(ctx context.Context, now Tries, secret code, consent Consent) error {
	ref := now.Reference
	if err := c.mayReceivePIN(); err != nil {
		return err
	}
	if err := c.gate(now, consent); err != nil {
		return err
	}
	if err := c.phase(ctx, PhaseVerify); err != nil {
		return err
	}
	*consent.used = true
	c.foreseeFailure(now)
	sw, err := c.sendOnce(commandVerify, ref, func() (iso7816.StatusWord, error) {
		return ias.Verify(c.channel.Send, byte(ref), secret.digits())
	})
	if err != nil {
		if !iso7816.Reached(err) {
			c.noteTries(now) // it never left: nothing failed
		}
		return err
	}
	if err := c.judgeAnswer(commandVerify, now, sw); err != nil {
		return err
	}
	c.noteSuccess(now)
	return nil
}

// gate: the consent is for this card, unused, given with at most this many tries
// in view, and as explicit as the tries left demand. Whatever it refuses,
// nothing was sent.
func (c *Card) gate(now Tries, consent Consent) error {
	again := func(reason ConfirmReason) error { return &ConfirmationError{Reason: reason, Now: now} }
	switch {
	case consent.used == nil || consent.shown.Reference != now.Reference:
		return again(ReasonNotAsked)
	case *consent.used:
		return again(ReasonUsed)
	case consent.card != c.identity():
		return ErrOtherCard
	case blockedForSure(now):
		return &BlockedError{Reference: now.Reference}
	case fellSince(consent.shown, now):
		return again(ReasonCounterChanged)
	}
	switch now.Requires() {
	case ConfirmLastTry:
		if !consent.LastTry {
			return again(ReasonLastTry)
		}
	case ConfirmPUK:
		if consent.PUKTries != now.ConfirmNumber() {
			return again(ReasonPUK)
		}
	}
	return nil
}

// blockedForSure: the card says so; or it is the PUK, which nothing brings
// back. A PIN last seen blocked may have been unblocked elsewhere.
func blockedForSure(t Tries) bool {
	return t.Known() && t.Left <= 0 && (t.Source == SourceCard || t.Reference == PUKReference)
}

// fellSince says whether fewer tries are left than were shown, or a number
// that came from the card can no longer be confirmed by it.
func fellSince(shown, now Tries) bool {
	if shown.Source == SourceCard && now.Source != SourceCard {
		return true
	}
	return shown.Known() && now.Known() && now.Left < shown.Left
}

// foreseeFailure writes down, before a code goes out, that a presentation of
// ours may fail and that the card may be left with a PIN verified: a program
// killed now leaves the careful version behind.
func (c *Card) foreseeFailure(now Tries) {
	c.note(now.Reference, oneLess(now), true)
	_ = c.mark.Set()
}

// oneLess is what a failed presentation leaves, as far as can be guessed. A
// guess is never 0: only the card may say that.
func oneLess(t Tries) int {
	if !t.Known() {
		return store.TriesUnknown
	}
	return max(1, t.Left-1)
}

// noteTries puts back what was known before.
func (c *Card) noteTries(t Tries) {
	left := t.Left
	if !t.Known() {
		left = store.TriesUnknown
	}
	c.note(t.Reference, left, t.FailedSince)
}

// noteSuccess: the counter is full again. How full, for the PUK, only the card
// can tell.
func (c *Card) noteSuccess(before Tries) {
	left := store.TriesUnknown
	if before.Reference == PINReference || before.Source == SourceCard {
		left = before.Max
	}
	c.note(before.Reference, left, false)
}

// sendOnce sends a PIN or PUK command. From here on nothing in this operation
// is sent again, whatever comes back. An answer that is lost, or not vouched
// for by the channel, is an unknown outcome; the counter is then read again.
func (c *Card) sendOnce(command string, ref Reference, send func() (iso7816.StatusWord, error)) (iso7816.StatusWord, error) {
	c.spent = true
	c.query = triesQuery{asked: true} // no more questions that might cost
	sw, err := send()
	if err == nil && c.channel.Lost() && !(command == commandVerify && tellsOfPIN(sw)) {
		err = &ias.StepError{Step: command, SW: sw}
	}
	if err == nil {
		return sw, nil
	}
	if !iso7816.Reached(err) {
		return 0, err
	}
	return 0, &OutcomeError{Reference: ref, Command: command, Now: c.readTriesAfter(err, ref), Err: err}
}

// tellsOfPIN: status words of VERIFY that are taken also without the channel's
// protection, as some chips give them: a wrong code or a blocked one. They may
// warn, and are not kept as evidence.
func tellsOfPIN(sw iso7816.StatusWord) bool {
	_, counted := sw.TriesLeft()
	return counted || sw == iso7816.SWVerifyFailed || sw == iso7816.SWAuthBlocked || sw == iso7816.SWReferenceUnusable
}

// judgeAnswer turns the status word of a PIN or PUK command into what it
// means and remembers the counter it tells, if the channel vouches for it.
func (c *Card) judgeAnswer(command string, before Tries, sw iso7816.StatusWord) error {
	ref, vouched := before.Reference, !c.channel.Lost()
	left, counted := sw.TriesLeft()
	if sw == iso7816.SWAuthBlocked || sw == iso7816.SWReferenceUnusable {
		left = 0
	}
	switch {
	case sw == iso7816.SWSuccess:
		return nil
	case command == commandReset: // presents nothing, so that no code can be wrong
	case sw == iso7816.SWVerifyFailed:
		c.note(ref, oneLess(before), true)
		return &PINError{Reference: ref, TriesLeft: UnknownTries}
	case counted || left == 0 && tellsOfPIN(sw):
		if vouched {
			c.note(ref, left, true)
		} else {
			c.note(ref, min(max(1, left), mostAfter(before)), true)
		}
		if left == 0 {
			return &BlockedError{Reference: ref, JustNow: counted || before.Known() && before.Left == 1}
		}
		return &PINError{Reference: ref, TriesLeft: left}
	}
	now := c.readTriesAfter(nil, ref)
	// Some chips say 6982 for blocked. A PIN to be unblocked is blocked anyway.
	if command != commandReset && now != nil && now.Left == 0 {
		return &BlockedError{Reference: ref, JustNow: before.Left == 1}
	}
	return &RefusedError{Reference: ref, Command: command, SW: sw, Now: now}
}

// mostAfter is the most that can be left after a failed presentation.
func mostAfter(before Tries) int {
	if before.Known() {
		return oneLess(before)
	}
	return before.Max - 1
}

// setPIN is the second command of a change or an unblocking. It stands behind
// a VERIFY that the card took, in the same channel. The PIN may be another one
// as soon as it went out: no login may trust its memory from then on, also if
// this program does not live to see the answer.
func (c *Card) setPIN(command string, send func() (iso7816.StatusWord, error)) error {
	_, _ = c.record.BumpEpoch()
	sw, err := c.sendOnce(command, PINReference, send)
	if err != nil {
		return err
	}
	if err := c.judgeAnswer(command, c.lastSeen(PINReference), sw); err != nil {
		return err
	}
	c.note(PINReference, PINReference.Max(), false)
	return nil
}

// readTriesAfter tells, after an answer was lost or made no sense, what the
// card itself says of the counter: by GET DATA alone, in a new channel where
// the old one is gone. nil: the card does not tell, or is not there.
func (c *Card) readTriesAfter(cause error, ref Reference) *Tries {
	ctx, cancel := context.WithTimeout(context.Background(), rereadTimeout)
	defer cancel()
	if errors.Is(cause, iso7816.ErrRemoved) {
		return nil
	}
	if errors.Is(cause, iso7816.ErrReset) {
		c.dropChannel()
		if c.link.Reconnect(ctx) != nil {
			return nil
		}
	}
	if c.openChannel(ctx) != nil {
		return nil
	}
	if c.mayReceivePIN() != nil || !c.asksCounters() {
		return nil
	}
	counter, err := ias.ReadCounter(c.channel.Send, byte(ref))
	if err != nil {
		return nil
	}
	t := Tries{Reference: ref, Left: counter.Left, Max: max(counter.Max, counter.Left), Source: SourceCard}
	c.note(ref, t.Left, true)
	return &t
}

// rereadTimeout bounds the look at the counter after a lost answer.
const rereadTimeout = 15 * time.Second

// fullTries is the PIN counter after a success, which is the card's own word
// that the counter is full again.
func (c *Card) fullTries() Tries {
	t := c.lastSeen(PINReference)
	t.Max, t.Source, t.SeenAt = max(t.Max, t.Left), SourceCard, time.Time{}
	return t
}

// birthDate is the holder's, where a certificate read earlier tells it.
func (c *Card) birthDate() time.Time {
	if c.known == nil || len(c.known.Certificate) == 0 {
		return time.Time{}
	}
	certificate, err := holder.Parse(c.known.Certificate)
	if err != nil {
		return time.Time{}
	}
	birth, _ := certificate.BirthDate()
	return birth
}

package token

import (
	"bytes"
	"context"
	"errors"
	"time"

	"cientro/card"
	ck "cientro/pkcs11module/cryptoki"
)

// consentLimit is how long the user may think about the last try.
const consentLimit = 60 * time.Second

// present leads to the one presentation of a PIN that a call of the host may
// cost: the card inspected, its tries known, the user's word where it is needed,
// no transaction held meanwhile. Where the counter turns out lower than what
// was shown nothing was sent, and all begins once more. The caller holds busy.
func (m *Module) present(ctx context.Context, t *token, pin []byte, send func(context.Context, card.Consent) error) error {
	digest := m.digest(t, pin)
	if t.refusedBefore(digest) {
		return ck.RVPINIncorrect
	}
	sent := func(ctx context.Context, consent card.Consent) error {
		err := send(ctx, consent)
		switch {
		case !consent.Used(): // nothing was sent
		case refuses(err, consent.Shown()):
			t.refused = digest
		default:
			t.refused = nil // another PIN was tried since; a blocked one may be right once unblocked
		}
		return err
	}
	err := m.ask(ctx, t, sent)
	var changed *card.ConfirmationError
	if errors.As(err, &changed) {
		err = m.ask(ctx, t, sent)
	}
	m.learn(t, err)
	if err == nil {
		t.accepted = digest
	}
	return err
}

// refuses says whether the card has refused the PIN: it said so, or its answer
// was lost and the counter fell.
func refuses(err error, before card.Tries) bool {
	var wrong *card.PINError
	var doubt *card.OutcomeError
	if errors.As(err, &doubt) {
		return doubt.Now != nil && before.Source == card.SourceCard && doubt.Now.Left < before.Left
	}
	return errors.As(err, &wrong)
}

// refusedBefore says whether this card refused that PIN last. It does not any
// more once one of our programs had a PIN accepted: the user may have changed
// it, or had it unblocked, to this one.
func (t *token) refusedBefore(digest []byte) bool {
	if t.refused != nil && !t.chip.LastSeen(card.PINReference).FailedSince {
		t.refused = nil
	}
	return t.refused != nil && bytes.Equal(digest, t.refused)
}

// digest recognises a PIN on a card, in this process only.
func (m *Module) digest(t *token, pin []byte) []byte {
	both := append([]byte(t.serial), pin...)
	defer clear(both)
	return m.o.Store.Digest(both)
}

// ask inspects the card, gets the consent that its tries demand, and sends.
func (m *Module) ask(ctx context.Context, t *token, send func(context.Context, card.Consent) error) error {
	report, err := t.chip.Inspect(ctx, card.PINReference)
	if err != nil {
		return err
	}
	m.mu.Lock()
	t.pin = report.PIN
	m.mu.Unlock()
	if report.Refusal != nil {
		return report.Refusal
	}
	if report.PIN.Source == card.SourceCard && report.PIN.Left <= 0 {
		return &card.BlockedError{Reference: card.PINReference}
	}
	consent := report.Consent(card.PINReference)
	if report.PIN.Requires() == card.ConfirmLastTry {
		if err := m.askLastTry(ctx, t, report.PIN); err != nil {
			return err
		}
		consent.LastTry = true
	}
	return send(ctx, consent)
}

// askLastTry asks the user, in our own window. Nobody to ask is a no.
func (m *Module) askLastTry(ctx context.Context, t *token, tries card.Tries) error {
	if m.o.LastTry == nil {
		return ck.RVFunctionRejected
	}
	ctx, cancel := context.WithTimeout(ctx, consentLimit)
	defer cancel()
	agreed, err := m.o.LastTry.LastTry(ctx, Question{Tries: tries, Reader: t.reader, Demo: t.demo})
	switch {
	case errors.Is(err, ErrCancelled):
		return ck.RVFunctionCanceled
	case ctx.Err() != nil && t.ctx.Err() != nil:
		return ctx.Err() // the card or the host left
	case err != nil:
		m.o.Log.Warn("last try not asked", "error", err)
		return ck.RVFunctionRejected
	case !agreed:
		return ck.RVFunctionRejected
	}
	return nil
}

// fullTries is the counter of a PIN that was just accepted.
var fullTries = card.Tries{
	Reference: card.PINReference, Left: card.PINReference.Max(), Max: card.PINReference.Max(), Source: card.SourceCard,
}

// learnAgain is learn for a use of the login, in which the PIN may have been
// verified again from memory, and refused, because it was changed elsewhere.
func (m *Module) learnAgain(t *token, err error) {
	m.learn(t, err)
	if refuses(err, fullTries) { // nothing less lets a PIN go out from memory
		t.refused = t.accepted
	}
}

// learn takes the counter from the outcome of a presentation.
func (m *Module) learn(t *token, err error) {
	var wrong *card.PINError
	var blocked *card.BlockedError
	var doubt *card.OutcomeError
	var refused *card.RefusedError
	var stale *card.ConfirmationError
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err == nil:
		t.pin = fullTries
	case errors.As(err, &wrong):
		t.pin.FailedSince = true
		t.setLeft(wrong.TriesLeft)
	case errors.As(err, &blocked):
		t.setLeft(0)
	case errors.As(err, &doubt):
		t.pin.FailedSince = true
		t.setTries(doubt.Now)
	case errors.As(err, &refused):
		t.setTries(refused.Now)
	case errors.As(err, &stale):
		t.setTries(&stale.Now)
	}
}

// setLeft takes the number that the card told, if it told one.
func (t *token) setLeft(left int) {
	if left == card.UnknownTries {
		if t.pin.Known() {
			t.pin.Left = max(1, t.pin.Left-1)
		}
		return
	}
	t.pin.Reference, t.pin.Left, t.pin.Max, t.pin.Source = card.PINReference, left, card.PINReference.Max(), card.SourceCard
}

func (t *token) setTries(now *card.Tries) {
	if now != nil && now.Reference == card.PINReference {
		t.pin = *now
	}
}

package app

import (
	"context"
	"errors"
	"time"

	"cientro/card"
	"cientro/card/iso7816"
)

// Operation is what is done with a PIN, as the JSON calls it.
type Operation string

// The PIN operations.
const (
	OperationStatus  Operation = "status"
	OperationVerify  Operation = "verify"
	OperationChange  Operation = "change"
	OperationUnblock Operation = "unblock"
)

// VerifyPIN asks for the PIN and presents it once.
func (s *Service) VerifyPIN(ctx context.Context, choice Choice, ask Asker) (card.Tries, error) {
	return s.pinOperation(ctx, choice, ask, plan{
		presents: card.PINReference,
		run: func(ctx context.Context, c *card.Card, codes *codes, consent card.Consent) (card.Tries, error) {
			return c.VerifyPIN(ctx, codes.pin, consent)
		},
	})
}

// ChangePIN asks for the PIN and a new one, and changes it.
func (s *Service) ChangePIN(ctx context.Context, choice Choice, ask Asker) (card.Tries, error) {
	return s.pinOperation(ctx, choice, ask, plan{
		presents: card.PINReference,
		setsPIN:  true,
		run: func(ctx context.Context, c *card.Card, codes *codes, consent card.Consent) (card.Tries, error) {
			return c.ChangePIN(ctx, codes.pin, codes.newPIN, consent)
		},
	})
}

// UnblockPIN asks for the PUK and a new PIN, and sets it.
func (s *Service) UnblockPIN(ctx context.Context, choice Choice, ask Asker) (card.Tries, error) {
	return s.pinOperation(ctx, choice, ask, plan{
		presents: card.PUKReference,
		setsPIN:  true,
		run: func(ctx context.Context, c *card.Card, codes *codes, consent card.Consent) (card.Tries, error) {
			return c.UnblockPIN(ctx, codes.puk, codes.newPIN, consent)
		},
	})
}

// withPIN asks for the PIN, presents it once and lets fn use what it opens.
func (s *Service) withPIN(ctx context.Context, choice Choice, ask Asker, fn func(*card.Holder) error) error {
	taken := false
	_, err := s.pinOperation(ctx, choice, ask, plan{
		presents: card.PINReference,
		run: func(ctx context.Context, c *card.Card, codes *codes, consent card.Consent) (card.Tries, error) {
			return card.Tries{}, c.WithPIN(ctx, codes.pin, consent, func(h *card.Holder) error {
				taken = true
				return fn(h)
			})
		},
		taken: &taken,
	})
	return err
}

// plan is what differs between the operations that present a code.
type plan struct {
	presents card.Reference
	setsPIN  bool
	run      func(context.Context, *card.Card, *codes, card.Consent) (card.Tries, error)
	taken    *bool // set by run once the card took the code; nil where phases tell
}

// pinOperation is the one flow behind all of them: look, show, ask, present
// once. A person is asked after the card has proved itself and told its tries;
// a script's codes are read and checked before any card is touched, so that a
// malformed one costs not a single command.
func (s *Service) pinOperation(ctx context.Context, choice Choice, ask Asker, p plan) (card.Tries, error) {
	var typed *codes
	if !ask.Interactive() {
		var err error
		if typed, err = askCodes(ctx, ask, p.presents, p.setsPIN, time.Time{}); err != nil {
			return card.Tries{}, cancelled(err, false)
		}
		defer typed.wipe()
	}
	taken := p.taken
	if taken == nil {
		taken = new(bool)
	}
	t, err := s.choose(ctx, choice, func(phase card.Phase) {
		// Both stand behind a VERIFY that the card took.
		*taken = *taken || phase == card.PhaseChange || phase == card.PhaseUnblock
		ask.Progress(phase)
	})
	if err != nil {
		return card.Tries{}, cancelled(err, false)
	}
	defer t.close()
	consent, report, err := s.consent(ctx, t, choice, ask, p.presents)
	if err != nil {
		return card.Tries{}, cancelled(err, false)
	}
	if typed == nil {
		if typed, err = askCodes(ctx, ask, p.presents, p.setsPIN, birthDate(report)); err != nil {
			return card.Tries{}, cancelled(err, false)
		}
		defer typed.wipe()
	}
	if a, ok := ask.(ReadyAsker); ok {
		a.Ready()
	}
	tries, err := p.run(ctx, t.card, typed, consent)
	if *taken {
		return tries, afterCode(err, p.presents)
	}
	return tries, cancelled(err, false)
}

// afterCode says of what broke off between two commands that the code before it
// was right. Other errors say by themselves how far things went.
func afterCode(err error, presented card.Reference) error {
	var link *iso7816.LinkError
	var outcome *card.OutcomeError
	err = cancelled(err, true)
	if errors.As(err, &outcome) || !errors.As(err, &link) && !errors.Is(err, card.ErrNotVerified) {
		return err
	}
	return &AfterCodeError{Presented: presented, Err: err}
}

// consent looks at the card, shows what was found and asks what the tries left
// demand. It refuses before any code is typed what would be refused after.
func (s *Service) consent(ctx context.Context, t *target, choice Choice, ask Asker, ref card.Reference) (card.Consent, *CardReport, error) {
	report, err := t.report(ctx, ref)
	if err != nil {
		return card.Consent{}, nil, err
	}
	ask.Show(report, ref)
	if report.Refusal != nil {
		return card.Consent{}, nil, report.Refusal
	}
	tries := report.PIN
	if ref == card.PUKReference {
		tries = report.PUK
	}
	if tries.State() == card.StateBlocked && (tries.Source == card.SourceCard || ref == card.PUKReference) {
		return card.Consent{}, nil, &card.BlockedError{Reference: ref}
	}
	consent := report.Consent(ref)
	switch tries.Requires() {
	case card.ConfirmLastTry:
		consent.LastTry, err = confirmLastTry(ctx, choice, ask, tries)
	case card.ConfirmPUK:
		consent.PUKTries, err = confirmPUK(ctx, choice, ask, tries)
	}
	return consent, report, err
}

func confirmLastTry(ctx context.Context, choice Choice, ask Asker, tries card.Tries) (bool, error) {
	if !ask.Interactive() { // the choice stands for the person only where there is none to ask
		if !choice.ConfirmLastTry {
			return false, &card.ConfirmationError{Reason: card.ReasonLastTry, Now: tries}
		}
		return true, nil
	}
	yes, err := ask.ConfirmLastTry(ctx, tries)
	if err == nil && !yes {
		err = &CancelledError{Declined: true, Err: errDeclined}
	}
	return yes, err
}

func confirmPUK(ctx context.Context, choice Choice, ask Asker, tries card.Tries) (int, error) {
	if !ask.Interactive() {
		if choice.ConfirmPUK != tries.ConfirmNumber() {
			return 0, &card.ConfirmationError{Reason: card.ReasonPUK, Now: tries}
		}
		return choice.ConfirmPUK, nil
	}
	typed, err := ask.ConfirmPUK(ctx, tries)
	if err == nil && typed != tries.ConfirmNumber() {
		err = &CancelledError{Declined: true, Err: errDeclined}
	}
	return typed, err
}

// errDeclined: the user was asked and did not consent.
var errDeclined = errors.New("not confirmed")

// birthDate is the holder's, where an earlier session brought the certificate.
func birthDate(report *CardReport) time.Time {
	if report.Certificate == nil {
		return time.Time{}
	}
	birth, _ := report.Certificate.BirthDate()
	return birth
}

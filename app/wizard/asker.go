package wizard

import (
	"context"
	"errors"

	"cientro/app"
	"cientro/card"
)

// asker is the wizard as the use cases speak with it. Its methods run in the
// goroutine that owns the card; no transaction is open while it waits.
type asker struct{ w *Wizard }

var _ app.ReadyAsker = asker{}

// Interactive implements app.Asker: there is always a person.
func (asker) Interactive() bool { return true }

// Show implements app.Asker.
func (a asker) Show(report *app.CardReport, ref card.Reference) {
	tries := report.PIN
	if ref == card.PUKReference {
		tries = report.PUK
	}
	a.w.change(func(s *State) {
		s.Card = Card{
			Reader: report.Reader.Name, NIS: report.NIS.String(), OneOfSeveral: report.OneOfSeveral,
			TakenOn: app.TakenOn(report.Report), QueryUnsafe: report.TriesQueryUnsafe,
		}
		s.Tries = triesOf(tries)
	})
}

// Progress implements app.Asker.
func (a asker) Progress(phase card.Phase) {
	a.w.change(func(s *State) {
		s.Phase = string(phase)
		if phase == card.PhaseVerify {
			a.w.presented = true
		}
	})
}

// Ready implements app.ReadyAsker.
func (a asker) Ready() {
	a.w.change(func(s *State) {
		s.Step, s.Phase, s.Refused, s.MayGoBack = Sending, "", RefusedNothing, false
	})
}

// ConfirmLastTry implements app.Asker.
func (a asker) ConfirmLastTry(ctx context.Context, _ card.Tries) (bool, error) {
	_, err := a.w.question(ctx, func(s *State) {
		s.Step = LastTryGate
		a.w.gated = true
	})
	return err == nil, err
}

// ConfirmPUK implements app.Asker.
func (a asker) ConfirmPUK(ctx context.Context, tries card.Tries) (int, error) {
	number := tries.ConfirmNumber()
	_, err := a.w.question(ctx, func(s *State) {
		s.Step, s.Confirm = PUKGate, number
		a.w.gated = true
	})
	if err != nil {
		return 0, err
	}
	return number, nil // ConfirmPUK, the event, let no other number pass
}

// Secret implements app.Asker.
func (a asker) Secret(ctx context.Context, q app.SecretQuestion) ([]byte, error) {
	steps := map[app.Secret]Step{
		app.SecretPIN: TypePIN, app.SecretPUK: TypePUK,
		app.SecretNewPIN: TypeNewPIN, app.SecretNewPINAgain: TypeAgain,
	}
	return a.w.question(ctx, func(s *State) {
		s.Step = steps[q.Secret]
		s.Refused, s.MayGoBack, s.Confirm = refusalOf(q.Refused), holdsCodes(s.Step), 0
	})
}

// question shows a step that waits, and waits. A walk that was cancelled takes no
// answer any more, also where one is there already.
func (w *Wizard) question(ctx context.Context, show func(*State)) ([]byte, error) {
	w.mu.Lock()
	w.asked++
	w.open = true
	w.set(func(s *State) {
		s.Phase = ""
		show(s)
	})
	if holdsCodes(w.state.Step) {
		w.watchIdle()
	}
	if w.gone {
		w.cancel(errCardGone)
	}
	w.mu.Unlock()
	w.c.Changed()

	var a answer
	select {
	case a = <-w.answers:
	case <-ctx.Done():
		a = w.withdraw()
	}
	if err := ctx.Err(); err != nil {
		clear(a.code)
		return nil, err
	}
	return a.code, a.err
}

// withdraw closes the question without waiting, and returns an answer that came
// all the same.
func (w *Wizard) withdraw() answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = false
	w.stopIdle()
	select {
	case a := <-w.answers:
		return a
	default:
		return answer{}
	}
}

// refusalOf says why a code was not taken. It is total for what package app lets
// a person type again.
func refusalOf(err error) Refusal {
	var format *card.FormatError
	var weak *card.WeakPINError
	switch {
	case errors.Is(err, app.ErrDifferent):
		return RefusedDifferent
	case errors.Is(err, app.ErrForgotten):
		return RefusedIdle
	case errors.As(err, &weak):
		return refusedWeak + Refusal(weak.Weakness)
	case errors.As(err, &format) && format.NotDigits:
		return RefusedNotDigits
	case errors.As(err, &format):
		return RefusedLength
	}
	return RefusedNothing
}

func triesOf(t card.Tries) Tries {
	tries := Tries{Code: PIN, Known: t.Known(), Max: t.Max, Doubtful: t.FailedSince}
	if t.Reference == card.PUKReference {
		tries.Code = PUK
	}
	if t.Known() {
		tries.Left = t.Left
	}
	if t.Source == card.SourceLastSeen {
		tries.Seen = t.SeenAt
	}
	return tries
}

package wizard

import (
	"time"

	"cientro/app"
)

// What a person does. Whatever does not fit the step changes nothing, and each
// question takes one answer: a key pressed twice is heard once.

// Enter hands in the code that was typed, digits as bytes. They are the wizard's
// from here on, and wiped whatever happens. It is the confirmation as well: the
// last code that a wizard asks for sends them, once, where all of them are good.
//
// At is the step at which it was typed. A wizard that asks for another code by now,
// because the person went back or was away for long, does not take one for the
// other: a new PIN presented as the old one would cost a try.
func (w *Wizard) Enter(at Step, code []byte) {
	w.give(func(s Step) bool { return s == at && s.Typing() }, answer{code: code})
}

// Back leads to the code before, which is then typed again; State says where it
// may be.
func (w *Wizard) Back() {
	w.give(holdsCodes, answer{err: app.ErrBack})
}

// holdsCodes says whether codes that were typed before are kept at this step.
func holdsCodes(s Step) bool { return s == TypeNewPIN || s == TypeAgain }

// ConfirmLastTry is the second, explicit yes at LastTryGate.
func (w *Wizard) ConfirmLastTry() {
	w.give(func(s Step) bool { return s == LastTryGate }, answer{})
}

// ConfirmPUK is the number of tries as the person typed it at PUKGate. Another
// number than the one shown leaves the wizard where it is.
func (w *Wizard) ConfirmPUK(number int) {
	w.mu.Lock()
	if w.state.Step != PUKGate || !w.open {
		w.mu.Unlock()
		return
	}
	if number != w.state.Confirm {
		w.set(func(s *State) { s.Refused = RefusedNumber })
		w.mu.Unlock()
		w.c.Changed()
		return
	}
	w.take(answer{})
	w.mu.Unlock()
}

// Cancel ends the walk. A command on its way is not torn apart; nothing else is
// sent, and what was typed is wiped. What the card has done by then the outcome
// says: Done tells when it is there.
func (w *Wizard) Cancel() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel != nil {
		w.cancel(nil)
	}
}

// CardGone tells that the card left the reader. While the wizard waits for the
// person, or as soon as it would, that ends the walk; while the card works, the
// card says it better.
func (w *Wizard) CardGone() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone = true
	if w.open {
		w.cancel(errCardGone)
	}
}

// Touch tells that somebody is there: a digit was typed.
func (w *Wizard) Touch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open && w.idle != nil {
		w.idle.Reset(w.c.Idle)
	}
}

// give answers the open question, where the step is one that fits.
func (w *Wizard) give(fits func(Step) bool, a answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.open || !fits(w.state.Step) {
		clear(a.code)
		return
	}
	w.take(a)
}

// take closes the question with this answer; the caller holds the lock.
func (w *Wizard) take(a answer) {
	w.open = false
	w.stopIdle()
	w.answers <- a // has room for the one answer of the one open question
}

// watchIdle forgets the codes typed so far when nobody does anything; the caller
// holds the lock.
func (w *Wizard) watchIdle() {
	question := w.asked
	w.idle = time.AfterFunc(w.c.Idle, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.open && w.asked == question {
			w.take(answer{err: app.ErrForgotten})
		}
	})
}

func (w *Wizard) stopIdle() {
	if w.idle != nil {
		w.idle.Stop()
		w.idle = nil
	}
}

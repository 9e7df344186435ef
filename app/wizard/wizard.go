package wizard

import (
	"context"
	"errors"
	"sync"
	"time"

	"cientro/app"
	"cientro/card"
)

// Config is what a wizard works with.
type Config struct {
	Kind    Kind
	Service *app.Service
	// Choice names the card. Confirmations in it count for nothing: a person is
	// there to be asked.
	Choice app.Choice
	// Changed is told, from any goroutine, that State says something new. It
	// must not wait for the wizard.
	Changed func()
	// Idle is how long codes that were typed are kept while nobody does
	// anything; 0 is two minutes.
	Idle time.Duration
}

const usualIdle = 2 * time.Minute

// Wizard is one walk. What a person does comes in from any goroutine; the card
// belongs to a goroutine of its own, which ends with the walk.
type Wizard struct {
	c    Config
	done chan struct{}

	mu      sync.Mutex
	state   State
	gated   bool // a gate was asked for, which makes one step more
	started bool
	cancel  context.CancelCauseFunc
	// One question is open at a time, and takes one answer.
	open    bool
	asked   int // questions so far
	answers chan answer
	idle    *time.Timer
	gone    bool // the card left
	// presented: the code is on its way to the card, or was.
	presented bool

	observe func(from, to Step) // in tests: each arrow of docs/wizards.md that is gone
}

// answer is what a person did at a step that waits.
type answer struct {
	code []byte
	err  error // app.ErrBack, app.ErrForgotten
}

// errCardGone is why a walk is cancelled when its card left while it waited.
var errCardGone = errors.New("card left while a code was typed")

// New makes a wizard that has not begun.
func New(c Config) *Wizard {
	if c.Idle == 0 {
		c.Idle = usualIdle
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	w := &Wizard{c: c, done: make(chan struct{}), answers: make(chan answer, 1)}
	w.state = State{Kind: c.Kind, Step: Looking, Tries: Tries{Code: PIN, Max: card.PINReference.Max()}}
	if c.Kind.presentsPUK() {
		w.state.Tries = Tries{Code: PUK, Max: card.PUKReference.Max()}
	}
	return w
}

// Start begins the walk. A second call does nothing.
func (w *Wizard) Start(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.started {
		return
	}
	w.started = true
	ctx, w.cancel = context.WithCancelCause(ctx)
	go w.walk(ctx)
}

// State returns what there is to show now.
func (w *Wizard) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state
}

// Done is closed when the walk has ended and the card is let go of.
func (w *Wizard) Done() <-chan struct{} { return w.done }

// walk owns the card.
func (w *Wizard) walk(ctx context.Context) {
	defer close(w.done)
	defer w.cancel(nil)
	choice := w.c.Choice // whose confirmations package app overlooks, as a person is there
	var r result
	switch ask := (asker{w}); w.c.Kind {
	case Change:
		r.tries, r.err = w.c.Service.ChangePIN(ctx, choice, ask)
	case Unblock:
		r.tries, r.err = w.c.Service.UnblockPIN(ctx, choice, ask)
	case Certificate:
		r.certificate, r.err = w.c.Service.Certificate(ctx, choice, ask)
	default:
		r.tries, r.err = w.c.Service.VerifyPIN(ctx, choice, ask)
	}
	r.cardGone = errors.Is(context.Cause(ctx), errCardGone)
	w.end(r)
}

func (w *Wizard) end(r result) {
	w.change(func(s *State) {
		r.before, r.presented = s.Tries, w.presented
		s.Step, s.Phase, s.Refused, s.MayGoBack, s.Confirm = Ended, "", RefusedNothing, false, 0
		outcome, tries := r.judge(s.Kind)
		s.Outcome, s.Tries = &outcome, tries
	})
}

// change makes another state of this one and tells of it.
func (w *Wizard) change(to func(*State)) {
	w.mu.Lock()
	w.set(to)
	w.mu.Unlock()
	w.c.Changed()
}

// set is change without telling; the caller holds the lock.
func (w *Wizard) set(to func(*State)) {
	from := w.state.Step
	to(&w.state)
	w.count()
	if w.observe != nil && (w.state.Step != from || w.state.Refused != RefusedNothing) {
		w.observe(from, w.state.Step)
	}
}

// count numbers the step: a gate, the codes, and the card's answer. It begins
// with the first question, when it is known whether there is a gate.
func (w *Wizard) count() {
	s := &w.state
	if w.asked == 0 {
		return
	}
	gate, codes := 0, 1
	if w.gated {
		gate = 1
	}
	if s.Kind.setsPIN() {
		codes = 3
	}
	s.Of = gate + codes + 1
	switch s.Step {
	case LastTryGate, PUKGate:
		s.Number = 1
	case TypePIN, TypePUK:
		s.Number = gate + 1
	case TypeNewPIN:
		s.Number = gate + 2
	case TypeAgain:
		s.Number = gate + 3
	case Looking, Sending, Ended:
		s.Number = s.Of
	}
}

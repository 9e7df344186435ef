package operations

import (
	"context"
	"errors"
	"time"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/wizard"
	"cientro/ui/page"
)

// stage is what the page is about.
type stage string

const (
	onDesk     stage = "desk"      // no card can be used yet: what lies on the desk
	notBlocked stage = "unblocked" // somebody wants to unblock a PIN that is not blocked
	walking    stage = "walking"   // a wizard is on its way, or has ended
	failed     stage = "failed"    // the card could not be had
)

// presenter leads from the desk to the wizard and on. It knows no widget. Its
// methods belong to one goroutine, and what comes from others arrives through do.
type presenter struct {
	kind    wizard.Kind
	desk    *desk.Desk
	do      func(func())                     // brings a result home
	changed func()                           // there is something else to show
	leave   func(to page.Name, topic string) // another page is wanted
	unseen  func(wizard.State)               // an end that counts, and nobody saw it

	visible bool
	stop    func() // of listening to the desk
	state   desk.State
	stage   stage
	insists bool // unblock, though the PIN is not blocked
	lent    bool // the card is in use elsewhere in the program
	problem *app.Problem
	run     *run
}

// run is one wizard, from borrowing the card to its end.
type run struct {
	cancel  context.CancelFunc
	wizard  *wizard.Wizard // nil until the card was lent
	state   wizard.State
	phases  []string // what the card was asked at this step, in order
	leaving bool     // the person has cancelled
	over    bool
}

// confirmLastTry is the second yes.
func (r *run) confirmLastTry() { r.wizard.ConfirmLastTry() }

// confirmPUK is the number of tries, as typed.
func (r *run) confirmPUK(number int) { r.wizard.ConfirmPUK(number) }

// shown begins: with the card, where one is ready.
func (p *presenter) shown() {
	p.visible = true
	if p.run == nil {
		p.stage, p.state = onDesk, p.desk.State()
		p.settle()
	}
	p.stop = p.desk.Listen(func(s desk.State) {
		p.do(func() {
			if p.visible {
				p.noteDesk(s)
			}
		})
	})
}

// hidden ends all that can be ended. A command on its way is not torn apart; what
// came of it is told where it counts.
func (p *presenter) hidden() {
	p.visible = false
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
	p.insists, p.lent, p.problem = false, false, nil
	switch {
	case p.run == nil:
	case p.run.over:
		p.run = nil
	default:
		p.run.cancel()
	}
}

// noteDesk takes what lies on the desk now.
func (p *presenter) noteDesk(s desk.State) {
	p.state, p.lent = s, false
	p.settle()
	p.changed()
}

// settle begins the wizard as soon as the chosen card is ready for one.
func (p *presenter) settle() {
	if !p.visible || p.stage != onDesk && p.stage != notBlocked {
		return
	}
	place := p.state.ChosenPlace()
	switch {
	case p.run != nil: // one that was left has not ended yet
	case place == nil || place.Look != desk.LookReady || place.Card == nil:
		p.stage = onDesk
	case p.kind == wizard.Unblock && !p.insists && works(place.Card.PIN):
		p.stage = notBlocked
	default:
		p.begin(place.Reader.Name)
	}
}

// works says of a PIN that it can be used, as far as is known.
func works(c desk.Code) bool { return c.Known && c.Left > 0 }

func (p *presenter) begin(reader string) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &run{cancel: cancel, state: wizard.State{Kind: p.kind, Step: wizard.Looking}}
	p.run, p.stage = r, walking
	go func() {
		loan, err := p.desk.Borrow(ctx, reader)
		p.do(func() { p.borrowed(ctx, r, loan, err) })
	}()
}

// borrowed starts the wizard, unless the person has gone meanwhile.
func (p *presenter) borrowed(ctx context.Context, r *run, loan *desk.Loan, err error) {
	switch {
	case ctx.Err() != nil:
		if loan != nil {
			loan.Return()
		}
		p.run, p.stage = nil, onDesk
		if r.leaving && p.visible {
			p.leave(page.Home, "")
			return
		}
		p.settle()
	case errors.Is(err, desk.ErrLent):
		p.run, p.stage, p.lent = nil, onDesk, true
		time.AfterFunc(lentPause, func() { p.do(p.tryAgain) })
	case err != nil:
		problem := app.ProblemOf(err)
		p.run, p.stage, p.problem = nil, failed, &problem
	default:
		r.wizard = wizard.New(wizard.Config{
			Kind: p.kind, Service: loan.Service, Choice: loan.Choice,
			Changed: func() { p.do(func() { p.walked(r) }) },
		})
		r.wizard.Start(ctx)
		go attend(r.wizard, loan)
		return // the wizard tells by itself
	}
	if p.visible {
		p.changed()
	}
}

// lentPause is how long a card in use elsewhere in the program is let alone, where
// the desk does not tell sooner that it is free.
const lentPause = time.Second

// tryAgain asks for a card that was in use.
func (p *presenter) tryAgain() {
	if p.visible && p.lent {
		p.lent = false
		p.settle()
		p.changed()
	}
}

// attend tells the wizard that the card has gone, and gives the card back when
// the wizard is done.
func attend(w *wizard.Wizard, loan *desk.Loan) {
	select {
	case <-loan.Left:
		w.CardGone()
		<-w.Done()
	case <-w.Done():
	}
	loan.Return()
}

// walked takes what the wizard says now.
func (p *presenter) walked(r *run) {
	if r.over || p.run != r {
		return
	}
	before := r.state
	r.state = r.wizard.State()
	if r.state.Step != before.Step {
		r.phases = nil
	}
	if phase := r.state.Phase; phase != "" && (len(r.phases) == 0 || r.phases[len(r.phases)-1] != phase) {
		r.phases = append(r.phases, phase)
	}
	if r.state.Step == wizard.Ended {
		p.ended(r)
	}
	if p.visible {
		p.changed()
	}
}

// ended decides what becomes of an end: shown, told to somebody who has gone
// elsewhere, or dropped as what the person wanted.
func (p *presenter) ended(r *run) {
	r.over = true
	r.cancel()
	switch {
	case !p.visible:
		p.run, p.stage = nil, onDesk
		if counts(r.state) {
			p.unseen(r.state)
		}
	case r.leaving && !counts(r.state) && r.state.Outcome.Problem != nil && r.state.Outcome.Problem.Kind == app.KindCancelled:
		p.run, p.stage = nil, onDesk
		p.leave(page.Home, "")
	}
}

// counts says of an end that the person has to know of it: a try was or may have
// been spent, a code went out before it broke off, or the PIN is another one.
func counts(s wizard.State) bool {
	if s.Outcome.Problem == nil {
		return s.Kind == wizard.Change || s.Kind == wizard.Unblock
	}
	switch s.Outcome.Problem.Meaning {
	case app.MeansVerified, app.MeansPUKRight:
		return true
	}
	return s.Outcome.Spent != wizard.SpentNone
}

// cancel is the person's way out, from wherever. While a card works it waits for
// the card, and shows what came of it where that counts.
func (p *presenter) cancel() {
	r := p.run
	if p.stage != walking || r == nil || r.over {
		p.leave(page.Home, "")
		return
	}
	r.leaving = true
	r.cancel()
}

// back goes to the code before, or out.
func (p *presenter) back() {
	if r := p.run; p.stage == walking && r != nil && r.state.MayGoBack {
		r.wizard.Back()
		return
	}
	p.cancel()
}

// again is another attempt: the card is looked at afresh.
func (p *presenter) again() {
	if p.run != nil && !p.run.over {
		return
	}
	p.run, p.problem, p.stage, p.insists = nil, nil, onDesk, false
	p.settle()
	p.changed()
}

// insist goes on to unblock a PIN that is not blocked.
func (p *presenter) insist() {
	p.insists = true
	p.settle()
	p.changed()
}

// follow does what an end offers.
func (p *presenter) follow(o wizard.Offer) {
	switch o {
	case wizard.OfferVerify:
		p.turnTo(page.Verify, "")
	case wizard.OfferUnblock:
		p.turnTo(page.Unblock, "")
	case wizard.OfferGuide:
		p.turnTo(page.Guide, p.topic())
	case wizard.OfferAgain, wizard.OfferAccept: // the desk says what can be accepted
		p.again()
	}
}

// turnTo leaves for another page, or begins anew where it is this one.
func (p *presenter) turnTo(to page.Name, topic string) {
	if to == pageOf(p.kind) {
		p.again()
		return
	}
	p.leave(to, topic)
}

// topic is what the guide is opened at: where the codes are, or what can be done
// once they are blocked.
func (p *presenter) topic() string {
	if p.run == nil || p.run.state.Outcome == nil || p.run.state.Outcome.Problem == nil {
		return topicHalves
	}
	switch p.run.state.Outcome.Problem.Kind {
	case app.KindPINBlocked, app.KindPUKBlocked:
		return topicBlocked
	}
	return topicHalves
}

// The topics of package guide that are named here.
const (
	topicHalves  = "halves"
	topicBlocked = "blocked"
	topicReaders = "readers"
)

// choose says which of several cards is meant.
func (p *presenter) choose(reader string) { p.desk.Choose(reader) }

// accept takes the card on the desk as it is, for good. What comes of it the desk
// tells.
func (p *presenter) accept(reader string) {
	ctx := context.Background()
	go func() {
		err := p.desk.Accept(ctx, reader)
		if err == nil || errors.Is(err, desk.ErrLent) { // pressed twice: the first press counts
			return
		}
		p.do(func() {
			if !p.visible || p.stage != onDesk {
				return
			}
			problem := app.ProblemOf(err)
			p.stage, p.problem = failed, &problem
			p.changed()
		})
	}()
}

// tries are those to be shown: the wizard's once it has looked, else the desk's.
func (p *presenter) tries() wizard.Tries {
	if r := p.run; r != nil && r.state.Card.Reader != "" {
		return r.state.Tries
	}
	place := p.state.ChosenPlace()
	if place == nil || place.Card == nil {
		return wizard.Tries{}
	}
	if p.kind == wizard.Unblock {
		return triesOf(wizard.PUK, place.Card.PUK)
	}
	return triesOf(wizard.PIN, place.Card.PIN)
}

// pinOnDesk are the tries of the PIN of the chosen card.
func (p *presenter) pinOnDesk() wizard.Tries {
	place := p.state.ChosenPlace()
	if place == nil || place.Card == nil {
		return wizard.Tries{}
	}
	return triesOf(wizard.PIN, place.Card.PIN)
}

func triesOf(code wizard.Code, c desk.Code) wizard.Tries {
	return wizard.Tries{Code: code, Known: c.Known, Left: c.Left, Max: c.Max, Seen: c.Seen}
}

func pageOf(k wizard.Kind) page.Name {
	switch k {
	case wizard.Change:
		return page.Change
	case wizard.Unblock:
		return page.Unblock
	case wizard.Certificate:
		return page.Certificate
	}
	return page.Verify
}

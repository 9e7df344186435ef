package desk

import (
	"bytes"
	"context"
	"time"

	"cientro/app"
)

// place is one reader and all that is known about it. It belongs to the goroutine
// of Run.
type place struct {
	desk   *Desk
	source *source
	reader app.Reader

	look    Look
	card    *Card
	problem *app.Problem
	report  *app.CardReport // of the last inspection; nil without one

	arrived time.Time
	stay    int  // counts what came to lie here; a look at an earlier stay is old
	pending bool // to be looked at
	failed  int  // looks in a row that were lost

	looking context.CancelFunc // breaks off the look under way; nil: none
	timer   *time.Timer        // for another look, or the end of "moving"
	settled int                // counts timers, so that a stopped one is not heard

	loan     *Loan
	left     chan struct{} // of the loan; nil: none, or closed
	borrower *borrower     // waits for the look to end
}

func (d *Desk) newPlace(s *source, r app.Reader) *place {
	p := &place{desk: d, source: s, look: LookEmpty}
	p.reader = app.Reader{Name: r.Name, Kind: r.Kind}
	p.update(r)
	return p
}

// update takes notice of what the readers list now.
func (p *place) update(r app.Reader) {
	was := p.reader
	swapped := was.Present && r.Present && another(was, r)
	if was.Present && r.Present && !swapped && r.Stay == 0 {
		r.Stay = was.Stay // not told is not new
	}
	p.reader = r
	if was.Present && (!r.Present || swapped) {
		p.leave()
	}
	switch {
	case !r.Present:
	case !was.Present || swapped:
		p.arrived = p.desk.c.Now()
		p.anew()
	case was.Mute != r.Mute:
		p.anew()
	}
}

// another says whether the card that lies there now came after the one before.
func another(was, is app.Reader) bool {
	if was.Stay != 0 && is.Stay != 0 {
		return was.Stay != is.Stay
	}
	return len(was.ATR) > 0 && len(is.ATR) > 0 && !bytes.Equal(was.ATR, is.ATR)
}

// leave takes notice that the card is gone.
func (p *place) leave() {
	p.endStay()
	if p.desk.chosen == p {
		p.desk.chosen = nil
	}
	soon := p.desk.c.Now().Sub(p.arrived) < p.desk.wait.short
	moving := p.looking != nil || soon || p.look == LookMoving
	p.forget()
	p.pending = false
	p.look = LookEmpty
	if moving && p.loan == nil {
		p.look = LookMoving
		p.after(p.desk.wait.moving, func() { p.look = LookEmpty })
	}
}

// anew has the card looked at as if it had just been put there.
func (p *place) anew() {
	p.forget()
	p.failed = 0
	if p.reader.Mute {
		p.pending, p.look = false, LookMute
		p.problem = problemOf(&app.MuteCardError{Reader: p.reader.Name})
		return
	}
	p.pending, p.look = true, LookReading
}

// forget drops what was found out, and breaks off finding out more.
func (p *place) forget() {
	p.stay++
	p.card, p.problem, p.report = nil, nil, nil
	p.stopTimer()
	if p.looking != nil {
		p.looking()
	}
}

// close ends the place: its reader is gone.
func (p *place) close(err error) {
	if p.desk.chosen == p {
		p.desk.chosen = nil
	}
	p.endStay()
	p.forget()
	p.pending = false
	if p.borrower != nil {
		p.borrower.refuse(err)
		p.borrower = nil
	}
}

// after lets the goroutine of Run do something later, unless something else
// comes first.
func (p *place) after(wait time.Duration, task func()) {
	p.stopTimer()
	number := p.settled
	p.timer = time.AfterFunc(wait, func() {
		p.desk.do(func() {
			if number == p.settled {
				p.timer = nil
				task()
			}
		})
	})
}

func (p *place) stopTimer() {
	p.settled++
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
}

func problemOf(err error) *app.Problem {
	problem := app.ProblemOf(err)
	return &problem
}

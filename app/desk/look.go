package desk

import (
	"context"
	"errors"

	"cientro/app"
)

// nameCIE is what a CIE is called among the names of cards.
const nameCIE = "cie"

// seen is what a look at a card found out: exactly one of the three.
type seen struct {
	status *app.ReaderStatus // recognised only
	report *app.CardReport   // inspected
	err    error
}

// begin looks at a card. Alone or chosen it is inspected, else only recognised.
func (d *Desk) begin(p *place, inspect bool) {
	ctx, cancel := context.WithTimeout(d.ctx, d.wait.look)
	p.looking, p.pending = cancel, false
	if p.look == LookCIE {
		p.look = LookReading
	}
	service, reader, stay := d.service(p.source), p.reader, p.stay
	d.running.Go(func() {
		defer cancel()
		var found seen
		if inspect {
			found.report, found.err = service.Card(ctx, app.Choice{Reader: reader.Name}, nil)
		} else {
			var status app.ReaderStatus
			if status, found.err = service.Look(ctx, reader); found.err == nil {
				found.status, found.err = &status, status.Trouble
			}
		}
		d.do(func() { p.looked(stay, found) })
	})
}

// looked takes the result of a look.
func (p *place) looked(stay int, found seen) {
	p.looking = nil
	if b := p.borrower; b != nil {
		p.borrower = nil
		if !b.away {
			p.lend(b)
			return
		}
		p.pending = p.reader.Present // it was broken off for nobody
	}
	if stay != p.stay {
		return // of a card that was there before
	}
	switch {
	case found.err != nil:
		p.lost(found.err)
	case found.report != nil:
		p.inspected(found.report)
	default:
		p.recognised(found.status)
	}
}

func (p *place) recognised(status *app.ReaderStatus) {
	p.failed = 0
	if !status.Present { // it left just then; the readers will tell
		p.look = LookMoving
		p.again()
		return
	}
	if err := status.NotCIE(); err != nil {
		p.foreign(err)
		return
	}
	p.look, p.problem, p.card = LookCIE, nil, &Card{Name: nameCIE, Family: status.Recognition.Family}
}

func (p *place) inspected(report *app.CardReport) {
	p.failed = 0
	p.report, p.card = report, cardOf(report, p.desk.c.Now())
	p.look, p.problem = LookReady, nil
	if report.Refusal != nil {
		p.look, p.problem = LookTrouble, problemOf(report.Refusal)
	}
}

func (p *place) foreign(err error) {
	problem := app.ProblemOf(err)
	p.look, p.problem, p.card = LookForeign, &problem, &Card{Name: problem.Facts.Card}
}

// mostAgain is how many lost looks in a row are repeated. A look spends no try,
// so it may be; more would keep a faulty card busy for ever.
const mostAgain = 3

// lost decides what a look that came to nothing means, and whether there is
// another one.
func (p *place) lost(err error) {
	problem := app.ProblemOf(err)
	p.problem = &problem
	switch problem.Kind {
	case app.KindNotACIE:
		p.foreign(err)
	case app.KindMuteCard:
		p.look = LookMute
	case app.KindReaderBusy:
		p.look = LookTrouble
		p.failed++
		p.after(min(p.desk.wait.firstBusyAgain<<min(p.failed-1, 8), p.desk.wait.lastBusyGap), p.retry)
	case app.KindCardRemoved, app.KindCardReset, app.KindChannelBroken, app.KindNoCard, app.KindNoReader, app.KindCancelled:
		p.look = LookMoving
		p.again()
	default:
		p.look = LookTrouble
	}
	if errors.Is(err, context.DeadlineExceeded) && p.look == LookMoving {
		p.look = LookTrouble // it lies still and draws out its answers
		p.stopTimer()
	}
}

// again looks once more a little later, a few times.
func (p *place) again() {
	p.failed++
	if p.failed > mostAgain {
		p.look = LookTrouble
		return
	}
	p.after(min(p.desk.wait.firstAgain<<(p.failed-1), p.desk.wait.lastAgain), p.retry)
}

func (p *place) retry() { p.pending = p.reader.Present }

package desk

import (
	"context"
	"errors"
	"slices"
	"sync"

	"cientro/app"
	"cientro/card/store"
)

// Loan is a card on one reader, lent to who wants to do something with it. The
// desk sends that card nothing until Return.
type Loan struct {
	// Service has the use cases, and Choice means this card and no other. One
	// goroutine uses them.
	Service *app.Service
	Choice  app.Choice
	Reader  app.Reader
	Demo    bool
	// Left is closed when the card that lay there was taken away, also where
	// another one came since.
	Left <-chan struct{}

	seen *app.CardReport // what the desk last found out about it, or nil
	once sync.Once
	give func()
	back chan struct{} // closed by Return
}

// Return gives the card back, and the desk looks at it again. More than once is
// as good as once.
func (l *Loan) Return() {
	l.once.Do(func() {
		l.give()
		close(l.back)
	})
}

// AtRest waits until no card is lent, or ctx ends. Whoever ends the program does
// so before the end of Run: a PIN command may be on its way, and its card has to
// be left as it was found.
func (d *Desk) AtRest(ctx context.Context) error {
	for {
		d.mu.Lock()
		loans := d.loans
		d.mu.Unlock()
		if len(loans) == 0 {
			return nil
		}
		select {
		case <-loans[0].back:
			d.handedBack(loans[0])
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// handedBack drops a loan that was returned.
func (d *Desk) handedBack(l *Loan) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.loans = slices.DeleteFunc(slices.Clone(d.loans), func(other *Loan) bool { return other == l })
}

// ErrLent: the card is lent already.
var ErrLent = errors.New("the card is in use already")

// Borrow lends the card on a reader; a look that is under way is broken off
// first. It has to be the chosen card, or the only one. Errors are
// *app.NoReaderError, *app.NoCardError, *app.SeveralCardsError, ErrLent, ErrEnded
// and ctx's own.
func (d *Desk) Borrow(ctx context.Context, reader string) (*Loan, error) {
	b := &borrower{answer: make(chan lent, 1)}
	d.do(func() { d.lend(reader, b) })
	select {
	case a := <-b.answer:
		return a.loan, a.err
	case <-d.over:
		return nil, ErrEnded
	case <-ctx.Done():
		d.do(func() { b.giveUp() })
		return nil, ctx.Err()
	}
}

// borrower waits for a card.
type borrower struct {
	answer  chan lent
	away    bool // nobody waits any more
	granted *Loan
}

type lent struct {
	loan *Loan
	err  error
}

func (b *borrower) refuse(err error) { b.answer <- lent{err: err} }

// giveUp returns what was lent to somebody who had stopped waiting.
func (b *borrower) giveUp() {
	b.away = true
	if b.granted != nil {
		b.granted.Return()
	}
}

// lend lends a card now, or as soon as the look at it has ended.
func (d *Desk) lend(reader string, b *borrower) {
	p := d.place(reader)
	switch {
	case b.away:
	case p == nil:
		b.refuse(&app.NoReaderError{Wanted: reader})
	case !p.reader.Present:
		b.refuse(&app.NoCardError{Reader: reader})
	case d.chosen != p && (d.chosen != nil || !d.alone(p)):
		b.refuse(&app.SeveralCardsError{Readers: d.holding()})
	case p.loan != nil || p.borrower != nil:
		b.refuse(ErrLent)
	case p.looking != nil:
		p.borrower = b
		p.looking()
	default:
		p.lend(b)
	}
}

// lend lends what lies here.
func (p *place) lend(b *borrower) {
	left := make(chan struct{})
	l := &Loan{
		Service: p.desk.service(p.source), Choice: app.Choice{Reader: p.reader.Name},
		Reader: p.reader, Demo: p.source.demo, Left: left, seen: p.report, back: make(chan struct{}),
	}
	p.loan, p.left = l, left
	p.desk.mu.Lock()
	p.desk.loans = append(slices.Clone(p.desk.loans), l)
	p.desk.mu.Unlock()
	l.give = func() {
		p.desk.handedBack(l)
		p.desk.do(func() { p.takeBack(l) })
	}
	b.granted = l
	b.answer <- lent{loan: l}
}

func (p *place) takeBack(l *Loan) {
	if p.loan != l {
		return
	}
	p.loan = nil
	p.endStay()
	if p.reader.Present {
		p.anew()
	}
}

// endStay tells a borrower that the card is gone, once.
func (p *place) endStay() {
	if p.left != nil {
		close(p.left)
		p.left = nil
	}
}

// service makes the use cases for the readers of a source.
func (d *Desk) service(s *source) *app.Service {
	c := d.c.Service
	c.Readers = s.readers
	if own, ok := s.readers.(keeper); ok {
		c.Store = own.Store()
	}
	return app.New(c)
}

// keeper is readers that remember their cards by themselves: those of a training,
// whose cards begin anew, and must not be taken for those of another course.
type keeper interface{ Store() *store.Store }

// Accept records that the user takes the card on a reader though it could not
// prove itself; only where Card.MayAccept says so, and only for the card that was
// shown there.
func (d *Desk) Accept(ctx context.Context, reader string) error {
	loan, err := d.Borrow(ctx, reader)
	if err != nil {
		return err
	}
	defer loan.Return()
	if loan.seen == nil {
		return app.ErrNothingSeen
	}
	return loan.Service.Accept(ctx, loan.Choice, loan.seen)
}

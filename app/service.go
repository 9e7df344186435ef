package app

import (
	"context"
	"errors"
	"io"
	"time"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/sod"
	"cientro/card/store"
)

// Config is what a Service needs from its program. Readers may be nil where no
// card is used; nil Rand, Now and Store are the system's, and memory.
type Config struct {
	Readers Readers
	Store   *store.Store
	Anchors *sod.Anchors
	Rand    io.Reader
	Now     func() time.Time
	// QueryTries allows asking a card for its PIN tries by an empty VERIFY
	// where it does not tell them otherwise (settings.triesQuery).
	QueryTries bool
	// Trace is told of each exchange with a card. TraceBodies adds the data of
	// commands; only for readers whose cards are all in software.
	Trace       func(iso7816.Entry)
	TraceBodies bool
}

// Service offers the use cases. Its methods may be called one after the other;
// a card belongs to one goroutine.
type Service struct{ c Config }

// New makes a Service.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Service{c}
}

// Choice says which card is meant and what the user allowed beforehand.
type Choice struct {
	// Reader is a name, part of a name, or a number from 0; empty means the one
	// card that is there.
	Reader string
	// AcceptUnproven lets a card pass whose data do not match their signature.
	AcceptUnproven bool
	// ConfirmLastTry is the second confirmation of the last PIN try, given
	// beforehand by a script.
	ConfirmLastTry bool
	// ConfirmPUK is the number of PUK tries left, as shown, confirmed
	// beforehand by a script; 0 is none.
	ConfirmPUK int
}

// target is one card, connected.
type target struct {
	reader      Reader
	connection  Connection
	card        *card.Card
	recognition *card.Recognition // nil: not looked at yet

	oneOfSeveral bool // more than one reader holds a card
}

// connect connects the card on a reader. Nothing is sent.
func (s *Service) connect(ctx context.Context, r Reader, choice Choice, progress func(card.Phase)) (*target, error) {
	if r.Mute {
		return nil, &MuteCardError{Reader: r.Name}
	}
	connection, err := s.c.Readers.Connect(ctx, r.Name)
	if err != nil {
		return nil, err
	}
	var link card.Link = connection
	if s.c.Trace != nil {
		link = tracedLink{connection, &iso7816.Trace{
			Next: connection, Emit: s.c.Trace, Bodies: s.c.TraceBodies, Virtual: s.c.TraceBodies,
		}}
	}
	c := card.New(link, card.Options{
		Rand: s.c.Rand, Now: s.c.Now, Anchors: s.c.Anchors, Store: s.c.Store,
		QueryTries: s.c.QueryTries, AcceptUnproven: choice.AcceptUnproven, Progress: progress,
	})
	return &target{reader: r, connection: connection, card: c}, nil
}

// close forgets keys and disconnects. What cannot be closed is gone anyway.
func (t *target) close() {
	_ = t.card.Close()
	_ = t.connection.Close()
}

// tracedLink is a Link whose exchanges are told.
type tracedLink struct {
	card.Link
	trace *iso7816.Trace
}

// Transmit passes the command through the trace.
func (l tracedLink) Transmit(command []byte) ([]byte, error) { return l.trace.Transmit(command) }

// cancelled makes a plain cancellation an answer to the user: what was done by
// then. Errors that say more pass as they are.
func cancelled(err error, pinVerified bool) error {
	var said *CancelledError
	var outcome *card.OutcomeError
	if err == nil || errors.As(err, &said) || errors.As(err, &outcome) || errors.Is(err, iso7816.ErrBusy) {
		return err // a reader that stayed busy until the time ran out is a busy reader
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &CancelledError{PINVerified: pinVerified, Err: err}
	}
	return err
}

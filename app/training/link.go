package training

import (
	"context"

	"cientro/card/iso7816"
	"cientro/card/virtual"
	"cientro/card/virtuallink"
)

// link is a connection to the card, for as long as it stays on the reader: a
// card that was taken away and laid there again wants a new one.
type link struct {
	inner   *virtuallink.Link
	session *Session
	card    *virtual.Card
	stay    int
}

// ATR is part of app.Connection.
func (l *link) ATR() []byte { return l.inner.ATR() }

// Transmit carries a command to the card and notes in the journal what it was.
func (l *link) Transmit(command []byte) ([]byte, error) {
	s := l.session
	s.wire.Lock()
	defer s.wire.Unlock()
	if err := l.gone(); err != nil {
		return nil, err
	}
	if presents(command) {
		s.springFault(l.card)
	}
	asked := askedFor(command)
	answer, err := l.inner.Transmit(command)
	s.note(l.card, asked)
	return answer, err
}

// Begin is part of app.Connection.
func (l *link) Begin(ctx context.Context) (reset bool, err error) {
	if err := l.gone(); err != nil {
		return false, err
	}
	return l.inner.Begin(ctx)
}

// End is part of app.Connection.
func (l *link) End(reset bool) error {
	if err := l.gone(); err != nil {
		_ = l.inner.End(false)
		if reset {
			return err
		}
		return nil
	}
	return l.inner.End(reset)
}

// Reconnect is part of app.Connection.
func (l *link) Reconnect(ctx context.Context) error {
	if err := l.gone(); err != nil {
		return err
	}
	return l.inner.Reconnect(ctx)
}

// Close is part of app.Connection. Whoever waits for the card gets it.
func (l *link) Close() error { return l.inner.End(false) }

// gone is an error where the card has left since the connection was made.
func (l *link) gone() error {
	l.session.mu.Lock()
	defer l.session.mu.Unlock()
	if l.session.stay != l.stay {
		return &iso7816.LinkError{Kind: iso7816.LinkRemoved}
	}
	return nil
}

// springFault arms the fault that waits for a code, on the command that is
// about to be sent.
func (s *Session) springFault(c *virtual.Card) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind, waits := atCode[s.fault]; waits && c == s.card {
		_ = c.Arm(virtual.Fault{Kind: kind}) // of a known kind, which is never refused
	}
}

// note takes the exchange from the card's journal into the session's. The
// caller holds wire, so that there is none but this one.
func (s *Session) note(c *virtual.Card, asked target) {
	entries := c.Journal()
	c.ClearJournal()
	s.mu.Lock()
	for _, e := range entries {
		s.journal.exchange(e, asked)
		if e.Fault != "" && !s.fault.Standing() && c == s.card {
			s.fault = FaultNone
		}
	}
	left := c == s.card && s.onReader && !c.Inserted()
	if left {
		s.left(EventLeft)
	}
	s.mu.Unlock()
	if left {
		s.tellWatchers()
		return
	}
	s.tell()
}

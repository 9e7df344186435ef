package pcscreaders

import (
	"context"
	"errors"

	"cientro/app"
	"cientro/card/iso7816"
	"cientro/card/pcsc"
)

// Link makes a connected card a Link of package card: a reset by another program
// is told by a begun transaction instead of a failed one, and Close leaves the
// card as it is.
func Link(c *pcsc.Card) app.Connection { return link{c} }

type link struct{ *pcsc.Card }

// Begin is part of card.Link.
func (l link) Begin(ctx context.Context) (reset bool, err error) {
	for {
		err := l.Card.Begin(ctx)
		if !errors.Is(err, iso7816.ErrReset) {
			return reset, err
		}
		reset = true // the handle is good again, and nothing is open yet
	}
}

// End is part of card.Link.
func (l link) End(reset bool) error {
	if reset {
		return l.Card.End(pcsc.Reset)
	}
	return l.Card.End(pcsc.Leave)
}

// Reconnect is part of card.Link.
func (l link) Reconnect(ctx context.Context) error {
	if err := l.Card.Reconnect(ctx); err != nil {
		return err
	}
	_, err := l.Begin(ctx)
	return err
}

// Close is part of app.Connection.
func (l link) Close() error { return l.Card.Close(pcsc.Leave) }

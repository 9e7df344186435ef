package app

import (
	"context"
	"errors"
	"time"

	"cientro/card/iso7816"
)

// ConnectWithin connects a card that is not waited for without end. PC/SC knows no
// limit: connecting and beginning wait for the end of another program's
// transaction. What another program keeps for longer than within is an
// *iso7816.LinkError of kind LinkBusy, of connecting as of each Begin and
// Reconnect of the connection; nothing was sent then.
func ConnectWithin(ctx context.Context, within time.Duration, connect func(context.Context) (Connection, error)) (Connection, error) {
	soon, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	c, err := connect(soon)
	if err != nil {
		return nil, held(ctx, err)
	}
	return patientConnection{c, within}, nil
}

type patientConnection struct {
	Connection
	within time.Duration
}

// Begin is part of card.Link.
func (c patientConnection) Begin(ctx context.Context) (reset bool, err error) {
	soon, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	reset, err = c.Connection.Begin(soon)
	return reset, held(ctx, err)
}

// Reconnect is part of card.Link.
func (c patientConnection) Reconnect(ctx context.Context) error {
	soon, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return held(ctx, c.Connection.Reconnect(soon))
}

// held calls a wait that came to its own end, not to that of ctx, a card that
// another program keeps. The error of the wait would say that ctx ended.
func held(ctx context.Context, err error) error {
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return &iso7816.LinkError{Kind: iso7816.LinkBusy}
	}
	return err
}

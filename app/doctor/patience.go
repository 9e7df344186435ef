package doctor

import (
	"context"
	"errors"
	"time"

	"cientro/app"
	"cientro/card/iso7816"
)

// heldWithin is how long another program may have the card before it is said to
// keep it. PC/SC knows no limit: connecting and beginning wait for the end of its
// transaction, and nobody's command takes as long.
const heldWithin = 3 * time.Second

// patientReaders hand out cards that are not waited for without end.
type patientReaders struct{ given app.Readers }

// Readers is part of app.Readers.
func (r patientReaders) Readers(ctx context.Context) ([]app.Reader, error) { return r.given.Readers(ctx) }

// Close is part of app.Readers.
func (r patientReaders) Close() error { return r.given.Close() }

// Connect is part of app.Readers.
func (r patientReaders) Connect(ctx context.Context, name string) (app.Connection, error) {
	soon, cancel := context.WithTimeout(ctx, heldWithin)
	defer cancel()
	connection, err := r.given.Connect(soon, name)
	if err != nil {
		return nil, held(ctx, err)
	}
	return patientConnection{connection}, nil
}

type patientConnection struct{ app.Connection }

// Begin is part of card.Link.
func (c patientConnection) Begin(ctx context.Context) (reset bool, err error) {
	soon, cancel := context.WithTimeout(ctx, heldWithin)
	defer cancel()
	reset, err = c.Connection.Begin(soon)
	return reset, held(ctx, err)
}

// held calls a wait that came to its own end, not to that of ctx, a card that
// another program keeps. The error of the wait would say that ctx ended.
func held(ctx context.Context, err error) error {
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return &iso7816.LinkError{Kind: iso7816.LinkBusy}
	}
	return err
}

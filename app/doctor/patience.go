package doctor

import (
	"context"
	"time"

	"cientro/app"
)

// heldWithin is how long another program may have the card before it is said to
// keep it: nobody's command takes as long.
const heldWithin = 3 * time.Second

// patientReaders hand out cards that are not waited for without end.
type patientReaders struct{ given app.Readers }

// Readers is part of app.Readers.
func (r patientReaders) Readers(ctx context.Context) ([]app.Reader, error) {
	return r.given.Readers(ctx)
}

// Close is part of app.Readers.
func (r patientReaders) Close() error { return r.given.Close() }

// Connect is part of app.Readers.
func (r patientReaders) Connect(ctx context.Context, name string) (app.Connection, error) {
	return app.ConnectWithin(ctx, heldWithin, func(ctx context.Context) (app.Connection, error) {
		return r.given.Connect(ctx, name)
	})
}

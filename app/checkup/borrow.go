package checkup

import (
	"context"
	"errors"
	"sync"
	"time"

	"cientro/app"
	"cientro/app/desk"
	"cientro/card/iso7816"
)

// borrowed are readers whose cards are borrowed from the desk before the first
// word to them, and given back when the readers are closed.
type borrowed struct {
	readers app.Readers
	desk    Desk

	mu    sync.Mutex
	loans map[string]*desk.Loan
}

func borrowing(ctx context.Context, d Desk, open func(context.Context) (app.Readers, error)) (app.Readers, error) {
	readers, err := open(ctx)
	if err != nil {
		return nil, err
	}
	return &borrowed{readers: readers, desk: d, loans: map[string]*desk.Loan{}}, nil
}

// Readers is part of app.Readers.
func (b *borrowed) Readers(ctx context.Context) ([]app.Reader, error) { return b.readers.Readers(ctx) }

// Connect is part of app.Readers.
func (b *borrowed) Connect(ctx context.Context, name string) (app.Connection, error) {
	if err := b.borrow(ctx, name); err != nil {
		return nil, err
	}
	return b.readers.Connect(ctx, name)
}

// How long a card is waited for that something else in this program has, and how
// long between two tries to get it.
const (
	lentWait = 5 * time.Second
	lentGap  = 50 * time.Millisecond
)

// borrow gets the card from the desk, once. One that the desk does not lend (it
// is one of several, or not on the desk yet) is only recognised, and the desk
// asks no more of it either.
func (b *borrowed) borrow(ctx context.Context, name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.loans[name] != nil {
		return nil
	}
	for until := time.Now().Add(lentWait); ; {
		loan, err := b.desk.Borrow(ctx, name)
		switch {
		case err == nil:
			b.loans[name] = loan
			return nil
		case errors.Is(err, desk.ErrLent) && time.Now().Before(until):
			if !pause(ctx, lentGap) {
				return ctx.Err()
			}
		case errors.Is(err, desk.ErrLent):
			return &iso7816.LinkError{Kind: iso7816.LinkBusy, Err: err}
		case errors.Is(err, desk.ErrEnded), ctx.Err() != nil:
			return err
		default:
			return nil
		}
	}
}

// Close is part of app.Readers: the cards go back to the desk.
func (b *borrowed) Close() error {
	err := b.readers.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, loan := range b.loans {
		loan.Return()
		delete(b.loans, name)
	}
	return err
}

// pause waits, and returns whether ctx still stands.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

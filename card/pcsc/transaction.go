package pcsc

import (
	"context"
	"errors"
	"time"

	"cientro/card/iso7816"
)

// errAbandoned: the card cannot be used while a Begin that was given up waits
// inside the system's library; a new Begin takes its place.
var errAbandoned = errors.New("a transaction is still being waited for")

// Begin takes the card for this program alone until [Card.End].
//
// If another program reset the card since the last command, Begin makes the
// handle usable again and returns an error that is iso7816.ErrReset: nothing is
// open then, secure channel and PIN state are gone, and the caller starts its
// session afresh with another Begin. A reset of our own is not reported.
//
// While another program has the card, PC/SC blocks inside its library and
// offers no way to call that off. When ctx ends, Begin returns its error and
// leaves the call behind; should it succeed later with nobody waiting, the
// transaction is given back at once, untouched. Until then only Begin (which
// joins the wait) and Close may be called. On pcsc-lite there is no limit to
// the wait; Windows ends a silent transaction after five seconds and resets the
// card.
func (c *Card) Begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.inTransaction {
		return errors.New("a transaction is open already")
	}
	if wait := c.turn.next(time.Now()); wait > 0 {
		if err := c.platform.pause(ctx, wait); err != nil {
			return err
		}
	}
	for {
		err := c.begin(ctx)
		if err == nil {
			c.inTransaction, c.resetByUs = true, false
			return nil
		}
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) || errors.Is(err, ErrClosed) {
			return err
		}
		again, err := c.recover(err)
		if !again {
			return err
		}
	}
}

// recover brings the handle back after a reset or a power-down. It says to try
// again when there is nothing to report.
func (c *Card) recover(err error) (again bool, _ error) {
	how := Leave
	switch code(err) {
	case CodeReset:
	case CodeUnpowered:
		how = Reset
	default:
		return false, linkFailure(err)
	}
	ours := c.resetByUs && how == Leave
	c.resetByUs = false
	if err := c.reconnect(how); err != nil {
		return false, err
	}
	if ours {
		return true, nil
	}
	return false, &iso7816.LinkError{Kind: iso7816.LinkReset, Err: err}
}

// attempt is one BeginTransaction, which may outlive the patience of whoever
// asked for it. Its fields are guarded by Card.mu.
type attempt struct {
	done   chan struct{} // closed when err is set
	err    error
	wanted bool
}

// begin waits for BeginTransaction, or for ctx. It joins an attempt that was
// given up and still waits.
func (c *Card) begin(ctx context.Context) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return ErrClosed
	}
	a := c.pending
	if a == nil {
		a = &attempt{done: make(chan struct{})}
		c.pending = a
		go c.attempt(a)
	}
	a.wanted = true
	c.mu.Unlock()

	select {
	case <-a.done:
		return a.err
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-a.done: // it came at the last moment: keep it
		return a.err
	default:
		a.wanted = false
		return ctx.Err()
	}
}

// attempt makes the blocking call. What nobody wants any more it gives back,
// and if the card was closed meanwhile it closes up.
func (c *Card) attempt(a *attempt) {
	err := c.native.begin()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending = nil
	if !a.wanted || c.closed {
		if err == nil {
			_ = c.native.end(Leave)
		}
		err = ErrClosed
		if c.closed {
			_ = c.hangUp()
		}
	}
	a.err = err
	close(a.done)
}

// End ends the transaction: Leave keeps the card as it is for the next, Reset
// resets it and must follow each use of a PIN that is not to be inherited by
// other programs. If it fails with Reset, the card may still hold the PIN as
// verified.
func (c *Card) End(d Disposition) error {
	if err := c.usable(); err != nil {
		return err
	}
	if !c.inTransaction {
		return ErrNoTransaction
	}
	c.inTransaction = false
	c.turn.over(time.Now())
	if err := c.native.end(d); err != nil {
		return linkFailure(err)
	}
	c.resetByUs = d == Reset
	return nil
}

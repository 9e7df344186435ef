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
// offers no way to call that off, also when a handle is brought back after a reset.
// When ctx ends, Begin returns its error and leaves the call behind; should it
// succeed later with nobody waiting, the transaction is given back at once,
// untouched, and a reset is told to the next Begin. Until then only Begin (which
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
		a, err := c.wait(ctx, &attempt{call: c.take, takes: true})
		switch {
		case err != nil:
			return err
		case !a.takes: // a Reconnect that was given up, and has come back
			continue
		case a.err == nil:
			c.inTransaction = true
		}
		return a.err
	}
}

// take waits for its turn and begins. A reset that nobody was told of comes first.
func (c *Card) take() error {
	if untold := c.untold; untold != nil {
		c.untold = nil
		return untold
	}
	for {
		err := c.native.begin()
		if err == nil {
			c.resetByUs = false
			return nil
		}
		if again, err := c.recover(err); !again {
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

// attempt is a call that waits for the end of another program's transaction, and
// may outlive the patience of whoever asked for it. While it is Card.pending, the
// card is its own. err and wanted are guarded by Card.mu.
type attempt struct {
	call   func() error
	takes  bool          // begins a transaction
	done   chan struct{} // closed when err is set
	err    error
	wanted bool
}

// wait makes an attempt, and waits until it is done or ctx ends. It joins one that
// was given up and still waits.
func (c *Card) wait(ctx context.Context, a *attempt) (*attempt, error) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, ErrClosed
	}
	if c.pending == nil {
		a.done = make(chan struct{})
		c.pending = a
		go c.attempt(a)
	}
	a = c.pending
	a.wanted = true
	c.mu.Unlock()

	select {
	case <-a.done:
		return a, nil
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-a.done: // it came at the last moment: keep it
		return a, nil
	default:
		a.wanted = false
		return nil, ctx.Err()
	}
}

// attempt makes the blocking call. What nobody wants any more it gives back, and
// if the card was closed meanwhile it closes up.
func (c *Card) attempt(a *attempt) {
	err := a.call()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending = nil
	if !a.wanted || c.closed {
		if err == nil && a.takes {
			_ = c.native.end(Leave)
		}
		if errors.Is(err, iso7816.ErrReset) {
			c.untold = err
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

package pcsc

import (
	"context"
	"errors"
	"time"

	"cientro/card/iso7816"
)

var (
	// errAbandoned: the card cannot be used while a Begin that was given up waits
	// inside the system's library; a new Begin takes its place.
	errAbandoned = errors.New("a transaction is still being waited for")
	// errGivenBack: what an attempt brought home had gone when somebody joined it.
	errGivenBack = errors.New("the transaction was given back")
)

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
		case errors.Is(a.err, errGivenBack), !a.takes && !errors.Is(a.err, ErrClosed): // a Reconnect that has come back
			continue
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
	if err := c.renew(how); err != nil {
		return false, linkFailure(err)
	}
	ours := c.resetByUs && how == Leave
	c.resetByUs = false
	reset := &iso7816.LinkError{Kind: iso7816.LinkReset, Err: err}
	if err := c.readATR(); err != nil {
		if !ours { // the service has told of it, and will not again
			c.untold = reset
		}
		return false, err
	}
	if ours {
		return true, nil
	}
	return false, reset
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
// if the card was closed meanwhile it closes up: neither under the lock, for a
// service that hangs must not hold up who comes with a limit of time.
func (c *Card) attempt(a *attempt) {
	err := a.call()
	if c.handOver(a, err) {
		return
	}
	open := err == nil && a.takes
	if open && !c.isClosed() {
		_ = c.native.end(Leave)
		open = false
	}
	if c.giveUp(a, err) {
		_ = c.hangUp(open)
	}
}

// handOver gives what came to whoever waits for it, and says whether anybody does.
func (c *Card) handOver(a *attempt, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !a.wanted || c.closed {
		return false
	}
	c.inTransaction = err == nil && a.takes
	c.settle(a, err)
	return true
}

// giveUp keeps the news of a reset for the next Begin, and says whether the card
// was closed meanwhile.
func (c *Card) giveUp(a *attempt, err error) (closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(err, iso7816.ErrReset) {
		c.untold = err
	}
	outcome := errGivenBack
	if c.closed {
		outcome = ErrClosed
	}
	c.settle(a, outcome)
	return c.closed
}

func (c *Card) settle(a *attempt, err error) {
	c.pending, a.err = nil, err
	close(a.done)
}

func (c *Card) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
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
		c.letGo(err)
		return linkFailure(err)
	}
	c.resetByUs = d == Reset
	return nil
}

// letGo ends a transaction that pcsc-lite keeps, as it does where it has a reset to
// report instead: nobody else would ever have the card. Whoever has the
// transaction does not wait for bringing the handle back.
func (c *Card) letGo(err error) {
	if code(err) == CodeReset && c.platform.resetKeepsTransaction && c.renew(Leave) == nil {
		_ = c.native.end(Leave)
	}
}

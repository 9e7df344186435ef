package pcsc

import (
	"context"
	"errors"
	"slices"
	"sync"

	"cientro/card/iso7816"
)

// Card is a connected card. One goroutine owns it: its methods must not be
// called at the same time, except that Close may end an abandoned Begin or
// Reconnect.
type Card struct {
	reader   string
	platform platform
	ctx      scardContext
	native   scardCard

	mu        sync.Mutex // guards what an abandoned attempt shares with Close and ATR; not held over native calls
	pending   *attempt
	atr       []byte
	closed    bool
	closeWith Disposition
	untold    error // a reset by another program that an abandoned attempt met

	turn          turn
	inTransaction bool
	resetByUs     bool // our own End(Reset) will be reported to us once
}

var _ iso7816.Transmitter = (*Card)(nil)

// Reader is the name of the reader that the card is in.
func (c *Card) Reader() string { return c.reader }

// ATR is the card's Answer To Reset as the service read it.
func (c *Card) ATR() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.atr)
}

// T0 reports whether the card is spoken to with T=0, where a command with data
// and an answer needs its Le cut off and GET RESPONSE.
func (c *Card) T0() bool { return c.native.protocol() == protocolT0 }

// readATR follows each (re)connection. Another program may reset the card just
// then, when there is nothing yet to be lost by it: the handle is made usable
// once more, and nobody is told.
func (c *Card) readATR() error {
	for try := 1; ; try++ {
		atr, err := c.native.atr()
		if err == nil {
			c.mu.Lock()
			c.atr = atr
			c.mu.Unlock()
			return nil
		}
		if code(err) != CodeReset || try == sharingTries {
			return linkFailure(err)
		}
		if err := c.renew(Leave); err != nil {
			return linkFailure(err)
		}
	}
}

// Transmit sends one command APDU and returns the answer as it came. It sends
// once and never again, whatever happens; the [*iso7816.LinkError] says whether
// the command may have reached the card. A command takes the time the card
// takes; nothing can recall it.
func (c *Card) Transmit(command []byte) ([]byte, error) {
	if err := c.usable(); err != nil {
		return nil, &iso7816.LinkError{Err: err}
	}
	if len(command) == 0 {
		return nil, &iso7816.LinkError{Err: CodeInvalidParameter}
	}
	if p := c.native.protocol(); p != protocolT0 && p != protocolT1 {
		return nil, &iso7816.LinkError{Err: CodeProtoMismatch}
	}
	answer, err := c.native.transmit(command)
	if code(err) == CodeInvalidParameter && c.T0() && paddable(command) {
		// The driver refused a four-byte header before sending it; TPDUs of
		// T=0 have five (ISO/IEC 7816-3 section 12.1.1).
		answer, err = c.native.transmit(append(slices.Clone(command), 0))
	}
	if err != nil {
		return nil, transmitFailure(err, c.platform.warningsComeFirst)
	}
	if len(answer) < 2 {
		// Some drivers report success and nothing when the card left
		// meanwhile. No card answers without a status word (ISO/IEC 7816-4
		// section 5.1).
		return nil, &iso7816.LinkError{Kind: iso7816.LinkLost, Sent: true, Err: errNoStatusWord}
	}
	return answer, nil
}

var errNoStatusWord = errors.New("answer without a status word")

// paddable: a bare header, and no command that presents or resets a PIN. An
// empty VERIFY counts a try on some cards.
func paddable(command []byte) bool {
	const insMask = 0xF0
	return len(command) == 4 && command[1]&insMask != 0x20
}

// Reconnect makes the handle usable again after another program reset the
// card, without touching the card. Whatever the card knew (secure channel,
// verified PIN) is gone. Afterwards no transaction is open, on any system. Like
// Begin it is left behind when ctx ends.
func (c *Card) Reconnect(ctx context.Context) error {
	if err := c.usable(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err // the transaction, if there is one, can still be ended
	}
	open := c.inTransaction
	c.inTransaction = false
	a, err := c.wait(ctx, &attempt{call: func() error { return c.comeBack(open) }})
	if err != nil {
		return err
	}
	return a.err
}

func (c *Card) comeBack(open bool) error {
	var notEnded error
	if open {
		notEnded = c.native.end(Leave)
	}
	if err := c.renew(Leave); err != nil {
		return linkFailure(err)
	}
	c.untold, c.resetByUs = nil, false // whoever comes back knows
	err := c.readATR()
	if notEnded != nil {
		// pcsc-lite refuses to end a transaction while it has a reset to
		// report, and keeps it over the reconnection.
		_ = c.native.end(Leave)
	}
	return err
}

func (c *Card) renew(d Disposition) error {
	err := c.native.reconnect(protocolT1, d)
	if code(err) == CodeProtoMismatch {
		err = c.native.reconnect(protocolAny, d)
	}
	return err
}

// Close ends the transaction, if one is open, and the connection. After a PIN
// was used, pass Reset: inside a transaction, as pcscd waits for those of others
// before it resets a card outside one. A second Close does nothing.
//
// If a Begin or Reconnect was given up and still waits, Close returns at once and the
// waiting call closes up behind itself when the other program lets go.
func (c *Card) Close(d Disposition) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed, c.closeWith = true, d
	left, open := c.pending != nil, c.inTransaction
	c.inTransaction = false
	c.mu.Unlock()
	if left {
		return nil
	}
	return c.hangUp(open)
}

// hangUp ends what is open and disconnects. A card that the end of the transaction
// has reset is not reset once more: pcscd would wait for the next transaction of
// another program first.
func (c *Card) hangUp(open bool) error {
	how := c.closeWith
	var ended error
	if open {
		if ended = c.native.end(how); ended == nil {
			how = Leave
		}
	}
	left := c.native.disconnect(how)
	released := c.ctx.release()
	if err := errors.Join(ended, left, released); err != nil {
		return linkFailure(err)
	}
	return nil
}

func (c *Card) usable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return ErrClosed
	case c.pending != nil:
		return errAbandoned
	}
	return nil
}

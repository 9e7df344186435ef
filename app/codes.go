package app

import (
	"bytes"
	"context"
	"errors"
	"time"

	"cientro/card"
)

// codes are what a person typed for one operation.
type codes struct {
	pin, newPIN card.PIN
	puk         card.PUK
}

func (c *codes) wipe() {
	c.pin.Wipe()
	c.newPIN.Wipe()
	c.puk.Wipe()
}

// askCodes gets the codes an operation wants, in the order of the contract:
// what is presented first, then the new PIN. What cannot be right is refused
// here, before any card hears of it. birth is the holder's, zero where unknown.
func askCodes(ctx context.Context, ask Asker, presents card.Reference, setsPIN bool, birth time.Time) (*codes, error) {
	c := &codes{}
	err := c.ask(ctx, ask, presents, setsPIN, birth)
	if err != nil {
		c.wipe()
		return nil, err
	}
	return c, nil
}

// ask goes back to the first code where the person wants that, or where what
// was typed had to be forgotten; then everything is typed again.
func (c *codes) ask(ctx context.Context, ask Asker, presents card.Reference, setsPIN bool, birth time.Time) error {
	var refused error
	for {
		err := c.askFirst(ctx, ask, presents, refused)
		if errors.Is(err, ErrBack) {
			return &CancelledError{Err: err}
		}
		if err == nil && setsPIN {
			err = c.askNew(ctx, ask, birth)
		}
		switch {
		case errors.Is(err, ErrForgotten):
			refused = err
		case errors.Is(err, ErrBack):
			refused = nil
		default:
			return err
		}
		c.wipe()
	}
}

// askFirst asks for what is presented to the card.
func (c *codes) askFirst(ctx context.Context, ask Asker, presents card.Reference, refused error) error {
	first := SecretPIN
	if presents == card.PUKReference {
		first = SecretPUK
	}
	return askUntilGood(ctx, ask, SecretQuestion{Secret: first, Refused: refused}, func(typed []byte) (err error) {
		if presents == card.PUKReference {
			c.puk, err = card.ParsePUK(typed)
			return err
		}
		c.pin, err = card.ParsePIN(typed)
		return err
	})
}

// askNew asks for the PIN to come.
func (c *codes) askNew(ctx context.Context, ask Asker, birth time.Time) error {
	return askUntilGood(ctx, ask, SecretQuestion{Secret: SecretNewPIN}, func(typed []byte) (err error) {
		if c.newPIN, err = card.ParsePIN(typed); err != nil {
			return err
		}
		if err := card.CheckNewPIN(c.newPIN, c.pin, birth); err != nil {
			c.newPIN.Wipe()
			return err
		}
		if !ask.Interactive() {
			return nil
		}
		return c.askAgain(ctx, ask, typed)
	})
}

// askAgain lets a person type the new PIN twice, as nobody sees what is typed.
// Back from here is the new PIN itself.
func (c *codes) askAgain(ctx context.Context, ask Asker, typed []byte) error {
	again, err := ask.Secret(ctx, SecretQuestion{Secret: SecretNewPINAgain})
	defer clear(again)
	if err == nil && !bytes.Equal(typed, again) {
		err = ErrDifferent
	}
	if errors.Is(err, ErrBack) {
		err = errRetype
	}
	if err != nil {
		c.newPIN.Wipe()
	}
	return err
}

// errRetype: the person went back to a code, to type it again.
var errRetype = errors.New("code to be typed again")

// askUntilGood asks a person again, kindly, until take is content; a script
// gets one chance.
func askUntilGood(ctx context.Context, ask Asker, q SecretQuestion, take func([]byte) error) error {
	for {
		typed, err := ask.Secret(ctx, q)
		if err == nil {
			err = take(typed)
		}
		clear(typed)
		switch {
		case ask.Interactive() && errors.Is(err, errRetype):
			q.Refused = nil
		case ask.Interactive() && canBeTypedAgain(err):
			q.Refused = err
		default:
			return err
		}
	}
}

func canBeTypedAgain(err error) bool {
	var format *card.FormatError
	var weak *card.WeakPINError
	return errors.As(err, &format) || errors.As(err, &weak) || errors.Is(err, ErrDifferent)
}

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

func (c *codes) ask(ctx context.Context, ask Asker, presents card.Reference, setsPIN bool, birth time.Time) error {
	first := SecretPIN
	if presents == card.PUKReference {
		first = SecretPUK
	}
	err := askUntilGood(ctx, ask, first, func(typed []byte) (err error) {
		if presents == card.PUKReference {
			c.puk, err = card.ParsePUK(typed)
			return err
		}
		c.pin, err = card.ParsePIN(typed)
		return err
	})
	if err != nil || !setsPIN {
		return err
	}
	return askUntilGood(ctx, ask, SecretNewPIN, func(typed []byte) (err error) {
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
func (c *codes) askAgain(ctx context.Context, ask Asker, typed []byte) error {
	again, err := ask.Secret(ctx, SecretQuestion{Secret: SecretNewPINAgain})
	defer clear(again)
	if err != nil {
		return err
	}
	if !bytes.Equal(typed, again) {
		c.newPIN.Wipe()
		return ErrDifferent
	}
	return nil
}

// askUntilGood asks a person again, kindly, until take is content; a script
// gets one chance.
func askUntilGood(ctx context.Context, ask Asker, secret Secret, take func([]byte) error) error {
	var refused error
	for {
		typed, err := ask.Secret(ctx, SecretQuestion{Secret: secret, Refused: refused})
		if err == nil {
			err = take(typed)
		}
		clear(typed)
		if err == nil || !ask.Interactive() || !canBeTypedAgain(err) {
			return err
		}
		refused = err
	}
}

func canBeTypedAgain(err error) bool {
	var format *card.FormatError
	var weak *card.WeakPINError
	return errors.As(err, &format) || errors.As(err, &weak) || errors.Is(err, ErrDifferent)
}

package card

import (
	"context"
	"errors"
	"fmt"

	"cientro/card/atr"
	"cientro/card/ias"
)

// openChannel leads from whatever state to a channel with a proven chip:
// recognise, identify, read or recall the public data, judge the SOD, agree on
// keys, authenticate both sides. It does nothing when such a channel stands.
// A SOD that does not hold is not an error here, but kept in c.proof.
func (c *Card) openChannel(ctx context.Context) error {
	if c.channel != nil && !c.channel.Lost() {
		return nil
	}
	c.dropChannel()
	c.proof = proof{}
	return asChannelError(c.buildChannel(ctx))
}

func (c *Card) buildChannel(ctx context.Context) error {
	if err := c.identify(ctx); err != nil {
		return err
	}
	if recalled := c.recall(); recalled != nil {
		err := c.establish(ctx, recalled)
		if !errors.Is(err, ias.ErrChip) && !errors.Is(err, ias.ErrPublicKey) && !errors.Is(err, ias.ErrDomainParameters) {
			return err
		}
		// What was remembered does not fit this chip. Remembering must never make
		// a good card fail: read everything, once.
		_ = c.record.DropStatic()
		if err := c.identify(ctx); err != nil {
			return err
		}
	}
	if err := c.phase(ctx, PhaseRead); err != nil {
		return err
	}
	fresh, err := c.readPublicData()
	if err != nil {
		return err
	}
	if err := c.establish(ctx, fresh); err != nil {
		if errors.Is(err, ias.ErrChip) {
			c.proof = c.judge(fresh) // for the report; the chip decides
			c.proof.refusal = &NotGenuineError{Step: StepChip, Err: err}
			return c.proof.refusal
		}
		return err
	}
	c.remember()
	return nil
}

// identify recognises the card and reads its number, EF.ID_Servizi, by which
// it is known from then on. A card left with a verified PIN by a program that
// was killed is reset first.
func (c *Card) identify(ctx context.Context) error {
	for wasReset := false; ; wasReset = true {
		r, err := c.recognise(ctx)
		c.recognition = r
		if err != nil {
			return err
		}
		if r.Kind != atr.KindCIE {
			return &NotCIEError{Recognition: r}
		}
		id, err := ias.NewFiles(ias.Plain(c.transmit), ias.ChunkClear).Read(ias.EFIDServizi)
		if err != nil {
			return err
		}
		if err := c.adopt(string(id)); err != nil {
			return err
		}
		if wasReset || c.spent || !c.record.WasLeftVerified() {
			return nil
		}
		if err := c.resetCard(ctx); err != nil {
			return err
		}
	}
}

// adopt binds this Card to the card that answered. Another one than before is
// another card, whatever slot it lies on.
func (c *Card) adopt(id string) error {
	if c.id != "" && c.id != id {
		return ErrOtherCard
	}
	c.id = id
	if c.record == nil {
		c.record = c.o.Store.Card([]byte(id))
	}
	return nil
}

func (c *Card) resetCard(ctx context.Context) error {
	if err := c.end(true); err != nil {
		return err
	}
	if _, err := c.link.Begin(ctx); err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	return nil
}

// recall returns the public data remembered of this card, or nil.
func (c *Card) recall() *publicData {
	sealed, ok := c.record.Static()
	if !ok {
		return nil
	}
	p, ok := decodePublicData(sealed, c.id)
	if !ok {
		return nil
	}
	return p
}

// remember keeps the public data of a card that has proved itself. Whoever
// only shows another card's number must not overwrite what is known of it.
func (c *Card) remember() {
	if c.proof.refusal != nil || !c.proof.chip {
		return
	}
	if sealed, err := c.known.encode(); err == nil {
		_ = c.record.SetStatic(sealed) // a cache: without it everything is read again
	}
}

// establish agrees on keys and lets the chip prove its own.
func (c *Card) establish(ctx context.Context, p *publicData) error {
	chip, err := p.chipKey()
	if err != nil {
		return err
	}
	if err := c.phase(ctx, PhaseChannel); err != nil {
		return err
	}
	channel, agreement, err := ias.Agree(c.transmit, p.Domain, c.o.Rand)
	if err != nil {
		return err
	}
	if err := c.phase(ctx, PhaseProve); err != nil {
		channel.Wipe()
		return err
	}
	if err := ias.AuthenticateDevices(channel, agreement, p.Authenticator, chip, c.o.Rand); err != nil {
		channel.Wipe()
		return err
	}
	c.channel, c.known = channel, p
	c.proof = c.judge(p)
	c.proof.chip = true
	return nil
}

package card

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"cientro/card/atr"
	"cientro/card/holder"
	"cientro/card/ias"
	"cientro/card/store"
)

// openChannel leads from whatever state to a channel with a proven chip:
// recognise, identify, read or recall the public data, judge the SOD, agree on
// keys, authenticate both sides. It does nothing when such a channel stands.
// A SOD that does not hold is not an error here, but kept in c.proof.
func (c *Card) openChannel(ctx context.Context) error {
	if c.stands() {
		return nil
	}
	if c.channel != nil {
		c.dropChannel()
	}
	c.proof = proof{}
	return asChannelError(c.buildChannel(ctx))
}

// stands says whether there is a channel, as far as this side knows.
func (c *Card) stands() bool { return c.channel != nil && !c.channel.Lost() }

// inChannel runs a question, one that cannot spend a try, in a channel with a
// proven chip. A channel that stood while a person typed may have died
// meanwhile: then it is built anew and the question asked once more.
func (c *Card) inChannel(ctx context.Context, question func() error) error {
	stood := c.stands()
	if err := c.openChannel(ctx); err != nil {
		return err
	}
	err := question()
	if err == nil || linkFailed(err) || !stood {
		return asChannelError(err)
	}
	c.dropChannel()
	if err := c.openChannel(ctx); err != nil {
		return err
	}
	return asChannelError(question())
}

func (c *Card) buildChannel(ctx context.Context) error {
	if done, err := c.buildOnIdentity(ctx); done {
		return err
	}
	if err := c.identify(ctx); err != nil {
		return err
	}
	if recalled := c.recall(); recalled != nil {
		err := c.establish(ctx, recalled)
		if err == nil && c.proof.refusal == nil || !worthReading(err) {
			return err
		}
		// What was remembered does not fit this card. Remembering must never make
		// a good card fail: read everything, once.
		c.dropChannel()
		if err := c.identify(ctx); err != nil {
			return err
		}
	}
	return c.buildByReading(ctx)
}

// buildByReading takes nothing from memory but the number.
func (c *Card) buildByReading(ctx context.Context) error {
	if err := c.phase(ctx, PhaseRead); err != nil {
		return err
	}
	fresh, err := c.readPublicData(ctx)
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

// buildOnIdentity saves a second recognition right after Identify: an unbroken
// handle is the same card. Where another program has selected something else
// meanwhile it is not done, and nothing is lost but a few commands.
func (c *Card) buildOnIdentity(ctx context.Context) (done bool, err error) {
	if !c.identified {
		return false, nil
	}
	c.identified = false
	if c.shelf.WasLeftVerified() {
		return false, nil
	}
	recalled := c.recall()
	if recalled == nil {
		return true, c.buildByReading(ctx)
	}
	err = c.establish(ctx, recalled)
	if err == nil && c.proof.refusal == nil || !worthReading(err) {
		return true, err
	}
	c.dropChannel()
	return false, nil
}

// worthReading says whether a failure may be the fault of what was remembered.
func worthReading(err error) bool {
	return !linkFailed(err) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) &&
		!errors.Is(err, ErrOtherCard)
}

// identify recognises the card and reads its number, EF.ID_Servizi, under
// which its public data is remembered. Anybody can show a number: who the card
// is, only the chip's proof tells. A card left with a verified PIN by a program
// that was killed is reset first.
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
		number, err := ias.NewFiles(obeying(ctx, ias.Plain(c.transmit)), ias.ChunkClear).Read(ias.EFIDServizi)
		if err != nil {
			return err
		}
		if err := c.adoptNumber(string(number)); err != nil {
			return err
		}
		if wasReset || c.spent || !c.shelf.WasLeftVerified() {
			return nil
		}
		if err := c.resetCard(ctx); err != nil {
			return err
		}
	}
}

// adoptNumber binds this Card to the number that was read. Another one than
// before is another card, whatever reader it lies on.
func (c *Card) adoptNumber(number string) error {
	for _, digit := range number {
		if digit < '0' || digit > '9' {
			return fmt.Errorf("%s is not a number", ias.EFIDServizi.Name)
		}
	}
	if c.number.Known() && c.number.Reveal() != number {
		return ErrOtherCard
	}
	if c.shelf == nil {
		c.number, c.shelf = holder.NewPersonal(number, shownOfNIS), c.o.Store.Card([]byte(number))
		c.mark = c.shelf.Mark()
	}
	return nil
}

// adoptChip binds this Card to the chip that proved its key. Counters, the
// accepted override and the rest belong to number and chip together: another
// chip that shows the same number learns nothing and teaches nothing.
func (c *Card) adoptChip(p *publicData) error {
	chip := p.chip()
	if c.chip != "" && c.chip != chip {
		return ErrOtherCard
	}
	if c.record == nil {
		c.chip, c.record = chip, c.recordOf(p)
	}
	return nil
}

// recordOf is what protects the card with this number and this chip.
func (c *Card) recordOf(p *publicData) *store.Record {
	return c.o.Store.Card([]byte(c.number.Reveal() + p.chip()))
}

// chip is SHA-256 of EF.Int.Kpub.
func (p *publicData) chip() string {
	sum := sha256.Sum256(p.IntKpub)
	return string(sum[:])
}

// identity is what a consent is bound to: number and chip in one digest.
func (c *Card) identity() string {
	sum := sha256.Sum256([]byte(c.number.Reveal() + c.chip))
	return hex.EncodeToString(sum[:])
}

func (c *Card) resetCard(ctx context.Context) error {
	if err := c.end(true); err != nil {
		return err
	}
	return c.begin(ctx)
}

// recall returns the public data remembered of this number, or nil.
func (c *Card) recall() *publicData {
	remembered, ok := c.shelf.Static()
	if !ok {
		return nil
	}
	return decodePublicData(remembered, c.number.Reveal())
}

// remember keeps the public data of a card that has proved itself. Whoever
// only shows another card's number must not overwrite what is known of it.
func (c *Card) remember() {
	if c.proof.refusal != nil || !c.proof.chip {
		return
	}
	if encoded, err := c.known.encode(); err == nil {
		_ = c.shelf.SetStatic(encoded) // a cache: without it everything is read again
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
	if err := c.adoptChip(p); err != nil {
		channel.Wipe()
		return err
	}
	c.channel, c.known = channel, p
	c.proof = c.judge(p)
	c.proof.chip = true
	return nil
}

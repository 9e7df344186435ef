package card

import (
	"context"
	"errors"
	"fmt"

	"cientro/card/holder"
	"cientro/card/ias"
	"cientro/card/iso7816"
	"cientro/card/lockedmemory"
)

// Identity is what a card tells at once: what it is and whose number it shows.
// Anybody can show a number; who the card is, only Inspect proves.
type Identity struct {
	Recognition
	NIS holder.Personal // masked but for the last four digits
	SN  []byte          // content of EF.SN
	// Certificate is the one remembered of the card with this number; nil where
	// none is known yet.
	Certificate *holder.Certificate
	// PIN and PUK are the counters as last seen; unknown where they never were.
	PIN, PUK Tries
}

// Identify recognises the card and reads its number, which is one small file,
// and what is remembered under it. No channel, no proof, no counter is asked
// for. A card that is no CIE is a *NotCIEError. An Inspect or Login after it
// does not pay for the recognition again, unless another program came between.
func (c *Card) Identify(ctx context.Context) (*Identity, error) {
	var found *Identity
	err := c.within(ctx, func() (err error) {
		c.dropChannel() // a SELECT outside the channel ends it
		found, err = c.lookUp(ctx)
		return asChannelError(err)
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (c *Card) lookUp(ctx context.Context) (*Identity, error) {
	if err := c.identify(ctx); err != nil {
		return nil, err
	}
	found := &Identity{
		Recognition: c.recognition, NIS: c.number,
		PIN: c.lastSeen(PINReference), PUK: c.lastSeen(PUKReference),
	}
	recalled := c.recall()
	if recalled == nil {
		sn, err := c.readSN(ctx)
		if err != nil {
			return nil, err
		}
		found.SN, c.identified = sn, true
		return found, nil
	}
	c.identified = true
	found.SN = recalled.SN
	if len(recalled.Certificate) > 0 {
		found.Certificate, _ = holder.Parse(recalled.Certificate)
	}
	if c.record == nil {
		record := c.recordOf(recalled)
		found.PIN, found.PUK = lastSeenIn(record, PINReference), lastSeenIn(record, PUKReference)
	}
	return found, nil
}

func (c *Card) readSN(ctx context.Context) ([]byte, error) {
	send := obeying(ctx, ias.Plain(c.transmit))
	_, ok, err := ias.SelectRoot(send, ias.Root(c.recognition.Hint.RootFirst))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("no way to the card's root")
	}
	return ias.NewFiles(send, ias.ChunkClear).Read(ias.EFSN)
}

// login is what stays of a PIN that an application logged in with.
type login struct {
	pin   PIN // for loginAgain; its digits lie in page
	page  *lockedmemory.Page
	epoch uint64
}

// keepPIN copies the PIN into memory that is not written to the swap file.
func keepPIN(pin PIN, epoch uint64) *login {
	page := lockedmemory.New(codeLength)
	copy(page.Bytes(), pin.digits())
	digits := (*[codeLength]byte)(page.Bytes())
	return &login{PIN{code{func() *[codeLength]byte { return digits }}}, page, epoch}
}

// Login presents the PIN, once, and leaves it verified on the card when the
// transaction ends: VERIFY 1, CHANGE 0, RESET RETRY COUNTER 0. Any plain
// command of another program ends that, by the card's own rule. The
// certificate is read, and remembered, where it is not known yet. The login
// lasts until Logout, Close, another PIN operation, removal of the card, or a
// Use that finds it gone.
func (c *Card) Login(ctx context.Context, pin PIN, consent Consent) error {
	if !pin.usable() {
		return &FormatError{Reference: PINReference}
	}
	c.forgetLogin()
	return c.within(ctx, func() error {
		if _, err := c.verifyPIN(ctx, pin, consent); err != nil {
			return err
		}
		if _, err := (&Holder{card: c}).Certificate(ctx); err != nil {
			return err // and the card is reset
		}
		c.login = keepPIN(pin, c.record.Epoch())
		return nil
	})
}

// LoggedIn says whether a login stands, as far as this side knows.
func (c *Card) LoggedIn() bool { return c.login != nil }

// Use lets fn use what the login opened, and leaves the card verified. Where
// another program has ended the login on the card meanwhile, the PIN is
// verified again from memory, if that is certain to be free (see loginAgain),
// and fn may run a second time. ErrNotVerified: there is no login (any more).
func (c *Card) Use(ctx context.Context, fn func(*Holder) error) error {
	if c.login == nil {
		return ErrNotVerified
	}
	err := c.within(ctx, func() error { return c.use(ctx, fn) })
	if linkFailed(err) && !errors.Is(err, iso7816.ErrBusy) {
		if c.verified && !errors.Is(err, iso7816.ErrRemoved) {
			c.owe() // not even the transaction began
		}
		c.dropChannel()
		c.forgetLogin() // what failed was not another program's doing
	}
	if c.login == nil && !c.verified && !c.owed {
		c.noteReset(true) // nothing of ours is verified there
	}
	return err
}

func (c *Card) use(ctx context.Context, fn func(*Holder) error) error {
	if c.login == nil { // ended by what made the operation start again
		return ErrNotVerified
	}
	if c.verified && c.stands() {
		err := fn(&Holder{card: c})
		if err == nil || linkFailed(err) || c.stands() {
			return c.orNotVerified(err)
		}
	}
	if err := c.loginAgain(ctx); err != nil {
		return err
	}
	return c.orNotVerified(fn(&Holder{card: c}))
}

// orNotVerified ends the login where the card says that no PIN is verified.
func (c *Card) orNotVerified(err error) error {
	if errors.Is(err, ErrNotVerified) {
		c.forgetLogin()
	}
	return err
}

// loginAgain verifies the PIN from memory after another program ended the
// login: once, only if the card itself says, in this channel, that all tries are
// there; only to the same chip, without removal; and only if no program of ours
// has changed the PIN since. Whatever stands in the way ends the login, so that
// at most one try can ever be lost.
func (c *Card) loginAgain(ctx context.Context) (err error) {
	remembered := c.login
	defer func() {
		if err != nil {
			c.forgetLogin()
		}
	}()
	c.dropChannel()
	c.query, c.outside = triesQuery{}, 0
	var now Tries
	err = c.inChannel(ctx, func() (err error) {
		now, err = c.readTries(ctx, PINReference)
		return err
	})
	var cause *ChannelError
	var foreign *NotCIEError
	if errors.As(err, &cause) || errors.As(err, &foreign) {
		return &InterruptedError{Err: err} // of the login, which cost no try
	}
	if err != nil {
		return err
	}
	if now.Source != SourceCard || now.Left < PINReference.Max() || now.FailedSince || c.record.Epoch() != remembered.epoch {
		return ErrNotVerified
	}
	consent := Consent{card: c.identity(), shown: now, used: new(bool)}
	if err := c.presentAt(ctx, now, remembered.pin.code, consent); err != nil {
		return fmt.Errorf("%w: %w", ErrNotVerified, err)
	}
	c.verified = true
	return nil
}

// Logout forgets the PIN and resets the card, if it may still be verified.
func (c *Card) Logout() error { return c.Close() }

// forgetLogin wipes the PIN. What is verified on the card is somebody else's
// business: see resetsAfterwards and Close.
func (c *Card) forgetLogin() {
	if c.login != nil {
		c.login.page.Free()
		c.login = nil
	}
}

// LastSeen is what is known of a counter without asking the card.
func (c *Card) LastSeen(ref Reference) Tries { return c.lastSeen(ref) }

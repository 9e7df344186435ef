package card

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"cientro/card/holder"
	"cientro/card/iso7816"
	"cientro/card/securemessaging"
	"cientro/card/sod"
	"cientro/card/store"
)

// Link is a connected card: a Transmitter with transactions. One goroutine
// owns it. Failures are *iso7816.LinkError.
type Link interface {
	iso7816.Transmitter
	// ATR returns the card's answer to reset.
	ATR() []byte
	// Begin opens an exclusive transaction. reset reports that the card was
	// reset since the last End, once, also besides an error; the handle is renewed
	// and the transaction held whenever err is nil.
	Begin(ctx context.Context) (reset bool, err error)
	// End closes the transaction and, if so told, resets the card, which ends
	// the secure channel and forgets that a PIN was verified.
	End(reset bool) error
	// Reconnect renews the handle after Transmit reported a reset; the
	// transaction is held afterwards.
	Reconnect(ctx context.Context) error
}

// Phase is what the card is being asked to do, for words on a screen.
type Phase string

// The phases of an operation, in the order in which they may come.
const (
	PhaseRecognise   Phase = "recognise"
	PhaseRead        Phase = "read"
	PhaseChannel     Phase = "channel"
	PhaseProve       Phase = "prove"
	PhaseTries       Phase = "tries"
	PhaseVerify      Phase = "verify"
	PhaseChange      Phase = "change"
	PhaseUnblock     Phase = "unblock"
	PhaseCertificate Phase = "certificate"
	PhaseSign        Phase = "sign"
)

// Options are what a Card needs from its surroundings. The zero value works:
// system randomness and clock, no memory, no trust anchors, no query.
type Options struct {
	Rand           io.Reader
	Now            func() time.Time
	Anchors        *sod.Anchors
	Store          *store.Store
	QueryTries     bool // allow the empty VERIFY for the PIN where GET DATA does not tell
	AcceptUnproven bool // let a card pass whose SOD hashes do not match
	Progress       func(Phase)
	Trace          func(iso7816.Entry)
}

// Card is one card on one reader, from recognition to the last signature. It
// belongs to one goroutine. Close it when done.
type Card struct {
	link     Link
	o        Options
	transmit iso7816.Transmitter // link, traced

	recognition Recognition

	number  holder.Personal // content of EF.ID_Servizi once the CIE application told it
	chip    string          // SHA-256 of EF.Int.Kpub once the chip proved that key
	shelf   *store.Record   // by number: what may be looked up before any proof
	mark    *store.Mark     // of the shelf, and this Card's own
	record  *store.Record   // by number and chip: what protects this very card
	known   *publicData
	proof   proof
	outside int // how often in a row the question for counters was answered in clear

	identified bool                     // this handle told the number, and nobody has reset the card since
	channel    *securemessaging.Session // nil: no channel
	verified   bool                     // a PIN is verified in this channel
	login      *login                   // what an application's login left here; nil: nobody is logged in
	commands   int                      // sent in this operation
	spent      bool                     // a PIN or PUK command went out in this operation
	opened     bool                     // this operation began with a PIN verified
	owed       bool                     // the card should have been reset and could not be
	query      triesQuery
}

// New takes a connected card. Nothing is sent.
func New(link Link, o Options) *Card {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Store == nil {
		o.Store = store.Memory()
	}
	if o.Progress == nil {
		o.Progress = func(Phase) {}
	}
	c := &Card{link: link, o: o}
	c.transmit = meter{Transmitter: link, card: c}
	if o.Trace != nil {
		c.transmit = &iso7816.Trace{Next: c.transmit, Emit: o.Trace}
	}
	return c
}

// maxCommands bounds what one operation may send. The dearest needs some 130;
// a card that draws out its answers byte by byte would hold a person for hours.
const maxCommands = 2000

// meter counts commands and refuses those beyond the bound, unsent.
type meter struct {
	iso7816.Transmitter
	card *Card
}

func (m meter) Transmit(command []byte) ([]byte, error) {
	if m.card.commands++; m.card.commands > maxCommands {
		return nil, tooManyError{}
	}
	return m.Transmitter.Transmit(command)
}

// tooManyError: the card wants more commands than any card needs.
type tooManyError struct{}

func (tooManyError) Error() string        { return "card wants more commands than any card needs" }
func (tooManyError) CommandReached() bool { return false }

// Format implements fmt.Formatter: a card says nothing about itself unasked.
func (c *Card) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "card") }

// closeTimeout bounds how long Close waits for a reader that others use.
const closeTimeout = 10 * time.Second

// Close forgets the channel's keys and a login and, if a PIN may still be
// verified on the card, resets it.
func (c *Card) Close() error {
	reset, marked := c.verified || c.owed, c.login != nil
	c.forgetLogin()
	c.dropChannel()
	if !reset {
		if marked { // another program has ended the login on the card already
			c.noteReset(true)
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_, err := c.link.Begin(ctx)
	switch {
	case errors.Is(err, iso7816.ErrRemoved): // which is a reset
		c.owed = false
		c.noteReset(true)
		return nil
	case err != nil:
		c.owe()
		return fmt.Errorf("reset card: %w", err)
	}
	return c.end(true)
}

// owe notes that the card should have been reset, and that no transaction could
// be had for it: the next Close tries again, as does whoever meets it before.
func (c *Card) owe() {
	c.owed = true
	c.noteReset(false)
}

// OwesReset says whether a PIN may be verified on the card that nobody is logged
// in with any more, because there was no way to the card when it should have
// been reset. Close tries again.
func (c *Card) OwesReset() bool { return c.owed || c.verified && c.login == nil }

// maxRestarts bounds how often a session starts again because another program
// reset the card.
const maxRestarts = 2

// within runs an operation inside one transaction. The card is left as it is
// unless a PIN or PUK went out: then it is reset, also when the operation
// panics, but for a login that an application goes on using. A reset by another
// program starts the operation again, unless a PIN or PUK command has gone out.
func (c *Card) within(ctx context.Context, operation func() error) (err error) {
	if err := c.begin(ctx); err != nil {
		return err
	}
	c.spent, c.opened, c.commands = false, c.verified, 0
	finished := false
	defer func() {
		ended := c.end(!finished || c.resetsAfterwards())
		// What was done to the card is done: an end that failed behind it is
		// owed, and does not make it undone.
		if err == nil && !c.spent {
			err = ended
		}
	}()
	err = operation()
	for restarts := 0; restarts < maxRestarts && errors.Is(err, iso7816.ErrReset) && !c.spent; restarts++ {
		c.dropChannel()
		if err = c.link.Reconnect(ctx); err != nil {
			return fmt.Errorf("reconnect after a reset: %w", err)
		}
		err = operation()
	}
	if linkFailed(err) {
		c.dropChannel()
	}
	finished = true
	return err
}

// resetsAfterwards says whether a PIN may be verified on the card that nobody
// is meant to use any more.
func (c *Card) resetsAfterwards() bool {
	if c.login != nil && c.verified && c.stands() {
		return false
	}
	return c.spent || c.verified || c.opened
}

func (c *Card) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	reset, err := c.link.Begin(ctx)
	if reset { // told once, also where the transaction did not come
		c.dropChannel()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = &iso7816.LinkError{Kind: iso7816.LinkBusy, Err: err}
	}
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	return nil
}

// end closes the transaction. A card that is gone, or was reset by somebody
// else meanwhile, has forgotten all that a reset makes it forget.
func (c *Card) end(reset bool) error {
	if reset {
		c.dropChannel()
	}
	err := c.link.End(reset)
	if errors.Is(err, iso7816.ErrRemoved) || errors.Is(err, iso7816.ErrReset) {
		c.dropChannel()
		err = nil
	}
	if reset {
		c.owed = err != nil
		c.noteReset(err == nil)
	}
	if err != nil {
		return fmt.Errorf("end transaction: %w", err)
	}
	return nil
}

// noteReset tells the other programs. A store that cannot write makes the next
// program reset the card once more, no worse.
func (c *Card) noteReset(done bool) {
	switch {
	case c.shelf == nil:
	case done:
		_ = c.mark.Clear()
	default:
		_ = c.mark.Leave()
	}
}

// dropChannel forgets keys and PIN state, as the card has or is about to.
func (c *Card) dropChannel() {
	if c.channel != nil {
		c.channel.Wipe()
	}
	c.channel, c.verified, c.identified = nil, false, false
	c.query.answer = nil
}

// phase announces a phase, unless the user has cancelled. It stands between
// commands that may be torn apart.
func (c *Card) phase(ctx context.Context, p Phase) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.o.Progress(p)
	return nil
}

// linkFailed says whether the link itself failed, so that nothing is known
// about the card's state any more.
func linkFailed(err error) bool {
	var link *iso7816.LinkError
	return errors.As(err, &link)
}

// asChannelError wraps what went wrong on the way to a proven channel, where
// no front end could say more: link failures, cancellation and the errors that
// speak for themselves pass as they are.
func asChannelError(err error) error {
	var notCIE *NotCIEError
	var notGenuine *NotGenuineError
	var channel *ChannelError
	switch {
	case err == nil, linkFailed(err),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, ErrOtherCard),
		errors.As(err, &notCIE), errors.As(err, &notGenuine), errors.As(err, &channel):
		return err
	}
	return &ChannelError{Err: err}
}

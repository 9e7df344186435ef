package token

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"time"

	"cientro/card"
	"cientro/card/sod"
	"cientro/card/store"
	ck "cientro/pkcs11module/cryptoki"
)

// Readers is where cards come from. The program adapts PC/SC, or virtual
// readers, and leaves out what cannot carry a CIE.
type Readers interface {
	// Watch tells what is there at the start and then each change, one event
	// after the other, until ctx ends. It survives the loss of the service. An
	// error before that means that there is no hope of readers.
	Watch(ctx context.Context, tell func(Event)) error
	// Connect connects the card on a reader, sharing it with other programs.
	// Errors are as those of card.Link.
	Connect(ctx context.Context, reader string) (Connection, error)
}

// Connection is a connected card.
type Connection interface {
	card.Link
	// Close ends the connection and leaves the card as it is.
	Close() error
}

// EventKind says what happened.
type EventKind string

// Events. Who loses a reader loses its card, and who loses the service loses
// all readers, also where that is not told one by one.
const (
	ReaderAdded   EventKind = "reader-added"
	ReaderRemoved EventKind = "reader-removed"
	CardInserted  EventKind = "card-inserted" // also in place of another card
	CardRemoved   EventKind = "card-removed"
	CardMute      EventKind = "card-mute" // there is a card, and it gives no ATR
	ServiceLost   EventKind = "service-lost"
	ServiceFound  EventKind = "service-found"
	// Settled: all that was there at the start has been told. Where a Watch
	// does not say so, the first caller waits for [Options.Patience]: a busy
	// machine may take its time between two events.
	Settled EventKind = "settled"
)

// Event is something that happened to a reader, its card or the service.
type Event struct {
	Kind   EventKind
	Reader string // empty for the service and for Settled
	// Insertion numbers the stays of cards; equal numbers on one reader are the
	// same stay of the same card.
	Insertion uint64
	Demo      bool // the reader's card is one in software, of a specimen
}

// Consenter asks the user, in a window of ours, for the explicit second word
// before the last PIN try.
type Consenter interface {
	// LastTry returns whether the try may be spent. False without an error is a
	// refusal by rule (no window, a setting); ErrCancelled is the user's own no.
	// It must return when ctx ends, and may take as long as people take.
	LastTry(ctx context.Context, q Question) (bool, error)
}

// Question is what the user is told.
type Question struct {
	Tries  card.Tries
	Reader string
	Demo   bool
}

// ErrCancelled: the user was asked and said no.
var ErrCancelled = errors.New("cancelled by the user")

// Options are what a Module needs of its surroundings. Only Readers is needed;
// nil and zero stand for the system's randomness and clock, no memory, no trust
// anchors, no query for tries, nobody to ask and no log.
type Options struct {
	Readers    Readers
	Store      *store.Store
	Anchors    *sod.Anchors
	Rand       io.Reader
	Now        func() time.Time
	QueryTries bool
	LastTry    Consenter
	// Idle is how long a login may lie unused; 0 is a minute.
	Idle time.Duration
	// Patience bounds how long a first caller waits to learn what readers are
	// there; 0 is a second.
	Patience time.Duration
	// Version is this software's, for C_GetInfo.
	Version ck.Version
	// Log is told of what happened, never of data.
	Log *slog.Logger
}

// What stands for zero.
const (
	defaultIdle     = time.Minute
	defaultPatience = time.Second
)

func (o Options) withDefaults() Options {
	if o.Store == nil {
		o.Store = store.Memory()
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Idle <= 0 {
		o.Idle = defaultIdle
	}
	if o.Patience <= 0 {
		o.Patience = defaultPatience
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

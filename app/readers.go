package app

import (
	"context"

	"cientro/card"
)

// ReaderKind is the sort of slot, as `cientro status` names it.
type ReaderKind string

// The kinds of readers.
const (
	ReaderContactless ReaderKind = "contactless"
	ReaderContact     ReaderKind = "contact"
	ReaderSAM         ReaderKind = "sam"
	ReaderVirtual     ReaderKind = "virtual"
	ReaderUnknown     ReaderKind = "unknown"
)

// Reader is a reader as the service tells it, without touching the card.
type Reader struct {
	Name    string
	Kind    ReaderKind
	Present bool   // a card is there
	Mute    bool   // it is there and gave no answer to reset
	ATR     []byte // its answer to reset, nil where not known
	// Stay numbers the times that a card was put on this reader, where the readers
	// can tell: another number is another stay, perhaps of the same card. 0 is not
	// known.
	Stay uint64
}

// Connection is a card on a reader, connected. Close disconnects; it leaves
// the card as it is.
type Connection interface {
	card.Link
	Close() error
}

// Readers is what the use cases need of PC/SC, or of what stands in for it.
type Readers interface {
	// Readers lists the readers, an empty list where there are none. A service
	// that cannot be used is a *ServiceError.
	Readers(ctx context.Context) ([]Reader, error)
	// Connect connects the card on the reader of this name. Errors are
	// *ServiceError, *NoReaderError, *NoCardError, *MuteCardError, and
	// *iso7816.LinkError of kind LinkBusy where another program has it.
	Connect(ctx context.Context, name string) (Connection, error)
	// Close gives back what it holds.
	Close() error
}

// Watcher is what Readers can do as well where they notice by themselves that
// something was plugged in, put down or taken away.
type Watcher interface {
	// Watch calls changed, one call after the other, each time that Readers may
	// answer something new, and at least once at the start, until ctx ends; then it
	// returns ctx's error. It survives a service that goes and comes back. It
	// returns early, with a *ServiceError, only where there is no hope.
	Watch(ctx context.Context, changed func()) error
}

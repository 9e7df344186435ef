package iso7816

import (
	"errors"
	"fmt"
)

// LinkKind says how the link to the card failed.
type LinkKind uint8

// The ways a link fails. They differ in what a person can do about it.
const (
	LinkUnknown   LinkKind = iota // no more is known
	LinkRemoved                   // the card left the reader
	LinkReset                     // another program reset the card: channel and PIN state are gone
	LinkMute                      // the card is there and does not answer
	LinkLost                      // the answer was lost, the outcome is unknown
	LinkBusy                      // another program holds the card
	LinkUnpowered                 // the reader took the power away
)

// Sentinels for errors.Is, one a kind.
var (
	ErrRemoved   = errors.New("card was removed")
	ErrReset     = errors.New("card was reset by another program")
	ErrMute      = errors.New("card does not answer")
	ErrLost      = errors.New("answer of the card was lost")
	ErrBusy      = errors.New("card is in use by another program")
	ErrUnpowered = errors.New("card has no power")
)

// Err is the kind's sentinel, nil for LinkUnknown.
func (k LinkKind) Err() error {
	switch k {
	case LinkRemoved:
		return ErrRemoved
	case LinkReset:
		return ErrReset
	case LinkMute:
		return ErrMute
	case LinkLost:
		return ErrLost
	case LinkBusy:
		return ErrBusy
	case LinkUnpowered:
		return ErrUnpowered
	default:
		return nil
	}
}

// LinkError is a failure below the APDU: no status word came back.
type LinkError struct {
	Kind LinkKind
	// Sent is true when the command may have reached the card, so that whatever
	// it does may have been done.
	Sent bool
	// Err is the carrier's own error, may be nil.
	Err error
}

// Error names the kind and the carrier's own words.
func (e *LinkError) Error() string {
	kind := "link to the card failed"
	if s := e.Kind.Err(); s != nil {
		kind = s.Error()
	}
	if e.Err == nil {
		return kind
	}
	return fmt.Sprintf("%s: %v", kind, e.Err)
}

// Unwrap gives the carrier's own error.
func (e *LinkError) Unwrap() error { return e.Err }

// Is matches the sentinel of the kind.
func (e *LinkError) Is(target error) bool { return target == e.Kind.Err() }

// Reached tells a command's fate from the error of sending it: true if the
// command may have reached the card. An error that says nothing about it
// counts as reached, because the careful answer is that a try may be spent.
func Reached(err error) bool {
	if err == nil {
		return true
	}
	var r interface{ CommandReached() bool }
	if errors.As(err, &r) {
		return r.CommandReached()
	}
	return !errors.Is(err, ErrCommand)
}

// CommandReached is Sent, for [Reached].
func (e *LinkError) CommandReached() bool { return e.Sent }

// afterAnswer marks a failure that came when the card had already answered a
// part of the command, so that "not sent" would be true of the last APDU only.
type afterAnswer struct{ error }

func (e afterAnswer) Unwrap() error        { return e.error }
func (e afterAnswer) CommandReached() bool { return true }

package pcsc

import (
	"errors"
	"fmt"

	"cientro/card/iso7816"
)

// State is how the system's smart card service is doing, as in the JSON of
// `cientro status`.
type State string

// States of the service.
const (
	StateRunning     State = "running"
	StateMissing     State = "missing"     // not installed
	StateStopped     State = "stopped"     // installed, does not run
	StateDenied      State = "denied"      // runs, and refuses this user or this sandbox
	StateUnsupported State = "unsupported" // this program cannot talk to it
)

// Reason says what led to a [State], where that can be told. Keys for the
// edge to translate.
type Reason string

// Reasons.
const (
	ReasonNotInstalled     Reason = "not-installed"     // no pcscd on this system
	ReasonNotRunning       Reason = "not-running"       // pcscd is there, its socket is not
	ReasonStaleSocket      Reason = "stale-socket"      // socket without a pcscd behind it
	ReasonSocketPermission Reason = "socket-permission" // the socket may not be opened
	ReasonSandbox          Reason = "sandbox"           // flatpak or snap without the permission
	ReasonPolkit           Reason = "polkit"            // pcscd asked polkit, polkit said no (remote session, service)
	ReasonProtocol         Reason = "protocol-mismatch" // pcscd and its library are of different ages
	ReasonServiceStopped   Reason = "service-stopped"   // Windows stops the service with the last reader
	ReasonNoCgo            Reason = "built-without-cgo"
	ReasonOther            Reason = "other"
)

// ServiceError says why there is no working smart card service.
type ServiceError struct {
	State  State
	Reason Reason
	// Detail is a path or a name that helps a help-desk; may be empty.
	Detail string
	// Err is what the system said, may be nil.
	Err error
}

func (e *ServiceError) Error() string {
	text := fmt.Sprintf("smart card service %s: %s", e.State, e.Reason)
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives what the system said.
func (e *ServiceError) Unwrap() error { return e.Err }

// ErrUnknownReader says that no reader has the name asked for (any more).
var ErrUnknownReader = errors.New("no such reader")

// ErrClosed says that the card or service was closed before.
var ErrClosed = errors.New("closed")

// ErrNoTransaction says that End was called without Begin.
var ErrNoTransaction = errors.New("no transaction is open")

// ReaderError says that a reader, by its name, could not be used.
type ReaderError struct {
	Reader string
	// Err is ErrUnknownReader.
	Err error
}

func (e *ReaderError) Error() string { return fmt.Sprintf("reader %q: %v", e.Reader, e.Err) }

// Unwrap gives ErrUnknownReader.
func (e *ReaderError) Unwrap() error { return e.Err }

// code is the PC/SC code inside an error, 0 if there is none.
func code(err error) Code {
	var c Code
	errors.As(err, &c)
	return c
}

// linkFailure puts a failure that came before any command was handed over
// into iso7816's words.
func linkFailure(err error) error {
	return &iso7816.LinkError{Kind: linkKind(code(err)), Err: err}
}

// transmitFailure does so for a command. Sent is false only where the carrier
// is known to give up before the command leaves; anything else may have
// reached the card and may have spent a try.
//
// pcsc-lite looks for a reset or removal first and answers SCARD_W_… without
// touching the card. WinSCard and macOS make no such promise, so there
// warningsComeFirst is false.
func transmitFailure(err error, warningsComeFirst bool) error {
	c := code(err)
	sent := true
	switch c {
	case CodeSharingViolation, CodeInvalidHandle, CodeInvalidParameter, CodeInvalidValue,
		CodeProtoMismatch, CodePCITooSmall, CodeSecurityViolation:
		sent = false
	case CodeReset, CodeRemoved, CodeUnpowered:
		sent = !warningsComeFirst
	}
	return &iso7816.LinkError{Kind: linkKind(c), Sent: sent, Err: err}
}

func linkKind(c Code) iso7816.LinkKind {
	switch c {
	case CodeReset:
		return iso7816.LinkReset
	case CodeRemoved, CodeNoSmartcard, CodeReaderUnavailable, CodeUnknownReader:
		return iso7816.LinkRemoved
	case CodeUnresponsive:
		return iso7816.LinkMute
	case CodeUnpowered:
		return iso7816.LinkUnpowered
	case CodeSharingViolation, CodeNotReady, CodeServerTooBusy:
		return iso7816.LinkBusy
	case CodeInvalidParameter, CodeInvalidValue, CodeProtoMismatch, CodePCITooSmall, CodeSecurityViolation:
		return iso7816.LinkUnknown
	}
	return iso7816.LinkLost
}

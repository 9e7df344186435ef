package app

import (
	"errors"
	"fmt"
	"strings"

	"cientro/card"
)

// ServiceState says how the PC/SC service is.
type ServiceState string

// The states of the service, as package pcsc tells them apart.
const (
	ServiceRunning     ServiceState = "running"
	ServiceMissing     ServiceState = "missing"     // not installed
	ServiceStopped     ServiceState = "stopped"     // installed, does not run
	ServiceDenied      ServiceState = "denied"      // runs, and refuses this user or sandbox
	ServiceUnsupported ServiceState = "unsupported" // this program cannot talk to it
)

// ServiceError: the smart card service cannot be used. No card was touched.
type ServiceError struct {
	State ServiceState
	Err   error
}

func (e *ServiceError) Error() string {
	if e.Err == nil {
		return "smart card service " + string(e.State)
	}
	return e.Err.Error()
}

// Unwrap gives the service's own error.
func (e *ServiceError) Unwrap() error { return e.Err }

// NoReaderError: no reader is there, or none that is called Wanted.
type NoReaderError struct {
	Wanted    string
	Available []string
}

func (e *NoReaderError) Error() string {
	if e.Wanted == "" {
		return "no reader"
	}
	return fmt.Sprintf("no reader %q among %q", e.Wanted, e.Available)
}

// NoCardError: the readers are empty, or the one called Reader is.
type NoCardError struct{ Reader string }

func (e *NoCardError) Error() string { return "no card on " + readerWord(e.Reader) }

// MuteCardError: a card is there and gives no answer to reset.
type MuteCardError struct{ Reader string }

func (e *MuteCardError) Error() string { return "mute card on " + readerWord(e.Reader) }

func readerWord(name string) string {
	if name == "" {
		return "any reader"
	}
	return name
}

// SeveralCardsError: more than one card could be meant, and none was chosen.
type SeveralCardsError struct{ Readers []string }

func (e *SeveralCardsError) Error() string {
	return "several cards: " + strings.Join(e.Readers, ", ")
}

// UsageReason says what is wrong with a command line.
type UsageReason string

// The ways to get a command line wrong.
const (
	UsageUnknownCommand UsageReason = "unknown-command"
	UsageUnknownFlag    UsageReason = "unknown-flag"
	UsageFlagValue      UsageReason = "flag-value"
	UsageFlagNeedsValue UsageReason = "flag-needs-value"
	UsageTooFew         UsageReason = "too-few-arguments"
	UsageTooMany        UsageReason = "too-many-arguments"
	UsageConflict       UsageReason = "conflict"
	UsageTerminal       UsageReason = "terminal"
	UsageByHand         UsageReason = "by-hand" // a program's command, typed by a person
	UsageNoCode         UsageReason = "no-code" // not a support code
	UsageCodeCut        UsageReason = "code-cut"
	UsageCodeMistyped   UsageReason = "code-mistyped"
	UsageCodeNewer      UsageReason = "code-newer" // a support code of a later version
)

// UsageError: the command line cannot be followed. Nothing was done.
type UsageError struct {
	Reason  UsageReason
	Subject string // the command, flag or argument meant, as typed
	Command string // the command whose help tells more
	Err     error
}

func (e *UsageError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("usage: %s %q: %v", e.Reason, e.Subject, e.Err)
	}
	return fmt.Sprintf("usage: %s %q", e.Reason, e.Subject)
}

// Unwrap gives the reason in the parser's words.
func (e *UsageError) Unwrap() error { return e.Err }

// FileError: a file the user named cannot be read, written or understood.
type FileError struct {
	Op   FileOp
	Path string
	Err  error
	// Means is what the card had gone through by then, "" where it was not touched.
	Means Meaning
}

// FileOp is what was to be done with a file.
type FileOp string

// What is done with files.
const (
	FileRead   FileOp = "read"
	FileWrite  FileOp = "write"
	FileAnchor FileOp = "anchor" // understand as trust anchors
	FileSOD    FileOp = "sod"    // understand as EF.SOD
	FileCard   FileOp = "card"   // understand as a virtual card
)

func (e *FileError) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, e.Path, e.Err) }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// UnknownAnchorError: no anchor, or more than one, has this identifier.
type UnknownAnchorError struct{ ID string }

func (e *UnknownAnchorError) Error() string { return fmt.Sprintf("no single anchor %q", e.ID) }

// VirtualReaderError: the virtual reader (vpcd) cannot be reached.
type VirtualReaderError struct {
	Address string
	Err     error
}

func (e *VirtualReaderError) Error() string {
	return fmt.Sprintf("virtual reader at %s: %v", e.Address, e.Err)
}

// Unwrap gives the cause.
func (e *VirtualReaderError) Unwrap() error { return e.Err }

// CancelledError: the user stopped the operation. PINVerified says that the
// right PIN had been presented by then, which costs nothing; a lost or wrong
// presentation is never hidden behind a CancelledError.
type CancelledError struct {
	PINVerified bool
	Declined    bool // asked to confirm, and did not
	Err         error
}

func (e *CancelledError) Error() string { return fmt.Sprintf("cancelled: %v", e.Err) }

// Unwrap gives context.Canceled or context.DeadlineExceeded.
func (e *CancelledError) Unwrap() error { return e.Err }

// AfterCodeError: the card took the code, and what was to follow broke off
// before it could be done. No try is spent, and nothing was read, signed or set.
type AfterCodeError struct {
	Presented card.Reference // the code that was right
	Err       error
}

func (e *AfterCodeError) Error() string {
	return fmt.Sprintf("after the %s was verified: %v", e.Presented, e.Err)
}

// Unwrap gives what broke off.
func (e *AfterCodeError) Unwrap() error { return e.Err }

// SODFileError: a saved SOD was read and does not hold.
type SODFileError struct {
	Path string
	Err  error
}

func (e *SODFileError) Error() string { return fmt.Sprintf("SOD in %s: %v", e.Path, e.Err) }

// Unwrap gives what failed.
func (e *SODFileError) Unwrap() error { return e.Err }

// StateOf is the state of the service that an error tells, "" if it tells none.
func StateOf(err error) ServiceState {
	var service *ServiceError
	if errors.As(err, &service) {
		return service.State
	}
	return ""
}

// DemoMissingError: a program or file that a demonstration needs is not there.
type DemoMissingError struct {
	What string // its name or path
	From string // how to get it, as a command
	Err  error
}

// Error implements error.
func (e *DemoMissingError) Error() string {
	return fmt.Sprintf("missing for the demo: %s: %v", e.What, e.Err)
}

// Unwrap returns the cause.
func (e *DemoMissingError) Unwrap() error { return e.Err }

// DemoLoginError: the login that a demonstration shows did not come about, or
// not as it should have.
type DemoLoginError struct{ Err error }

// Error implements error.
func (e *DemoLoginError) Error() string { return fmt.Sprintf("log in for the demo: %v", e.Err) }

// Unwrap returns the cause.
func (e *DemoLoginError) Unwrap() error { return e.Err }

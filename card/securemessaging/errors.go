package securemessaging

import "errors"

// Kinds of [Error], for errors.Is.
var (
	// ErrIntegrity: an answer was not what the card would have sent through the
	// channel. Its content is unknown, also whether a command was done.
	ErrIntegrity = errors.New("secure messaging: answer is not authentic")
	// ErrLost: the channel is gone and has to be set up anew.
	ErrLost = errors.New("secure messaging: channel is lost")
)

// Error is why a session could not bring an answer. After any Error the session
// is lost.
type Error struct {
	Kind error // ErrIntegrity or ErrLost
	// Sent is true when the command, or a part of it, may have reached the card.
	// For a PIN command that means: a try may be spent.
	Sent bool
	// Err is the cause; never a status word, so that a broken channel cannot be
	// taken for a wrong PIN. For a failed link it is the *iso7816.LinkError.
	Err error
}

// Error names kind and cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Kind.Error()
	}
	return e.Kind.Error() + ": " + e.Err.Error()
}

// Unwrap gives kind and cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// CommandReached is Sent, for iso7816.Reached.
func (e *Error) CommandReached() bool { return e.Sent }

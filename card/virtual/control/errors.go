package control

import "errors"

var (
	// ErrNoCard means that no virtual card is served at the path.
	ErrNoCard = errors.New("no virtual card is served there")
	// ErrInUse means that another virtual card is already served at the path.
	ErrInUse = errors.New("another virtual card is served there")
	// ErrNotASocket means that the path names something that is not ours to replace.
	ErrNotASocket = errors.New("the path is taken by something that is not a socket")
	// ErrProtocol means that the other side does not speak as this package does.
	ErrProtocol = errors.New("not an answer of a virtual card")
)

// Code says for a program why a request was refused.
type Code string

// The reasons. Their spelling is part of the wire.
const (
	CodeBadRequest     Code = "bad-request"     // not one JSON object of the known members, or too long
	CodeUnknownCommand Code = "unknown-command" // nothing by that name
	CodeUnsupported    Code = "unsupported"     // this card cannot do it
	CodeRefused        Code = "refused"         // the card said no; the message says why
)

// Error is the refusal of a request. errors.Is compares codes, so that
// errors.Is(err, &Error{Code: CodeUnsupported}) holds for every such refusal.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// Error implements error.
func (e *Error) Error() string { return "virtual card: " + e.Message }

// Is compares codes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

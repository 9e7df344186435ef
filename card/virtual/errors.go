package virtual

// Kind says why the card gave no answer.
type Kind int

const (
	// Removed: the card has left the field. It stays away until Insert.
	Removed Kind = iota + 1
	// WasReset: the card was reset under the command; volatile state is gone.
	WasReset
	// LinkLost: no answer came back. The command may or may not have been executed.
	LinkLost
	// Unpowered: PowerOff was called and PowerOn was not.
	Unpowered
)

// String names the kind in English.
func (k Kind) String() string {
	switch k {
	case Removed:
		return "card removed"
	case WasReset:
		return "card was reset"
	case LinkLost:
		return "link lost"
	case Unpowered:
		return "card not powered"
	}
	return "unknown failure"
}

// Error is what Transmit returns instead of an answer.
type Error struct{ kind Kind }

// NewError makes an Error of the kind, for programs that imitate this card.
func NewError(k Kind) *Error { return &Error{kind: k} }

// Kind says why there is no answer.
func (e *Error) Kind() Kind { return e.kind }

// Error implements error.
func (e *Error) Error() string { return "virtual card: " + e.kind.String() }

// Is makes errors.Is compare kinds.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.kind == e.kind
}

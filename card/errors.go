package card

import (
	"errors"
	"fmt"

	"cientro/card/iso7816"
)

// FormatError: a PIN or PUK that is not exactly 8 digits. Nothing was sent.
type FormatError struct {
	Reference Reference
	Length    int
	NotDigits bool
}

func (e *FormatError) Error() string {
	if e.NotDigits {
		return fmt.Sprintf("%s has characters other than digits", e.Reference)
	}
	return fmt.Sprintf("%s has %d characters instead of %d digits", e.Reference, e.Length, codeLength)
}

// WeakPINError: a new PIN that is too easy to guess. Nothing was sent.
type WeakPINError struct{ Weakness Weakness }

func (e *WeakPINError) Error() string { return "new PIN too weak: " + string(e.Weakness) }

// PINError: the card refused the code. One try is spent.
type PINError struct {
	Reference Reference
	TriesLeft int // UnknownTries where the card did not say
}

// UnknownTries stands where a card refused a code without telling the rest.
const UnknownTries = -1

func (e *PINError) Error() string {
	if e.TriesLeft == UnknownTries {
		return fmt.Sprintf("wrong %s, tries left unknown", e.Reference)
	}
	return fmt.Sprintf("wrong %s, %d tries left", e.Reference, e.TriesLeft)
}

// BlockedError: the code is blocked. JustNow is true when the presentation
// that brought this error was the one that blocked it.
type BlockedError struct {
	Reference Reference
	JustNow   bool
}

func (e *BlockedError) Error() string { return e.Reference.String() + " blocked" }

// ConfirmReason says why a confirmation is missing or no longer holds.
type ConfirmReason string

// The reasons to ask again. In every one of them nothing was sent.
const (
	ReasonLastTry        ConfirmReason = "last-try"
	ReasonPUK            ConfirmReason = "puk"
	ReasonCounterChanged ConfirmReason = "counter-changed"
	ReasonUsed           ConfirmReason = "consent-used"
	ReasonNotAsked       ConfirmReason = "not-asked"
)

// ConfirmationError: the user has not consented to what would happen. Nothing
// was sent; Now is what is known at present, to be shown with the question.
type ConfirmationError struct {
	Reason ConfirmReason
	Now    Tries
}

func (e *ConfirmationError) Error() string {
	return fmt.Sprintf("confirmation needed for %s: %s", e.Now.Reference, e.Reason)
}

// NotCIEError: the card on the reader is something else. It got no command of
// the CIE beyond SELECT.
type NotCIEError struct{ Recognition Recognition }

func (e *NotCIEError) Error() string {
	return fmt.Sprintf("not a CIE: %s", e.Recognition.Kind)
}

// NotGenuineError: the card failed to prove itself. No PIN went out, but for
// StepCertificate, which is found out behind it. Overridable says that
// RememberOverride can make the card pass from now on: true for StepSODHash
// only.
type NotGenuineError struct {
	Step        string // one of the Step constants
	Overridable bool
	Err         error
}

func (e *NotGenuineError) Error() string {
	return fmt.Sprintf("card not proven genuine (%s): %v", e.Step, e.Err)
}
func (e *NotGenuineError) Unwrap() error { return e.Err }

// ChannelError: the secure channel could not be built or broke. No PIN or PUK
// command went out in this operation.
type ChannelError struct{ Err error }

func (e *ChannelError) Error() string { return "secure channel: " + e.Err.Error() }
func (e *ChannelError) Unwrap() error { return e.Err }

// OutcomeError: a PIN or PUK command went out and its answer was lost or
// cannot be trusted. A try may be spent; nothing was repeated. Now is the
// counter read again afterwards, where the card still told it.
type OutcomeError struct {
	Reference Reference
	Command   string // "VERIFY", "CHANGE REFERENCE DATA", "RESET RETRY COUNTER"
	Now       *Tries
	Err       error
}

func (e *OutcomeError) Error() string {
	return fmt.Sprintf("outcome of %s (%s) unknown: %v", e.Command, e.Reference, e.Err)
}
func (e *OutcomeError) Unwrap() error { return e.Err }

// InterruptedError: the PIN was right, and what was to follow broke off. No try
// is spent.
type InterruptedError struct{ Err error }

func (e *InterruptedError) Error() string { return "after the PIN was verified: " + e.Err.Error() }
func (e *InterruptedError) Unwrap() error { return e.Err }

// RefusedError: the card answered a PIN or PUK command, through the channel,
// with a status word that says neither done nor wrong. Now is the counter read
// again afterwards, where the card told it.
type RefusedError struct {
	Reference Reference
	Command   string
	SW        iso7816.StatusWord
	Now       *Tries
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s (%s) refused: %v", e.Command, e.Reference, e.SW)
}
func (e *RefusedError) Unwrap() error { return e.SW }

// Where a card failed its proof, for NotGenuineError.Step.
const (
	StepChip         = "chip"
	StepSODMissing   = "sod-missing"
	StepSODSignature = "sod-signature"
	StepSODHash      = "sod-hash"
	StepCertificate  = "certificate"
)

// ErrNothingToAccept: the card is proven, or fails its proof in a way that
// nobody may overlook.
var ErrNothingToAccept = errors.New("nothing to accept about this card")

// ErrNotInspected: the operation needs a card that was inspected before.
var ErrNotInspected = errors.New("card not inspected yet")

// ErrOtherCard: the card is not the one the user chose and consented to.
var ErrOtherCard = errors.New("another card is on the reader")

// ErrNotVerified: the operation needs the PIN, and no PIN is verified.
var ErrNotVerified = errors.New("no PIN verified in this session")

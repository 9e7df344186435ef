package app

import (
	"context"
	"errors"

	"cientro/card"
)

// Asker is how a use case speaks with a person: a terminal, a window, or a
// script in a test. All questions are asked while no transaction holds the
// card, so they may take their time.
type Asker interface {
	// Interactive says that a person answers. If not, secrets are taken as they
	// come before any card is touched, and nothing else is asked.
	Interactive() bool
	// Secret asks for a code. The caller wipes what it gets. A person who gives
	// up is a *CancelledError.
	Secret(ctx context.Context, q SecretQuestion) ([]byte, error)
	// ConfirmLastTry asks for the second, explicit yes.
	ConfirmLastTry(ctx context.Context, tries card.Tries) (bool, error)
	// ConfirmPUK asks for the number of tries, typed by hand.
	ConfirmPUK(ctx context.Context, tries card.Tries) (int, error)
	// Show tells what was found out about the card, before anything is asked;
	// with OneOfSeveral also which card it is.
	Show(report *CardReport, ref card.Reference)
	// Progress tells what the card is being asked to do.
	Progress(phase card.Phase)
}

// Secret is a code that can be asked for.
type Secret string

// The codes.
const (
	SecretPIN         Secret = "pin"
	SecretNewPIN      Secret = "new_pin"
	SecretNewPINAgain Secret = "new_pin_again"
	SecretPUK         Secret = "puk"
)

// SecretQuestion asks for one code. Refused says why the answer before was not
// taken; nil at first.
type SecretQuestion struct {
	Secret  Secret
	Refused error
}

// ErrDifferent: the new PIN and its repetition are not the same.
var ErrDifferent = errors.New("the two new PINs differ")

// What a person may answer instead of a code, as the error of Secret. ErrBack
// leads to the code before, and away from the first one. ErrForgotten, given
// because nobody did anything for long, wipes what was typed so far; the first
// code is asked for again and told so as Refused.
var (
	ErrBack      = errors.New("back to the code before")
	ErrForgotten = errors.New("codes forgotten, as nobody did anything")
)

// ReadyAsker is an Asker that wants to know when all codes are in and the card
// is about to be spoken to again: nothing more will be asked.
type ReadyAsker interface {
	Asker
	Ready()
}

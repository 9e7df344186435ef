package desk

import (
	"time"

	"cientro/app"
)

// Look is what a place looks like at first sight.
type Look string

// The looks of a place.
const (
	LookEmpty   Look = "empty"   // no card
	LookReading Look = "reading" // it just arrived and is being looked at
	LookMoving  Look = "moving"  // it came and went, or was lost while being read: hold it still
	LookMute    Look = "mute"    // it is there and does not answer
	LookForeign Look = "foreign" // no CIE; Card.Name and Problem say what it is
	LookCIE     Look = "cie"     // a CIE, one of several and not chosen: nothing more was asked of it
	LookReady   Look = "ready"   // a CIE that proved itself and told its tries
	LookTrouble Look = "trouble" // Problem says why it cannot be used; Card is there where it refused its proof
)

// Looks lists them.
func Looks() []Look {
	return []Look{LookEmpty, LookReading, LookMoving, LookMute, LookForeign, LookCIE, LookReady, LookTrouble}
}

// State is everything on the desk at one moment. It does not change any more.
type State struct {
	// Service is how the smart card service is; "" before it was asked. Problem
	// says what to do about it, and is nil where it runs.
	Service app.ServiceState
	Problem *app.Problem
	// Places are the readers that can hold a person's card, those of the training
	// last. Slots for a reader's own SAM are left out.
	Places []Place
	// Chosen is the reader whose card is meant; "" where none is: there is no CIE,
	// or there are several and nobody chose, or a training is on and the only one is
	// a real one.
	Chosen string
}

// Place returns the place of a reader, nil where there is none.
func (s State) Place(reader string) *Place {
	for i := range s.Places {
		if s.Places[i].Reader.Name == reader {
			return &s.Places[i]
		}
	}
	return nil
}

// ChosenPlace returns the place of the chosen card, nil where none is.
func (s State) ChosenPlace() *Place {
	if s.Chosen == "" {
		return nil
	}
	return s.Place(s.Chosen)
}

// Place is a reader and what lies on it.
type Place struct {
	Reader app.Reader
	// Demo says that the reader and its card are made of software, for training.
	Demo bool
	Look Look
	// Card is what is known about it: of a foreign card its name, of a CIE what
	// was asked so far; else nil.
	Card *Card
	// Problem says why the card cannot be used; nil where it can, or nobody knows
	// yet.
	Problem *app.Problem
}

// Card is what is known about a card, without its PIN.
type Card struct {
	Name   string // what it is, a key as app.CardName takes it; "" is unknown
	Family string // chip family; "" is unknown
	NIS    string // number of the card, masked; "" before it was asked

	PIN, PUK Code

	// ChipProven: the chip proved that it has the key that the SOD signs.
	ChipProven bool
	// Authenticity is the level of the whole: "anchored", "self-consistent",
	// "failed" or "unknown"; "" before it was asked.
	Authenticity string
	// Refused: no PIN and no PUK goes to this card. MayAccept: the user may decide
	// otherwise, see Desk.Accept. Accepted: the user did.
	Refused, MayAccept, Accepted bool
	// TriesQueryUnsafe: asking this card for its tries may have cost one, so that
	// it is not asked any more.
	TriesQueryUnsafe bool
	// ValidFrom and ValidTo are of the holder's certificate, where an earlier
	// session brought it; else zero.
	ValidFrom, ValidTo time.Time
	// ReadAt is when the card told this; zero where it was only recognised. Another
	// program may have spent a try since.
	ReadAt time.Time
}

// Code is the state of a PIN or PUK.
type Code struct {
	// State is "ok", "counted" (some tries are spent), "last-try", "blocked" or
	// "unknown".
	State string
	// Known says whether Left means anything. Max is how many tries there are.
	Known     bool
	Left, Max int
	// Seen is when this computer last saw the number; zero where the card itself
	// told it now.
	Seen time.Time
}

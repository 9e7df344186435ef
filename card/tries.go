package card

import "time"

// Reference is the card's number for a secret (P2 of VERIFY, CHANGE REFERENCE
// DATA and RESET RETRY COUNTER; IAS ECC section 5).
type Reference byte

// The two references of the CIE application.
const (
	PINReference Reference = 0x81
	PUKReference Reference = 0x82
)

// String names the reference in words for errors and logs.
func (r Reference) String() string {
	if r == PUKReference {
		return "PUK"
	}
	return "PIN"
}

// Max is the number of tries of a fresh card: 3 for the PIN; 10 for the PUK
// is what documents say, no card was seen to tell otherwise (assumed).
func (r Reference) Max() int {
	if r == PUKReference {
		return 10
	}
	return 3
}

// Source says where a number of tries comes from.
type Source string

// A number read from the card now, one this computer saw earlier, or none.
const (
	SourceCard     Source = "card"
	SourceLastSeen Source = "last-seen"
	SourceUnknown  Source = "unknown"
)

// State is the state of a PIN or PUK in one word.
type State string

// The states of the command line contract.
const (
	StateOK      State = "ok"
	StateCounted State = "counted"
	StateLastTry State = "last-try"
	StateBlocked State = "blocked"
	StateUnknown State = "unknown"
)

// Tries is what is known about a retry counter.
type Tries struct {
	Reference Reference
	Left      int       // meaningful unless Source is SourceUnknown
	Max       int       // as the card tells, else Reference.Max
	Source    Source    // where Left comes from
	SeenAt    time.Time // when, for SourceLastSeen
	// FailedSince: a presentation of ours failed, or was lost, since the last
	// success; it matters where Left is unknown.
	FailedSince bool
}

// Known says whether Left means anything.
func (t Tries) Known() bool { return t.Source == SourceCard || t.Source == SourceLastSeen }

// State puts the counter into one word. A last seen value counts: showing it
// too kindly would cost a try, showing it too strictly costs a question.
func (t Tries) State() State {
	switch {
	case !t.Known():
		return StateUnknown
	case t.Left <= 0:
		return StateBlocked
	case t.Left == 1:
		return StateLastTry
	case t.Left < t.Max:
		return StateCounted
	}
	return StateOK
}

// Confirmation is what a person must have said before a code may be sent.
type Confirmation string

// Nothing more than typing the code; a second explicit yes for the last PIN
// try; the number of tries left typed by hand for the PUK.
const (
	ConfirmNothing Confirmation = "nothing"
	ConfirmLastTry Confirmation = "last-try"
	ConfirmPUK     Confirmation = "puk"
)

// pukTypedConfirmation is the number of PUK tries from which it must be typed.
const pukTypedConfirmation = 3

// Requires is the confirmation that what is known demands: for the last PIN try,
// for the last three of the PUK, and after a failure of ours where nobody tells.
// A blocked code requires nothing: it is refused.
func (t Tries) Requires() Confirmation {
	few := 1
	ask := ConfirmLastTry
	if t.Reference == PUKReference {
		few, ask = pukTypedConfirmation, ConfirmPUK
	}
	if t.Known() && t.Left <= few || t.Source == SourceUnknown && t.FailedSince {
		return ask
	}
	// A last seen value is as old as it is; a failure of ours since the last
	// success says that the next one may be the last.
	if t.Reference == PINReference && t.Source == SourceLastSeen && t.FailedSince {
		return ask
	}
	return ConfirmNothing
}

// ConfirmNumber is the number that ConfirmPUK asks the user to type: the tries
// left as shown, or 1, the worst case, where they are unknown.
func (t Tries) ConfirmNumber() int {
	if t.Known() {
		return t.Left
	}
	return 1
}

// Consent is one confirmation by the user: for one card, for one code, given
// while a certain number of tries was shown. It pays for at most one wrong
// presentation and is used up by it.
type Consent struct {
	card  string // identity of the card
	shown Tries
	// LastTry records the second, explicit yes to the last PIN try.
	LastTry bool
	// PUKTries is the number of tries the user typed to confirm a PUK
	// presentation; 0 where none was asked for.
	PUKTries int
	used     *bool
}

// Used says whether it was paid with: a code went out, or would have, had the
// link not failed before it.
func (c Consent) Used() bool { return c.used != nil && *c.used }

// Shown returns the tries the user saw when consenting.
func (c Consent) Shown() Tries { return c.shown }

package wizard

import (
	"time"

	"cientro/app"
	"cientro/card"
)

// Kind is what a wizard is for.
type Kind string

// The kinds.
const (
	Verify      Kind = "verify"
	Change      Kind = "change"
	Unblock     Kind = "unblock"
	Certificate Kind = "certificate"
)

// presentsPUK says whether the PUK is what goes to the card first.
func (k Kind) presentsPUK() bool { return k == Unblock }

// setsPIN says whether a new PIN is chosen.
func (k Kind) setsPIN() bool { return k == Change || k == Unblock }

// Step is where a wizard stands.
type Step string

// The steps, in the order in which they may come.
const (
	Looking     Step = "looking"       // the card is looked at; no try can be spent
	LastTryGate Step = "last-try-gate" // the second, explicit yes to the last PIN try
	PUKGate     Step = "puk-gate"      // the number of PUK tries, typed by hand
	TypePIN     Step = "type-pin"
	TypePUK     Step = "type-puk"
	TypeNewPIN  Step = "type-new-pin"
	TypeAgain   Step = "type-again" // the new PIN once more
	Sending     Step = "sending"    // the card works: it must not be moved
	Ended       Step = "ended"      // Outcome says how
)

// Typing says whether a code is typed at this step.
func (s Step) Typing() bool {
	return s == TypePIN || s == TypePUK || s == TypeNewPIN || s == TypeAgain
}

// Waits says whether the step waits for the person, and the card is left alone.
func (s Step) Waits() bool { return s.Typing() || s == LastTryGate || s == PUKGate }

// State is all there is to show. It is a value: nothing in it changes later.
type State struct {
	Kind Kind
	Step Step
	// Number and Of say "step 2 of 4"; 0 while the card is looked at, when it
	// is not known yet how many there will be.
	Number, Of int
	// Card is the card meant; zero until it has been looked at.
	Card Card
	// Tries are those of the code that goes to the card: the PUK's when
	// unblocking, else the PIN's. At the end they are what is left, and those of
	// the PIN once it is unblocked.
	Tries Tries
	// Phase is what the card is being asked to do while Looking and Sending: a
	// key below "phase."; empty before the first.
	Phase string
	// Refused says why what was typed last was not taken; empty where nothing was
	// refused. Nothing was sent.
	Refused Refusal
	// MayGoBack: Back leads to the code before.
	MayGoBack bool
	// Confirm is the number that has to be typed at PUKGate.
	Confirm int
	// Outcome is nil until the end.
	Outcome *Outcome
}

// Card says which card is meant, and what is to be minded about it.
type Card struct {
	Reader string // its name
	NIS    string // masked but for the last four digits
	// OneOfSeveral: other readers hold cards as well, so people must be told
	// which one is meant.
	OneOfSeveral bool
	// TakenOn: the card is not proven, and the user has accepted it.
	TakenOn bool
	// QueryUnsafe: asking this card for its tries may have cost one, so it is
	// not asked any more.
	QueryUnsafe bool
}

// Code is one of the card's two secrets.
type Code string

// The codes.
const (
	PIN Code = "pin"
	PUK Code = "puk"
)

// Tries is what is known about how often a code may still be wrong.
type Tries struct {
	Code Code
	// Known says whether Left means anything.
	Known     bool
	Left, Max int
	// Seen is when this computer saw the number; zero where the card itself
	// told it just now.
	Seen time.Time
	// Doubtful: a presentation from this computer failed, or was lost, since
	// the last one that is known to have been right.
	Doubtful bool
}

// Refusal says why something typed was not taken.
type Refusal string

// The refusals: of form, of weakness, of repetition, of a confirmation; and
// codes that were forgotten because nobody did anything for two minutes.
const (
	RefusedNothing   Refusal = ""
	RefusedLength    Refusal = "length"
	RefusedNotDigits Refusal = "not-digits"
	RefusedDifferent Refusal = "different"
	RefusedNumber    Refusal = "number" // at PUKGate: not the number shown
	RefusedIdle      Refusal = "idle"
	// A weak PIN is refused as refusedWeak and the rule, as in package card.
	refusedWeak = "weak-"
)

// Refusals lists every reason, so that a window can be tested to have words for
// each.
func Refusals() []Refusal {
	all := []Refusal{RefusedLength, RefusedNotDigits, RefusedDifferent, RefusedNumber, RefusedIdle}
	for _, w := range []card.Weakness{
		card.WeakEqualDigits, card.WeakAscending, card.WeakDescending, card.WeakRepeatedPair,
		card.WeakRepeatedQuartet, card.WeakSameAsOld, card.WeakBirthDate,
	} {
		all = append(all, refusedWeak+Refusal(w))
	}
	return all
}

// Spent says what an operation cost.
type Spent string

// Tries spent.
const (
	SpentNone    Spent = "none"
	SpentOne     Spent = "one"
	SpentUnknown Spent = "unknown"
)

// Outcome is how a wizard ended.
type Outcome struct {
	// Problem is what went wrong, with its sentences; nil: it is done.
	Problem *app.Problem
	// Spent: what it cost. Never one for what was cancelled or refused before
	// the code went out.
	Spent Spent
	// Offers are what may sensibly be done next, the best first.
	Offers []Offer
	// Certificate is what was read; nil but for Certificate that is done.
	Certificate *app.HolderCertificate
}

// Offer is something to do next. None happens by itself.
type Offer string

// The offers.
const (
	OfferAgain   Offer = "again"   // a new wizard of this kind, from its beginning
	OfferVerify  Offer = "verify"  // find out which PIN is the right one
	OfferUnblock Offer = "unblock" // with the PUK
	OfferAccept  Offer = "accept"  // take the card as it is, for good
	OfferGuide   Offer = "guide"   // where the codes are, and what to do without
)

package wizard

import (
	"time"

	"cientro/app"
	"cientro/card"
	"cientro/card/iso7816"
)

// result is what a use case came back with, and what was known meanwhile.
type result struct {
	tries       card.Tries
	certificate *app.HolderCertificate
	err         error

	before    Tries
	presented bool // the code went out, or was about to
	cardGone  bool // the walk was cancelled because the card left
}

// judge says what it means.
func (r result) judge(k Kind) (Outcome, Tries) {
	if r.err == nil {
		return Outcome{Spent: SpentNone, Certificate: r.certificate}, r.triesWhenDone(k)
	}
	p := r.problem()
	return Outcome{Problem: &p, Spent: spent(p, r.presented), Offers: offers(p)}, r.triesAfter(p)
}

// problem is the error in the words of package app. Two things are known here
// and not there: that no code was on its way yet, whatever broke, and that the
// walk was cancelled by the card's leaving.
func (r result) problem() app.Problem {
	p := app.ProblemOf(r.err)
	if r.cardGone && p.Kind == app.KindCancelled && !r.presented {
		p = app.ProblemOf(&iso7816.LinkError{Kind: iso7816.LinkRemoved, Err: errCardGone})
	}
	if p.Meaning == app.MeansUnknown && !r.presented {
		p.Meaning = app.MeansNothingSent
	}
	return p
}

// spent says what a problem cost. A code that turns out to be blocked once it
// was presented may have been blocked by that very presentation, unless the
// problem says which.
func spent(p app.Problem, presented bool) Spent {
	switch p.Meaning {
	case app.MeansOneSpent:
		return SpentOne
	case app.MeansUnknown:
		return SpentUnknown
	case app.MeansPINBlocked, app.MeansPUKBlocked:
		switch {
		case p.Key == "pin_blocked_now" || p.Key == "puk_blocked_now":
			return SpentOne
		case presented:
			return SpentUnknown
		}
	case app.MeansUntouched, app.MeansNothingSent, app.MeansVerified, app.MeansPUKRight:
	}
	return SpentNone
}

func (r result) triesWhenDone(k Kind) Tries {
	if k == Certificate { // the right PIN fills the counter
		return full(r.before)
	}
	return triesOf(r.tries)
}

// triesAfter is what is left: what the problem tells, else what follows from it,
// else nothing is known.
func (r result) triesAfter(p app.Problem) Tries {
	t := r.before
	switch p.Key {
	case "unblock_outcome", "unblock_refused": // the PUK was right; the number is the PIN's
		t = Tries{Code: PIN, Max: card.PINReference.Max()}
	}
	switch {
	case p.TriesLeft != nil:
		t.Known, t.Left, t.Max, t.Seen = true, *p.TriesLeft, max(t.Max, *p.TriesLeft), time.Time{}
		return t
	case r.presented && (p.Kind == app.KindOutcomeUnknown || p.Kind == app.KindUnexpected), p.Meaning == app.MeansOneSpent:
		return Tries{Code: t.Code, Max: t.Max, Doubtful: true}
	case p.Meaning == app.MeansVerified, p.Meaning == app.MeansPUKRight:
		return full(t)
	}
	return t
}

// full is the counter behind a code that was right. How many tries the PUK has
// only the card can tell.
func full(t Tries) Tries {
	if t.Code == PUK && (!t.Known || !t.Seen.IsZero()) {
		return Tries{Code: PUK, Max: t.Max}
	}
	return Tries{Code: t.Code, Known: true, Left: t.Max, Max: t.Max}
}

// offers are what may sensibly be done next. A PUK is no matter for attempts, so
// where to find it comes first.
func offers(p app.Problem) []Offer {
	switch p.Key {
	case "wrong_pin":
		return []Offer{OfferAgain, OfferGuide}
	case "pin_blocked", "pin_blocked_now":
		return []Offer{OfferUnblock, OfferGuide}
	case "wrong_puk":
		return []Offer{OfferGuide, OfferAgain}
	case "puk_blocked", "puk_blocked_now":
		return []Offer{OfferGuide}
	case "change_outcome", "unblock_outcome":
		return []Offer{OfferVerify}
	case "sod_hash":
		return []Offer{OfferAccept}
	case "sod_signature", "certificate_not_genuine", "cns", "passport", "other_card":
		return nil
	}
	return []Offer{OfferAgain}
}

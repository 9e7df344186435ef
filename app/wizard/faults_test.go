package wizard

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card"
	"cientro/card/virtual"
)

// faults are the ways in which a card or its link can fail at one command.
func faults() []virtual.FaultKind {
	return []virtual.FaultKind{
		virtual.FaultRemove, virtual.FaultRemoveAfter, virtual.FaultReset, virtual.FaultResetAfter,
		virtual.FaultLostBefore, virtual.FaultLostAfter, virtual.FaultBadMAC, virtual.FaultBadSSC,
		virtual.FaultStatusPlain, virtual.FaultTruncated, virtual.FaultRandom,
	}
}

// TestFaultsAtEachCommand: whatever breaks at whatever command, the wizard ends,
// nothing is sent twice, and what the end says is so on the card. Unless all is
// asked for (CIENTRO_TEST_ALL), each kind of fault is tried at some commands of
// each kind of wizard, others each.
func TestFaultsAtEachCommand(t *testing.T) {
	stride := 9
	if os.Getenv("CIENTRO_TEST_ALL") != "" {
		stride = 1
	}
	for i, k := range kinds {
		for j, kind := range faults() {
			for _, code := range []string{first(k), wrong(k)} {
				for at := 1 + (i+j)%stride; ; at += stride {
					if !faulty(t, k, virtual.Fault{Kind: kind, At: at, StatusWord: 0x6F00}, code) {
						break
					}
				}
			}
		}
	}
}

func wrong(k Kind) string {
	if k == Unblock {
		return wrongPUK
	}
	return wrongPIN
}

// TestFaultsAtTheCommandsThatCount: VERIFY, CHANGE and RESET RETRY COUNTER, each
// fault.
func TestFaultsAtTheCommandsThatCount(t *testing.T) {
	for _, k := range kinds {
		for _, kind := range faults() {
			for _, ins := range counting(k) {
				for _, code := range []string{first(k), wrong(k)} {
					faulty(t, k, virtual.Fault{Kind: kind, INS: ins, StatusWord: 0x6F00}, code)
				}
			}
		}
	}
}

// counting are the instructions of a kind that carry a code.
func counting(k Kind) []virtual.Instruction {
	switch k {
	case Change:
		return []virtual.Instruction{0x20, 0x24}
	case Unblock:
		return []virtual.Instruction{0x20, 0x2C}
	}
	return []virtual.Instruction{0x20}
}

// faulty walks a wizard with a fault armed, and judges its end by the card. It
// returns whether the fault fired.
func faulty(t *testing.T, k Kind, f virtual.Fault, code string) bool {
	t.Helper()
	s := newStand(t)
	require.NoError(t, s.card.SetTries(2, 9))
	require.NoError(t, s.card.Arm(f))
	w := s.start(k)
	w.enter(code)
	w.enter(newPIN)
	w.enter(newPIN)
	w.ends()
	fired := len(s.card.Armed()) == 0
	what := fmt.Sprintf("%s, %s at %d of %02X: %s", k, f.Kind, f.At, f.INS, w.problem())

	sent, state := s.sent(), s.card.State()
	for command, times := range sent {
		assert.LessOrEqual(t, times, 1, "%s: command %d", what, command)
	}
	left, full, before := state.PINTries, 3, 2
	if k == Unblock {
		left, full, before = state.PUKTries, 10, 9
	}
	switch w.now.Outcome.Spent {
	case SpentNone:
		assert.Contains(t, []int{before, full}, left, what)
	case SpentOne:
		assert.Equal(t, before-1, left, what)
	case SpentUnknown:
		assert.Equal(t, 1, sent[0], "%s: what was not sent is not unknown", what)
		assert.False(t, w.now.Tries.Known && w.now.Tries.Seen.IsZero() && w.now.Outcome.Problem.TriesLeft == nil, what)
	}
	truthful(t, k, w, state, what)
	return fired
}

// truthful compares what the end says of tries and PIN with the card.
func truthful(t *testing.T, k Kind, w *walk, state virtual.State, what string) {
	t.Helper()
	tries := w.now.Tries
	if tries.Known && tries.Seen.IsZero() && w.now.Of > 0 {
		is := state.PINTries
		if tries.Code == PUK {
			is = state.PUKTries
		}
		assert.Equal(t, is, tries.Left, "%s: tries left", what)
	}
	if w.now.Outcome.Problem == nil {
		assert.Equal(t, k.setsPIN(), state.PIN == newPIN, what)
		return
	}
	if w.now.Outcome.Problem.Key != "change_outcome" && w.now.Outcome.Problem.Key != "unblock_outcome" {
		assert.Equal(t, rightPIN, state.PIN, "%s: the PIN is what it was", what)
	}
	for _, o := range w.now.Outcome.Offers {
		assert.NotEqual(t, OfferAccept, o, "%s: a fault is nothing to accept", what)
	}
}

// TestTheCardTakenAwayWhileACodeIsTyped, of which nobody told the wizard: the
// next command finds out, and nothing has gone out.
func TestTheCardTakenAwayWhileACodeIsTyped(t *testing.T) {
	for _, k := range kinds {
		for _, back := range []bool{false, true} {
			s := newStand(t)
			w := s.path(k, waiting(k)[len(waiting(k))-1])
			s.card.Remove()
			if back {
				err := s.card.Insert()
				require.NoError(t, err)
				require.NoError(t, s.reader.Reset())
			}
			last := newPIN
			if !k.setsPIN() {
				last = first(k)
			}
			w.enter(last)
			w.ends()
			if back {
				assert.Nil(t, w.now.Outcome.Problem, "the same card, in a channel of its own")
				assert.Equal(t, 1, s.sent()[0])
				continue
			}
			assert.Equal(t, "card_removed", w.problem())
			assert.Equal(t, SpentNone, w.now.Outcome.Spent)
			assert.Zero(t, s.sent())
		}
	}
}

// TestEveryEndOffersSomethingSensible: what cannot help is not offered.
func TestEveryEndOffersSomethingSensible(t *testing.T) {
	for key, want := range map[string][]Offer{
		"wrong_pin": {OfferAgain, OfferGuide}, "pin_blocked": {OfferUnblock, OfferGuide},
		"change_outcome": {OfferVerify}, "unblock_outcome": {OfferVerify},
		"verify_outcome": {OfferAgain}, "sod_signature": nil, "passport": nil,
		"card_removed": {OfferAgain}, "unexpected": {OfferAgain},
	} {
		assert.Equal(t, want, offers(app.Problem{Key: key}), key)
	}
}

// TestWhatIsKnownOnlyHere: whether the code was on its way when something broke
// decides what an error means that says nothing of it.
func TestWhatIsKnownOnlyHere(t *testing.T) {
	odd := errors.New("nobody foresaw this")
	blocked := &card.BlockedError{Reference: card.PINReference}
	before := Tries{Code: PIN, Known: true, Left: 2, Max: 3}
	unknown := Tries{Code: PIN, Max: 3, Doubtful: true}
	for _, tt := range []struct {
		r       result
		spent   Spent
		meaning app.Meaning
		tries   Tries
	}{
		{result{err: odd}, SpentNone, app.MeansNothingSent, before},
		{result{err: odd, presented: true}, SpentUnknown, app.MeansUnknown, unknown},
		{result{err: blocked}, SpentNone, app.MeansPINBlocked, Tries{Code: PIN, Known: true, Max: 3}},
		{result{err: blocked, presented: true}, SpentUnknown, app.MeansPINBlocked, Tries{Code: PIN, Known: true, Max: 3}},
		{result{err: context.Canceled, cardGone: true, presented: true}, SpentNone, app.MeansNothingSent, before},
	} {
		tt.r.before = before
		outcome, tries := tt.r.judge(Verify)
		assert.Equal(t, tt.spent, outcome.Spent, "%+v", tt.r)
		assert.Equal(t, tt.meaning, outcome.Problem.Meaning, "%+v", tt.r)
		assert.Equal(t, tt.tries, tries, "%+v", tt.r)
	}

	// Of the PUK only the card can tell how many tries are full.
	told, seen := Tries{Code: PUK, Known: true, Left: 4, Max: 10}, Tries{Code: PUK, Known: true, Left: 4, Max: 10, Seen: time.Now()}
	right := &app.AfterCodeError{Presented: card.PUKReference, Err: odd}
	_, tries := result{err: right, presented: true, before: told}.judge(Unblock)
	assert.Equal(t, Tries{Code: PUK, Known: true, Left: 10, Max: 10}, tries)
	_, tries = result{err: right, presented: true, before: seen}.judge(Unblock)
	assert.Equal(t, Tries{Code: PUK, Max: 10}, tries)
}

// TestRefusalsAreListed: what is not in the list has no words in a window.
func TestRefusalsAreListed(t *testing.T) {
	listed := Refusals()
	for _, err := range []error{
		app.ErrDifferent, app.ErrForgotten, &card.FormatError{}, &card.FormatError{NotDigits: true},
		&card.WeakPINError{Weakness: card.WeakBirthDate}, &card.WeakPINError{Weakness: card.WeakSameAsOld},
	} {
		assert.Contains(t, listed, refusalOf(err))
	}
	assert.Equal(t, RefusedNothing, refusalOf(nil))
}

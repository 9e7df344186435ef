package wizard

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/virtual"
)

func TestRightCodes(t *testing.T) {
	for k, want := range map[Kind][3]int{Verify: {1, 0, 0}, Change: {1, 1, 0}, Unblock: {1, 0, 1}, Certificate: {1, 0, 0}} {
		s := newStand(t)
		s.left(PIN, 2)
		if k == Unblock {
			s.left(PIN, 0)
		}
		end := s.run(k).now
		assert.Nil(t, end.Outcome.Problem, k)
		assert.Equal(t, SpentNone, end.Outcome.Spent)
		assert.Empty(t, end.Outcome.Offers)
		assert.Equal(t, Tries{Code: PIN, Known: true, Left: 3, Max: 3}, end.Tries, k)
		assert.Equal(t, want, s.sent(), k)
		assert.Equal(t, 3, s.card.State().PINTries)
		if k.setsPIN() {
			assert.Equal(t, newPIN, s.card.State().PIN)
		}
		if k == Certificate {
			require.NotNil(t, end.Outcome.Certificate)
			assert.Equal(t, "SPECIMEN", end.Outcome.Certificate.Surname.Reveal())
		} else {
			assert.Nil(t, end.Outcome.Certificate)
		}
	}
}

// TestEachStepSaysAllThatCounts: the card, the tries and which step of how many
// stand in the state at every step that waits.
func TestEachStepSaysAllThatCounts(t *testing.T) {
	numbers := map[Kind]map[Step][2]int{
		Verify:      {LastTryGate: {1, 3}, TypePIN: {1, 2}},
		Certificate: {LastTryGate: {1, 3}, TypePIN: {1, 2}},
		Change:      {LastTryGate: {1, 5}, TypePIN: {1, 4}, TypeNewPIN: {2, 4}, TypeAgain: {3, 4}},
		Unblock:     {PUKGate: {1, 5}, TypePUK: {1, 4}, TypeNewPIN: {2, 4}, TypeAgain: {3, 4}},
	}
	for _, k := range kinds {
		for _, step := range waiting(k) {
			s := newStand(t)
			w := s.path(k, step)
			assert.Equal(t, numbers[k][step], [2]int{w.now.Number, w.now.Of}, "%s %s", k, step)
			assert.Equal(t, reader, w.now.Card.Reader)
			assert.Regexp(t, `^\*+\d{4}$`, w.now.Card.NIS)
			tries := Tries{Code: PIN, Known: true, Left: 3, Max: 3}
			if step == LastTryGate {
				tries.Left = 1
			}
			if k == Unblock {
				tries = Tries{Code: PUK, Known: true, Left: 10, Max: 10}
			}
			if step == PUKGate {
				tries.Left = 3
				assert.Equal(t, 3, w.now.Confirm)
			}
			assert.Equal(t, tries, w.now.Tries, "%s %s", k, step)
			assert.Equal(t, step == TypeNewPIN || step == TypeAgain, w.now.MayGoBack)
			assert.Nil(t, w.now.Outcome)
			assert.Empty(t, w.now.Phase)
			assert.True(t, step.Waits())
			w.Cancel()
			w.ends()
		}
	}
}

func TestLookingAndSendingSayWhatIsDone(t *testing.T) {
	s := newStand(t)
	w := s.prepare(Change)
	var steps []Step
	phases := map[Step]map[string]bool{Looking: {}, Sending: {}}
	told := w.c.Changed
	w.c.Changed = func() {
		now := w.State()
		steps = append(steps, now.Step)
		if phases[now.Step] != nil {
			phases[now.Step][now.Phase] = true
		}
		told()
	}
	assert.Equal(t, Looking, w.State().Step)
	assert.Zero(t, w.State().Number)
	w.Start(t.Context())
	w.settle()
	w.enter(rightPIN)
	w.enter(newPIN)
	w.enter(newPIN)
	w.ends()
	assert.Equal(t, Looking, steps[0])
	for _, p := range []string{"recognise", "channel", "prove", "tries"} {
		assert.True(t, phases[Looking][p], p)
	}
	for _, p := range []string{"", "verify", "change"} {
		assert.True(t, phases[Sending][p], p)
	}
}

// TestWrongCodes: one confirmation is one presentation, and a new attempt a new
// wizard with the tries as they are now.
func TestWrongCodes(t *testing.T) {
	s := newStand(t)
	w := s.start(Verify)
	w.enter(wrongPIN)
	w.ends()
	assert.Equal(t, "wrong_pin", w.problem())
	assert.Equal(t, SpentOne, w.now.Outcome.Spent)
	assert.Equal(t, Tries{Code: PIN, Known: true, Left: 2, Max: 3}, w.now.Tries)
	assert.Equal(t, []Offer{OfferAgain, OfferGuide}, w.now.Outcome.Offers)
	assert.Equal(t, [3]int{1, 0, 0}, s.sent())

	w = s.start(Certificate)
	assert.Equal(t, 2, w.now.Tries.Left)
	w.enter(wrongPIN)
	w.ends()
	assert.Equal(t, SpentOne, w.now.Outcome.Spent)
	assert.Nil(t, w.now.Outcome.Certificate)
	assert.Equal(t, [3]int{2, 0, 0}, s.sent())

	w = s.start(Change)
	assert.Equal(t, LastTryGate, w.now.Step)
	w.enter(wrongPIN)
	assert.Equal(t, LastTryGate, w.now.Step, "no code passes the gate")
	w.ConfirmLastTry()
	assert.Equal(t, TypePIN, w.settle().Step)
	w.enter(wrongPIN)
	w.enter(newPIN)
	w.enter(newPIN)
	w.ends()
	assert.Equal(t, "pin_blocked_now", w.problem())
	assert.Equal(t, SpentOne, w.now.Outcome.Spent)
	assert.Equal(t, 0, w.now.Tries.Left)
	assert.True(t, w.now.Tries.Known)
	assert.Equal(t, []Offer{OfferUnblock, OfferGuide}, w.now.Outcome.Offers)
	assert.Equal(t, [3]int{3, 0, 0}, s.sent())

	for _, k := range []Kind{Verify, Change, Certificate} {
		w = s.start(k)
		w.ends()
		assert.Equal(t, "pin_blocked", w.problem(), "said before anything is typed")
		assert.Equal(t, SpentNone, w.now.Outcome.Spent)
		assert.Zero(t, w.now.Number, "there was no step")
	}
	w = s.start(Unblock)
	w.enter(wrongPUK)
	w.enter(newPIN)
	w.enter(newPIN)
	w.ends()
	assert.Equal(t, "wrong_puk", w.problem())
	assert.Equal(t, SpentOne, w.now.Outcome.Spent)
	assert.Equal(t, Tries{Code: PUK, Known: true, Left: 9, Max: 10}, w.now.Tries)
	assert.Equal(t, []Offer{OfferGuide, OfferAgain}, w.now.Outcome.Offers)
	assert.Equal(t, [3]int{4, 0, 0}, s.sent())
}

// TestThePUKGate: from three tries on the number is typed by hand, and the last
// one blocks the card for ever.
func TestThePUKGate(t *testing.T) {
	s := newStand(t)
	s.left(PUK, 4)
	w := s.start(Unblock)
	assert.Equal(t, TypePUK, w.now.Step, "four are not few")
	w.Cancel()
	w.ends()

	for left := 3; left >= 1; left-- {
		s.left(PUK, left)
		s.card.ClearJournal()
		w = s.start(Unblock)
		require.Equal(t, PUKGate, w.now.Step)
		assert.Equal(t, left, w.now.Confirm)
		looked := s.card.Counters().APDUs
		for _, other := range []int{0, -1, left + 1, 10, 100} {
			w.ConfirmPUK(other)
			now := w.settle()
			require.Equal(t, PUKGate, now.Step)
			assert.Equal(t, RefusedNumber, now.Refused)
		}
		w.enter(rightPUK)
		assert.Equal(t, PUKGate, w.now.Step)
		w.ConfirmLastTry()
		assert.Equal(t, PUKGate, w.settle().Step)
		assert.Equal(t, looked, s.card.Counters().APDUs, "not one command at the gate")
		w.ConfirmPUK(left)
		assert.Equal(t, TypePUK, w.settle().Step)
		assert.Empty(t, w.now.Refused)
		w.enter(wrongPUK)
		w.enter(newPIN)
		w.enter(newPIN)
		w.ends()
		assert.Equal(t, [3]int{1, 0, 0}, s.sent())
		assert.Equal(t, SpentOne, w.now.Outcome.Spent)
		assert.Equal(t, left-1, w.now.Tries.Left)
	}
	assert.Equal(t, "puk_blocked_now", w.problem())
	assert.Equal(t, []Offer{OfferGuide}, w.now.Outcome.Offers)
	w = s.start(Unblock)
	w.ends()
	assert.Equal(t, "puk_blocked", w.problem())
	assert.Equal(t, SpentNone, w.now.Outcome.Spent)
	assert.Zero(t, s.card.Counters().EmptyVerify[0x82], "the PUK never gets an empty VERIFY")
}

// TestWhatCannotBeRightSendsNothing: form, weakness, repetition.
func TestWhatCannotBeRightSendsNothing(t *testing.T) {
	malformed := map[string]Refusal{
		"": RefusedLength, "4": RefusedLength, "4173962": RefusedLength, "417396281": RefusedLength,
		"4173962a": RefusedNotDigits, "4173 628": RefusedNotDigits, "４１７３": RefusedLength, "41739628\n": RefusedLength,
	}
	weak := map[string]Refusal{
		"11111111": "weak-equal-digits", "12345678": "weak-ascending", "98765432": "weak-descending",
		"27272727": "weak-repeated-pair", "27182718": "weak-repeated-quartet",
	}
	for _, k := range kinds {
		for _, step := range waiting(k) {
			if !step.Typing() {
				continue
			}
			s := newStand(t)
			w := s.path(k, step)
			before := s.card.Counters().APDUs
			try := func(code string, want Refusal) {
				now := w.enter(code)
				at := step
				if step == TypeAgain { // any other code differs: the new PIN is chosen again
					at, want = TypeNewPIN, RefusedDifferent
				}
				assert.Equal(t, at, now.Step, "%s %s %q", k, step, code)
				assert.Equal(t, want, now.Refused, "%s %s %q", k, step, code)
				if step == TypeAgain {
					w.enter(newPIN)
				}
			}
			for code, want := range malformed {
				try(code, want)
			}
			if step == TypeNewPIN {
				for code, want := range weak {
					try(code, want)
				}
				if k == Change {
					try(rightPIN, "weak-same-as-old")
				}
			}
			assert.Equal(t, before, s.card.Counters().APDUs, "%s %s", k, step)
			w.Cancel()
			w.ends()
			assert.Zero(t, s.sent())
		}
	}
}

func TestTheBirthDateIsWeak(t *testing.T) {
	s := newStand(t)
	s.run(Certificate)
	w := s.start(Change)
	w.enter(rightPIN)
	assert.Equal(t, Refusal("weak-birth-date"), w.enter("01011980").Refused)
	w.Cancel()
	w.ends()
}

func TestBack(t *testing.T) {
	for _, k := range []Kind{Change, Unblock} {
		s := newStand(t)
		w := s.path(k, TypeAgain)
		before := s.card.Counters().APDUs
		w.Back()
		assert.Equal(t, TypeNewPIN, w.settle().Step)
		assert.Empty(t, w.now.Refused)
		w.Back()
		at := w.settle()
		assert.Equal(t, map[Kind]Step{Change: TypePIN, Unblock: TypePUK}[k], at.Step)
		assert.False(t, at.MayGoBack)
		w.Back()
		assert.Equal(t, at, w.settle(), "nothing is before the first code")
		assert.Equal(t, before, s.card.Counters().APDUs)

		// What is typed now counts, and nothing of before.
		w.enter(first(k))
		w.enter("31415926")
		w.enter("31415926")
		w.ends()
		assert.Nil(t, w.now.Outcome.Problem)
		assert.Equal(t, "31415926", s.card.State().PIN)
		assert.Equal(t, 1, s.sent()[0])
	}
}

// TestCodesAreForgotten: who walks away leaves no code behind.
func TestCodesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, k := range []Kind{Change, Unblock} {
			for _, step := range []Step{TypeNewPIN, TypeAgain} {
				s := newStand(t)
				w := s.path(k, step, func(c *Config) { c.Idle = 20 * time.Millisecond })
				first := map[Kind]Step{Change: TypePIN, Unblock: TypePUK}[k]
				require.Eventually(t, func() bool { return w.State().Step == first }, 10*time.Second, time.Millisecond)
				now := w.settle()
				assert.Equal(t, RefusedIdle, now.Refused)
				assert.Zero(t, s.sent())
				for i, code := range s.codes {
					assert.Equal(t, make([]byte, 8), code, "code %d", i)
				}
				time.Sleep(30 * time.Millisecond)
				assert.Equal(t, now, w.State(), "the first code has nothing to forget")
				w.Cancel()
				w.ends()
			}
		}
	})
}

// TestDigitsPutIdlenessOff: as long as somebody types, nothing is forgotten.
func TestDigitsPutIdlenessOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		w := s.path(Change, TypeNewPIN, func(c *Config) { c.Idle = 300 * time.Millisecond })
		for range 12 {
			time.Sleep(50 * time.Millisecond)
			w.Touch()
		}
		assert.Equal(t, TypeNewPIN, w.State().Step)
		w.Cancel()
		w.ends()
	})
}

func TestAWizardIsWalkedOnce(t *testing.T) {
	s := newStand(t)
	w := s.run(Verify)
	w.Start(t.Context())
	w.Start(t.Context())
	assert.Equal(t, Ended, w.State().Step)
	assert.Equal(t, [3]int{1, 0, 0}, s.sent())
}

// TestBeforeTheStart: nothing happens by itself.
func TestBeforeTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		w := s.prepare(Verify)
		for _, act := range w.acts() {
			act()
		}
		time.Sleep(10 * time.Millisecond)
		assert.Zero(t, s.card.Counters().APDUs)
		assert.Equal(t, Looking, w.State().Step)
	})
}

// TestConfirmationsOfScriptsCountForNothing: there is a person to be asked.
func TestConfirmationsOfScriptsCountForNothing(t *testing.T) {
	s := newStand(t)
	s.left(PIN, 1)
	s.left(PUK, 3)
	given := func(c *Config) { c.Choice.ConfirmLastTry, c.Choice.ConfirmPUK = true, 3 }
	for _, k := range kinds {
		w := s.start(k, given)
		assert.Contains(t, []Step{LastTryGate, PUKGate}, w.now.Step)
		w.Cancel()
		w.ends()
	}
}

func TestSeveralCards(t *testing.T) {
	s := newStand(t)
	assert.False(t, s.path(Verify, TypePIN).now.Card.OneOfSeveral)
	s = newStand(t)
	s.others = []app.Reader{{Name: "other", Kind: app.ReaderContactless, Present: true}}
	assert.True(t, s.path(Verify, TypePIN).now.Card.OneOfSeveral)
}

// TestACardThatIsNotProven is refused before anything is typed, and used where
// the user has accepted it, which is said.
func TestACardThatIsNotProven(t *testing.T) {
	for _, k := range kinds {
		s := newStand(t)
		require.NoError(t, s.card.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: -1}))
		w := s.start(k)
		w.ends()
		assert.Equal(t, "sod_hash", w.problem())
		assert.Equal(t, SpentNone, w.now.Outcome.Spent)
		assert.Equal(t, []Offer{OfferAccept}, w.now.Outcome.Offers)
		assert.Zero(t, s.sent())

		w = s.start(k, func(c *Config) { c.Choice.AcceptUnproven = true })
		assert.True(t, w.now.Step.Typing())
		assert.True(t, w.now.Card.TakenOn)
		w.Cancel()
		w.ends()
	}
	s := newStand(t)
	assert.False(t, s.path(Verify, TypePIN).now.Card.TakenOn)
}

// TestACardThatDoesNotTell: unknown tries are said to be unknown, one attempt is
// allowed, and after a failure the gate stands.
func TestACardThatDoesNotTell(t *testing.T) {
	silent := func(s *virtual.Settings) {
		s.CountersByGetData, s.EmptyVerify, s.WrongPINHidesCount = false, virtual.EmptyVerifyRefused, true
	}
	s := newStand(t, silent)
	w := s.start(Verify)
	require.Equal(t, TypePIN, w.now.Step)
	assert.Equal(t, Tries{Code: PIN, Max: 3}, w.now.Tries)
	w.enter(wrongPIN)
	w.ends()
	assert.Equal(t, "wrong_pin", w.problem())
	assert.Equal(t, SpentOne, w.now.Outcome.Spent)
	assert.Equal(t, Tries{Code: PIN, Max: 3, Doubtful: true}, w.now.Tries)

	w = s.start(Verify)
	require.Equal(t, LastTryGate, w.now.Step)
	assert.True(t, w.now.Tries.Doubtful)
	w.ConfirmLastTry()
	w.settle()
	w.enter(rightPIN)
	w.ends()
	assert.Nil(t, w.now.Outcome.Problem)
	assert.False(t, w.now.Tries.Doubtful)

	s = newStand(t, silent)
	w = s.start(Unblock)
	require.Equal(t, TypePUK, w.now.Step)
	assert.Equal(t, Tries{Code: PUK, Max: 10}, w.now.Tries)
	w.enter(wrongPUK)
	w.enter(newPIN)
	w.enter(newPIN)
	w.ends()
	assert.Equal(t, SpentOne, w.now.Outcome.Spent)
	w = s.start(Unblock)
	require.Equal(t, PUKGate, w.now.Step)
	assert.Equal(t, 1, w.now.Confirm, "the worst case")
	w.ConfirmPUK(1)
	w.settle()
	w.enter(rightPUK)
	w.enter(newPIN)
	w.enter(newPIN)
	w.ends()
	assert.Nil(t, w.now.Outcome.Problem)
	assert.Zero(t, s.card.Counters().EmptyVerify[0x82])
}

// TestAnotherProgramSpendsATry while the person types: nothing is sent, and the
// next wizard shows the new number.
func TestAnotherProgramSpendsATry(t *testing.T) {
	s := newStand(t)
	w := s.path(Verify, TypePIN)
	mine := s.service
	s.forget()
	s.start(Verify).enter(wrongPIN)
	s.service = mine
	s.card.ClearJournal()
	w.enter(rightPIN)
	w.ends()
	assert.Equal(t, "pin_counter_changed", w.problem())
	assert.Equal(t, SpentNone, w.now.Outcome.Spent)
	assert.Equal(t, 2, w.now.Tries.Left)
	assert.Zero(t, s.sent())
}

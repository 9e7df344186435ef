package training_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/training"
)

func TestACourseFromStartToStop(t *testing.T) {
	var attached []app.Readers
	var preferred []string
	s := training.New(training.Config{
		Attach: func(r app.Readers) { attached = append(attached, r) },
		Prefer: func(r string) { preferred = append(preferred, r) },
	})
	list := func() []app.Reader {
		readers, err := s.Readers(t.Context())
		require.NoError(t, err)
		return readers
	}
	s.Prefer()
	assert.Empty(t, preferred)
	assert.Empty(t, list())
	assert.Equal(t, training.State{Card: training.CardCIE, Family: "gemalto", Realistic: true}, s.State())
	for _, idle := range []func(){s.Insert, s.Remove, s.Stop} {
		idle() // nothing is there yet
	}
	assert.NoError(t, s.BlockPIN())
	assert.NoError(t, s.Choose(training.CardBank, ""))
	assert.Empty(t, attached)

	require.NoError(t, s.Start())
	require.NoError(t, s.Start(), "twice is once")
	require.Len(t, attached, 1)
	assert.Same(t, s, attached[0])
	readers := list()
	require.Len(t, readers, 1)
	assert.Equal(t, training.ReaderName, readers[0].Name)
	assert.Equal(t, app.ReaderVirtual, readers[0].Kind)
	assert.True(t, readers[0].Present)
	assert.NotEmpty(t, readers[0].ATR)
	assert.Equal(t, training.State{
		Running: true, Card: training.CardCIE, Family: "gemalto", OnReader: true, Realistic: true,
		PIN: rightPIN, PUK: rightPUK, PINLeft: 3, PINMax: 3, PUKLeft: 10, PUKMax: 10,
	}, s.State())
	s.Prefer()
	assert.Equal(t, []string{training.ReaderName}, preferred)

	s.Stop()
	s.Stop()
	require.Len(t, attached, 2)
	assert.Nil(t, attached[1])
	assert.Empty(t, list())
	_, err := s.Connect(t.Context(), training.ReaderName)
	assert.Equal(t, app.KindNoReader, app.ProblemOf(err).Kind)
	assert.NoError(t, s.Close())
}

func TestEachCourseStartsFresh(t *testing.T) {
	s := course(t, training.Config{})
	require.Equal(t, app.KindWrongPIN, verify(s, wrongPIN))
	require.NoError(t, s.SetFault(training.FaultLostAfterCode))
	assert.Equal(t, 2, s.State().PINLeft)
	s.Stop()
	require.NoError(t, s.Start())
	state := s.State()
	assert.Equal(t, 3, state.PINLeft)
	assert.Equal(t, training.FaultNone, state.Fault)
	assert.Zero(t, state.Commands)
	assert.Len(t, s.Journal(), 1, "the card was laid there")
}

func TestTheWholeLifeOfAPIN(t *testing.T) {
	s := course(t, training.Config{})
	choice := app.Choice{Reader: training.ReaderName}
	for left := 2; left >= 0; left-- {
		assert.Contains(t, []app.Kind{app.KindWrongPIN, app.KindPINBlocked}, verify(s, wrongPIN))
		assert.Equal(t, left, s.State().PINLeft)
	}
	assert.Equal(t, app.KindPINBlocked, verify(s, rightPIN))
	_, err := service(s).UnblockPIN(t.Context(), choice, typing(rightPUK, newPIN, newPIN))
	require.NoError(t, err)
	assert.Empty(t, verify(s, newPIN))
	assert.Equal(t, newPIN, s.State().PIN, "the panel shows the PIN of now")

	state := s.State()
	assert.Equal(t, 6, state.CodesPresented, "three wrong ones, the PUK, the new PIN set, the new PIN verified")
	assert.Equal(t, 3, state.CodesWrong)
	s.ClearJournal()
	assert.Zero(t, s.State().CodesPresented+s.State().Commands+len(s.Journal()))
}

func TestCodes(t *testing.T) {
	want := map[training.Codes][2]int{
		training.CodesNew: {3, 10}, training.CodesLastPIN: {1, 10}, training.CodesPINBlocked: {0, 10},
		training.CodesLastPUK: {0, 1}, training.CodesPUKBlocked: {0, 0},
	}
	require.Len(t, training.AllCodes(), len(want))
	s := course(t, training.Config{})
	for _, codes := range training.AllCodes() {
		require.NoError(t, s.SetCodes(codes))
		back(t, s)
		state := s.State()
		assert.Equal(t, want[codes], [2]int{state.PINLeft, state.PUKLeft}, codes)
		report, err := service(s).Card(t.Context(), app.Choice{Reader: training.ReaderName}, nil)
		require.NoError(t, err, codes)
		assert.Equal(t, want[codes], [2]int{report.PIN.Left, report.PUK.Left}, "%s: what the program sees", codes)
	}
	assert.Error(t, s.SetCodes("no such state"))
	assert.Error(t, s.SetTries(4, 10))
	require.NoError(t, s.BlockPIN(), "also after the PUK was lost for ever")
	assert.Equal(t, 0, s.State().PINLeft)
	require.NoError(t, s.Reset())
	back(t, s)
	assert.Equal(t, 3, s.State().PINLeft)
}

// TestEveryFamily: the program gets along with each chip, and names it.
func TestEveryFamily(t *testing.T) {
	require.Len(t, training.Families(), 14)
	s := course(t, training.Config{})
	for _, family := range training.Families() {
		require.NoError(t, s.Choose(training.CardCIE, family))
		back(t, s)
		assert.Equal(t, family, s.State().Family)
		report, err := service(s).Card(t.Context(), app.Choice{Reader: training.ReaderName}, nil)
		require.NoError(t, err, family)
		assert.NotEmpty(t, report.Recognition.Family, family)
		assert.Empty(t, verify(s, rightPIN), family)
	}
	assert.Error(t, s.Choose(training.CardCIE, "no such family"))
	back(t, s)
}

// TestEveryOtherCard: what people lay on a reader in place of a CIE gets its
// name, and no command but SELECT.
func TestEveryOtherCard(t *testing.T) {
	names := map[training.CardName]string{
		training.CardCNS: "ts-cns", training.CardPassport: "passport", training.CardBank: "bank-card",
		training.CardDrivingLicence: "dutch-driving-licence", training.CardBadge: "idprime-badge",
	}
	require.Len(t, training.Cards(), len(names)+2, "and the CIE, and the mute one")
	s := course(t, training.Config{})
	for card, name := range names {
		require.NoError(t, s.Choose(card, ""))
		back(t, s)
		s.ClearJournal()
		_, err := service(s).Card(t.Context(), app.Choice{Reader: training.ReaderName}, nil)
		problem := app.ProblemOf(err)
		assert.Equal(t, app.KindNotACIE, problem.Kind, card)
		assert.Equal(t, name, problem.Facts.Card, card)
		require.NotEmpty(t, s.Journal())
		for _, line := range s.Journal() {
			assert.Contains(t, line.Header, " A4 ", "%s got %s", card, line.Header)
		}
		state := s.State()
		assert.Empty(t, state.PIN+state.PUK, card)
		assert.Error(t, s.BlockPIN(), "%s has no PIN", card)
		back(t, s)
	}
	var unknown *training.UnknownCardError
	assert.ErrorAs(t, s.Choose("no such card", ""), &unknown)
	assert.Contains(t, unknown.Error(), "no such card")
	back(t, s)
}

func TestTheMuteCard(t *testing.T) {
	s := course(t, training.Config{})
	require.NoError(t, s.Choose(training.CardMute, ""))
	back(t, s)
	readers, err := s.Readers(t.Context())
	require.NoError(t, err)
	assert.True(t, readers[0].Mute)
	assert.True(t, readers[0].Present)
	assert.Empty(t, readers[0].ATR)
	_, err = s.Connect(t.Context(), training.ReaderName)
	assert.Equal(t, app.KindMuteCard, app.ProblemOf(err).Kind)
}

// TestAnotherCardLeavesAGap: who watches readers sees an empty one in between,
// however alike the two cards are.
func TestAnotherCardLeavesAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := training.New(training.Config{Instant: true})
		require.NoError(t, s.Start())
		ctx, stop := context.WithCancel(t.Context())
		var seen []bool
		var over sync.WaitGroup
		over.Go(func() {
			assert.ErrorIs(t, s.Watch(ctx, func() {
				readers, err := s.Readers(ctx)
				if assert.NoError(t, err) && assert.Len(t, readers, 1) {
					seen = append(seen, readers[0].Present)
				}
			}), context.Canceled)
		})
		synctest.Wait()
		require.NoError(t, s.Reset())
		synctest.Wait()
		assert.True(t, s.State().Moving)
		time.Sleep(time.Second)
		assert.False(t, s.State().Moving)
		s.Remove()
		synctest.Wait()
		time.Sleep(time.Hour)
		s.Insert()
		s.Insert()
		synctest.Wait()
		require.NoError(t, s.Choose(training.CardBank, ""))
		s.Insert() // by hand, before it comes by itself
		synctest.Wait()
		stay := len(s.Journal())
		time.Sleep(time.Hour)
		assert.Len(t, s.Journal(), stay, "and it does not come twice")
		require.NoError(t, s.Reset())
		s.Remove() // by hand, and it does not come by itself
		time.Sleep(time.Hour)
		assert.False(t, s.State().OnReader)
		require.NoError(t, s.Choose(training.CardCIE, ""))
		time.Sleep(time.Hour)
		assert.False(t, s.State().OnReader, "what did not lie there is not laid there")
		stop()
		over.Wait()
		assert.Equal(t, []bool{true, false, true, false, true}, seen[:5])
		s.Stop()
	})
}

// TestTimesOfARealCard: a login takes seconds with them, and nothing without.
func TestTimesOfARealCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := training.New(training.Config{})
		require.NoError(t, s.Start())
		began := time.Now()
		require.Empty(t, verify(s, rightPIN))
		took := time.Since(began)
		assert.Greater(t, took, 500*time.Millisecond)
		assert.Less(t, took, 10*time.Second)
		s.SetRealistic(false)
		assert.False(t, s.State().Realistic)
		began = time.Now()
		require.Empty(t, verify(s, rightPIN))
		assert.Zero(t, time.Since(began))
		s.Stop()
	})
}

// TestAConnectionEndsWithTheStay: a card that was taken away and laid there
// again is not reached by an old connection.
func TestAConnectionEndsWithTheStay(t *testing.T) {
	s := course(t, training.Config{})
	old, err := s.Connect(t.Context(), training.ReaderName)
	require.NoError(t, err)
	_, err = old.Begin(t.Context())
	require.NoError(t, err)
	s.Remove()
	_, err = s.Connect(t.Context(), training.ReaderName)
	assert.Equal(t, app.KindNoCard, app.ProblemOf(err).Kind)
	s.Insert()
	for name, err := range map[string]error{
		"transmit": func() error { _, err := old.Transmit([]byte{0, 0xA4, 0, 0}); return err }(),
		"end":      old.End(true), "reconnect": old.Reconnect(t.Context()),
		"begin": func() error { _, err := old.Begin(t.Context()); return err }(),
	} {
		assert.Equal(t, app.KindCardRemoved, app.ProblemOf(err).Kind, name)
	}
	assert.NoError(t, old.End(false))
	assert.NoError(t, old.Close())
	assert.NotEmpty(t, old.ATR())

	fresh, err := s.Connect(t.Context(), training.ReaderName)
	require.NoError(t, err)
	_, err = fresh.Begin(t.Context())
	require.NoError(t, err)
	assert.NoError(t, fresh.End(true))
	assert.NoError(t, fresh.Reconnect(t.Context()))
	assert.NoError(t, fresh.Close())

	_, err = s.Connect(t.Context(), "another reader")
	assert.Equal(t, app.KindNoReader, app.ProblemOf(err).Kind)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Connect(gone, training.ReaderName)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestListen(t *testing.T) {
	s := course(t, training.Config{})
	heard := 0
	stop := s.Listen(func() { heard++ })
	s.Remove()
	s.Insert()
	assert.Equal(t, 2, heard)
	s.ClearJournal()
	assert.Equal(t, 3, heard)
	require.NoError(t, s.SetFault(training.FaultLostAfterCode))
	assert.Equal(t, 4, heard)
	require.Equal(t, app.KindOutcomeUnknown, verify(s, rightPIN))
	assert.Greater(t, heard, 20, "each command is told")
	stop()
	before := heard
	s.Remove()
	assert.Equal(t, before, heard)
}

func TestExercises(t *testing.T) {
	s := training.New(training.Config{Instant: true, Pause: time.Hour})
	t.Cleanup(s.Stop)
	want := map[training.Exercise]training.State{
		training.ExerciseWrongPIN:  {Card: training.CardCIE},
		training.ExerciseRemoved:   {Card: training.CardCIE, Fault: training.FaultRemovedAfterCode},
		training.ExerciseWrongCard: {Card: training.CardCNS},
	}
	require.Len(t, training.Exercises(), len(want))
	for _, e := range training.Exercises() {
		require.NoError(t, s.Prepare(e))
		state := s.State()
		assert.True(t, state.Running && state.OnReader, e)
		assert.Equal(t, want[e].Card, state.Card, e)
		assert.Equal(t, want[e].Fault, state.Fault, e)
		if state.Card == training.CardCIE {
			assert.Equal(t, 3, state.PINLeft, e)
			s.SetRealistic(false)
			_ = verify(s, wrongPIN) // the next one starts fresh all the same
		}
	}
	assert.Error(t, s.Prepare("no such exercise"))
}

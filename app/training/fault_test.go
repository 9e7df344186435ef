package training_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/training"
)

// TestFaultsAtACode: what the program says, and what the card did, which the
// program cannot know. With a wrong PIN the card tells the two apart.
func TestFaultsAtACode(t *testing.T) {
	tests := []struct {
		fault training.Fault
		left  int  // tries after a wrong PIN
		stays bool // the card stays on the reader
	}{
		{training.FaultRemovedBeforeCode, 3, false},
		{training.FaultRemovedAfterCode, 2, false},
		{training.FaultResetAtCode, 3, true},
		{training.FaultLostBeforeCode, 3, true},
		{training.FaultLostAfterCode, 2, true},
		{training.FaultBadMAC, 2, true},
	}
	for _, family := range []string{"gemalto", "gemalto2"} { // the second asks for the tries by an empty VERIFY
		for _, test := range tests {
			s := course(t, training.Config{})
			require.NoError(t, s.Choose(training.CardCIE, family))
			back(t, s)
			require.NoError(t, s.SetFault(test.fault))
			assert.Equal(t, test.fault, s.State().Fault)
			_, err := service(s).Card(t.Context(), app.Choice{Reader: training.ReaderName}, nil)
			require.NoError(t, err, "%s: looking wakes no fault", test.fault)
			require.Equal(t, test.fault, s.State().Fault, "it still waits")

			kind := verify(s, wrongPIN)
			assert.Equal(t, app.KindOutcomeUnknown, kind, test.fault)
			state := s.State()
			assert.Equal(t, training.FaultNone, state.Fault, "%s happens once", test.fault)
			assert.Equal(t, test.left, state.PINLeft, test.fault)
			assert.Equal(t, test.stays, state.OnReader, test.fault)
			if !test.stays {
				lines := s.Journal()
				assert.Equal(t, training.EventLeft, lines[len(lines)-1].Event, test.fault)
				s.Insert()
			}
			assert.Empty(t, verify(s, rightPIN), "%s is over", test.fault)
			s.Stop()
		}
	}
}

func TestFaultsBeforeACode(t *testing.T) {
	s := course(t, training.Config{})
	for _, test := range []struct {
		fault training.Fault
		want  app.Kind
	}{
		{training.FaultForeignChip, app.KindNotGenuine},
		{training.FaultTamperedSOD, app.KindNotGenuine},
	} {
		for _, family := range training.Families() {
			require.NoError(t, s.Choose(training.CardCIE, family))
			require.NoError(t, s.SetFault(test.fault))
			back(t, s)
			s.ClearJournal()
			assert.Equal(t, test.want, verify(s, rightPIN), "%s %s", test.fault, family)
			assert.Zero(t, s.State().CodesPresented, "no code for a card that is not proven")
			assert.Equal(t, test.fault, s.State().Fault, "it stays")
			require.NoError(t, s.SetFault(training.FaultNone))
			back(t, s)
			assert.Empty(t, verify(s, rightPIN), "%s %s", test.fault, family)
		}
	}
	require.NoError(t, s.SetFault(training.FaultRemovedWhileReading))
	back(t, s)
	s.ClearJournal()
	assert.Equal(t, app.KindCardRemoved, verify(s, rightPIN))
	state := s.State()
	assert.False(t, state.OnReader)
	assert.Zero(t, state.CodesPresented)
	assert.Equal(t, training.FaultNone, state.Fault)
}

func TestFaultsOfAChangeAndAnUnblock(t *testing.T) {
	s := course(t, training.Config{})
	choice := app.Choice{Reader: training.ReaderName}
	require.NoError(t, s.BlockPIN())
	back(t, s)
	require.NoError(t, s.SetFault(training.FaultLostAfterCode))
	_, err := service(s).UnblockPIN(t.Context(), choice, typing(rightPUK, newPIN, newPIN))
	assert.Equal(t, app.KindOutcomeUnknown, app.ProblemOf(err).Kind, "the fault waits for a PUK, too")
	assert.Zero(t, s.State().PINLeft, "nothing follows a lost answer")
}

func TestUnknownFault(t *testing.T) {
	s := course(t, training.Config{})
	var unknown *training.UnknownFaultError
	require.ErrorAs(t, s.SetFault("no such fault"), &unknown)
	assert.Contains(t, unknown.Error(), "no such fault")
	assert.Equal(t, training.FaultNone, training.Faults()[0])
	assert.NoError(t, training.New(training.Config{}).SetFault(training.FaultBadMAC), "nothing is there to be faulty")
}

// TestTheCardIsTakenAwayWhileTyping by the trainer's hand: nothing is spent, and
// what the card forgot is not believed.
func TestTheCardIsTakenAwayWhileTyping(t *testing.T) {
	s := course(t, training.Config{})
	trainee := typing(rightPIN)
	trainee.before = func() {
		s.Remove()
		s.Insert()
	}
	_, err := service(s).VerifyPIN(context.Background(), app.Choice{Reader: training.ReaderName}, trainee)
	assert.Equal(t, app.KindCardRemoved, app.ProblemOf(err).Kind)
	assert.Zero(t, s.State().CodesPresented)
}

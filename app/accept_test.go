package app

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/holder"
	"cientro/card/virtual"
)

// TestAccept: a card that is not proven gets its PIN only after it was accepted,
// by who has seen this very card.
func TestAccept(t *testing.T) {
	b := newBench(t)
	c := b.cie("R", nil)
	require.NoError(t, c.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: -1}))
	s := b.service()
	_, err := s.VerifyPIN(within(t), Choice{}, typed(rightPIN))
	require.Equal(t, "CARD-016", ProblemOf(err).Code)
	shown, err := s.Card(within(t), Choice{}, nil)
	require.NoError(t, err)

	require.ErrorIs(t, s.Accept(within(t), Choice{}, nil), ErrNothingSeen)
	other := *shown.Report
	other.NIS = holder.NewPersonal("000000000000", 4)
	require.ErrorIs(t, s.Accept(within(t), Choice{}, &CardReport{Report: &other}), card.ErrOtherCard)
	_, err = s.VerifyPIN(within(t), Choice{}, typed(rightPIN))
	require.Equal(t, "CARD-016", ProblemOf(err).Code)
	assert.Equal(t, [3]int{}, pinCommands(c))

	require.NoError(t, s.Accept(within(t), Choice{}, shown))
	assert.Equal(t, [3]int{}, pinCommands(c))
	_, err = s.VerifyPIN(within(t), Choice{}, typed(rightPIN))
	require.NoError(t, err)
	assert.Equal(t, [3]int{1, 0, 0}, pinCommands(c))

	c.Remove()
	assert.Equal(t, KindCardRemoved, ProblemOf(s.Accept(within(t), Choice{}, shown)).Kind)
	b.readers = nil
	assert.Equal(t, KindNoReader, ProblemOf(s.Accept(within(t), Choice{}, shown)).Kind)
}

func TestWhatIsNoCIESaysSo(t *testing.T) {
	b := newBench(t)
	b.cie("R", nil)
	b.badge("B")
	s := b.service()
	for i, want := range []string{"", "CARD-006"} {
		status, err := s.Look(within(t), b.readers[i])
		require.NoError(t, err)
		if err := status.NotCIE(); want == "" {
			assert.NoError(t, err)
		} else {
			assert.Equal(t, want, ProblemOf(err).Code)
		}
	}
}

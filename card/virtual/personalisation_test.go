package virtual

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

func TestTrainersSetTheTries(t *testing.T) {
	store := &MemoryStore{}
	c, err := New(Config{Data: specimen.Default(), Profile: Profiles()[0], Store: store})
	require.NoError(t, err)
	require.NoError(t, c.SetTries(1, 2))
	assert.Equal(t, 1, c.State().PINTries)
	saved, err := store.Load()
	require.NoError(t, err)
	assert.Equal(t, c.State(), saved)

	require.NoError(t, c.SetTries(0, 0))
	assert.True(t, c.State().BlockedForEver)
	for _, tries := range [][2]int{{-1, 3}, {4, 3}, {3, 11}, {3, -1}} {
		assert.ErrorIs(t, c.SetTries(tries[0], tries[1]), ErrState)
	}
	require.NoError(t, c.ResetToFactory())
	boots := c.State().Boots
	assert.Equal(t, State{PIN: "41739628", PINTries: 3, PUKTries: 10, Boots: boots}, c.State())

	foreign := NewForeign([]byte{0x3B}, nil)
	assert.ErrorIs(t, foreign.SetTries(1, 1), ErrState)
	assert.ErrorIs(t, foreign.ResetToFactory(), ErrState)
}

package pcsc

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTurnStandsBackOnceInAWhile(t *testing.T) {
	var turn turn
	now := time.Now()
	after := func(d time.Duration) time.Duration { now = now.Add(d); return turn.next(now) }
	assert.Zero(t, after(0))
	for range 19 { // of 100 ms each, and the next begins at once
		now = now.Add(100 * time.Millisecond)
		turn.over(now)
		assert.Zero(t, after(time.Millisecond))
	}
	now = now.Add(100 * time.Millisecond)
	turn.over(now)
	assert.Equal(t, standBack, after(time.Millisecond))
	now = now.Add(standBack)
	turn.over(now.Add(50 * time.Millisecond))
	assert.Zero(t, after(51*time.Millisecond), "a new turn")

	now = now.Add(3 * time.Second)
	turn.over(now)
	assert.Zero(t, after(lockPoll+time.Millisecond), "the others could have asked")
}

// TestBeginStandsBack: for a program that never lets go.
func TestBeginStandsBack(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	var stoodBack []time.Duration
	card.platform.pause = func(_ context.Context, d time.Duration) error {
		stoodBack = append(stoodBack, d)
		return nil
	}
	require.NoError(t, card.Begin(t.Context()))
	require.NoError(t, card.End(Leave))
	require.NoError(t, card.Begin(t.Context()))
	assert.Empty(t, stoodBack)
	require.NoError(t, card.End(Leave))
	card.turn.began = time.Now().Add(-longTurn)
	require.NoError(t, card.Begin(t.Context()))
	assert.Equal(t, []time.Duration{standBack}, stoodBack)
	require.NoError(t, card.End(Leave))
	require.NoError(t, card.Begin(t.Context()))
	assert.Len(t, stoodBack, 1)

	require.NoError(t, card.End(Leave))
	card.turn.began = time.Now().Add(-longTurn)
	card.platform.pause = func(context.Context, time.Duration) error { return context.Canceled }
	assert.ErrorIs(t, card.Begin(t.Context()), context.Canceled)
	assert.ErrorIs(t, card.End(Leave), ErrNoTransaction)
}

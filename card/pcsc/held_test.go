package pcsc

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
)

// What follows is about a card that another program keeps in its transaction:
// connecting, asking for its ATR, beginning and reconnecting wait then inside
// libpcsclite, and nothing calls that off.

// impatient is a patience that ends once n calls wait for the other program.
func impatient(t *testing.T, w *world, n int) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		assert.Eventually(t, func() bool { return w.waited(n) }, waitFor, tick)
		cancel()
	}()
	return ctx
}

func eventually(t *testing.T, w *world, want []string, contexts int) {
	t.Helper()
	assert.Eventually(t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.calls) >= len(want) && w.contexts == contexts
	}, waitFor, tick)
	assert.Equal(t, want, w.history())
}

// TestConnectGivenUpTouchesNothing: libpcsclite locks out the whole process when a
// context is touched that a call waits in, so it is released behind that call.
func TestConnectGivenUpTouchesNothing(t *testing.T) {
	w := newWorld("r")
	s := w.open(t)
	w.holdConnect = make(chan struct{})
	_, err := s.Connect(impatient(t, w, 1), "r")
	require.ErrorIs(t, err, context.Canceled)
	w.mu.Lock()
	assert.Equal(t, 2, w.contexts, "the service's, and the one that is waited in")
	w.mu.Unlock()
	close(w.holdConnect)
	eventually(t, w, []string{"connect r 2", "disconnect 0"}, 1)
}

// TestConnectJoinsTheWait: whoever asks again and again does not use up the
// service's contexts.
func TestConnectJoinsTheWait(t *testing.T) {
	w := newWorld("r")
	s := w.open(t)
	w.holdConnect = make(chan struct{})
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			assert.Eventually(t, func() bool { return w.waited(1) }, waitFor, tick)
			cancel()
		}()
		_, err := s.Connect(ctx, "r")
		require.ErrorIs(t, err, context.Canceled)
	}
	assert.Equal(t, 2, w.opened, "the service's and one more")
	go func() {
		assert.Eventually(t, func() bool {
			s.arriving.Lock()
			defer s.arriving.Unlock()
			return len(s.left["r"]) == 0
		}, waitFor, tick)
		close(w.holdConnect)
	}()
	card, err := s.Connect(t.Context(), "r")
	require.NoError(t, err)
	require.NoError(t, card.Close(Leave))
	assert.Equal(t, []string{"connect r 2", "disconnect 0"}, w.history(), "one call, taken over")
}

// TestConnectDoesNotWaitForTheATR: SCardStatus waits as SCardConnect does, where
// somebody begins just behind the connection.
func TestConnectDoesNotWaitForTheATR(t *testing.T) {
	w := newWorld("r")
	s := w.open(t)
	w.holdATR = make(chan struct{})
	_, err := s.Connect(impatient(t, w, 1), "r")
	require.ErrorIs(t, err, context.Canceled)
	close(w.holdATR)
	eventually(t, w, []string{"connect r 2", "disconnect 0"}, 1)
}

// TestComingBackFromAResetIsNotWaitedFor: who reset the card may keep it, and
// bringing the handle back waits for the end of that. The reset is told to whoever
// begins next.
func TestComingBackFromAResetIsNotWaitedFor(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	w.begins, w.holdReconnect = []error{CodeReset}, make(chan struct{})
	require.ErrorIs(t, card.Begin(impatient(t, w, 1)), context.Canceled)
	_, err := card.Transmit([]byte{0, 0xA4, 0, 0})
	assert.ErrorIs(t, err, errAbandoned)
	close(w.holdReconnect)
	assert.Eventually(t, func() bool { return card.usable() == nil }, waitFor, tick)
	assert.ErrorIs(t, card.Begin(t.Context()), iso7816.ErrReset, "nobody was told yet")
	require.NoError(t, card.Begin(t.Context()))
	assert.Equal(t, []string{"begin", "reconnect 2 0", "begin"}, w.history())
}

// TestReconnectIsNotWaitedFor: and a Begin that comes meanwhile waits for it, and
// then for its own turn.
func TestReconnectIsNotWaitedFor(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	require.NoError(t, card.Begin(t.Context()))
	w.holdReconnect = make(chan struct{})
	require.ErrorIs(t, card.Reconnect(impatient(t, w, 1)), context.Canceled)
	assert.ErrorIs(t, card.Reconnect(t.Context()), errAbandoned)
	go func() {
		assert.Eventually(t, func() bool {
			card.mu.Lock()
			defer card.mu.Unlock()
			return card.pending != nil && card.pending.wanted
		}, waitFor, tick)
		close(w.holdReconnect)
	}()
	require.NoError(t, card.Begin(t.Context()))
	require.NoError(t, card.End(Leave))
	assert.Equal(t, []string{"begin", "end 0", "reconnect 2 0", "begin", "end 0"}, w.history())

	require.NoError(t, card.Begin(t.Context()))
	w.holdReconnect = make(chan struct{})
	require.ErrorIs(t, card.Reconnect(impatient(t, w, 2)), context.Canceled)
	require.NoError(t, card.Close(Leave))
	w.mu.Lock()
	w.calls = nil
	w.mu.Unlock()
	close(w.holdReconnect)
	eventually(t, w, []string{"reconnect 2 0", "disconnect 0"}, 1)
}

package pcsc

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
)

// What follows is about what becomes of a call that was left behind.

// TestConnectOfTwoJoinsBothWaits: two that ask for one reader leave two calls
// behind, and each of them takes one over again.
func TestConnectOfTwoJoinsBothWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("r")
		s := w.open(t)
		w.holdConnect = make(chan struct{})
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			given := make(chan error, 2)
			for range 2 {
				go func() { _, err := s.Connect(ctx, "r"); given <- err }()
			}
			synctest.Wait()
			cancel()
			for range 2 {
				require.ErrorIs(t, <-given, context.Canceled)
			}
		}
		assert.Equal(t, 3, w.opened, "the service's and one for each")
		close(w.holdConnect)
		synctest.Wait()
		assert.ElementsMatch(t, []string{"connect r 2", "connect r 2", "disconnect 0", "disconnect 0"}, w.history())
		assert.Equal(t, 1, w.contexts)
		assert.Empty(t, s.left["r"])
	})
}

// inTime runs f, which must not hang with the service.
func inTime(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(waitFor):
		t.Error("hangs with the service")
	}
}

// TestWhatComesToNobodyHoldsUpNobody: giving it back waits for a service that may hang.
func TestWhatComesToNobodyHoldsUpNobody(t *testing.T) {
	w := newWorld("r", "other")
	s := w.open(t)
	w.holdConnect, w.holdDisconnect = make(chan struct{}), make(chan struct{})
	_, err := s.Connect(impatient(t, w, 1), "r")
	require.ErrorIs(t, err, context.Canceled)
	w.mu.Lock()
	close(w.holdConnect)
	w.holdConnect = nil
	w.mu.Unlock()
	require.Eventually(t, func() bool { return w.waited(2) }, waitFor, tick)
	inTime(t, func() {
		card, err := s.Connect(t.Context(), "other")
		if assert.NoError(t, err) {
			w.mu.Lock()
			close(w.holdDisconnect)
			w.holdDisconnect = nil
			w.mu.Unlock()
			assert.NoError(t, card.Close(Leave))
		}
	})
}

// TestGivingBackHoldsUpNobody: nor does that of a transaction. Whoever begins
// meanwhile has a transaction of its own.
func TestGivingBackHoldsUpNobody(t *testing.T) {
	w, card, release := blocked(t)
	hung := make(chan struct{})
	require.Eventually(t, func() bool { return w.waited(1) }, waitFor, tick)
	w.mu.Lock()
	w.hold, w.holdEnd = nil, hung
	w.mu.Unlock()
	close(release)
	require.Eventually(t, func() bool { return w.waited(2) }, waitFor, tick)
	inTime(t, func() {
		assert.NotEmpty(t, card.ATR())
		ctx, cancel := context.WithTimeout(t.Context(), tick)
		defer cancel()
		assert.ErrorIs(t, card.Begin(ctx), context.DeadlineExceeded)
	})
	go func() {
		assert.Eventually(t, func() bool {
			card.mu.Lock()
			defer card.mu.Unlock()
			return card.pending != nil && card.pending.wanted
		}, waitFor, tick)
		w.mu.Lock()
		w.holdEnd = nil
		w.mu.Unlock()
		close(hung)
	}()
	require.NoError(t, card.Begin(t.Context()))
	require.NoError(t, card.End(Leave))
	assert.Equal(t, []string{"begin", "end 0", "begin", "end 0"}, w.history())
}

// TestCloseWithResetIsOwedByTheCallThatWasLeft: it resets the card while it has it.
// Disconnecting with a reset would wait for the next transaction of somebody else.
func TestCloseWithResetIsOwedByTheCallThatWasLeft(t *testing.T) {
	w, card, release := blocked(t)
	require.NoError(t, card.Close(Reset))
	close(release)
	eventually(t, w, []string{"begin", "end 1", "disconnect 0"}, 1)
}

// TestResetIsToldThoughTheCardGivesNoATR: bringing the handle back takes the news
// from the service, whatever goes wrong behind that.
func TestResetIsToldThoughTheCardGivesNoATR(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	w.begins, w.atrs = []error{CodeReset}, []error{CodeCommError}
	require.ErrorIs(t, card.Begin(t.Context()), iso7816.ErrLost)
	assert.ErrorIs(t, card.Begin(t.Context()), iso7816.ErrReset, "nobody was told yet")
	require.NoError(t, card.Begin(t.Context()))
	require.NoError(t, card.End(Reset))

	w.begins, w.atrs = []error{CodeReset}, []error{CodeCommError}
	require.ErrorIs(t, card.Begin(t.Context()), iso7816.ErrLost)
	require.NoError(t, card.Begin(t.Context()), "our own is no news")
	require.NoError(t, card.End(Reset))

	w.begins, w.reconnects = []error{CodeReset, CodeReset}, []error{CodeCommError}
	require.ErrorIs(t, card.Begin(t.Context()), iso7816.ErrLost)
	require.NoError(t, card.Begin(t.Context()), "nor is it where coming back failed")
}

// TestResetIsToldOnce: whoever reconnects knows of it.
func TestResetIsToldOnce(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	w.begins, w.holdReconnect = []error{CodeReset}, make(chan struct{})
	require.ErrorIs(t, card.Begin(impatient(t, w, 1)), context.Canceled)
	close(w.holdReconnect)
	assert.Eventually(t, func() bool { return card.usable() == nil }, waitFor, tick)
	require.NoError(t, card.Reconnect(t.Context()))
	require.NoError(t, card.Begin(t.Context()))
}

// TestResetDuringATransactionFreesTheCard: pcsc-lite keeps a transaction that it
// refuses to end because it has a reset to report.
func TestResetDuringATransactionFreesTheCard(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	require.NoError(t, card.Begin(t.Context()))
	w.ends = []error{CodeReset}
	assert.ErrorIs(t, card.End(Reset), iso7816.ErrReset)
	assert.Equal(t, []string{"begin", "end 1", "reconnect 2 0", "end 0"}, w.history())
	require.NoError(t, card.Begin(t.Context()), "told already")

	w.calls, w.ends, w.atrError = nil, []error{CodeReset}, CodeCommError
	require.ErrorIs(t, card.Reconnect(t.Context()), iso7816.ErrLost)
	assert.Equal(t, []string{"end 0", "reconnect 2 0", "end 0"}, w.history(), "also where there is no ATR")
	assert.ErrorIs(t, card.End(Leave), ErrNoTransaction)
}

// TestReconnectWithAContextThatIsOver does nothing: what is open can be ended.
func TestReconnectWithAContextThatIsOver(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	require.NoError(t, card.Begin(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, card.Reconnect(ctx), context.Canceled)
	require.NoError(t, card.End(Reset))
	assert.Equal(t, []string{"begin", "end 1"}, w.history())
}

package pcsc

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
)

func TestBeginAndEnd(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	ctx := context.Background()
	assert.ErrorIs(t, card.End(Leave), ErrNoTransaction)
	require.NoError(t, card.Begin(ctx))
	assert.Error(t, card.Begin(ctx), "one at a time")
	require.NoError(t, card.End(Leave))
	require.NoError(t, card.Begin(ctx))
	require.NoError(t, card.Close(Reset))
	assert.Equal(t, []string{"begin", "end 0", "begin", "end 1", "disconnect 0"}, w.history())
}

func TestBeginReportsAForeignReset(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	w.begins = []error{CodeReset}
	err := card.Begin(context.Background())
	assert.ErrorIs(t, err, iso7816.ErrReset)
	assert.False(t, linkOf(t, err).Sent)
	assert.Equal(t, []string{"begin", "reconnect 2 0"}, w.history(), "the handle is brought back, nothing more")
	require.NoError(t, card.Begin(context.Background()), "and serves again")
}

func TestBeginAfterAPowerDown(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	w.begins = []error{CodeUnpowered}
	assert.ErrorIs(t, card.Begin(context.Background()), iso7816.ErrReset)
	assert.Equal(t, []string{"begin", "reconnect 2 1"}, w.history())
}

func TestBeginDoesNotReportOurOwnReset(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	ctx := context.Background()
	require.NoError(t, card.Begin(ctx))
	require.NoError(t, card.End(Reset))
	w.begins = []error{CodeReset}
	require.NoError(t, card.Begin(ctx))
	assert.Equal(t, []string{"begin", "end 1", "begin", "reconnect 2 0", "begin"}, w.history())
	require.NoError(t, card.End(Leave))
	w.begins = []error{CodeReset}
	assert.ErrorIs(t, card.Begin(ctx), iso7816.ErrReset, "the next one is somebody else's")
}

func TestBeginOnALostCard(t *testing.T) {
	for code, want := range map[Code]error{
		CodeRemoved: iso7816.ErrRemoved, CodeReaderUnavailable: iso7816.ErrRemoved,
		CodeUnresponsive: iso7816.ErrMute, CodeNoService: iso7816.ErrLost, CodeInvalidHandle: iso7816.ErrLost,
	} {
		w := newWorld("r")
		card := connected(t, w)
		w.begins = []error{code}
		err := card.Begin(context.Background())
		assert.ErrorIs(t, err, want)
		assert.False(t, linkOf(t, err).Sent)
		assert.Equal(t, []string{"begin"}, w.history())
	}
	w := newWorld("r")
	card := connected(t, w)
	w.begins, w.reconnects = []error{CodeReset}, []error{CodeRemoved}
	assert.ErrorIs(t, card.Begin(context.Background()), iso7816.ErrRemoved, "left while coming back")
}

func TestEndThatFails(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	require.NoError(t, card.Begin(context.Background()))
	w.ends = []error{CodeRemoved}
	assert.ErrorIs(t, card.End(Reset), iso7816.ErrRemoved)
	assert.ErrorIs(t, card.End(Reset), ErrNoTransaction)
}

func TestReconnect(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	w.reconnects = []error{CodeProtoMismatch}
	require.NoError(t, card.Reconnect(context.Background()))
	assert.Equal(t, []string{"reconnect 2 0", "reconnect 3 0"}, w.history())

	w.calls, w.ends = nil, []error{CodeReset}
	require.NoError(t, card.Begin(context.Background()))
	require.NoError(t, card.Reconnect(context.Background()))
	assert.Equal(t, []string{"begin", "end 0", "reconnect 2 0", "end 0"}, w.history(), "no transaction survives")
	assert.ErrorIs(t, card.End(Leave), ErrNoTransaction)

	w.reconnects = []error{CodeRemoved}
	assert.ErrorIs(t, card.Reconnect(context.Background()), iso7816.ErrRemoved)
}

// blocked returns a card whose BeginTransaction waits until release is closed,
// with a Begin already given up.
func blocked(t *testing.T) (w *world, card *Card, release chan struct{}) {
	t.Helper()
	w = newWorld("r")
	card = connected(t, w)
	release = make(chan struct{})
	w.hold = release
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		assert.Eventually(t, func() bool { card.mu.Lock(); defer card.mu.Unlock(); return card.pending != nil }, waitFor, tick)
		cancel()
	}()
	require.ErrorIs(t, card.Begin(ctx), context.Canceled)
	return w, card, release
}

func TestBeginGivenUpIsGivenBack(t *testing.T) {
	w, card, release := blocked(t)
	_, err := card.Transmit([]byte{0, 0xA4, 0, 0})
	assert.ErrorIs(t, err, errAbandoned)
	assert.False(t, linkOf(t, err).Sent)
	assert.ErrorIs(t, card.End(Leave), errAbandoned)
	assert.ErrorIs(t, card.Reconnect(context.Background()), errAbandoned)
	close(release)
	assert.Eventually(t, func() bool { return card.usable() == nil }, waitFor, tick)
	assert.Equal(t, []string{"begin", "end 0"}, w.history())
	require.NoError(t, card.Begin(context.Background()))
}

func TestBeginJoinsTheWait(t *testing.T) {
	w, card, release := blocked(t)
	go func() {
		assert.Eventually(t, func() bool {
			card.mu.Lock()
			defer card.mu.Unlock()
			return card.pending != nil && card.pending.wanted
		}, waitFor, tick)
		close(release)
	}()
	require.NoError(t, card.Begin(context.Background()))
	assert.Equal(t, []string{"begin"}, w.history(), "one call, taken over")
	require.NoError(t, card.End(Leave))
}

func TestCloseDoesNotWaitForAnAbandonedBegin(t *testing.T) {
	w, card, release := blocked(t)
	require.NoError(t, card.Close(Leave))
	assert.Empty(t, w.history())
	close(release)
	assert.Eventually(t, func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.contexts == 1 }, waitFor, tick)
	assert.Equal(t, []string{"begin", "end 0", "disconnect 0"}, w.history())
	assert.ErrorIs(t, card.Begin(context.Background()), ErrClosed)
}

func TestBeginWithAContextThatIsOver(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, card.Begin(ctx), context.Canceled)
	assert.Empty(t, w.history())
}

func TestCloseReportsAFailedReset(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	require.NoError(t, card.Begin(context.Background()))
	w.ends = []error{CodeNotTransacted}
	assert.ErrorIs(t, card.Close(Reset), iso7816.ErrLost)
	assert.Equal(t, 1, w.contexts)
}

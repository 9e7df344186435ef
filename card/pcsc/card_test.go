package pcsc

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
)

const (
	waitFor = 20 * time.Second
	tick    = time.Millisecond
)

func connected(t testing.TB, w *world) *Card {
	t.Helper()
	card, err := w.open(t).Connect(context.Background(), "r")
	require.NoError(t, err)
	t.Cleanup(func() { _ = card.Close(Leave) })
	w.calls = nil
	return card
}

func linkOf(t testing.TB, err error) *iso7816.LinkError {
	t.Helper()
	var link *iso7816.LinkError
	require.ErrorAs(t, err, &link)
	return link
}

func TestConnect(t *testing.T) {
	w := newWorld("r")
	card, err := w.open(t).Connect(context.Background(), "r")
	require.NoError(t, err)
	assert.Equal(t, []string{"connect r 2"}, w.history(), "T=1 alone")
	assert.Equal(t, "r", card.Reader())
	assert.Equal(t, []byte{0x3B, 0x80, 0x80, 0x01, 0x01}, card.ATR())
	assert.False(t, card.T0())
	require.NoError(t, card.Close(Reset))
	require.NoError(t, card.Close(Reset))
	assert.Equal(t, []string{"connect r 2", "disconnect 1"}, w.history())
	assert.Equal(t, 1, w.contexts, "the card's own context is released, the service's stays")
}

func TestConnectFallsBackOnT0(t *testing.T) {
	w := newWorld("r")
	w.connects, w.protocols = []error{CodeProtoMismatch}, []protocol{protocolT0}
	card, err := w.open(t).Connect(context.Background(), "r")
	require.NoError(t, err)
	assert.True(t, card.T0())
	assert.Equal(t, []string{"connect r 2", "connect r 3"}, w.history())
}

func TestConnectWaitsForASharedCard(t *testing.T) {
	w := newWorld("r")
	for range sharingTries - 1 {
		w.connects = append(w.connects, CodeSharingViolation)
	}
	_, err := w.open(t).Connect(context.Background(), "r")
	require.NoError(t, err)
	assert.Len(t, w.history(), sharingTries)
}

func TestConnectFailures(t *testing.T) {
	busy := make([]error, sharingTries)
	for i := range busy {
		busy[i] = CodeSharingViolation
	}
	for _, c := range []struct {
		what    string
		codes   []error
		want    error
		attempt int
	}{
		{"busy for ever", busy, iso7816.ErrBusy, sharingTries},
		{"no such reader", []error{CodeUnknownReader}, ErrUnknownReader, 1},
		{"reader left", []error{CodeReaderUnavailable}, ErrUnknownReader, 1},
		{"no card", []error{CodeNoSmartcard}, iso7816.ErrRemoved, 1},
		{"card left", []error{CodeRemoved}, iso7816.ErrRemoved, 1},
		{"mute", []error{CodeUnresponsive}, iso7816.ErrMute, 1},
		{"no power", []error{CodeUnpowered}, iso7816.ErrUnpowered, 1},
		{"no protocol at all", []error{CodeProtoMismatch, CodeProtoMismatch}, CodeProtoMismatch, 2},
		{"radio", []error{CodeCommError}, iso7816.ErrLost, 1},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld("r")
			w.connects = c.codes
			s := w.open(t)
			_, err := s.Connect(context.Background(), "r")
			assert.ErrorIs(t, err, c.want)
			assert.Len(t, w.history(), c.attempt)
			assert.Equal(t, 1, w.contexts, "context left open")
			assert.False(t, iso7816.Reached(err) && linkLike(err), "nothing was sent")
		})
	}
}

func linkLike(err error) bool {
	_, ok := err.(*iso7816.LinkError)
	return ok
}

func TestConnectDenied(t *testing.T) {
	w := newWorld("r")
	w.connects = []error{CodeSecurityViolation}
	_, err := w.open(t).Connect(context.Background(), "r")
	var failure *ServiceError
	assert.ErrorAs(t, err, &failure)

	w.crash(CodeNoService)
	_, err = (&Service{platform: w.platform()}).Connect(context.Background(), "r")
	assert.ErrorAs(t, err, &failure)
}

func TestConnectHonoursContext(t *testing.T) {
	w := newWorld("r")
	s := w.open(t)
	ctx, cancel := context.WithCancel(context.Background())
	goOn := make(chan struct{})
	s.platform.pause = func(_ context.Context, d time.Duration) error {
		assert.Equal(t, sharingPause, d)
		cancel()
		<-goOn
		return nil
	}
	w.connects = []error{CodeSharingViolation}
	_, err := s.Connect(ctx, "r")
	assert.ErrorIs(t, err, context.Canceled)
	close(goOn)
	assert.Eventually(t, func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.contexts == 1 }, waitFor, tick)

	_, err = s.Connect(ctx, "r")
	assert.ErrorIs(t, err, context.Canceled)
}

func TestConnectWithoutATR(t *testing.T) {
	w := newWorld("r")
	w.atrError = CodeRemoved
	s := w.open(t)
	_, err := s.Connect(context.Background(), "r")
	assert.ErrorIs(t, err, iso7816.ErrRemoved)
	assert.Equal(t, 0, w.cards)
	assert.Equal(t, 1, w.contexts)
}

// Other programs begin and end all the time, with resets: one between our
// connection and our look at the ATR takes nothing from us.
func TestResetBetweenConnectionAndATR(t *testing.T) {
	t.Run("at the connection", func(t *testing.T) {
		w := newWorld("r")
		w.atrs = []error{CodeReset, CodeReset}
		c, err := w.open(t).Connect(context.Background(), "r")
		require.NoError(t, err)
		assert.NotEmpty(t, c.ATR())
		require.NoError(t, c.Begin(context.Background()), "nothing is left to report")
	})
	t.Run("at a reconnection", func(t *testing.T) {
		w := newWorld("r")
		c, err := w.open(t).Connect(context.Background(), "r")
		require.NoError(t, err)
		w.begins, w.atrs = []error{CodeReset}, []error{CodeReset}
		require.ErrorIs(t, c.Begin(context.Background()), iso7816.ErrReset)
		require.NoError(t, c.Begin(context.Background()))
	})
	t.Run("for ever", func(t *testing.T) {
		w := newWorld("r")
		w.atrError = CodeReset
		_, err := w.open(t).Connect(context.Background(), "r")
		assert.ErrorIs(t, err, iso7816.ErrReset)
	})
	t.Run("and then it leaves", func(t *testing.T) {
		w := newWorld("r")
		w.atrs, w.reconnects = []error{CodeReset}, []error{CodeRemoved}
		_, err := w.open(t).Connect(context.Background(), "r")
		assert.ErrorIs(t, err, iso7816.ErrRemoved)
		assert.Equal(t, 0, w.cards)
	})
}

// Whatever goes wrong, a command leaves once. Sent errs on the side of care.
func TestTransmitNeverRepeats(t *testing.T) {
	for _, c := range []struct {
		code        Code
		kind        iso7816.LinkKind
		sent        bool // pcsc-lite
		sentWindows bool
	}{
		{CodeReset, iso7816.LinkReset, false, true},
		{CodeRemoved, iso7816.LinkRemoved, false, true},
		{CodeUnpowered, iso7816.LinkUnpowered, false, true},
		{CodeNoSmartcard, iso7816.LinkRemoved, true, true},
		{CodeReaderUnavailable, iso7816.LinkRemoved, true, true},
		{CodeUnknownReader, iso7816.LinkRemoved, true, true},
		{CodeUnresponsive, iso7816.LinkMute, true, true},
		{CodeNotTransacted, iso7816.LinkLost, true, true},
		{CodeCommError, iso7816.LinkLost, true, true},
		{CodeCommDataLost, iso7816.LinkLost, true, true},
		{CodeTimeout, iso7816.LinkLost, true, true},
		{CodeNoService, iso7816.LinkLost, true, true},
		{CodeServiceStopped, iso7816.LinkLost, true, true},
		{CodeInsufficientBuffer, iso7816.LinkLost, true, true},
		{CodeUnexpected, iso7816.LinkLost, true, true},
		{Code(31), iso7816.LinkLost, true, true}, // ERROR_GEN_FAILURE of a Windows driver
		{CodeSharingViolation, iso7816.LinkBusy, false, false},
		{CodeInvalidParameter, iso7816.LinkUnknown, false, false},
		{CodeInvalidHandle, iso7816.LinkLost, false, false},
	} {
		for _, warningsComeFirst := range []bool{true, false} {
			w := newWorld("r")
			card := connected(t, w)
			card.platform.warningsComeFirst = warningsComeFirst
			w.transmits = []error{c.code}
			_, err := card.Transmit([]byte{0, 0x20, 0, 0x81, 1, 0x31})
			link := linkOf(t, err)
			assert.Equal(t, c.kind, link.Kind, c.code)
			want := c.sent
			if !warningsComeFirst {
				want = c.sentWindows
			}
			assert.Equal(t, want, link.Sent, "%v, warnings first: %v", c.code, warningsComeFirst)
			assert.ErrorIs(t, err, c.code)
			assert.Equal(t, []string{"transmit 002000810131"}, w.history(), "%v", c.code)
		}
	}
}

func TestTransmitAnswers(t *testing.T) {
	w := newWorld("r")
	card := connected(t, w)
	w.answer = []byte{1, 2, 0x90, 0}
	answer, err := card.Transmit([]byte{0, 0xB0, 0, 0, 0})
	require.NoError(t, err)
	assert.Equal(t, w.answer, answer)
}

func TestTransmitTakesNoAnswerForALoss(t *testing.T) {
	for _, answer := range [][]byte{nil, {}, {0x90}} {
		w := newWorld("r")
		card := connected(t, w)
		w.answer = answer
		_, err := card.Transmit([]byte{0, 0x20, 0, 0x81, 1, 0x31})
		assert.ErrorIs(t, err, iso7816.ErrLost)
		assert.True(t, linkOf(t, err).Sent)
		assert.Len(t, w.history(), 1)
	}
}

func TestTransmitRefusesWhatCannotBeSent(t *testing.T) {
	w := newWorld("r")
	w.protocols = []protocol{0}
	card := connected(t, w)
	_, err := card.Transmit([]byte{0, 0xA4, 0, 0})
	assert.False(t, linkOf(t, err).Sent, "no protocol")
	_, err = card.Transmit(nil)
	assert.False(t, linkOf(t, err).Sent)
	require.NoError(t, card.Close(Leave))
	_, err = card.Transmit([]byte{0, 0xA4, 0, 0})
	assert.False(t, linkOf(t, err).Sent)
	assert.ErrorIs(t, err, ErrClosed)
	assert.ErrorIs(t, card.Reconnect(context.Background()), ErrClosed)
	assert.ErrorIs(t, card.End(Leave), ErrClosed)
	assert.ErrorIs(t, card.Begin(context.Background()), ErrClosed)
	assert.Equal(t, []string{"disconnect 0"}, w.history())
}

func TestFourByteHeaderUnderT0(t *testing.T) {
	for _, c := range []struct {
		what    string
		command []byte
		speaks  protocol
		code    Code
		want    []string
	}{
		{"SELECT", []byte{0, 0xA4, 0, 0}, protocolT0, CodeInvalidParameter, []string{"transmit 00A40000", "transmit 00A4000000"}},
		{"under T=1", []byte{0, 0xA4, 0, 0}, protocolT1, CodeInvalidParameter, []string{"transmit 00A40000"}},
		{"another error", []byte{0, 0xA4, 0, 0}, protocolT0, CodeNotTransacted, []string{"transmit 00A40000"}},
		{"empty VERIFY", []byte{0, 0x20, 0, 1}, protocolT0, CodeInvalidParameter, []string{"transmit 00200001"}},
		{"empty RESET RETRY COUNTER", []byte{0, 0x2C, 3, 1}, protocolT0, CodeInvalidParameter, []string{"transmit 002C0301"}},
		{"empty CHANGE", []byte{0, 0x24, 1, 1}, protocolT0, CodeInvalidParameter, []string{"transmit 00240101"}},
		{"five bytes", []byte{0, 0xB0, 0, 0, 0}, protocolT0, CodeInvalidParameter, []string{"transmit 00B0000000"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld("r")
			w.protocols = []protocol{c.speaks}
			card := connected(t, w)
			w.transmits = []error{c.code}
			_, err := card.Transmit(c.command)
			assert.Equal(t, c.want, w.history())
			assert.Equal(t, len(c.want) == 2, err == nil)
		})
	}
}

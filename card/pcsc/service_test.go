package pcsc

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenSaysWhyItFails(t *testing.T) {
	w := newWorld()
	w.down = CodeNoService
	_, err := open(context.Background(), w.platform())
	var failure *ServiceError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, StateStopped, failure.State)
	assert.ErrorIs(t, err, CodeNoService)
	assert.Contains(t, err.Error(), "SCARD_E_NO_SERVICE (8010001D)")
}

func TestOpenKeepsAReadyMadeExplanation(t *testing.T) {
	w := newWorld()
	w.down = &ServiceError{State: StateUnsupported, Reason: ReasonNoCgo}
	_, err := open(context.Background(), w.platform())
	var failure *ServiceError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, ReasonNoCgo, failure.Reason)
}

func TestOpenDoesNotHangWithTheDaemon(t *testing.T) {
	release := make(chan struct{})
	w := newWorld()
	p := w.platform()
	p.establish = func() (scardContext, error) { <-release; return w.establish() }
	ctx, cancel := context.WithCancel(context.Background())
	go cancel()
	_, err := open(ctx, p)
	assert.ErrorIs(t, err, context.Canceled)
	close(release)
	assert.Eventually(t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.opened == 1 && w.contexts == 0
	}, waitFor, tick, "the late context was not released")
}

func TestReaders(t *testing.T) {
	w := newWorld("ACS ACR122U", "Virtual PCD 00 00", "ACS ACR38U", "mute one")
	w.put("ACS ACR122U", statePresent|stateInUse, []byte{0x3B, 0x00})
	w.put("ACS ACR38U", statePresent|stateExclusive, []byte{0x3B, 0x01, 0x00})
	w.put("mute one", statePresent|stateMute, []byte{1})
	s := w.open(t)
	readers, err := s.Readers()
	require.NoError(t, err)
	assert.Equal(t, []Reader{
		{Name: "ACS ACR122U", Index: 0, Kind: KindContactless, CardPresent: true, InUse: true, ATR: []byte{0x3B, 0x00}},
		{Name: "Virtual PCD 00 00", Index: 1, Kind: KindVirtual},
		{Name: "ACS ACR38U", Index: 2, Kind: KindContact, CardPresent: true, Exclusive: true, ATR: []byte{0x3B, 0x01, 0x00}},
		{Name: "mute one", Index: 3, Kind: KindUnknown, CardPresent: true, Mute: true},
	}, readers)
}

func TestReadersNoneIsNoError(t *testing.T) {
	readers, err := newWorld().open(t).Readers()
	assert.NoError(t, err)
	assert.Empty(t, readers)
}

func TestReadersSurviveARestartOfTheService(t *testing.T) {
	w := newWorld("r")
	s := w.open(t)
	dead := &dyingContext{scardContext: s.ctx, err: CodeInvalidHandle}
	s.ctx = dead
	readers, err := s.Readers()
	require.NoError(t, err)
	assert.Len(t, readers, 1)
	assert.Equal(t, 1, w.contexts, "the dead context was not released")
}

func TestReadersSayThatTheServiceIsGone(t *testing.T) {
	w := newWorld("r")
	s := w.open(t)
	w.crash(CodeNoService)
	_, err := s.Readers()
	var failure *ServiceError
	assert.ErrorAs(t, err, &failure)
	w.crash(nil)
	_, err = s.Readers()
	assert.NoError(t, err, "once it is back, it is back")
}

func TestReadersGiveUpOnAServiceThatKeepsFailing(t *testing.T) {
	w := newWorld("r")
	s := w.open(t)
	s.ctx = &dyingContext{scardContext: s.ctx, err: CodeUnexpected}
	_, err := s.Readers()
	assert.ErrorIs(t, err, CodeUnexpected)
}

func TestServiceClosed(t *testing.T) {
	w := newWorld()
	s := w.open(t)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	assert.Equal(t, 0, w.contexts)
	_, err := s.Readers()
	assert.ErrorIs(t, err, ErrClosed)
}

// dyingContext fails each list of readers.
type dyingContext struct {
	scardContext
	err error
}

func (c *dyingContext) listReaders() ([]string, error) { return nil, c.err }

func TestErrorsSpeak(t *testing.T) {
	assert.Equal(t, "PC/SC error 12345678", Code(0x12345678).Error())
	assert.Equal(t, "smart card service denied: sandbox (/x): y",
		(&ServiceError{StateDenied, ReasonSandbox, "/x", errors.New("y")}).Error())
	assert.Equal(t, `reader "r": no such reader`, (&ReaderError{"r", ErrUnknownReader}).Error())
	for c := range codeNames {
		assert.NotContains(t, c.Error(), "PC/SC error")
	}
}

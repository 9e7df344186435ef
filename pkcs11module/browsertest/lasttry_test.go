//go:build linux

package browsertest

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
	"cientro/pkcs11module/builttest"
)

// question waits for our window about the last try.
func (s *stand) question() browserdemo.Window {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	w, err := s.display.AwaitWindow(ctx, func(w browserdemo.Window) bool { return strings.HasPrefix(w.Title, "CIEntro") })
	if err != nil {
		s.picture("stuck")
	}
	require.NoError(s, err, "our window does not come")
	return w
}

// TestLastTryRefused: one try is left; the PIN is typed, right as it may be. Our
// own window asks before it goes out; Escape is no, and spends nothing.
func TestLastTryRefused(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		builttest.File(s, "cientro-desktop")
		c := s.insert()
		s.meet()
		s.spoil(c, 2)
		b := s.start(kind, launch{pins: []string{rightPIN}, made: c.ClearJournal})
		b.confirm()
		b.open(s.server.URL())
		w := s.question()
		assert.Zero(t, c.Counters().Verify[pin], "nothing goes out before the answer")
		require.NoError(t, s.display.Key(s.ctx, w, "Escape"))
		s.await("the end of our window", func() bool { return !s.shown(w) })
		calm()
		s.picture("after")
		assert.Zero(t, c.Counters().Verify[pin])
		assert.Equal(t, 1, c.State().PINTries)
		assert.Zero(t, s.server.Count(browserdemo.EventLogin))
		t.Logf("%d prompts", b.prompts.Count())
		if b.prompted() {
			b.cancel()
		}
		b.fails()
		b.alive()
		assert.Zero(t, c.Counters().Verify[pin])
	})
}

// TestLastTryConsented: the same, but she is sure of her PIN.
func TestLastTryConsented(t *testing.T) {
	s := long(t)
	builttest.File(s, "cientro-desktop")
	c := s.insert()
	s.meet()
	s.spoil(c, 2)
	b := s.start(browserdemo.Firefox, launch{pins: []string{rightPIN}, made: c.ClearJournal})
	b.open(s.server.URL())
	w := s.question()
	// From the refusal, which has the focus, to the tick and to the consent.
	require.NoError(t, s.display.Key(s.ctx, w, "Tab"))
	require.NoError(t, s.display.Key(s.ctx, w, "space"))
	require.NoError(t, s.display.Key(s.ctx, w, "Tab"))
	s.picture("sure")
	require.NoError(t, s.display.Key(s.ctx, w, "space"))
	s.login(s.server, 1)
	b.asked(1)
	assert.Equal(t, 1, c.Counters().Verify[pin])
	assert.Equal(t, 3, c.State().PINTries)
}

// shown tells whether a window is still there.
func (s *stand) shown(w browserdemo.Window) bool {
	windows, err := s.display.Windows(s.ctx)
	require.NoError(s, err)
	for _, other := range windows {
		if other.ID == w.ID {
			return true
		}
	}
	return false
}

// cancel gives up the prompt that is open.
func (b *browser) cancel() {
	windows, err := b.display.Windows(b.ctx)
	require.NoError(b, err)
	for _, w := range windows {
		if w.IsPrompt(b.kind) {
			require.NoError(b, b.display.Key(b.ctx, w, "Escape"))
		}
	}
	b.await("the prompt's end", func() bool { return !b.prompted() })
}

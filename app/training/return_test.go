package training

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestATimerThatWasTooLate: it fired when the trainer had just taken the card
// away for good, and waited for its turn.
func TestATimerThatWasTooLate(t *testing.T) {
	s := New(Config{Instant: true, Pause: time.Millisecond})
	require.NoError(t, s.Start())
	t.Cleanup(s.Stop)
	s.Remove()
	s.mu.Lock()
	s.returnLater()
	time.Sleep(20 * time.Millisecond) // it has fired by now
	s.stopReturning()
	s.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
	assert.False(t, s.State().OnReader)
}

package lockedmemory

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPageHoldsAndIsWiped(t *testing.T) {
	p := New(8)
	require.Len(t, p.Bytes(), 8)
	assert.Equal(t, make([]byte, 8), p.Bytes())
	copy(p.Bytes(), "12345678")
	assert.Equal(t, "12345678", string(p.Bytes()))
	wiped := false
	p.free = func(b []byte) {
		wiped = assert.Equal(t, make([]byte, len(b)), b)
	}
	p.Free()
	p.Free()
	assert.True(t, wiped)
}

// TestPageIsLocked: the kernel counts it.
func TestPageIsLocked(t *testing.T) {
	before, ok := locked(t)
	if !ok {
		t.Skip("this system does not tell how much memory is locked")
	}
	p := New(8)
	after, _ := locked(t)
	p.Free()
	end, _ := locked(t)
	assert.NotEqual(t, before, after)
	assert.Equal(t, before, end)
}

func locked(t *testing.T) (string, bool) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmLck:") {
			return strings.TrimSpace(line), true
		}
	}
	return "", false
}

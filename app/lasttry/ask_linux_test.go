package lasttry

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWindowInheritsNothing: the agent's own channel to its host is standard
// output, and must not be within reach of a window.
func TestWindowInheritsNothing(t *testing.T) {
	note := filepath.Join(t.TempDir(), "note")
	t.Setenv(behaviour, "descriptors")
	t.Setenv(behaviour+"_NOTE", note)
	_, secret, err := os.Pipe()
	require.NoError(t, err)
	defer func() { _ = secret.Close() }()
	_, err = Ask(t.Context(), self(t), request())
	require.NoError(t, err)
	content, err := os.ReadFile(note)
	require.NoError(t, err)
	var sockets []string
	for line := range strings.Lines(string(content)) {
		number, target, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case number <= "2" && len(number) == 1:
			assert.Equal(t, "/dev/null", target, line)
		case strings.HasPrefix(target, "socket:"):
			sockets = append(sockets, number)
		default:
			mine, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(int(secret.Fd())))
			require.NoError(t, err)
			assert.NotEqual(t, mine, target)
		}
	}
	assert.Equal(t, []string{"3"}, sockets)
}

func TestNoDescriptorStays(t *testing.T) {
	open := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		return len(entries)
	}
	t.Setenv(behaviour, "deny")
	ask := func() {
		_, _ = Ask(t.Context(), self(t), request())
		_, _ = Ask(t.Context(), "/none", request())
	}
	ask()
	before := open()
	for range 5 {
		ask()
	}
	assert.Equal(t, before, open())
}

func TestNoChannelIsAnError(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd/3"); err == nil {
		kind, err := os.Readlink("/proc/self/fd/3")
		require.NoError(t, err)
		require.NotContains(t, kind, "socket:", "the test runner handed down a socket")
	}
	_, err := Channel()
	assert.Error(t, err)
}

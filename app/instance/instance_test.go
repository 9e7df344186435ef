package instance

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// folder is a short path: those of tests are long, and sockets want short ones.
func folder(t *testing.T) string {
	t.Helper()
	short, err := os.MkdirTemp("", "i")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(short) })
	return short
}

func TestTheSecondRaisesTheFirst(t *testing.T) {
	at := folder(t)
	raised := make(chan struct{}, 4)
	first, err := Claim(at, func() { raised <- struct{}{} })
	require.NoError(t, err)
	defer first.Close()
	for range 2 {
		_, err = Claim(at, func() { t.Error("the wrong one") })
		require.ErrorIs(t, err, ErrTaken)
		select {
		case <-raised:
		case <-time.After(10 * time.Second):
			require.Fail(t, "nobody came forward")
		}
	}
}

func TestAfterTheFirstThereIsRoom(t *testing.T) {
	at := folder(t)
	first, err := Claim(at, func() {})
	require.NoError(t, err)
	first.Close()
	assert.NoFileExists(t, filepath.Join(at, socketName))
	second, err := Claim(at, func() {})
	require.NoError(t, err)
	second.Close()
}

// TestAKilledOneLeavesRoom: its socket is still there and nobody listens.
func TestAKilledOneLeavesRoom(t *testing.T) {
	at := folder(t)
	l, err := net.Listen("unix", filepath.Join(at, socketName))
	require.NoError(t, err)
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	require.NoError(t, l.Close())
	require.FileExists(t, filepath.Join(at, socketName))
	next, err := Claim(at, func() {})
	require.NoError(t, err)
	next.Close()
}

func TestNoPlaceForIt(t *testing.T) {
	for _, at := range []string{"", filepath.Join(t.TempDir(), strings.Repeat("x", 120))} {
		_, err := Claim(at, func() {})
		require.Error(t, err)
		assert.NotErrorIs(t, err, ErrTaken)
	}
	blocked := filepath.Join(folder(t), "f")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600))
	_, err := Claim(filepath.Join(blocked, "state"), func() {})
	require.Error(t, err)
	(*Instance)(nil).Close()
}

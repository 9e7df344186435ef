//go:build unix

package main

import (
	"os"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// TestNothingTypedInTheDarkIsLeftBehind: half a PIN, or one too many, must not
// wait on the terminal for the shell, which shows it and writes it to a file.
func TestNothingTypedInTheDarkIsLeftBehind(t *testing.T) {
	for name, typed := range map[string]string{"half a line": "4173", "a line": "41739628\n", "nothing": ""} {
		t.Run(name, func(t *testing.T) {
			person, tty, err := pty.Open()
			require.NoError(t, err)
			defer func() { _ = person.Close() }()
			defer func() { _ = tty.Close() }()
			restore, err := hideInput(tty)
			require.NoError(t, err)
			_, err = person.WriteString(typed)
			require.NoError(t, err)
			time.Sleep(10 * time.Millisecond)
			restore()
			_, err = term.MakeRaw(int(tty.Fd())) // as a shell does
			require.NoError(t, err)
			assert.Empty(t, waiting(t, tty))
			_, err = person.WriteString("x")
			require.NoError(t, err)
			assert.Equal(t, "x", waiting(t, tty))
		})
	}
}

// waiting reads what a terminal in raw mode holds.
func waiting(t *testing.T, tty *os.File) string {
	t.Helper()
	ready := []unix.PollFd{{Fd: int32(tty.Fd()), Events: unix.POLLIN}}
	n, err := unix.Poll(ready, 100)
	require.NoError(t, err)
	if n == 0 {
		return ""
	}
	buffer := make([]byte, 64)
	n, err = tty.Read(buffer)
	require.NoError(t, err)
	return string(buffer[:n])
}

//go:build unix

package main

import (
	"errors"
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
			if typed != "" {
				arrives(t, tty)
			}
			restore()
			_, err = term.MakeRaw(int(tty.Fd())) // as a shell does
			require.NoError(t, err)
			_, err = person.WriteString("x")
			require.NoError(t, err)
			left := make([]byte, 64)
			n, err := tty.Read(left)
			require.NoError(t, err)
			assert.Equal(t, "x", string(left[:n]), "before it lay what was typed in the dark")
		})
	}
}

// arrives waits until a terminal holds what was typed: the kernel hands that over
// when it likes. Half a line shows only while lines are not edited.
func arrives(t *testing.T, tty *os.File) {
	t.Helper()
	fd := int(tty.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	require.NoError(t, err)
	unedited := *before
	unedited.Lflag &^= unix.ICANON
	require.NoError(t, unix.IoctlSetTermios(fd, setTermios, &unedited))
	require.True(t, becomesReadable(t, fd), "what was typed has not arrived")
	require.NoError(t, unix.IoctlSetTermios(fd, setTermios, before))
}

// becomesReadable waits until a descriptor can be read. Signals that end the
// wait, Go's own scheduler's among them, are nothing to it.
func becomesReadable(t *testing.T, fd int) bool {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(time.Until(end).Milliseconds()))
		if errors.Is(err, unix.EINTR) && time.Now().Before(end) {
			continue
		}
		require.NoError(t, err)
		return n == 1
	}
}

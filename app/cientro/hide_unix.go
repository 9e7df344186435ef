//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// hideInput switches the echo of a terminal off and returns what switches it
// on again, dropping what was typed in the dark and not read: a shell would show
// and keep it. Line editing and Ctrl-C go on working (POSIX termios, ECHO).
// Unlike term.ReadPassword it leaves the reading to us, so that a Ctrl-C
// meanwhile can put the terminal back, and no copy of a secret is made.
func hideInput(in *os.File) (restore func(), err error) {
	fd := int(in.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, err
	}
	hidden := *before
	hidden.Lflag &^= unix.ECHO
	hidden.Lflag |= unix.ICANON | unix.ISIG
	if err := unix.IoctlSetTermios(fd, setTermios, &hidden); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(fd, flushTermios, before) }, nil
}

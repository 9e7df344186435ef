package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// hideInput switches the echo of a console off and returns what switches it on
// again (SetConsoleMode, ENABLE_ECHO_INPUT).
func hideInput(in *os.File) (restore func(), err error) {
	handle := windows.Handle(in.Fd())
	var before uint32
	if err := windows.GetConsoleMode(handle, &before); err != nil {
		return nil, err
	}
	hidden := before&^windows.ENABLE_ECHO_INPUT | windows.ENABLE_PROCESSED_INPUT | windows.ENABLE_LINE_INPUT
	if err := windows.SetConsoleMode(handle, hidden); err != nil {
		return nil, err
	}
	return func() {
		_ = windows.FlushConsoleInputBuffer(handle) // half a PIN is not for the shell
		_ = windows.SetConsoleMode(handle, before)
	}, nil
}

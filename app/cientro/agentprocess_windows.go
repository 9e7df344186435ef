package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"

	"golang.org/x/sys/windows"
)

// takeStandardStreams makes a connection of the two pipes that the host gave,
// and lets what a library prints go nowhere.
func takeStandardStreams() (io.ReadWriteCloser, error) {
	in, out := os.Stdin, os.Stdout
	nothing, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	handle := windows.Handle(nothing.Fd())
	if err := errors.Join(
		windows.SetStdHandle(windows.STD_INPUT_HANDLE, handle),
		windows.SetStdHandle(windows.STD_OUTPUT_HANDLE, handle),
	); err != nil {
		return nil, err
	}
	os.Stdin, os.Stdout = nothing, nothing
	return twoPipes{in, out}, nil
}

type twoPipes struct {
	io.ReadCloser
	out io.WriteCloser
}

func (p twoPipes) Write(b []byte) (int, error) { return p.out.Write(b) }

func (p twoPipes) Close() error { return errors.Join(p.ReadCloser.Close(), p.out.Close()) }

// untilTerminated leaves Ctrl-C to the host. The agent ends with its pipes.
func untilTerminated(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	return ctx, func() {
		signal.Stop(signals)
		cancel()
	}
}

// harden: Windows writes dumps only where the user asked for them.
func harden() {}

//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// takeStandardStreams makes a connection of standard input and output, which may
// be one socket or two pipes, and puts nothing in their place: whatever a
// library prints from now on must not reach the host as an answer.
func takeStandardStreams() (io.ReadWriteCloser, error) {
	nothing, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = nothing.Close() }()
	one := sameFile(0, 1)
	in, err := takeOver(0, int(nothing.Fd()), "host")
	if err != nil {
		return nil, err
	}
	if one {
		return in, unix.Dup2(int(nothing.Fd()), 1)
	}
	out, err := takeOver(1, int(nothing.Fd()), "host")
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	return twoPipes{in, out}, nil
}

func sameFile(a, b int) bool {
	var left, right unix.Stat_t
	if unix.Fstat(a, &left) != nil || unix.Fstat(b, &right) != nil {
		return false
	}
	return left.Mode&unix.S_IFMT == unix.S_IFSOCK && left.Dev == right.Dev && left.Ino == right.Ino
}

// takeOver moves a descriptor out of reach of the programs that this one starts.
func takeOver(fd, instead int, name string) (*os.File, error) {
	moved, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("standard stream %d: %w", fd, err)
	}
	if err := errors.Join(unix.SetNonblock(moved, true), unix.Dup2(instead, fd)); err != nil {
		_ = unix.Close(moved)
		return nil, fmt.Errorf("standard stream %d: %w", fd, err)
	}
	return os.NewFile(uintptr(moved), name), nil
}

type twoPipes struct {
	io.ReadCloser
	out io.WriteCloser
}

func (p twoPipes) Write(b []byte) (int, error) { return p.out.Write(b) }

func (p twoPipes) Close() error { return errors.Join(p.ReadCloser.Close(), p.out.Close()) }

// untilTerminated is a context that ends when the system, or p11-kit, asks this
// process to go. What the keyboard sends to the host and all around it, and a
// host that has stopped listening, change nothing. These signals are caught, not
// ignored: the window that asks about the last try would inherit that.
func untilTerminated(parent context.Context) (context.Context, func()) {
	ctx, stop := signal.NotifyContext(parent, syscall.SIGTERM)
	others := make(chan os.Signal, 1)
	signal.Notify(others, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	return ctx, func() {
		stop()
		signal.Stop(others)
	}
}

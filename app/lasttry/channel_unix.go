//go:build unix

package lasttry

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// descriptor is where the program finds its end of the channel.
const descriptor = 3

// start starts the program with one end of a socket pair and returns the other.
func start(command *exec.Cmd) (io.ReadWriteCloser, error) {
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, err
	}
	defer func() { _ = theirs.Close() }()
	command.ExtraFiles = []*os.File{theirs} // the first is descriptor 3
	if err := command.Start(); err != nil {
		_ = ours.Close()
		return nil, err
	}
	return ours, nil
}

func socketPair() (ours, theirs *os.File, err error) {
	syscall.ForkLock.RLock()
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(pair[0])
		syscall.CloseOnExec(pair[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	// Not blocking: Close wakes a Read then.
	if err := syscall.SetNonblock(pair[0], true); err != nil {
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(pair[0]), "agent"), os.NewFile(uintptr(pair[1]), "window"), nil
}

// Channel returns the channel that the agent gave this program. It is an error
// where there is none: a person started the program by hand.
func Channel() (io.ReadWriteCloser, error) {
	kind, err := syscall.GetsockoptInt(descriptor, syscall.SOL_SOCKET, syscall.SO_TYPE)
	if err != nil {
		return nil, fmt.Errorf("no agent asks: %w", os.NewSyscallError("getsockopt", err))
	}
	if kind != syscall.SOCK_STREAM {
		return nil, fmt.Errorf("no agent asks: socket of type %d", kind)
	}
	syscall.CloseOnExec(descriptor)
	if err := syscall.SetNonblock(descriptor, true); err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(descriptor, "agent"), nil
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// lookAtPeer asks the kernel who is at the other end of a socket (unix(7)): for
// a pair of sockets it is who made the pair, else who connected.
func lookAtPeer(fd int) *peer {
	p := nobody()
	credentials, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return p
	}
	p.uid = int(credentials.Uid)
	pid := int(credentials.Pid)
	if pid <= 0 { // in another PID namespace
		return p
	}
	handle, err := processHandle(fd, pid)
	if err != nil {
		p.gone = errors.Is(err, unix.ESRCH)
		return p
	}
	program, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	p.alive = &liveness{file: os.NewFile(uintptr(handle), "host")}
	if !exited(handle) { // else the number may have been another's by then
		p.pid, p.program, p.name = pid, program, strings.TrimSpace(string(name))
	}
	return p
}

// processHandle returns a pidfd of the peer, close-on-exec and not blocking.
// The socket knows it from Linux 6.5 on.
func processHandle(socket, pid int) (int, error) {
	handle, err := unix.GetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_PEERPIDFD)
	if err != nil { // or it has ended already
		if handle, err = unix.PidfdOpen(pid, 0); err != nil {
			return -1, err
		}
		if err := notYounger(pid); err != nil {
			_ = unix.Close(handle)
			return -1, err
		}
	}
	unix.CloseOnExec(handle)
	if err := unix.SetNonblock(handle, true); err != nil {
		_ = unix.Close(handle)
		return -1, err
	}
	return handle, nil
}

// notYounger tells the host from a process that got its number later: the host
// was there before the agent.
func notYounger(pid int) error {
	host, err := startTime(strconv.Itoa(pid))
	if err != nil {
		return err
	}
	self, err := startTime("self")
	if err != nil {
		return err
	}
	if host > self {
		return fmt.Errorf("the host's number is another's by now: %w", unix.ESRCH)
	}
	return nil
}

// startTime is when a process began, in clock ticks since boot (proc(5),
// /proc/PID/stat, field 22).
func startTime(pid string) (uint64, error) {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if errors.Is(err, os.ErrNotExist) {
		return 0, unix.ESRCH
	}
	if err != nil {
		return 0, err
	}
	end := bytes.LastIndexByte(stat, ')') // a program's name may hold blanks
	fields := strings.Fields(string(stat[end+1:]))
	const startField = 22 - 3 // the first after the name is the third
	if end < 0 || len(fields) <= startField {
		return 0, errors.New("odd /proc/" + pid + "/stat")
	}
	return strconv.ParseUint(fields[startField], 10, 64)
}

// liveness is a pidfd.
type liveness struct{ file *os.File }

// watch calls gone, once, when the process has ended, and closes the pidfd in
// the end.
func (l *liveness) watch(gone func()) (stop func()) {
	go func() {
		raw, err := l.file.SyscallConn()
		if err == nil {
			// Read waits in the runtime's poller until the pidfd is readable.
			err = raw.Read(func(fd uintptr) bool { return exited(int(fd)) })
		}
		if err == nil {
			gone()
		}
	}()
	return func() { _ = l.file.Close() }
}

// exited looks whether the process of a pidfd has ended (pidfd_open(2)).
func exited(handle int) bool {
	for {
		state := []unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}
		n, err := unix.Poll(state, 0)
		if !errors.Is(err, unix.EINTR) {
			return err == nil && n > 0
		}
	}
}

// environment is what the program was started with, as far as we may read it.
func (p *peer) environment() map[string]string {
	values := map[string]string{}
	if p.pid == 0 {
		return values
	}
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.pid))
	if err != nil {
		return values
	}
	for entry := range bytes.SplitSeq(content, []byte{0}) {
		if name, value, ok := strings.Cut(string(entry), "="); ok {
			values[name] = value
		}
	}
	return values
}

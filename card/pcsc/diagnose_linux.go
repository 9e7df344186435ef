package pcsc

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// diagnose names what is wrong with pcscd, by looking: nothing is started.
func diagnose(err error) *ServiceError {
	return (&site{root: "/", getenv: os.Getenv, dial: dialUnix}).diagnose(err)
}

// site is where pcscd may be found.
type site struct {
	root   string
	getenv func(string) string
	dial   func(path string) error
}

func dialUnix(path string) error {
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		_ = conn.Close()
	}
	return err
}

// pcscd's usual places: Debian and its kin, Fedora after the merge of /usr,
// what people build themselves, NixOS, Guix.
var daemonPaths = []string{
	"usr/sbin/pcscd", "sbin/pcscd", "usr/bin/pcscd", "usr/local/sbin/pcscd", "usr/local/bin/pcscd",
	"usr/libexec/pcscd", "run/current-system/sw/bin/pcscd", "run/current-system/profile/sbin/pcscd",
	"lib/systemd/system/pcscd.socket", "etc/systemd/system/pcscd.socket",
}

const socketPath = "run/pcscd/pcscd.comm"

func (s *site) diagnose(err error) *ServiceError {
	if code(err) == CodeSecurityViolation {
		return &ServiceError{State: StateDenied, Reason: ReasonPolkit, Err: err}
	}
	socket := s.getenv("PCSCLITE_CSOCK_NAME")
	if socket == "" {
		socket = filepath.Join(s.root, socketPath)
	}
	dialed := s.dial(socket)
	failure := &ServiceError{State: StateStopped, Detail: socket, Err: err}
	switch {
	case errors.Is(dialed, fs.ErrPermission):
		failure.State, failure.Reason = StateDenied, ReasonSocketPermission
	case errors.Is(dialed, syscall.ECONNREFUSED):
		failure.Reason = ReasonStaleSocket
	case dialed == nil && code(err) == CodeServiceStopped:
		// The daemon is there and hung up on the library's version.
		failure.State, failure.Reason = StateUnsupported, ReasonProtocol
	case dialed == nil:
		failure.Reason = ReasonOther
	case s.sandboxed():
		failure.State, failure.Reason = StateDenied, ReasonSandbox
	case s.installed():
		failure.Reason = ReasonNotRunning
	default:
		failure.State, failure.Reason, failure.Detail = StateMissing, ReasonNotInstalled, ""
	}
	return failure
}

// sandboxed: flatpak leaves a file, snap a variable. Neither sees the host's
// pcscd unless it was permitted to.
func (s *site) sandboxed() bool {
	_, err := os.Stat(filepath.Join(s.root, ".flatpak-info"))
	return err == nil || s.getenv("SNAP") != ""
}

func (s *site) installed() bool {
	for _, path := range daemonPaths {
		if _, err := os.Stat(filepath.Join(s.root, path)); err == nil {
			return true
		}
	}
	return false
}

package daemon

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// SocketVariable is the environment variable by which PC/SC programs find the
// daemon's socket.
const SocketVariable = "PCSCLITE_CSOCK_NAME"

// Errors of Start, for callers that explain what to install.
var (
	// ErrUnsupported says that this system has no pcscd to start.
	ErrUnsupported = errors.New("no private pcscd on this system")
	// ErrNoPCSCD says that the program pcscd was not found.
	ErrNoPCSCD = errors.New("pcscd is not installed")
	// ErrNoDriver says that vsmartcard's driver was not found.
	ErrNoDriver = errors.New("vsmartcard's virtual reader driver (vsmartcard-vpcd) is not installed")
	// ErrNoActivation says that this pcscd takes no socket from its parent.
	ErrNoActivation = errors.New("pcscd was built without socket activation")
)

// Options say how to start. The zero value is good.
type Options struct {
	// Socket is the path of the socket, at most 107 bytes; empty for one in a
	// directory of our own. A fixed one lets a daemon be started again under
	// the eyes of the same client process.
	Socket string
	// Port is the TCP port of the first reader; the second has the next. 0
	// for a free pair.
	Port int
	// PCSCD and Driver are paths; empty to look in the usual places.
	PCSCD, Driver string
	// NoNamespace leaves out the private mount namespace.
	NoNamespace bool
	// Log receives what pcscd says; nil for nobody. It then talks much.
	Log io.Writer
}

// Mode is how private a daemon came out.
type Mode string

// Modes.
const (
	// ModeNamespace: nothing of the system's own pcscd is seen or touched.
	ModeNamespace Mode = "namespace"
	// ModeShared: own socket and readers, but pcscd may write /run/pcscd/pcscd.pid
	// (it may, if we are root).
	ModeShared Mode = "shared"
)

// Daemon is a running pcscd. Stop it.
type Daemon struct {
	// Socket is the path to put into SocketVariable.
	Socket string
	// VPCDAddr and SecondAddr are where the card side of the two readers
	// dials in, host and port.
	VPCDAddr, SecondAddr string
	// Mode is how it was started.
	Mode Mode
	// PID is pcscd's process id.
	PID int

	process *process
	stop    sync.Once
	stopped error
}

// Readers are the names under which PC/SC lists the two readers.
func (d *Daemon) Readers() []string { return []string{readerName + " 00 00", readerName + " 00 01"} }

// Environment is what a client process needs in its environment.
func (d *Daemon) Environment() []string { return []string{SocketVariable + "=" + d.Socket} }

// Done is closed when pcscd ended, by itself or by Stop.
func (d *Daemon) Done() <-chan struct{} { return d.process.done }

// Stop ends pcscd, this one only, and removes what Start made. It may be
// called more than once.
func (d *Daemon) Stop() error {
	d.stop.Do(func() { d.stopped = d.process.end() })
	return d.stopped
}

// readerName is the name pcscd knows the readers by; it appends slot numbers.
const readerName = "Virtual PCD"

// configuration is a reader.conf(5) for the driver, which takes its port from
// the channel id and reserves the next one for its second slot.
func configuration(driver string, port int) string {
	return fmt.Sprintf("FRIENDLYNAME %q\nDEVICENAME /dev/null:0x%04X\nLIBPATH %s\nCHANNELID 0x%04X\n",
		readerName, port, driver, port)
}

// ignoreOthers is a value for PCSCLITE_FILTER_IGNORE_READER_NAMES: parts of
// names, with colons between. There is no way to say "all but", but a reader
// whose name has no letter other than those of ours has not been built.
func ignoreOthers() string {
	ours := map[rune]bool{}
	for _, r := range readerName {
		ours[r] = true
	}
	var parts []byte
	for r := 'A'; r <= 'z'; r++ {
		if letter := r <= 'Z' || r >= 'a'; letter && !ours[r] {
			parts = append(parts, byte(r), ':')
		}
	}
	return string(parts[:len(parts)-1])
}

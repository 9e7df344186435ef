package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Times to wait for pcscd.
const (
	readyWithin = 10 * time.Second
	endWithin   = 5 * time.Second
	lookEvery   = 5 * time.Millisecond
)

// script runs as sh -c. File descriptor 3 is the socket, 4 the read end of a
// pipe whose other end we hold: end of file there means that we died without
// saying so, a line that pcscd has been taken care of. $HIDE hides the
// directory of the system's pcscd, inside a mount namespace.
const script = `set -e
if [ -n "$HIDE" ]; then
	if [ -d /run/pcscd ]; then mount -t tmpfs tmpfs /run/pcscd
	else mount -t tmpfs tmpfs /run; mkdir /run/pcscd; fi
fi
(read -r line <&4 || kill -TERM $$) 3<&- >/dev/null 2>&1 &
export LISTEN_PID=$$ LISTEN_FDS=1
exec "$0" "$@" 4<&-`

type launchPlan struct {
	dir, socket, conf, pcscd string
	mode                     Mode
	log                      io.Writer
	asRoot                   bool
}

func (l launchPlan) command() *exec.Cmd {
	args := []string{"sh", "-c", script, l.pcscd, "--foreground", "--config", l.conf}
	if l.log != nil {
		args = append(args, "--debug")
	}
	if knowsPolkit(l.pcscd) {
		// It would ask polkit about us, and cannot: it is not root.
		args = append(args, "--disable-polkit")
	}
	if l.mode == ModeNamespace {
		unshare := []string{"unshare", "--mount"}
		if !l.asRoot {
			unshare = append(unshare, "--user", "--map-root-user")
		}
		args = append(unshare, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "PCSCLITE_FILTER_IGNORE_READER_NAMES="+ignoreOthers(), "HIDE=")
	if l.mode == ModeNamespace {
		cmd.Env = append(cmd.Env, "HIDE=yes")
	}
	return cmd
}

// knowsPolkit: the option came with pcsc-lite 2.
func knowsPolkit(pcscd string) bool {
	usage, _ := exec.Command(pcscd, "--help").CombinedOutput()
	return bytes.Contains(usage, []byte("--disable-polkit"))
}

// takesSocket: without libsystemd pcscd would make its own socket in the
// compiled-in place and leave ours unserved.
func takesSocket(pcscd string) bool {
	features, _ := exec.Command(pcscd, "--version").CombinedOutput()
	return bytes.Contains(features, []byte("libsystemd"))
}

// process is a pcscd that we started.
type process struct {
	cmd    *exec.Cmd
	dir    string
	socket string
	pipe   *os.File // lifeline, see script
	said   *tail
	done   chan struct{}
	// patience is how long end asks before it kills.
	patience time.Duration
}

func launch(l launchPlan) (*process, error) {
	listener, err := listenUnix(l.socket)
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	p := &process{
		cmd: l.command(), dir: l.dir, socket: l.socket, pipe: write,
		said: &tail{also: l.log}, done: make(chan struct{}), patience: endWithin,
	}
	p.cmd.ExtraFiles = []*os.File{listener, read}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	p.cmd.WaitDelay = endWithin // the lifeline's shell may outlive pcscd by a moment
	if err := p.cmd.Start(); err != nil {
		_ = write.Close()
		_ = os.Remove(l.socket)
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait()
		_, _ = p.pipe.WriteString("\n")
		_ = p.pipe.Close()
		close(p.done)
	}()
	return p, nil
}

// listenUnix makes the socket and returns it as a file to inherit. A socket
// that a dead daemon left is replaced; one that answers is not.
func listenUnix(path string) (*os.File, error) {
	if conn, err := net.Dial("unix", path); err == nil {
		_ = conn.Close()
		return nil, fmt.Errorf("somebody serves %s already", path)
	} else if errors.Is(err, syscall.ECONNREFUSED) {
		_ = os.Remove(path)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	defer func() { _ = listener.Close() }() // what File returns stays open
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, err
	}
	return listener.File()
}

// pid is pcscd's: unshare and sh replaced themselves by it.
func (p *process) pid() int { return p.cmd.Process.Pid }

// ready waits until the driver listens for both cards.
func (p *process) ready(ctx context.Context, port int) error {
	timeout := time.NewTimer(readyWithin)
	defer timeout.Stop()
	for !listening(port) || !listening(port+1) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.done:
			return fmt.Errorf("pcscd ended: %w: %s", exitError(p.cmd), p.said)
		case <-timeout.C:
			return fmt.Errorf("%w: %s", errPort, p.said)
		case <-time.After(lookEvery):
		}
	}
	return nil
}

func exitError(cmd *exec.Cmd) error {
	return errors.New(cmd.ProcessState.String())
}

// end stops pcscd and removes socket and directory.
func (p *process) end() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	var late error
	select {
	case <-p.done:
	case <-time.After(p.patience):
		late = errors.New("pcscd did not end when asked to and was killed")
		_ = p.cmd.Process.Kill()
		<-p.done
	}
	if filepath.Dir(p.socket) != p.dir {
		_ = os.Remove(p.socket)
	}
	return errors.Join(late, os.RemoveAll(p.dir))
}

// tail keeps the last words of a process for an error text.
type tail struct {
	also io.Writer
	mu   sync.Mutex
	last []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	const keep = 2000
	t.last = append(t.last, p...)
	if len(t.last) > keep {
		t.last = append([]byte(nil), t.last[len(t.last)-keep:]...)
	}
	if t.also != nil {
		return t.also.Write(p)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.last))
}

package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"cientro/app/lasttry"
)

func TestPeer(t *testing.T) {
	ours, theirs := socketPair(t)
	defer func() { _ = ours.Close() }()
	defer func() { _ = theirs.Close() }()
	self, err := os.Executable()
	require.NoError(t, err)
	for _, conn := range []any{ours, theirs} {
		p := peerOf(conn)
		assert.Equal(t, os.Getpid(), p.pid)
		assert.Equal(t, os.Geteuid(), p.uid)
		assert.Equal(t, self, p.program)
		assert.Equal(t, filepath.Base(self), p.name)
		assert.NotEmpty(t, p.environment())
		p.watch(func() { t.Error("this process has ended") })()
	}
}

func TestPeerThatCannotBeKnown(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer func() { _ = w.Close() }()
	defer func() { _ = r.Close() }()
	closed, other := socketPair(t)
	_ = closed.Close()
	_ = other.Close()
	for _, conn := range []any{r, twoPipes{r, w}, 7, closed} {
		p := peerOf(conn)
		assert.Equal(t, nobody(), p)
		assert.Empty(t, p.environment())
		p.watch(func() { t.Error("nobody has ended") })()
	}
}

func TestEndOfAProcessIsSeen(t *testing.T) {
	sleep := exec.Command("sleep", "60")
	require.NoError(t, sleep.Start())
	handle, err := unix.PidfdOpen(sleep.Process.Pid, unix.PIDFD_NONBLOCK)
	require.NoError(t, err)
	gone := make(chan struct{})
	l := &liveness{os.NewFile(uintptr(handle), "sleep")}
	defer l.watch(func() { close(gone) })()
	select {
	case <-gone:
		t.Fatal("too early")
	case <-time.After(20 * time.Millisecond):
	}
	require.NoError(t, sleep.Process.Kill())
	select {
	case <-gone: // also while nobody has waited for it
	case <-time.After(patience):
		t.Error("not seen")
	}
	_ = sleep.Wait()
}

// TestPeerThatEndedBefore: its socket may be in other hands by now.
func TestPeerThatEndedBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	caller := exec.Command(os.Args[0], path)
	caller.Args[0] = agentHost
	require.NoError(t, caller.Run())
	conn, err := listener.Accept()
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	p := peerOf(conn)
	assert.Zero(t, p.pid)
	assert.Empty(t, p.program)
	gone := make(chan struct{})
	defer p.watch(func() { close(gone) })()
	select {
	case <-gone:
	case <-time.After(patience):
		t.Error("not seen")
	}
}

// TestNumbersAreUsedAgain: a process that began after us is not who started us.
func TestNumbersAreUsedAgain(t *testing.T) {
	time.Sleep(20 * time.Millisecond) // the clock of start times ticks every 10 ms
	child := exec.Command("sleep", "60")
	require.NoError(t, child.Start())
	defer func() {
		_ = child.Process.Kill()
		_ = child.Wait()
	}()
	assert.ErrorIs(t, notYounger(child.Process.Pid), unix.ESRCH)
	assert.NoError(t, notYounger(os.Getppid()))
	assert.ErrorIs(t, notYounger(1<<30), unix.ESRCH)
}

// TestRemoteShellOfTheHost: the agent itself gets a chosen few variables, and the
// display of the person who sits there may be among them.
func TestRemoteShellOfTheHost(t *testing.T) {
	t.Setenv("SSH_TTY", "")
	t.Setenv("DISPLAY", ":0")
	host := exec.Command("sleep", "60")
	host.Env = []string{"SSH_TTY=/dev/pts/9", "DISPLAY=:1", "PATH=" + os.Getenv("PATH")}
	require.NoError(t, host.Start())
	defer func() {
		_ = host.Process.Kill()
		_ = host.Wait()
	}()
	// Start returns when the program is being executed, a moment before the kernel
	// has put its environment in place.
	require.Eventually(t, func() bool {
		environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", host.Process.Pid))
		return err == nil && len(environment) > 0
	}, 10*time.Second, time.Millisecond)
	c, _ := lastTryBy(`{}`)
	c.host = &peer{pid: host.Process.Pid}
	getenv := c.getenv()
	assert.Equal(t, "/dev/pts/9", getenv("SSH_TTY"))
	assert.Equal(t, ":0", getenv("DISPLAY"), "the window gets the agent's display")
	assert.ErrorIs(t, lasttry.Screen(getenv), lasttry.ErrNoScreen)
	c.host = nobody()
	assert.NoError(t, lasttry.Screen(c.getenv()))
}

// TestOlderKernels know a peer by its number only (before Linux 6.5).
func TestOlderKernels(t *testing.T) {
	r, w, err := os.Pipe() // no socket: the newer way fails
	require.NoError(t, err)
	defer func() { _ = w.Close() }()
	defer func() { _ = r.Close() }()
	handle, err := processHandle(int(r.Fd()), os.Getppid())
	require.NoError(t, err)
	assert.False(t, exited(handle))
	require.NoError(t, unix.Close(handle))

	time.Sleep(20 * time.Millisecond)
	child := exec.Command("true")
	require.NoError(t, child.Start())
	_, err = processHandle(int(r.Fd()), child.Process.Pid)
	assert.ErrorIs(t, err, unix.ESRCH, "a younger process")
	require.NoError(t, child.Wait())
	_, err = processHandle(int(r.Fd()), child.Process.Pid)
	assert.ErrorIs(t, err, unix.ESRCH, "no process")
}

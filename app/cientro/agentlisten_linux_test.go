package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"cientro/app"
	ck "cientro/pkcs11module/cryptoki"
)

// listening is an agent on a socket.
type listening struct {
	*stand
	process *exec.Cmd
	path    string
	stderr  *strings.Builder
}

func (s *stand) listen() *listening {
	s.t.Helper()
	l := &listening{stand: s, path: filepath.Join(s.t.TempDir(), "a b.sock"), stderr: &strings.Builder{}}
	l.process = s.command("agent", "--listen", "unix:path="+strings.ReplaceAll(l.path, " ", "%20"))
	l.process.Stderr = l.stderr
	require.NoError(s.t, l.process.Start())
	s.t.Cleanup(func() { _ = l.process.Process.Kill() })
	answers(s.t, l.path)
	return l
}

// answers waits until somebody takes connections there: the socket lies in its
// folder a little earlier than that.
func answers(t testing.TB, path string) {
	t.Helper()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("unix", path)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, patience, 5*time.Millisecond)
}

func (l *listening) connect() *rpcClient {
	l.t.Helper()
	conn, err := net.Dial("unix", l.path)
	require.NoError(l.t, err)
	l.t.Cleanup(func() { _ = conn.Close() })
	c := newRPCClient(l.t, conn)
	require.NoError(l.t, c.initialize())
	return c
}

func TestEachConnectionHasItsOwnLogin(t *testing.T) {
	l := newStand(t).offer().listen()
	info, err := os.Lstat(l.path)
	require.NoError(t, err)
	assert.Equal(t, fs.ModeSocket|0o600, info.Mode())

	one, other := l.connect(), l.connect()
	mine := one.openSession(one.slots(true)[0])
	require.NoError(t, one.login(mine, specimenPIN))
	theirs := other.openSession(other.slots(true)[0])
	assert.Equal(t, ck.StateRWPublic, other.state(theirs), "a login of another program counts")
	_, err = other.call(13, "u", u64(uint64(mine)))
	assert.ErrorIs(t, err, ck.RVSessionHandleInvalid, "a session of another program counts")
	assert.ErrorIs(t, other.login(theirs, ""), ck.RVPINIncorrect)
	assert.Equal(t, ck.StateRWUser, one.state(mine))

	before := l.card().Boots
	require.NoError(t, l.process.Process.Signal(os.Interrupt))
	require.NoError(t, l.process.Wait())
	assert.Greater(t, l.card().Boots, before, "the card was not reset")
	assert.NoFileExists(t, l.path)
	assert.Contains(t, strings.Join(strings.Fields(l.stderr.String()), " "), "P11_KIT_SERVER_ADDRESS=unix:path="+strings.ReplaceAll(l.path, " ", "%20"))
}

func TestSocketIsNotTakenFromWhoAnswers(t *testing.T) {
	l := newStand(t).listen()
	second := l.command("agent", "--listen", "unix:path="+strings.ReplaceAll(l.path, " ", "%20"))
	var stderr strings.Builder
	second.Stderr = &stderr
	var exit *exec.ExitError
	require.ErrorAs(t, second.Run(), &exit)
	assert.Equal(t, app.ExitUnexpected, exit.ExitCode())
	assert.Contains(t, stderr.String(), "FILE-")
	l.connect() // the first is unharmed
}

func TestStaleSocketIsReplaced(t *testing.T) {
	l := newStand(t).listen()
	require.NoError(t, l.process.Process.Kill())
	_ = l.process.Wait()
	require.FileExists(t, l.path)
	again := l.command("agent", "--listen", "unix:path="+strings.ReplaceAll(l.path, " ", "%20"))
	require.NoError(t, again.Start())
	t.Cleanup(func() { _ = again.Process.Kill(); _ = again.Wait() })
	answers(t, l.path)
}

func TestPlacesThatWillNotDo(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "s")
	for name, prepare := range map[string]func(){
		"no folder":      func() { require.NoError(t, os.Remove(folder)) },
		"open to others": func() { require.NoError(t, os.Chmod(folder, 0o777)) },
		"a file":         func() { require.NoError(t, os.WriteFile(path, nil, 0o600)) },
		"a link":         func() { require.NoError(t, os.Symlink("/tmp", path)) },
		"a link to a socket": func() {
			l, err := net.Listen("unix", path+"2")
			require.NoError(t, err)
			t.Cleanup(func() { _ = l.Close() })
			require.NoError(t, os.Symlink(path+"2", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.RemoveAll(folder))
			require.NoError(t, os.Mkdir(folder, 0o700))
			prepare()
			before, _ := os.Lstat(path)
			_, err := listenPrivately(path)
			require.Error(t, err)
			after, _ := os.Lstat(path)
			if before != nil {
				assert.True(t, os.SameFile(before, after), "what was there is gone")
			}
		})
	}
	sticky := filepath.Join(folder, "tmp")
	require.NoError(t, os.RemoveAll(folder))
	require.NoError(t, os.MkdirAll(sticky, 0o700))
	require.NoError(t, os.Chmod(sticky, fs.ModeSticky|0o777))
	l, err := listenPrivately(filepath.Join(sticky, "s"))
	require.NoError(t, err)
	assert.NoError(t, l.Close())
}

// TestOnlyItsOwnSocketIsRemoved: another agent may have taken the place.
func TestOnlyItsOwnSocketIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := listenPrivately(path)
	require.NoError(t, err)
	require.NoError(t, os.Rename(path, path+".old"))
	other, err := net.Listen("unix", path)
	require.NoError(t, err)
	defer func() { _ = other.Close() }()
	require.NoError(t, l.Close())
	_, err = os.Lstat(path)
	assert.NoError(t, err)
}

func TestTwoStartAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	var listeners []net.Listener
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if l, err := listenPrivately(path); err == nil {
				mu.Lock()
				defer mu.Unlock()
				listeners = append(listeners, l)
			}
		})
	}
	all.Wait()
	require.Len(t, listeners, 1)
	assert.NoError(t, listeners[0].Close())
}

func TestSocketPath(t *testing.T) {
	for address, want := range map[string]string{
		"unix:path=/run/user/1000/p11-kit/cie": "/run/user/1000/p11-kit/cie",
		"unix:path=/a%20b%25":                  "/a b%",
		"unix:path=/a/../b":                    "/b",
		"unix:path=relative":                   "",
		"unix:path=":                           "",
		"unix:path=/a%0":                       "",
		"unix:path=/a%00b":                     "",
		"unix:abstract=/a":                     "",
		"/a":                                   "",
		"vsock:cid=1;port=2":                   "",
	} {
		got, err := socketPath(address)
		assert.Equal(t, want, got, address)
		assert.Equal(t, want == "", err != nil, address)
	}
}

// TestForeignUserIsRefused opens the socket to everybody, which the agent never
// does, and connects as nobody.
func TestForeignUserIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root: becomes another user for one connection")
	}
	folder := t.TempDir()
	for dir := folder; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		require.NoError(t, os.Chmod(dir, 0o711))
	}
	path := filepath.Join(folder, "s")
	l, err := listenPrivately(path)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(path, 0o666))
	a := &agent{log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- a.listen(ctx, l) }()

	refused := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlock: the thread ends with its changed user
		if _, _, errno := syscall.RawSyscall(unix.SYS_SETRESUID, 65534, 65534, 65534); errno != 0 {
			refused <- errno
			return
		}
		fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err == nil {
			err = unix.Connect(fd, &unix.SockaddrUnix{Name: path})
		}
		if err != nil {
			refused <- err
			return
		}
		_, _ = unix.Write(fd, []byte{0})
		n, err := unix.Read(fd, make([]byte, 1))
		_ = unix.Close(fd)
		if n > 0 {
			err = errors.New("it was answered")
		}
		refused <- err
	}()
	err = <-refused
	if err != nil {
		assert.ErrorIs(t, err, unix.ECONNRESET) // closed with what it said unread
	}
	cancel()
	assert.NoError(t, <-served)
}

package browsers

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestFirefoxRunning: the profile that is open stays as it is, the other does not.
func TestFirefoxRunning(t *testing.T) {
	l := newLayout(t)
	l.program("firefox")
	l.profiles(".mozilla/firefox", "open", "other")
	folder := l.home(".mozilla/firefox/x.open")
	list := filepath.Join(folder, listFile)
	l.write(filepath.Join(folder, ".parentlock"), "")
	require.NoError(t, os.Symlink("127.0.1.1:+"+strconv.Itoa(os.Getpid()), filepath.Join(folder, "lock")))
	before := l.tree()[list]
	assert.False(t, isRunning(folder), "both are left by a crash")

	file, err := os.OpenFile(filepath.Join(folder, ".parentlock"), os.O_RDWR, 0)
	require.NoError(t, err)
	// A lock of the open file stands in for one of another process.
	lock := unix.Flock_t{Type: unix.F_WRLCK}
	require.NoError(t, unix.FcntlFlock(file.Fd(), unix.F_OFD_SETLK, &lock))
	assert.True(t, l.find(".mozilla/firefox/x.open/pkcs11.txt").Running)
	planned, whyNot := l.doneWith(l.PlanInstall())
	done, err := l.Install(t.Context())
	did, why := l.doneWith(done, err)
	assert.Equal(t, planned, did)
	assert.Equal(t, whyNot, why)
	for _, d := range done {
		if d.Place.File == list {
			require.ErrorIs(t, d.Err, ErrRunning)
		} else {
			assert.Equal(t, Added, d.Outcome, d.Place.File)
		}
	}
	assert.Equal(t, before, l.tree()[list])

	require.NoError(t, file.Close())
	assert.Equal(t, Added, l.outcomes(l.Install(t.Context()))[list])
	require.NoError(t, os.Remove(filepath.Join(folder, "lock")))
	require.NoError(t, os.Symlink("127.0.1.1:"+strconv.Itoa(os.Getpid()), filepath.Join(folder, "lock"))) // as on NFS
	_, whyNot = l.doneWith(l.PlanRemove())
	assert.Equal(t, []error{ErrRunning}, whyNot)
	done, err = l.Remove(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, done[0].Err, ErrRunning)
	require.NoError(t, os.Remove(filepath.Join(folder, "lock")))
	assert.Equal(t, Restored, l.outcomes(l.Remove(t.Context()))[list])
	assert.Equal(t, before, l.tree()[list])
}

// TestReadOnlyFolder is seen as somebody who is not root, whom modes hold back:
// the thread of the test puts root's powers over files aside.
func TestReadOnlyFolder(t *testing.T) {
	l := newLayout(t)
	l.program("firefox")
	l.profiles(".mozilla/firefox", "shut", "open", "locked")
	shut, locked := l.home(".mozilla/firefox/x.shut"), l.home(".mozilla/firefox/x.locked/pkcs11.txt")
	base := filepath.Dir(l.Home)
	const nobody = 65534
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chmod(filepath.Dir(base), 0o755))
		require.NoError(t, filepath.WalkDir(base, func(path string, _ fs.DirEntry, err error) error {
			require.NoError(t, err)
			return os.Chown(path, nobody, nobody)
		}))
		require.NoError(t, os.Chown(l.Home, 0, 0)) // the owner is who runs this
		require.NoError(t, os.Chmod(l.Home, 0o777))
	}
	require.NoError(t, os.Chmod(locked, 0o440))
	require.NoError(t, os.Chmod(shut, 0o555))
	t.Cleanup(func() { _ = os.Chmod(shut, 0o755) })
	before := l.tree()
	var done []Done
	var err error
	over := make(chan struct{})
	go func() {
		defer close(over)
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		if os.Geteuid() == 0 {
			_ = syscall.Setfsuid(nobody)
		}
		done, err = l.Install(t.Context())
	}()
	<-over
	require.NoError(t, err)
	refused := 0
	for _, d := range done {
		if d.Outcome == Refused {
			refused++
			require.ErrorIs(t, d.Err, fs.ErrPermission, d.Place.File)
			assert.Equal(t, before[d.Place.File], l.tree()[d.Place.File])
		}
	}
	assert.Equal(t, 2, refused, "%v", done)
	ledger, err := l.openLedger()
	require.NoError(t, err)
	assert.Len(t, ledger.entries, 2, "what was not done is not remembered")
	left, err := filepath.Glob(filepath.Join(shut, "*"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(shut, listFile)}, left)
}

func TestForeignHome(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	l := newLayout(t)
	require.NoError(t, os.Chown(l.Home, 65534, 65534))
	_, err := l.Install(t.Context())
	require.ErrorIs(t, err, ErrForeignHome)
	l.System = true
	_, err = l.Install(t.Context())
	require.NoError(t, err)
}

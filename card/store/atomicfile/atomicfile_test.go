//go:build unix

package atomicfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWriteIsPrivateAndReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "file")
	require.NoError(t, Write(path, []byte("one")))
	require.NoError(t, Write(path, []byte("two")))
	content, err := Read(path, 3)
	require.NoError(t, err)
	assert.Equal(t, "two", string(content))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, FileMode, info.Mode().Perm())
	for _, folder := range []string{filepath.Dir(path), filepath.Dir(filepath.Dir(path))} {
		info, err := os.Stat(folder)
		require.NoError(t, err)
		assert.Equal(t, FolderMode, info.Mode().Perm())
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no temporary file stays")
}

func TestReadRefusesWhatWouldHurt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	_, err := Read(path, 10)
	assert.ErrorIs(t, err, fs.ErrNotExist)

	require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte{1}, 11), 0o600))
	_, err = Read(path, 10)
	assert.ErrorIs(t, err, ErrTooLarge)
	_, err = Read(path, 11)
	assert.NoError(t, err)

	_, err = Read(dir, 10)
	assert.ErrorIs(t, err, ErrNotRegular)
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	_, err = Read(pipe, 10) // would wait for ever for a writer
	assert.ErrorIs(t, err, ErrNotRegular)
}

// A crash between the write and the rename leaves the old content and a
// temporary file, which the next sweep removes once it is old.
func TestCrashBeforeRename(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	require.NoError(t, Write(path, []byte("old")))
	staged, err := stage(path, []byte("new"))
	require.NoError(t, err)

	content, err := Read(path, 10)
	require.NoError(t, err)
	assert.Equal(t, "old", string(content))

	require.NoError(t, Sweep(dir, time.Hour))
	assert.FileExists(t, staged, "it may be a process at work")
	past := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(staged, past, past))
	require.NoError(t, os.Chtimes(path, past, past))
	require.NoError(t, Sweep(dir, time.Hour))
	assert.NoFileExists(t, staged)
	assert.FileExists(t, path)

	require.NoError(t, Write(path, []byte("newer")))
	content, err = Read(path, 10)
	require.NoError(t, err)
	assert.Equal(t, "newer", string(content))
	assert.Error(t, Sweep(filepath.Join(dir, "none"), 0))
}

func TestFailedWriteKeepsTheOldAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "full"), 0o700)) // a folder that cannot be replaced
	assert.Error(t, Write(path, []byte("new")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
	assert.Error(t, Write(filepath.Join(dir, "file", "full", "..", "..", "\x00"), nil))
}

func TestDanglingLinkIsAnError(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(filepath.Join(dir, "gone"), link))
	assert.Error(t, Write(link, []byte("x")))
}

func TestSetAsideCountsAndIsBounded(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for n := range 12 {
		require.NoError(t, Write(path, []byte{byte(n)}))
		aside, err := SetAside(path)
		require.NoError(t, err)
		assert.Equal(t, path+".corrupt-"+string(rune('0'+min(n+1, keptAside))), aside)
		assert.NoFileExists(t, path)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, keptAside)
	_, err = SetAside(path)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestLockExcludesAndTimesOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x", "lock")
	first, err := Acquire(path, 0)
	require.NoError(t, err)
	start := time.Now()
	_, err = Acquire(path, 20*time.Millisecond)
	assert.ErrorIs(t, err, ErrBusy)
	assert.GreaterOrEqual(t, time.Since(start), 20*time.Millisecond)
	_, err = AcquireShared(path, 0)
	assert.ErrorIs(t, err, ErrBusy)
	require.NoError(t, first.Release())

	shared, err := AcquireShared(path, 0)
	require.NoError(t, err)
	second, err := AcquireShared(path, 0)
	require.NoError(t, err)
	_, err = Acquire(path, 0)
	assert.ErrorIs(t, err, ErrBusy)
	require.NoError(t, errors.Join(shared.Release(), second.Release()))
	var none *Lock
	assert.NoError(t, none.Release())

	_, err = Acquire(t.TempDir(), 0) // a folder cannot be a lock
	assert.Error(t, err)
	assert.NotErrorIs(t, err, ErrBusy)
	_, err = Acquire(filepath.Join(path, "below a file"), 0)
	assert.Error(t, err)
}

func TestLockGuardsAReadChangeWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "count")
	require.NoError(t, Write(path, nil))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 5 {
				lock, err := Acquire(filepath.Join(dir, "lock"), 10*time.Second)
				if !assert.NoError(t, err) {
					return
				}
				content, err := Read(path, 100)
				assert.NoError(t, err)
				assert.NoError(t, Write(path, append(content, 'x')))
				assert.NoError(t, lock.Release())
			}
		})
	}
	wait.Wait()
	content, err := Read(path, 100)
	require.NoError(t, err)
	assert.Len(t, content, 40)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(nil), int64(0))
	f.Add([]byte("abc"), int64(2))
	f.Add([]byte("abc"), int64(3))
	f.Fuzz(func(t *testing.T, content []byte, limit int64) {
		if limit < 0 || limit > 1<<20 {
			return
		}
		path := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		got, err := Read(path, limit)
		if int64(len(content)) > limit {
			require.ErrorIs(t, err, ErrTooLarge)
			return
		}
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, got))
	})
}

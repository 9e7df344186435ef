package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// ErrBusy says that somebody else held the lock for as long as the caller was
// ready to wait.
var ErrBusy = errors.New("locked by another process")

// poll is the pause between two attempts at a lock. Neither flock nor the
// Windows share modes can wait for a bounded time, so the wait is ours.
const poll = 2 * time.Millisecond

// Lock is a lock between processes, and between goroutines that each call
// [Acquire] or [AcquireShared]. It lives on a file of its own, because the
// file it protects is replaced at each write.
type Lock struct{ file *os.File }

// Acquire takes the lock at path alone, waiting at most wait; zero tries once.
// It returns [ErrBusy] when the time is over.
func Acquire(path string, wait time.Duration) (*Lock, error) {
	return acquire(path, wait, false)
}

// AcquireShared takes the lock together with other sharers, but not with the
// one who holds it alone.
func AcquireShared(path string, wait time.Duration) (*Lock, error) {
	return acquire(path, wait, true)
}

func acquire(path string, wait time.Duration, shared bool) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), FolderMode); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(wait); ; time.Sleep(poll) {
		file, err := openLocked(path, shared)
		if err == nil {
			return &Lock{file}, nil
		}
		if !errors.Is(err, ErrBusy) {
			return nil, fmt.Errorf("lock %s: %w", filepath.Base(path), err)
		}
		if !time.Now().Before(deadline) {
			return nil, err
		}
	}
}

// Release gives the lock back. A nil lock is nothing to release.
func (l *Lock) Release() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}

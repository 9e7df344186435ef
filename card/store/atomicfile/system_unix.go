//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// openLocked opens the lock file and locks the open file, not the process:
// flock(2) belongs to the open file description, so two goroutines exclude
// each other too, and closing the file is enough to give it back.
func openLocked(path string, shared bool) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, FileMode)
	if err != nil {
		return nil, err
	}
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	for {
		err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err == nil {
		return file, nil
	}
	file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrBusy
	}
	return nil, err
}

func rename(from, to string) error { return os.Rename(from, to) }

func syncFolder(folder string) error {
	open, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer open.Close()
	// Some file systems (network shares, FUSE) cannot flush a folder; the
	// rename has happened all the same.
	if err := open.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}

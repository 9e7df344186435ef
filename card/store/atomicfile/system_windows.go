package atomicfile

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// Windows error codes that mean "somebody has it open" (winerror.h).
const (
	errorSharingViolation syscall.Errno = 32
	errorLockViolation    syscall.Errno = 33
)

// openLocked uses the share mode of the handle as the lock: a second handle is
// refused while the first is open, and Windows closes the handles of a process
// that ends.
func openLocked(path string, shared bool) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	var share uint32
	if shared {
		share = syscall.FILE_SHARE_READ
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ, share, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errorSharingViolation) || errors.Is(err, errorLockViolation) {
		return nil, ErrBusy
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), path), nil
}

// rename retries for a moment: a reader or a virus scanner that has the target
// open makes MoveFileEx fail, which on other systems cannot happen.
func rename(from, to string) (err error) {
	for attempt := 0; attempt < 25; attempt++ {
		err = os.Rename(from, to)
		if !errors.Is(err, syscall.ERROR_ACCESS_DENIED) && !errors.Is(err, errorSharingViolation) {
			return err
		}
		time.Sleep(4 * time.Millisecond)
	}
	return err
}

// syncFolder has nothing to do: NTFS journals the rename.
func syncFolder(string) error { return nil }

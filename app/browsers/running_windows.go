//go:build windows

package browsers

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// isRunning: Firefox has a profile open. It then holds parent.lock open, and shares
// it with nobody: who would open it, if only to read, is told of a violation. The
// file stays when Firefox ends (Mozilla, nsProfileLock.cpp).
func isRunning(profile string) bool {
	file, err := os.Open(filepath.Join(profile, "parent.lock"))
	if err != nil {
		return errors.Is(err, windows.ERROR_SHARING_VIOLATION)
	}
	_ = file.Close()
	return false
}

//go:build !unix

package browsers

import (
	"os"
	"path/filepath"
)

// isRunning: Firefox has a profile open. On Windows it holds parent.lock open and
// lets nobody else do so.
func isRunning(profile string) bool {
	path := filepath.Join(profile, "parent.lock")
	if _, err := os.Stat(path); err != nil {
		return false
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return true
	}
	return file.Close() != nil
}

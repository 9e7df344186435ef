package logs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Clear removes the log files in a folder. What others put there stays.
func Clear(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) || folder == "" {
		return nil
	}
	if err != nil {
		return err
	}
	var failed error
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), fileName)
		if !ours || e.IsDir() || rest == ".lock" || rest != "" && !strings.HasPrefix(rest, ".") {
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// Size returns how many bytes the log files in a folder hold.
func Size(folder string) int64 {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0
	}
	var sum int64
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !e.IsDir() && strings.HasPrefix(e.Name(), fileName) {
			sum += info.Size()
		}
	}
	return sum
}

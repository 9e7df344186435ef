package logs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cientro/card/store/atomicfile"
)

// rotateWait bounds how long a line may wait for another program that rotates.
const rotateWait = 100 * time.Millisecond

// rotated appends lines to a file that it renames when it is full. Several
// processes may write to one path: each opens the file for each line, so that
// none goes on writing to a file that another has renamed, and appends of one
// line do not mix.
type rotated struct {
	path    string
	maxSize int64
	keep    int
	mu      sync.Mutex
}

// Write appends one line.
func (r *rotated) Write(line []byte) (int, error) {
	if int64(len(line)) > r.maxSize {
		return 0, fmt.Errorf("write log: %w", atomicfile.ErrTooLarge)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := os.MkdirAll(filepath.Dir(r.path), atomicfile.FolderMode); err != nil {
		return 0, err
	}
	if err := r.makeRoom(int64(len(line))); err != nil {
		return 0, fmt.Errorf("rotate log: %w", err)
	}
	file, err := os.OpenFile(r.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, atomicfile.FileMode)
	if err != nil {
		return 0, err
	}
	written, err := file.Write(line)
	return written, errors.Join(err, file.Close())
}

// full returns whether the file has no room for n bytes more. What is not a
// regular file, such as a pipe, never has.
func (r *rotated) full(n int64) (bool, error) {
	info, err := os.Lstat(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return !info.Mode().IsRegular() || info.Size()+n > r.maxSize, nil
}

// makeRoom rotates the files if the line would not fit.
func (r *rotated) makeRoom(n int64) error {
	full, err := r.full(n)
	if err != nil || !full {
		return err
	}
	lock, err := atomicfile.Acquire(r.path+".lock", rotateWait)
	if err != nil {
		return err
	}
	defer lock.Release()
	// Another program may have rotated while this one waited.
	if full, err = r.full(n); err != nil || !full {
		return err
	}
	for older := r.keep; older > 0; older-- {
		err := os.Rename(r.numbered(older-1), r.numbered(older))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (r *rotated) numbered(n int) string {
	if n == 0 {
		return r.path
	}
	return fmt.Sprintf("%s.%d", r.path, n)
}

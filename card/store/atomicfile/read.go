package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrTooLarge says that a file is longer than the caller was ready to read.
var ErrTooLarge = errors.New("file is larger than its bound")

// ErrNotRegular says that a pipe, a device or a folder stands where a file was
// expected.
var ErrNotRegular = errors.New("not a regular file")

// Read returns the content of the file at path, at most limit bytes of it.
// A longer file gives [ErrTooLarge], a missing one [fs.ErrNotExist].
func Read(path string, limit int64) ([]byte, error) {
	// Looked at before it is opened: opening a pipe would wait for a writer.
	before, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w of %d bytes", ErrTooLarge, limit)}
	}
	return content, nil
}

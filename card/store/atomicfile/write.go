package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Modes of what the programs keep: for the owner only.
const (
	FileMode   fs.FileMode = 0o600
	FolderMode fs.FileMode = 0o700
)

// temporary is the middle of a temporary file's name, by which Sweep knows
// what a crash left behind.
const temporary = ".tmp-"

// keptAside bounds the damaged copies of one file: a disk that damages a file
// at each start must not fill up with them.
const keptAside = 9

// Write replaces the file at path by content, or creates it, with its folder
// if need be. When Write returns an error the old content is still there.
// A symbolic link stays a link: its target is replaced.
func Write(path string, content []byte) error {
	path, err := target(path)
	if err != nil {
		return err
	}
	staged, err := stage(path, content)
	if err != nil {
		return err
	}
	if err := commit(staged, path); err != nil {
		os.Remove(staged)
		return err
	}
	return nil
}

// target follows a symbolic link, which people use to keep their settings
// elsewhere; a rename onto the link itself would cut it.
func target(path string) (string, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return filepath.EvalSymlinks(path)
	}
	return path, nil
}

// stage writes content to a new file beside path and flushes it to the disk.
func stage(path string, content []byte) (staged string, err error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, FolderMode); err != nil {
		return "", err
	}
	// os.CreateTemp gives mode 0600, which the rename carries over.
	file, err := os.CreateTemp(folder, filepath.Base(path)+temporary+"*")
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, file.Close())
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	if _, err := file.Write(content); err != nil {
		return "", err
	}
	return file.Name(), file.Sync()
}

// commit puts the staged file in the place of path. The folder is flushed too:
// without it a power cut could undo the rename.
func commit(staged, path string) error {
	if err := rename(staged, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// SetAside renames a file that cannot be understood to name.corrupt-1,
// .corrupt-2 and so on, so that nothing is lost and nothing stands in the way,
// and returns the new path. After the ninth, the ninth is replaced.
func SetAside(path string) (aside string, err error) {
	for n := 1; n <= keptAside; n++ {
		aside = fmt.Sprintf("%s.corrupt-%d", path, n)
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return aside, rename(path, aside)
}

// Sweep removes from folder the temporary files older than age, which a
// process left when it was killed between writing and renaming. Younger ones
// may belong to a process at work.
func Sweep(folder string, age time.Duration) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !strings.Contains(entry.Name(), temporary) {
			continue
		}
		info, err := entry.Info()
		if err != nil || time.Since(info.ModTime()) < age {
			continue
		}
		os.Remove(filepath.Join(folder, entry.Name()))
	}
	return nil
}

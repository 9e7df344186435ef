package browsers

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// ErrChangedMeanwhile: a file was changed between reading and writing it. It is
// left as the other program wrote it.
var ErrChangedMeanwhile = errors.New("changed meanwhile by another program")

// Modes of what is made: of a person's own lists, and of what all may read.
const (
	privateFile   fs.FileMode = 0o600
	privateFolder fs.FileMode = 0o700
	publicFile    fs.FileMode = 0o644
	publicFolder  fs.FileMode = 0o755
)

func (p Place) modes() (file, folder fs.FileMode) {
	if p.System {
		return publicFile, publicFolder
	}
	return privateFile, privateFolder
}

// makeFolders makes the folder of a place, and returns those that were not there,
// the outermost first.
func makeFolders(p Place) (made []string, err error) {
	for folder := p.Folder(); !isThere(folder); folder = filepath.Dir(folder) {
		made = append(made, folder)
	}
	slices.Reverse(made)
	_, mode := p.modes()
	for _, folder := range made {
		if err := os.Mkdir(folder, mode); err != nil {
			return made, err
		}
	}
	return made, nil
}

// replace puts content in the place of a file that still is as it was read (nil:
// absent). The file keeps its mode and, where that can be, its owner; a link
// stays a link.
func replace(p Place, was []byte, content []byte) error {
	path := p.File
	mode, _ := p.modes()
	info, err := os.Stat(path)
	if err == nil {
		mode = info.Mode().Perm()
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
		// A file that nobody may write is meant to stay as it is, though its folder
		// would let it be replaced.
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_ = file.Close()
	}
	staged, err := stage(path, mode, content)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(staged) }() // gone, where it was renamed
	if info != nil {
		keepOwner(staged, info)
	}
	if err := unchanged(path, was); err != nil {
		return err
	}
	return os.Rename(staged, path)
}

func stage(path string, mode fs.FileMode, content []byte) (string, error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".cientro-*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return file.Name(), err
}

// unchanged: the file is as it was read.
func unchanged(path string, was []byte) error {
	now, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && was == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist), err == nil && (was == nil || !bytes.Equal(now, was)):
		return ErrChangedMeanwhile
	}
	return err
}

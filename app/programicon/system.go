package programicon

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"path"
	"strings"
)

// ErrNone says that a program has no icon that may be shown.
var ErrNone = errors.New("no icon")

const mostLinks = 40 // symbolic links on the way to a file; more is a circle (Linux, path_resolution(7))

// System is where programs, desktop entries and icons are.
type System struct {
	// Files is the whole tree; paths in it begin below "/".
	Files fs.ReadLinkFS
	// Roots tells whether a file belongs to root.
	Roots func(fs.FileInfo) bool
	// Data are the data folders, the most important first, as absolute paths.
	Data []string
}

// Find returns the icon of the program at an absolute path, or an error that is
// [ErrNone].
func (s System) Find(ctx context.Context, program string) (picture image.Image, err error) {
	defer func() {
		// Pictures are drawn by other people's code.
		if fault := recover(); fault != nil {
			picture, err = nil, fmt.Errorf("%w: %v", ErrNone, fault)
		}
	}()
	if !path.IsAbs(program) {
		return nil, fmt.Errorf("%w: %q is no absolute path", ErrNone, program)
	}
	file, err := s.regular(program)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	icon, err := s.iconOf(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	picture, err = s.picture(ctx, icon)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	return picture, nil
}

var errForeign = errors.New("not in the system's hands")

// resolve follows a path to a file, links included, and demands that all of it is
// in the system's hands. The path it returns has no link, and begins below "/".
func (s System) resolve(name string) (string, fs.FileInfo, error) {
	at, rest, links := ".", strings.Split(name, "/"), 0
	info, err := s.owned(at)
	if err != nil {
		return "", nil, err
	}
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if at, info, err = s.up(at); err != nil {
				return "", nil, err
			}
			continue
		}
		if !info.IsDir() {
			return "", nil, fmt.Errorf("%s: %w", at, fs.ErrNotExist)
		}
		next := path.Join(at, part)
		found, err := s.Files.Lstat(next)
		if err != nil {
			return "", nil, err
		}
		if found.Mode().Type() != fs.ModeSymlink {
			if at = next; !s.trusted(found) {
				return "", nil, fmt.Errorf("%s: %w", at, errForeign)
			}
			info = found
			continue
		}
		if links++; links > mostLinks {
			return "", nil, fmt.Errorf("%s: too many links", next)
		}
		target, err := s.Files.ReadLink(next)
		if err != nil {
			return "", nil, err
		}
		if path.IsAbs(target) {
			if at, info, err = s.up("."); err != nil {
				return "", nil, err
			}
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return at, info, nil
}

func (s System) up(at string) (string, fs.FileInfo, error) {
	at = path.Dir(at)
	info, err := s.owned(at)
	return at, info, err
}

func (s System) owned(name string) (fs.FileInfo, error) {
	info, err := s.Files.Lstat(name)
	if err == nil && !s.trusted(info) {
		err = fmt.Errorf("%s: %w", name, errForeign)
	}
	return info, err
}

// trusted: nobody but root could have changed it. Where access lists grant more,
// the group's bits show it (acl(5), "Correspondence between ACL entries and file
// permission bits").
func (s System) trusted(info fs.FileInfo) bool {
	return info.Mode().Perm()&0o022 == 0 && s.Roots(info)
}

// regular resolves a path to a regular file.
func (s System) regular(name string) (string, error) {
	file, info, err := s.resolve(name)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", file)
	}
	return file, err
}

// read returns a file in the system's hands that is no larger than most bytes.
func (s System) read(name string, most int64) ([]byte, error) {
	found, err := s.regular(name)
	if err != nil {
		return nil, err
	}
	file, err := s.Files.Open(found)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s: larger than %d bytes", found, most)
	}
	return data, err
}

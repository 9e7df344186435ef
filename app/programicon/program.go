package programicon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const (
	maxEntry    = 256 << 10 // bytes of a desktop entry, most of them translations
	mostEntries = 8192      // that are looked at
	deepest     = 3         // folders below applications
)

// programFolders are where a command without a path is looked for. PATH is not
// asked: it may name folders of the user.
func programFolders() []string { return []string{"/usr/local/bin", "/usr/bin", "/bin", "/usr/games"} }

// kinship is how sure it is that an entry is a program's.
type kinship int

const (
	stranger kinship = iota
	sameFolder
	sameName
	sameFile
)

// iconOf returns what the desktop entry of a program calls its icon.
func (s System) iconOf(ctx context.Context, program string) (string, error) {
	best, icons := stranger, []string(nil)
	err := s.entries(ctx, func(e entry) {
		kin := s.kinship(e, program)
		if kin == stranger || kin < best {
			return
		}
		if kin > best {
			best, icons = kin, nil
		}
		if !slices.Contains(icons, e.Icon) {
			icons = append(icons, e.Icon)
		}
	})
	switch {
	case err != nil:
		return "", err
	case len(icons) == 0:
		return "", errors.New("no desktop entry")
	case len(icons) > 1:
		return "", fmt.Errorf("desktop entries with %d icons", len(icons))
	}
	return icons[0], nil
}

func (s System) kinship(e entry, program string) kinship {
	best := stranger
	for _, named := range e.Programs {
		file, ok := s.programFile(named)
		switch {
		case !ok:
		case file == program:
			return sameFile
		case path.Base(named) == path.Base(program) || path.Base(file) == path.Base(program):
			best = sameName
		case path.Dir(file) == path.Dir(program) && ownFolder(path.Dir(file)):
			best = max(best, sameFolder)
		}
	}
	return best
}

// programFile returns the file of a program that an entry names.
func (s System) programFile(named string) (string, bool) {
	candidates := []string{named}
	if !path.IsAbs(named) {
		candidates = nil
		for _, folder := range programFolders() {
			candidates = append(candidates, path.Join(folder, named))
		}
	}
	for _, candidate := range candidates {
		if file, err := s.regular(candidate); err == nil {
			return file, true
		}
	}
	return "", false
}

// ownFolder: a folder such as opt/google/chrome or usr/lib/firefox, which one
// program has to itself, and not one that all share.
func ownFolder(folder string) bool {
	parts := strings.Split(folder, "/")
	if len(parts) < 3 {
		return false
	}
	switch parts[len(parts)-1] {
	case "bin", "sbin", "libexec", "games":
		return false
	}
	// usr/lib/x86_64-linux-gnu and its like
	return parts[len(parts)-2] != "lib" || !strings.Contains(parts[len(parts)-1], "-linux-")
}

// entries visits the desktop entries of all data folders. Where two have the same
// id, the first counts (Desktop Entry Specification, section 2).
func (s System) entries(ctx context.Context, visit func(entry)) error {
	seen := map[string]bool{}
	for _, data := range s.Data {
		err := s.walk(ctx, path.Join(data, "applications"), "", deepest, func(id, file string) error {
			if seen[id] {
				return nil
			}
			if len(seen) == mostEntries {
				return errors.New("too many desktop entries")
			}
			text, err := s.read(file, maxEntry)
			if err != nil {
				return nil //nolint:nilerr // as if it were not there
			}
			seen[id] = true
			if e, err := parseEntry(text); err == nil {
				visit(e)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// walk visits the files of desktop entries in a folder that is in the system's
// hands, with their ids. Folders that are not there are passed over.
func (s System) walk(ctx context.Context, folder, id string, depth int, visit func(id, file string) error) error {
	found, info, err := s.resolve(folder)
	if err != nil || !info.IsDir() || depth == 0 {
		return nil //nolint:nilerr // as if it were not there
	}
	all, err := fs.ReadDir(s.Files, found)
	if err != nil {
		return nil //nolint:nilerr // as if it were not there
	}
	for _, one := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		file := "/" + path.Join(found, one.Name())
		if one.IsDir() {
			err = s.walk(ctx, file, id+one.Name()+"-", depth-1, visit)
		} else if strings.HasSuffix(one.Name(), ".desktop") {
			err = visit(id+one.Name(), file)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

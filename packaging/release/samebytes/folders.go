package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// differences lists in what two files or folders differ.
func differences(a, b string) ([]string, error) {
	left, err := entries(a)
	if err != nil {
		return nil, err
	}
	right, err := entries(b)
	if err != nil {
		return nil, err
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(left)), maps.Keys(right))
	slices.Sort(names)
	var all []string
	for _, name := range slices.Compact(names) {
		one, inLeft := left[name]
		other, inRight := right[name]
		if !inRight {
			all = append(all, fmt.Sprintf("%s: only in %s", name, a))
			continue
		}
		if !inLeft {
			all = append(all, fmt.Sprintf("%s: only in %s", name, b))
			continue
		}
		if one != other {
			all = append(all, fmt.Sprintf("%s: mode %s and %s", name, one, other))
		}
		said, err := contents(filepath.Join(a, name), filepath.Join(b, name), one, other)
		if err != nil {
			return nil, err
		}
		for _, line := range said {
			if name != "." { // of two files
				line = name + ": " + line
			}
			all = append(all, line)
		}
	}
	return all, nil
}

// entries lists what is at and below a path, by name relative to it.
func entries(root string) (map[string]fs.FileMode, error) {
	found := map[string]fs.FileMode{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if !e.IsDir() { // the modes of folders are those of who unpacked them
			found[name] = info.Mode()
		}
		return nil
	})
	return found, err
}

func contents(a, b string, modes ...fs.FileMode) ([]string, error) {
	if modes[0].Type() != modes[1].Type() {
		return nil, nil // said already
	}
	if modes[0]&fs.ModeSymlink != 0 {
		first, err := os.Readlink(a)
		if err != nil {
			return nil, err
		}
		second, err := os.Readlink(b)
		if err != nil || first == second {
			return nil, err
		}
		return []string{fmt.Sprintf("points to %s and %s", first, second)}, nil
	}
	left, err := os.ReadFile(a)
	if err != nil {
		return nil, err
	}
	right, err := os.ReadFile(b)
	if err != nil {
		return nil, err
	}
	return compare(left, right), nil
}

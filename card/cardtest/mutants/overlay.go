package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// apply returns the changed content of each file of m, by its path relative to
// root. Several changes to one file add up.
func (m mutant) apply(root string) (map[string]string, error) {
	files := map[string]string{}
	for _, c := range m.Changes {
		content, seen := files[c.File]
		if !seen {
			raw, err := os.ReadFile(filepath.Join(root, c.File))
			if err != nil {
				return nil, fmt.Errorf("mutant %q: %w", m.Name, err)
			}
			content = string(raw)
		}
		if n := strings.Count(content, c.Old); n != 1 {
			return nil, fmt.Errorf("mutant %q: the text to replace occurs %d times in %s, not once", m.Name, n, c.File)
		}
		files[c.File] = strings.Replace(content, c.Old, c.New, 1)
	}
	return files, nil
}

// overlay writes the changed files into folder, with the JSON that tells the go
// command to read them in place of the originals, and returns its path.
func (m mutant) overlay(root, folder string) (string, error) {
	files, err := m.apply(root)
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for name, content := range files {
		copied := filepath.Join(folder, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(copied, []byte(content), 0o600); err != nil {
			return "", fmt.Errorf("mutant %q: write the changed file: %w", m.Name, err)
		}
		replace[filepath.Join(root, name)] = copied
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", fmt.Errorf("mutant %q: describe the overlay: %w", m.Name, err)
	}
	path := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		return "", fmt.Errorf("mutant %q: write the overlay: %w", m.Name, err)
	}
	return path, nil
}

// moduleRoot is the folder of go.mod, from folder upwards.
func moduleRoot(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("find the module: no go.mod here or above")
		}
		folder = parent
	}
}

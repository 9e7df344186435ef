// Command generate brings the licences of everything that is part of the programs
// into assets/licences/texts. Run it in the repository after a change of go.mod:
// go generate ./assets/licences
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"cientro/assets/licences"
)

func main() {
	if err := run("texts"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes the texts into a folder, and removes those that are old.
func run(folder string) error {
	found, err := collect()
	if err != nil {
		return err
	}
	old, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range old {
		if _, wanted := found[licences.Module(e.Name())]; !wanted {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	for module, text := range found {
		if err := os.WriteFile(filepath.Join(folder, licences.FileName(module)), []byte(text), 0o644); err != nil { //nolint:gosec // G306: source for everybody
			return err
		}
	}
	return nil
}

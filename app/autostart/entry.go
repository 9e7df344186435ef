package autostart

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"cientro/card/store/atomicfile"
)

// HiddenFlag tells the app that nobody asked for its window.
const HiddenFlag = "--hidden"

// ErrForeign says that there is a file of our name that is not ours.
var ErrForeign = errors.New("a file of this name was written by somebody else")

// Entry is what starts the app.
type Entry struct {
	// File is the path of the .desktop file; empty where the system has none.
	File string
	// Program is the absolute path of the app.
	Program string
}

const fileName = "it.cientro.desktop.desktop"

// System returns the entry of this user for a program. It is empty where there is
// no place for it.
func System(program string) Entry {
	switch runtime.GOOS {
	case "windows", "darwin", "ios", "android", "js":
		return Entry{}
	}
	config, err := os.UserConfigDir()
	if err != nil || !filepath.IsAbs(program) {
		return Entry{}
	}
	return Entry{File: filepath.Join(config, "autostart", fileName), Program: program}
}

// Possible returns whether the app can be started with the session.
func (e Entry) Possible() bool { return e.File != "" }

// The lines by which our own file is known, and which says that the folder was
// not there before.
const (
	ourLine    = "X-CIEntro-Autostart=true"
	folderLine = "X-CIEntro-Folder=created"
)

const maxFile = 1 << 16

// Set brings the file, or takes it away. Setting what is set already changes
// nothing but a path that is old.
func (e Entry) Set(on bool) error {
	if !e.Possible() {
		if on {
			return errors.ErrUnsupported
		}
		return nil
	}
	had, err := atomicfile.Read(e.File, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if on {
			return e.bring()
		}
		return nil
	case err != nil:
		return err
	case !hasLine(had, ourLine):
		return ErrForeign
	case on:
		return e.renew(had)
	}
	return e.take(had)
}

// On returns whether our file is there.
func (e Entry) On() bool {
	had, err := atomicfile.Read(e.File, maxFile)
	return err == nil && hasLine(had, ourLine)
}

func (e Entry) bring() error {
	folder := filepath.Dir(e.File)
	_, err := os.Stat(folder)
	created := errors.Is(err, fs.ErrNotExist)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return atomicfile.Write(e.File, e.content(created))
}

func (e Entry) renew(had []byte) error {
	wanted := e.content(hasLine(had, folderLine))
	if bytes.Equal(had, wanted) {
		return nil
	}
	return atomicfile.Write(e.File, wanted)
}

func (e Entry) take(had []byte) error {
	if err := os.Remove(e.File); err != nil {
		return err
	}
	if hasLine(had, folderLine) {
		// Others may have put something there meanwhile: then it stays.
		_ = os.Remove(filepath.Dir(e.File))
	}
	return nil
}

func hasLine(content []byte, line string) bool {
	for had := range strings.Lines(string(content)) {
		if strings.TrimSpace(had) == line {
			return true
		}
	}
	return false
}

func (e Entry) content(created bool) []byte {
	lines := []string{
		"[Desktop Entry]", "Type=Application", "Name=CIEntro", "Icon=it.cientro.desktop",
		// The entry is the user's and outlives the package: where the program is gone,
		// the session passes over it without a word.
		"TryExec=" + escaped(e.Program),
		"Exec=" + quoted(e.Program) + " " + HiddenFlag, "Terminal=false", ourLine,
	}
	if created {
		lines = append(lines, folderLine)
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

// quoted writes a path as an argument of Exec: first by the rules of that key,
// then by those of any string. (Desktop Entry Specification 1.5, "The Exec key"
// and "Possible value types".)
func quoted(path string) string {
	argument := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(path)
	return `"` + escaped(argument) + `"`
}

// escaped writes a text as any string of such a file.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(text)
}

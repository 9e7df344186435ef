package browserdemo

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Kind is a family of browsers, by where it keeps certificates and modules.
type Kind string

// The families.
const (
	Firefox  Kind = "firefox"
	Chromium Kind = "chromium"
)

// Kinds lists the families, the preferred one first.
func Kinds() []Kind { return []Kind{Firefox, Chromium} }

// ParseKind takes what --browser accepts.
func ParseKind(name string) (Kind, bool) {
	for _, k := range Kinds() {
		if strings.EqualFold(name, string(k)) {
			return k, true
		}
	}
	return "", false
}

// programs are the names under which systems have a family's browsers.
var programs = map[Kind][]string{
	Firefox:  {"firefox-esr", "firefox"},
	Chromium: {"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge-stable", "brave-browser"},
}

// MissingError says what is not installed. Package is its Debian name.
type MissingError struct{ What, Package string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not installed (Debian: %s)", e.What, e.Package)
}

// ErrConfined: the browser that there is comes as a snap, which cannot load a
// module from outside.
var ErrConfined = errors.New("the browser is a snap, and cannot load a PKCS#11 module from outside")

// Find returns the path of a family's browser. Errors: *MissingError, ErrConfined.
func Find(kind Kind) (string, error) {
	confined := false
	for _, name := range programs[kind] {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if isSnap(path) {
			confined = true
			continue
		}
		return path, nil
	}
	if confined {
		return "", ErrConfined
	}
	return "", &MissingError{What: string(kind), Package: programs[kind][0]}
}

// isSnap: a link into /snap, or a script that starts one.
func isSnap(path string) bool {
	if real, err := filepath.EvalSymlinks(path); err == nil && (strings.HasPrefix(real, "/snap/") || filepath.Base(real) == "snap") {
		return true
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > 16<<10 {
		return false
	}
	script, err := os.ReadFile(path)
	return err == nil && strings.HasPrefix(string(script), "#!") && strings.Contains(string(script), "/snap/bin/")
}

// Version is what the browser says it is, as in "Mozilla Firefox 128.4.0esr".
func Version(path string) string {
	out, err := exec.Command(path, "--version").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

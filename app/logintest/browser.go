package logintest

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"cientro/app/browserdemo"
	"cientro/app/messages"
)

// browser is the default browser, as far as its desktop file tells.
type browser struct {
	name    string // for people
	kind    browserdemo.Kind
	confine string // "snap", "flatpak" or ""
	// Folders below the home folder: of Firefox's profiles, or of an NSS database.
	folders []string
}

const desktopSuffix = ".desktop"

// families of browsers, by the beginning of their desktop file's name. Flatpak
// names files as reversed domains; snap puts the snap's name and _ before.
var families = []struct {
	begins, name string
	kind         browserdemo.Kind
	confine      string
}{
	{"firefox_", "Firefox", browserdemo.Firefox, "snap"},
	{"org.mozilla.firefox", "Firefox", browserdemo.Firefox, "flatpak"},
	{"firefox", "Firefox", browserdemo.Firefox, ""},
	{"chromium_", "Chromium", browserdemo.Chromium, "snap"},
	{"org.chromium.Chromium", "Chromium", browserdemo.Chromium, "flatpak"},
	{"com.google.Chrome", "Chrome", browserdemo.Chromium, "flatpak"},
	{"com.microsoft.Edge", "Edge", browserdemo.Chromium, "flatpak"},
	{"com.brave.Browser", "Brave", browserdemo.Chromium, "flatpak"},
	{"chromium", "Chromium", browserdemo.Chromium, ""},
	{"google-chrome", "Chrome", browserdemo.Chromium, ""},
	{"microsoft-edge", "Edge", browserdemo.Chromium, ""},
	{"brave", "Brave", browserdemo.Chromium, ""},
	{"vivaldi", "Vivaldi", browserdemo.Chromium, ""},
	{"opera", "Opera", browserdemo.Chromium, ""},
}

// browserOf reads the name of a desktop file.
func browserOf(desktop string) (browser, bool) {
	file, isDesktop := strings.CutSuffix(strings.TrimSpace(desktop), desktopSuffix)
	if !isDesktop {
		return browser{}, false
	}
	for _, f := range families {
		if strings.HasPrefix(file, f.begins) {
			return browser{name: f.name, kind: f.kind, confine: f.confine, folders: foldersOf(f.kind)}, true
		}
	}
	return browser{}, false
}

func foldersOf(kind browserdemo.Kind) []string {
	if kind == browserdemo.Firefox {
		return []string{".mozilla/firefox", ".config/mozilla/firefox"}
	}
	return []string{".pki/nssdb", ".local/share/pki/nssdb"}
}

// defaultBrowser asks the desktop which browser is the default one.
func (c Config) defaultBrowser(ctx context.Context) (browser, Check) {
	out, err := c.Run(ctx, "xdg-settings", "get", "default-web-browser")
	desktop := strings.TrimSpace(string(out))
	if err != nil || desktop == "" {
		return browser{}, unknown(Browser, "none", nil)
	}
	b, known := browserOf(desktop)
	if !known {
		name := shortened(strings.TrimSuffix(filepath.Base(desktop), desktopSuffix))
		return browser{}, unknown(Browser, "other", messages.Values{"Browser": name})
	}
	if b.confine == "" && c.isSnap(desktop) {
		b.confine = "snap"
	}
	if b.confine != "" {
		return b, problem(Browser, b.confine, messages.Values{"Browser": b.name})
	}
	return b, ok(Browser, "ok", messages.Values{"Browser": b.name})
}

// isSnap: the desktop file of that name starts a snap, as Ubuntu's transitional
// packages do.
func (c Config) isSnap(desktop string) bool {
	raw, err := readFile(filepath.Join(c.Root, "usr/share/applications", filepath.Base(desktop)))
	return err == nil && (strings.Contains(string(raw), "/snap/bin/") || strings.Contains(string(raw), "X-SnapInstanceName="))
}

// mostFile bounds what is read of a browser's files.
const mostFile = 1 << 20

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > mostFile {
		return nil, os.ErrInvalid
	}
	return os.ReadFile(path)
}

package browsers

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Family says how a browser takes modules.
type Family string

// The families.
const (
	Firefox  Family = "firefox"  // a list in each profile, and policies
	Chromium Family = "chromium" // the NSS database of the home folder
)

// Packaging says what box a browser runs in.
type Packaging string

// The packagings.
const (
	Native  Packaging = "native" // a distribution's or the maker's package
	Snap    Packaging = "snap"
	Flatpak Packaging = "flatpak"
)

// Browser is one that is installed.
type Browser struct {
	Name      string
	Family    Family
	Packaging Packaging
	// Program is what starts it; of a flatpak its identifier.
	Program string
}

// maker is a browser as its makers spread it.
type maker struct {
	name     string
	family   Family
	programs []string
	snap     string
	flatpak  string
}

func makes() []maker {
	return []maker{
		{"Firefox", Firefox, []string{"firefox", "firefox-esr"}, "firefox", "org.mozilla.firefox"},
		{"Chromium", Chromium, []string{"chromium", "chromium-browser"}, "chromium", "org.chromium.Chromium"},
		{"Chrome", Chromium, []string{"google-chrome", "google-chrome-stable"}, "", "com.google.Chrome"},
		{"Brave", Chromium, []string{"brave-browser", "brave-browser-stable"}, "brave", "com.brave.Browser"},
		{"Edge", Chromium, []string{"microsoft-edge", "microsoft-edge-stable"}, "", "com.microsoft.Edge"},
		{"Vivaldi", Chromium, []string{"vivaldi", "vivaldi-stable"}, "vivaldi", "com.vivaldi.Vivaldi"},
	}
}

// Flatpaks are the browsers that come as flatpaks: identifier to name.
func Flatpaks() map[string]string {
	all := map[string]string{}
	for _, m := range makes() {
		all[m.flatpak] = m.name
	}
	return all
}

// Browsers lists what is installed, native ones first. A maker's browser stands
// there once for each packaging.
func (c Config) Browsers() []Browser {
	switch c.system() {
	case windowsOS:
		return c.windowsBrowsers()
	case macOS:
		return c.macBrowsers()
	}
	return c.unixBrowsers()
}

// addBrowser adds one of a name and packaging that is not there yet.
func addBrowser(all []Browser, b Browser) []Browser {
	if slices.ContainsFunc(all, func(known Browser) bool { return known.Name == b.Name && known.Packaging == b.Packaging }) {
		return all
	}
	return append(all, b)
}

// installedIn looks for the makers' programs below folders.
func installedIn(makes []maker, folders []string) (all []Browser) {
	for _, m := range makes {
		for _, folder := range folders {
			for _, program := range m.programs {
				if path := filepath.Join(folder, program); isThere(path) {
					all = addBrowser(all, Browser{m.name, m.family, Native, path})
				}
			}
		}
	}
	return all
}

// namesOf are the names of those of a family and packaging.
func namesOf(installed []Browser, f Family, p Packaging) (names []string) {
	for _, b := range installed {
		if b.Family == f && b.Packaging == p {
			names = append(names, b.Name)
		}
	}
	return names
}

func (c Config) unixBrowsers() (all []Browser) {
	for _, m := range makes() {
		for _, folder := range []string{"usr/bin", "usr/local/bin", "opt/firefox"} {
			for _, program := range m.programs {
				path := filepath.Join(c.Root, folder, program)
				if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
					packaging := Native
					if startsSnap(path, info.Size()) {
						packaging = Snap
					}
					all = addBrowser(all, Browser{m.name, m.family, packaging, path})
				}
			}
		}
	}
	for _, m := range makes() {
		for _, folder := range []string{"snap/bin", "var/lib/snapd/snap/bin"} {
			if path := filepath.Join(c.Root, folder, m.snap); m.snap != "" && isThere(path) {
				all = addBrowser(all, Browser{m.name, m.family, Snap, path})
			}
		}
		for _, folder := range []string{filepath.Join(c.Root, "var/lib/flatpak/app"), filepath.Join(c.Home, ".local/share/flatpak/app")} {
			if isFolder(filepath.Join(folder, m.flatpak)) {
				all = addBrowser(all, Browser{m.name, m.family, Flatpak, m.flatpak})
			}
		}
	}
	return all
}

// mostScript is the size of a script that only starts something else.
const mostScript = 64 << 10

// startsSnap: the program is the script of a transitional package, as Ubuntu has
// them, or a link to snap.
func startsSnap(path string, size int64) bool {
	if to, err := os.Readlink(path); err == nil && (filepath.Base(to) == "snap" || strings.Contains(to, "/snap/bin/")) {
		return true
	}
	if size > mostScript {
		return false
	}
	raw, err := os.ReadFile(path)
	return err == nil && bytes.HasPrefix(raw, []byte("#!")) && bytes.Contains(raw, []byte("/snap/bin/"))
}

func isThere(path string) bool {
	_, err := os.Lstat(path) // a snap's link leads to a program that need not be readable
	return err == nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

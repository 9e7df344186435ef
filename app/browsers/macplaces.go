package browsers

import (
	"path/filepath"
	"slices"

	"cientro/app/propertylist"
)

func (c Config) macBrowsers() []Browser {
	return installedIn(makesOf(macOS), []string{filepath.Join(c.Root, "Applications"), filepath.Join(c.Home, "Applications")})
}

// preferencesFile is the list in which Firefox's policies are, below
// /Library/Preferences, which administrators write, and /Library/Managed
// Preferences, which the system writes from configuration profiles.
const preferencesFile = "org.mozilla.firefox.plist"

func (c Config) macPlaces() []Place {
	installed := c.Browsers()
	names := namesOf(installed, Firefox, Native)
	all := c.propertyListPlaces(names)
	all = append(all, profilesIn(filepath.Join(c.Home, wellKnown("firefox")), Native, names)...)
	return append(all, systemStorePlaces(installed)...)
}

// propertyListPlaces are the computer's own list and, where it says anything about
// modules, that of a configuration profile, which then counts alone: of each name
// the managed value holds (Mozilla, nsMacPreferencesReader.mm).
func (c Config) propertyListPlaces(names []string) (all []Place) {
	place := func(folder string) Place {
		return Place{
			Kind: FirefoxPolicy, Packaging: Native, Browsers: names, System: true,
			File: filepath.Join(c.Root, "Library", folder, preferencesFile),
		}
	}
	own, managed := place("Preferences"), place(wellKnown("managed"))
	if decides(managed.File) {
		managed.fixed, own.silenced = true, true
		return []Place{managed, own}
	}
	if len(names) > 0 || isThere(own.File) {
		return []Place{own}
	}
	return nil
}

// decides: the list says something about modules.
func decides(file string) bool {
	raw, err := readFile(file)
	if err != nil {
		return false
	}
	root, err := propertylist.Parse(raw)
	return err == nil && slices.ContainsFunc(root.Members, func(m propertylist.Value) bool { return isDevices(m.Key) })
}

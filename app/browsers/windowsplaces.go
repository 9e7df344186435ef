package browsers

import (
	"path/filepath"
	"slices"
	"strings"
)

// storePackage is Firefox of the Microsoft Store, whose settings Windows keeps
// apart from those of all other programs.
const storePackage = "Packages/Mozilla.Firefox_n80bbvh6b1yt2"

func (c Config) windowsBrowsers() []Browser {
	all := installedIn(makesOf(windowsOS), slices.Concat(c.programFolders(), []string{c.local()}))
	if store := filepath.Join(c.local(), storePackage); isFolder(store) {
		all = addBrowser(all, Browser{"Firefox", Firefox, Native, store})
	}
	return all
}

// windowsPlaces are Firefox's policies, the profiles, and the browsers that take
// no module.
func (c Config) windowsPlaces() []Place {
	installed := c.Browsers()
	names := namesOf(installed, Firefox, Native)
	all := c.registryPlaces(names)
	for _, folder := range []string{
		filepath.Join(c.roaming(), "Mozilla", "Firefox"),
		filepath.Join(c.local(), storePackage, "LocalCache/Roaming/Mozilla/Firefox"),
	} {
		all = append(all, profilesIn(folder, Native, names)...)
	}
	return append(all, systemStorePlaces(installed)...)
}

// systemStorePlaces are the browsers that ask the system for certificates and keys.
// On Windows and macOS Chromium and its kin do so (crypto/nss_util.cc is of Linux
// alone), and load no module.
func systemStorePlaces(installed []Browser) []Place {
	if names := namesOf(installed, Chromium, Native); len(names) > 0 {
		return []Place{{Kind: SystemStore, Packaging: Native, Browsers: names, State: NoModules}}
	}
	return nil
}

// The hives of the registry.
const (
	machineHive = "HKEY_LOCAL_MACHINE"
	userHive    = "HKEY_CURRENT_USER"
)

// policiesKey holds Firefox's policies, below a hive; devicesKey what they say of
// modules.
const (
	policiesKey = `Software\Policies\Mozilla\Firefox`
	devicesKey  = policiesKey + `\` + devicesMember
)

// registryPlaces are where Firefox takes SecurityDevices from. It reads the user's
// hive, then the computer's, then policies.json beside the program, and takes each
// policy whole from one of them: the computer's before the user's, the registry
// before the file (Mozilla, EnterprisePoliciesParent.sys.mjs). So what is silenced
// by another does not stand here; and where nothing but the file names modules,
// that is the one to write: a key in the registry would silence it.
func (c Config) registryPlaces(names []string) (all []Place) {
	place := func(file string) Place {
		return Place{Kind: FirefoxPolicy, Packaging: Native, Browsers: names, System: true, File: file}
	}
	machine := place(machineHive + `\` + devicesKey)
	if c.hasKey(machine.File) {
		return []Place{machine}
	}
	if user := place(userHive + `\` + devicesKey); c.hasKey(user.File) {
		user.fixed = true // Windows lets a user read policies, and no more
		return []Place{machine, user}
	}
	for _, folder := range slices.Concat(c.programFolders(), []string{c.local()}) {
		for _, program := range makesOf(windowsOS)[0].programs {
			file := filepath.Join(folder, filepath.Dir(program), distribution, policyName)
			if raw, err := readFile(file); err == nil && strings.Contains(string(raw), devicesMember) {
				all = append(all, place(file))
			}
		}
	}
	if len(all) == 0 && (len(names) > 0 || c.Registry != nil) {
		all = append(all, machine)
	}
	return all
}

// hasKey: the registry has the key, as far as it can be read.
func (c Config) hasKey(key string) bool {
	if c.Registry == nil {
		return false
	}
	_, ok, err := c.Registry.Values(key)
	return ok || err != nil
}

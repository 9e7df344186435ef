package logintest

import (
	"path/filepath"
	"strings"

	"cientro/app/browsers"
)

// modulesOf reads pkcs11.txt, the list of modules of an NSS database.
func modulesOf(raw []byte) []string { return libraries(browsers.Modules(raw)) }

func libraries(all []browsers.Registration) (paths []string) {
	for _, r := range all {
		if r.Library != "" {
			paths = append(paths, r.Library)
		}
	}
	return paths
}

// defaultProfile is the folder of the profile that Firefox opens by itself: that
// of the installation, else the one marked, else the only one. "" is none.
func defaultProfile(folder string) string {
	raw, err := readFile(filepath.Join(folder, "profiles.ini"))
	if err != nil {
		return ""
	}
	chosen := chosenProfile(browsers.Sections(raw))
	if chosen == "" || filepath.IsAbs(chosen) {
		return chosen
	}
	if !filepath.IsLocal(chosen) {
		return "" // profiles.ini names folders below its own
	}
	return filepath.Join(folder, chosen)
}

func chosenProfile(sections []browsers.Section) string {
	var marked, only string
	profiles := 0
	for _, s := range sections {
		switch {
		case strings.HasPrefix(s.Name, "Install") && s.Values["Default"] != "":
			return s.Values["Default"]
		case strings.HasPrefix(s.Name, "Profile"):
			profiles++
			only = s.Values["Path"]
			if s.Values["Default"] == "1" {
				marked = s.Values["Path"]
			}
		}
	}
	switch {
	case marked != "":
		return marked
	case profiles == 1:
		return only
	}
	return ""
}

// policyModules reads the modules of a policies.json of Firefox. One that is not
// understood has none.
func policyModules(raw []byte) []string {
	all, err := browsers.PolicyModules(raw)
	if err != nil {
		return nil
	}
	return libraries(all)
}

package browsers

import (
	"bufio"
	"bytes"
	"path/filepath"
	"strings"
)

// Section is one of an INI file: its name, and its values.
type Section struct {
	Name   string
	Values map[string]string
}

// Sections reads an INI file as Firefox writes profiles.ini and installs.ini.
func Sections(raw []byte) (sections []Section) {
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, mostFile)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			sections = append(sections, Section{line[1 : len(line)-1], map[string]string{}})
			continue
		}
		name, value, isValue := strings.Cut(line, "=")
		if isValue && len(sections) > 0 {
			sections[len(sections)-1].Values[name] = value
		}
	}
	return sections
}

// Profile is one of Firefox's.
type Profile struct {
	Name    string
	Folder  string // absolute
	Default bool   // an installation of Firefox opens it by itself
}

// mostProfiles bounds what a list of profiles can make us do.
const mostProfiles = 100

// Profiles reads profiles.ini and installs.ini (which may be empty) of the
// folder given.
func Profiles(folder string, profilesINI, installsINI []byte) (profiles []Profile) {
	sections := Sections(profilesINI)
	chosen := map[string]bool{} // what installations open
	for _, s := range append(Sections(installsINI), sections...) {
		if strings.HasPrefix(s.Name, "Profile") || s.Name == "General" {
			continue
		}
		if path, ok := profileFolder(folder, s.Values["Default"]); ok {
			chosen[path] = true
		}
	}
	known := map[string]bool{}
	for _, s := range sections {
		path, ok := profileFolder(folder, s.Values["Path"])
		if !strings.HasPrefix(s.Name, "Profile") || !ok || known[path] || len(profiles) == mostProfiles {
			continue
		}
		known[path] = true
		isDefault := chosen[path] || len(chosen) == 0 && s.Values["Default"] == "1"
		profiles = append(profiles, Profile{Name: s.Values["Name"], Folder: path, Default: isDefault})
	}
	if len(profiles) == 1 {
		profiles[0].Default = true
	}
	return profiles
}

// profileFolder resolves a path of profiles.ini: below its folder, or absolute.
func profileFolder(folder, path string) (string, bool) {
	switch {
	case path == "":
		return "", false
	case filepath.IsAbs(path):
		return filepath.Clean(path), true
	}
	return filepath.Join(folder, path), filepath.IsLocal(path)
}

package logintest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
)

// modulesOf reads pkcs11.txt, the list of modules of an NSS database: records of
// lines name=value, of which library= names a file. NSS's own module has none.
func modulesOf(raw []byte) (libraries []string) {
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, mostFile)
	for lines.Scan() {
		library, isLibrary := strings.CutPrefix(strings.TrimSpace(lines.Text()), "library=")
		if isLibrary && library != "" {
			libraries = append(libraries, library)
		}
	}
	return libraries
}

// section is one of an INI file: its name, and its values.
type section struct {
	name   string
	values map[string]string
}

// sectionsOf reads an INI file as Firefox writes profiles.ini.
func sectionsOf(raw []byte) (sections []section) {
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, mostFile)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			sections = append(sections, section{line[1 : len(line)-1], map[string]string{}})
			continue
		}
		name, value, isValue := strings.Cut(line, "=")
		if isValue && len(sections) > 0 {
			sections[len(sections)-1].values[name] = value
		}
	}
	return sections
}

// defaultProfile is the folder of the profile that Firefox opens by itself: that
// of the installation, else the one marked, else the only one. "" is none.
func defaultProfile(folder string) string {
	raw, err := readFile(filepath.Join(folder, "profiles.ini"))
	if err != nil {
		return ""
	}
	chosen := chosenProfile(sectionsOf(raw))
	if chosen == "" || filepath.IsAbs(chosen) {
		return chosen
	}
	if !filepath.IsLocal(chosen) {
		return "" // profiles.ini names folders below its own
	}
	return filepath.Join(folder, chosen)
}

func chosenProfile(sections []section) string {
	var marked, only string
	profiles := 0
	for _, s := range sections {
		switch {
		case strings.HasPrefix(s.name, "Install") && s.values["Default"] != "":
			return s.values["Default"]
		case strings.HasPrefix(s.name, "Profile"):
			profiles++
			only = s.values["Path"]
			if s.values["Default"] == "1" {
				marked = s.values["Path"]
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

// policyModules reads the modules of a policies.json of Firefox (policy
// SecurityDevices: name to path, or since version 114 an object Add of these).
func policyModules(raw []byte) (libraries []string) {
	var file struct {
		Policies struct {
			SecurityDevices map[string]json.RawMessage `json:"SecurityDevices"`
		} `json:"policies"`
	}
	if json.Unmarshal(raw, &file) != nil {
		return nil
	}
	for name, value := range file.Policies.SecurityDevices {
		var path string
		var several map[string]string
		switch {
		case json.Unmarshal(value, &path) == nil:
			libraries = append(libraries, path)
		case name == "Add" && json.Unmarshal(value, &several) == nil:
			for _, path := range several {
				libraries = append(libraries, path)
			}
		}
	}
	return libraries
}

package browsers

import (
	_ "embed"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// The systems, as in runtime.GOOS, that keep browsers' settings in ways of their
// own; all others do as Linux does.
const (
	windowsOS = "windows"
	macOS     = "darwin"
)

// Windows: it is about Windows.
func (c Config) Windows() bool { return c.system() == windowsOS }

func (c Config) system() string {
	if c.OS == "" {
		return runtime.GOOS
	}
	return c.OS
}

// Computer is the configuration of this computer and the user who runs this; what
// is to be registered, and where originals are kept, is for the caller to add.
func Computer() (Config, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return Config{}, err
	}
	c := Config{Home: home, Root: "/"}
	if c.system() != windowsOS {
		return c, nil
	}
	if folder := os.Getenv("SystemRoot"); folder != "" {
		c.Root = filepath.VolumeName(folder) + `\`
	}
	c.Roaming, c.Local = os.Getenv("APPDATA"), os.Getenv("LOCALAPPDATA")
	for _, name := range []string{"ProgramW6432", "ProgramFiles", "ProgramFiles(x86)"} {
		if folder := os.Getenv(name); filepath.IsAbs(folder) && !slices.Contains(c.Programs, folder) {
			c.Programs = append(c.Programs, folder)
		}
	}
	c.Registry = systemRegistry()
	return c, nil
}

// ProgramNames are the file names of the library that browsers load, and of the
// program that speaks to the card for it.
func ProgramNames() (module, agent string) { return programNames(runtime.GOOS) }

func programNames(system string) (module, agent string) {
	switch system {
	case windowsOS:
		return "cientro-pkcs11.dll", "cientro.exe"
	case macOS:
		return "libcientro-pkcs11.dylib", "cientro"
	}
	return "libcientro-pkcs11.so", "cientro"
}

// SystemState is the folder for what is kept of the whole computer. Only an
// administrator can write there: who could plant a record could have any file
// replaced the next time an administrator takes the module out.
func (c Config) SystemState() string {
	switch c.system() {
	case windowsOS:
		return filepath.Join(c.programFolders()[0], wellKnown("common"))
	case macOS:
		return filepath.Join(c.Root, wellKnown("support"))
	}
	return filepath.Join(c.Root, "var/lib/cientro/browsers")
}

// programFolders are where programs of Windows are installed for everybody.
func (c Config) programFolders() []string {
	if len(c.Programs) > 0 {
		return c.Programs
	}
	return []string{filepath.Join(c.Root, wellKnown("programs")), filepath.Join(c.Root, wellKnown("programs32"))}
}

func (c Config) roaming() string {
	if c.Roaming != "" {
		return c.Roaming
	}
	return filepath.Join(c.Home, "AppData", "Roaming")
}

func (c Config) local() string {
	if c.Local != "" {
		return c.Local
	}
	return filepath.Join(c.Home, "AppData", "Local")
}

// places says where browsers and their settings are on Windows and macOS.
//
//go:embed places.ini
var places []byte

// wellKnown is a folder of that table.
func wellKnown(name string) string { return Sections(places)[0].Values[name] }

// makesOf are the browsers of a system by where their makers install them.
func makesOf(system string) (all []maker) {
	for _, s := range Sections(places) {
		name, ok := strings.CutPrefix(s.Name, system+" ")
		if !ok {
			continue
		}
		m := maker{name: name, family: Family(s.Values["family"]), programs: []string{s.Values["program"]}}
		if other := s.Values["other"]; other != "" {
			m.programs = append(m.programs, other)
		}
		all = append(all, m)
	}
	return all
}

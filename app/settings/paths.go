package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// folder is the programs' own folder in each of the system's.
const folder = "cientro"

// HomeVariable names the environment variable that puts all files into one
// folder: for tests, and for use from a memory stick.
const HomeVariable = "CIENTRO_HOME"

// ErrNoHome says that the system gives no place to keep files. The programs
// run without any, with the default settings.
var ErrNoHome = errors.New("no home folder")

// Paths are the absolute folders of the programs' files, created on first
// write with mode 0700. The zero value means that nothing can be kept.
type Paths struct {
	// Config holds what the user chose.
	Config string
	// Cache holds what can be had again from the cards.
	Cache string
	// State holds what is neither: logs and the virtual card.
	State string
	// Portable is true when the paths come from CIENTRO_HOME: then nothing
	// should go to the system's keyring either.
	Portable bool
}

// Locate returns the folders for this user. They follow CIENTRO_HOME, else
// the system: the XDG base directories on Linux, AppData on Windows, Library on
// macOS.
func Locate() (Paths, error) {
	if home := os.Getenv(HomeVariable); home != "" {
		home, err := filepath.Abs(home)
		if err != nil {
			return Paths{}, fmt.Errorf("%w: %w", ErrNoHome, err)
		}
		return Paths{
			Config:   filepath.Join(home, "config"),
			Cache:    filepath.Join(home, "cache"),
			State:    filepath.Join(home, "state"),
			Portable: true,
		}, nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return Paths{}, fmt.Errorf("%w: %w", ErrNoHome, err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return Paths{}, fmt.Errorf("%w: %w", ErrNoHome, err)
	}
	state, err := stateFolder(runtime.GOOS, config, cache)
	if err != nil {
		return Paths{}, fmt.Errorf("%w: %w", ErrNoHome, err)
	}
	return Paths{
		Config: filepath.Join(config, folder),
		Cache:  filepath.Join(cache, folder),
		State:  state,
	}, nil
}

// stateFolder is the folder for state, which the standard library does not
// know. (XDG Base Directory Specification 0.8, XDG_STATE_HOME.)
func stateFolder(system, config, cache string) (string, error) {
	switch system {
	case "windows": // LocalAppData: state does not roam
		return filepath.Join(cache, folder, "state"), nil
	case "darwin", "ios":
		return filepath.Join(config, folder, "state"), nil
	}
	// A relative path is to be ignored, says the specification.
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, folder), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "state", folder), nil
}

// SettingsFile is the user's settings.
func (p Paths) SettingsFile() string { return join(p.Config, "settings.json") }

// Trust is the folder of the trust anchors the user imported.
func (p Paths) Trust() string { return join(p.Config, "trust") }

// Cards is the folder of package store.
func (p Paths) Cards() string { return join(p.Cache, "cards") }

// VirtualCard is the user's card in software.
func (p Paths) VirtualCard() string { return join(p.State, "virtual-card.json") }

// Logs is the folder of the log files.
func (p Paths) Logs() string { return join(p.State, "logs") }

// join keeps "nowhere" nowhere: a relative path would land in whatever folder
// the program was started in.
func join(folder, name string) string {
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, name)
}

package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"cientro/app"
)

// Machine is the computer that the program runs on.
type Machine struct {
	// Open opens the smart card service, or what stands in for it.
	Open func(context.Context) (app.Readers, error)
	// Getenv, Clock and StateFolder are the program's.
	Getenv      func(string) string
	Clock       func() time.Time
	StateFolder string
}

var _ System = Machine{}

// childTime is how long a child process may take.
const childTime = 4 * time.Second

// OS is part of System.
func (Machine) OS() string { return runtime.GOOS }

// Arch is part of System.
func (Machine) Arch() string { return runtime.GOARCH }

// Now is part of System.
func (m Machine) Now() time.Time { return m.Clock() }

// Env is part of System.
func (m Machine) Env(name string) string { return m.Getenv(name) }

// User is part of System.
func (Machine) User() int { return os.Getuid() }

// PID is part of System.
func (Machine) PID() int { return os.Getpid() }

// Home is part of System.
func (Machine) Home() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return home
}

// State is part of System.
func (m Machine) State() string { return m.StateFolder }

// Program is part of System.
func (Machine) Program() string {
	file, err := os.Executable()
	if err != nil {
		return ""
	}
	if file, err = filepath.EvalSymlinks(file); err != nil {
		return ""
	}
	return filepath.Dir(file)
}

// Read is part of System.
func (Machine) Read(path string) ([]byte, error) { return readSome(path) }

// readSome reads the first megabyte of a regular file. Files of /proc and /sys
// are regular, and tell no size.
func readSome(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: %w", path, fs.ErrInvalid)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, mostFile))
}

// List is part of System.
func (Machine) List(path string) ([]string, error) { return listNames(path) }

func listNames(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

// Link is part of System.
func (Machine) Link(path string) (string, error) { return os.Readlink(path) }

// Stat is part of System.
func (Machine) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// Free is part of System.
func (Machine) Free(path string) (uint64, error) { return freeBytes(path) }

// Dial is part of System.
func (Machine) Dial(path string) error {
	connection, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		_ = connection.Close()
	}
	return err
}

// ErrNotLoaded is a library that a child process could not load.
var ErrNotLoaded = errors.New("library does not load")

// Load is part of System. The dynamic linker loads the library into a program
// that does nothing, with all that it needs, and complains if it cannot
// (ld.so(8), LD_PRELOAD and LD_BIND_NOW).
func (Machine) Load(ctx context.Context, path string) error {
	if runtime.GOOS != "linux" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, childTime)
	defer cancel()
	if strings.ContainsAny(path, " :") { // the linker takes these for separators
		folder, err := os.MkdirTemp("", "cientro")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(folder) }()
		link := filepath.Join(folder, filepath.Base(ownModule))
		if err := os.Symlink(path, link); err != nil {
			return err
		}
		path = link
	}
	var complaint bytes.Buffer
	child := exec.CommandContext(ctx, "/bin/true")
	child.Env = []string{"LD_PRELOAD=" + path, "LD_BIND_NOW=1"}
	child.Stderr = &complaint
	if err := child.Run(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotLoaded, err)
	}
	if complaint.Len() > 0 {
		return ErrNotLoaded
	}
	return nil
}

// versionSchema is the form in which an agent tells its version.
const versionSchema = "cientro.version/1"

// AgentVersion is part of System.
func (Machine) AgentVersion(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, childTime)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "version", "--json").Output()
	if err != nil {
		return "", err
	}
	return parseVersion(out)
}

func parseVersion(out []byte) (string, error) {
	var told struct {
		Schema  string `json:"schema"`
		Version string `json:"version"`
	}
	if err := json.Unmarshal(out, &told); err != nil {
		return "", err
	}
	if told.Schema != versionSchema || versionFact(told.Version).text != told.Version {
		return "", fmt.Errorf("version: %w", fs.ErrInvalid)
	}
	return told.Version, nil
}

// Readers is part of System.
func (m Machine) Readers(ctx context.Context) (app.Readers, error) { return m.Open(ctx) }

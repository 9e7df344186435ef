package browserdemo

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ModuleName is how browsers list the module.
const ModuleName = "CIEntro"

// firefoxPreferences make a fresh profile go to the page without detours.
//
//go:embed firefox-preferences.js
var firefoxPreferences []byte

// Profile is a browser profile in a folder of its own, with a home folder
// beside it: whatever the browser writes, it writes there.
type Profile struct {
	Kind Kind
	// Dir holds everything; remove it to forget all.
	Dir string
	// Arguments are added to the command line, before the address.
	Arguments []string
	// Environment is added to the browser's, as in "A=b".
	Environment []string
}

// ProfileOptions say what to make.
type ProfileOptions struct {
	Kind Kind
	// Dir is where; it must exist and be empty, and be the caller's own.
	Dir string
	// Module is the absolute path of the PKCS#11 library; empty for none.
	Module string
	// Authority is the DER certificate that the browser is to trust.
	Authority []byte
	// Preferences are added to Firefox's, as lines of a user.js.
	Preferences string
	// Environment is added to that of the tools and the browser.
	Environment []string
}

// NewProfile makes a profile that trusts the server and has the module, with
// the tools of NSS (certutil, modutil). Registering loads the module once.
// Errors: *MissingError.
func NewProfile(ctx context.Context, o ProfileOptions) (*Profile, error) {
	p := &Profile{Kind: o.Kind, Dir: o.Dir, Environment: o.Environment}
	database := p.database()
	for _, dir := range []string{p.home(), p.data(), database} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	if o.Kind == Firefox {
		preferences := string(firefoxPreferences) + o.Preferences
		if err := os.WriteFile(filepath.Join(p.data(), "user.js"), []byte(preferences), 0o600); err != nil {
			return nil, err
		}
	}
	authority := filepath.Join(o.Dir, "authority.der")
	if err := os.WriteFile(authority, o.Authority, 0o600); err != nil {
		return nil, err
	}
	steps := [][]string{
		{"certutil", "-N", "-d", "sql:" + database, "--empty-password"},
		{"certutil", "-A", "-d", "sql:" + database, "-n", authorityName, "-t", "C,,", "-i", authority},
	}
	if o.Module != "" {
		steps = append(steps, []string{"modutil", "-dbdir", "sql:" + database, "-add", ModuleName, "-libfile", o.Module, "-force"})
	}
	for _, step := range steps {
		if err := p.tool(ctx, step); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *Profile) home() string { return filepath.Join(p.Dir, "home") }

// data is the profile folder proper.
func (p *Profile) data() string { return filepath.Join(p.Dir, "profile") }

// database is where NSS looks: Firefox in the profile, Chromium in the home.
func (p *Profile) database() string {
	if p.Kind == Firefox {
		return p.data()
	}
	return filepath.Join(p.home(), ".pki", "nssdb")
}

func (p *Profile) tool(ctx context.Context, arguments []string) error {
	path, err := exec.LookPath(arguments[0])
	if err != nil {
		return &MissingError{What: arguments[0], Package: "libnss3-tools"}
	}
	command := exec.CommandContext(ctx, path, arguments[1:]...)
	command.Env = p.environment()
	out, err := command.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(arguments[:2], " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Command is the browser with this profile, on its way to the address.
func (p *Profile) Command(path string, address string) *exec.Cmd {
	var arguments []string
	switch p.Kind {
	case Firefox:
		arguments = []string{"--new-instance", "--no-remote", "--profile", p.data()}
	case Chromium:
		arguments = []string{
			"--user-data-dir=" + p.data(), "--no-first-run", "--no-default-browser-check", "--password-store=basic",
			"--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-gpu",
			"--disable-features=Translate",
		}
		if os.Geteuid() == 0 {
			// Chromium's sandbox refuses to work for root.
			arguments = append(arguments, "--no-sandbox")
		}
	}
	arguments = append(arguments, p.Arguments...)
	if address != "" {
		arguments = append(arguments, address)
	}
	command := exec.Command(path, arguments...)
	command.Env = p.environment()
	command.Dir = p.home()
	return command
}

// environment is this process's with the home folder exchanged.
func (p *Profile) environment() []string {
	environment := os.Environ()
	if os.Getenv("XAUTHORITY") == "" {
		if home, err := os.UserHomeDir(); err == nil {
			environment = append(environment, "XAUTHORITY="+filepath.Join(home, ".Xauthority"))
		}
	}
	for _, folder := range []string{"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"} {
		environment = append(environment, folder+"=") // empty: below HOME
	}
	environment = append(environment, "HOME="+p.home())
	return append(environment, p.Environment...)
}

// ErrEnded: the browser was closed, or ended by itself.
var ErrEnded = errors.New("the browser has ended")

package logintest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"time"

	"cientro/app/desk"
	"cientro/app/settings"
)

// Config is what a Test needs from its program. What is left out is the
// system's.
type Config struct {
	// Desk tells what lies on the desk; nil is nothing known.
	Desk Desk
	// Version is this program's.
	Version string
	// Paths are the user's, so that a browser with another home folder has the
	// same settings, and knows what was last seen of a card.
	Paths settings.Paths
	// Executable is os.Executable.
	Executable func() (string, error)
	// Home is the user's home folder, Root that of the system.
	Home, Root string
	// Run runs a program that answers at once, and returns what it prints.
	Run func(ctx context.Context, program string, arguments ...string) ([]byte, error)
	// Open opens an address in the default browser.
	Open func(address string) error
	// Environment is added to that of a browser with a profile of its own.
	Environment []string
	// Programs is the whole environment of the programs that the person's own
	// desktop starts or that tell about it; nil is that of this program.
	Programs []string
	Now      func() time.Time
}

// Desk is what a Test wants of [desk.Desk].
type Desk interface {
	State() desk.State
	Listen(tell func(desk.State)) (stop func())
	LookAgain(reader string)
}

// noDesk is where nothing is known.
type noDesk struct{}

func (noDesk) State() desk.State              { return desk.State{} }
func (noDesk) Listen(func(desk.State)) func() { return func() {} }
func (noDesk) LookAgain(string)               {}

// answerWithin is how long a program that answers at once may take.
const answerWithin = 5 * time.Second

func (c Config) withDefaults() Config {
	if c.Desk == nil {
		c.Desk = noDesk{}
	}
	if c.Executable == nil {
		c.Executable = os.Executable
	}
	if c.Home == "" {
		c.Home, _ = os.UserHomeDir()
	}
	if c.Root == "" {
		c.Root = "/"
	}
	if c.Run == nil {
		c.Run = c.run
	}
	if c.Open == nil {
		c.Open = func(address string) error { return Open(address, c.Programs) }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (c Config) run(ctx context.Context, program string, arguments ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	command := exec.CommandContext(ctx, program, arguments...)
	command.Env = c.Programs
	return command.Output()
}

// ErrNoOpener: there is no way to open the default browser here.
var ErrNoOpener = errors.New("no program opens addresses here")

// Open hands an address over to the desktop, and does not wait for the browser,
// which has the environment that is given, or that of this program where it is nil.
func Open(address string, environment []string) error {
	opener := map[string][]string{
		"linux": {"xdg-open"}, "freebsd": {"xdg-open"}, "darwin": {"open"}, "windows": {"rundll32", "url.dll,FileProtocolHandler"},
	}[runtime.GOOS]
	if opener == nil {
		return ErrNoOpener
	}
	path, err := exec.LookPath(opener[0])
	if err != nil {
		return errors.Join(ErrNoOpener, err)
	}
	command := exec.Command(path, append(opener[1:], address)...)
	command.Env = environment
	if err := command.Start(); err != nil {
		return errors.Join(ErrNoOpener, err)
	}
	go func() { _ = command.Wait() }() // it ends when it has told the browser
	return nil
}

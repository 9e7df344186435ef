package logintest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
)

// stage is a computer in a folder: a program with its files, a home, a system.
type stage struct {
	t                     *testing.T
	programs, home, root  string
	desktop, agentVersion string // what the two programs say; "" is silence
	desk                  fakeDesk
	opened                []string
	onOpen                func(address string) error
}

// fakeDesk is what lies on the desk.
type fakeDesk struct {
	mu    sync.Mutex
	state desk.State
	tell  []func(desk.State)
	again []string
}

func (d *fakeDesk) State() desk.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state
}

func (d *fakeDesk) Listen(tell func(desk.State)) func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tell = append(d.tell, tell)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.tell = nil
	}
}

func (d *fakeDesk) LookAgain(reader string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.again = append(d.again, reader)
}

func (d *fakeDesk) set(s desk.State) {
	d.mu.Lock()
	d.state = s
	tell := slices.Clone(d.tell)
	d.mu.Unlock()
	for _, f := range tell {
		f(s)
	}
}

// ready is a CIE with all its tries on a contactless reader.
func ready() desk.State {
	return desk.State{Service: app.ServiceRunning, Chosen: "R", Places: []desk.Place{{
		Reader: app.Reader{Name: "R", Kind: app.ReaderContactless, Present: true}, Look: desk.LookReady,
		Card: &desk.Card{Name: "cie", PIN: desk.Code{State: "ok", Known: true, Left: 3, Max: 3}},
	}}}
}

// newStage is a computer on which all is well, with Firefox.
func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, programs: t.TempDir(), home: t.TempDir(), root: t.TempDir(), desktop: "firefox-esr.desktop\n", agentVersion: "1.2.3"}
	s.desk.state = ready()
	names := filesOf(runtime.GOOS)
	for _, name := range []string{names.module, names.agent, "cientro-desktop"} {
		s.write(filepath.Join(s.programs, name), "")
	}
	s.firefox(s.module())
	return s
}

func (s *stage) module() string { return filepath.Join(s.programs, filesOf(runtime.GOOS).module) }

func (s *stage) write(path, content string) {
	s.t.Helper()
	require.NoError(s.t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(s.t, os.WriteFile(path, []byte(content), 0o600))
}

// firefox makes a profile that lists some modules.
func (s *stage) firefox(modules ...string) {
	folder := filepath.Join(s.home, ".mozilla", "firefox")
	s.write(filepath.Join(folder, "profiles.ini"), "[Profile0]\nName=default\nIsRelative=1\nPath=abc.default\nDefault=1\n")
	s.write(filepath.Join(folder, "abc.default", "pkcs11.txt"), pkcs11txt(modules...))
}

func pkcs11txt(modules ...string) string {
	text := "library=\nname=NSS Internal PKCS #11 Module\nparameters=configdir='sql:/home/x' \nNSS=Flags=internal\n\n"
	for _, m := range modules {
		text += "library=" + m + "\nname=CIEntro\n\n"
	}
	return text
}

func (s *stage) config() Config {
	return Config{
		Desk: &s.desk, Version: "1.2.3", Home: s.home, Root: s.root,
		Executable: func() (string, error) { return filepath.Join(s.programs, "cientro-desktop"), nil },
		Run:        s.run,
		Open: func(address string) error {
			s.opened = append(s.opened, address)
			if s.onOpen != nil {
				return s.onOpen(address)
			}
			return nil
		},
		Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) },
	}
}

var errSilent = errors.New("nothing to say")

func (s *stage) run(_ context.Context, program string, arguments ...string) ([]byte, error) {
	switch {
	case filepath.Base(program) == "xdg-settings" && strings.Join(arguments, " ") == "get default-web-browser":
		if s.desktop != "" {
			return []byte(s.desktop), nil
		}
	case program == filepath.Join(s.programs, filesOf(runtime.GOOS).agent) && strings.Join(arguments, " ") == "version --json":
		if s.agentVersion != "" {
			return []byte(`{"schema":"cientro.version/1","version":"` + s.agentVersion + `"}`), nil
		}
	}
	return nil, errSilent
}

// looked makes the checks and returns them by name.
func (s *stage) looked() map[ID]Check {
	s.t.Helper()
	test := New(s.config())
	test.Look(s.t.Context())
	return named(s.t, test.State())
}

// named orders checks by name, and makes sure that each has its sentences in
// every language.
func named(t testing.TB, s State) map[ID]Check {
	t.Helper()
	by := map[ID]Check{}
	for _, c := range s.Checks {
		by[c.ID] = c
		said(t, c)
	}
	require.Len(t, by, len(IDs()))
	return by
}

// printers say everything in each language; making one reads all catalogues.
var printers = sync.OnceValues(func() (all []*messages.Printer, err error) {
	for _, l := range messages.Languages() {
		p, err := messages.New(l)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
})

func said(t testing.TB, c Check) {
	t.Helper()
	all, err := printers()
	require.NoError(t, err)
	for _, p := range all {
		require.NotContains(t, c.Found.Say(p), "[", "%s: what was found", c.ID)
		require.NotEmpty(t, c.Found.Say(p), c.ID)
		require.NotContains(t, c.Do.Say(p), "[", "%s: what to do", c.ID)
		if c.Result == Problem || c.Result == Unknown {
			require.NotEmpty(t, c.Do.Say(p), "%s: what to do", c.ID)
		}
	}
}

// way is the end of the key of what was found.
func way(c Check) string {
	parts := strings.Split(c.Found.Key, ".")
	return parts[len(parts)-1]
}

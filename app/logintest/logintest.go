package logintest

import (
	"context"
	"sync"

	"cientro/app/browserdemo"
	"cientro/app/desk"
	"cientro/app/messages"
)

// Way is how the login is tried.
type Way string

// The ways.
const (
	// WayOwn is the default browser, as it is.
	WayOwn Way = "own"
	// WayApart is a browser with a profile that is thrown away, in which the
	// module is registered and the server trusted.
	WayApart Way = "apart"
)

// Phase is where a login stands.
type Phase string

// The phases.
const (
	PhaseIdle      Phase = "idle"
	PhasePreparing Phase = "preparing" // the server and the profile are made
	PhaseRunning   Phase = "running"   // the browser is open, or was asked to open
	PhaseOver      Phase = "over"      // the person ended it, or closed the browser
)

// State is everything a window shows.
type State struct {
	Checks []Check
	Phase  Phase
	Way    Way
	// Address is that of the stand-in server while it runs.
	Address string
	Verdict Verdict
	// Missing is the check that the verdict is about, where something is missing or
	// not sure.
	Missing ID
	// MayTry: a login can be tried. Not with parts that are not there, or that are
	// of different versions: what came of it would say nothing.
	MayTry bool
	// Browser is the name of the default browser, "" where unknown; Family its kind
	// ("firefox", "chromium"), by which it shows its warnings.
	Browser, Family string
	// Failed says why the login could not even begin.
	Failed messages.Phrase
	// Looking: the checks beforehand are being made.
	Looking bool
}

// Test is the checks and a login. Its methods may be called from any goroutine.
type Test struct {
	c Config

	mu        sync.Mutex
	ahead     []Check // program, version, browser, module
	browser   browser
	looking   bool
	phase     Phase
	way       Way
	server    *browserdemo.Server
	events    []browserdemo.Event // of the server, kept after its end
	failed    messages.Phrase
	stop      context.CancelFunc // of the login that goes on
	over      sync.WaitGroup
	listeners map[int]func()
	last      int
}

// New makes a test in which nothing was looked at yet.
func New(c Config) *Test {
	return &Test{c: c.withDefaults(), phase: PhaseIdle, listeners: map[int]func(){}, ahead: aheadWaiting()}
}

func aheadWaiting() []Check {
	var all []Check
	for _, id := range []ID{Program, Version, Browser, Module} {
		all = append(all, waiting(id))
	}
	return all
}

// Look makes the checks that need no login. It reads files and asks two programs,
// and takes a moment.
func (t *Test) Look(ctx context.Context) {
	t.set(func() { t.looking = true })
	b, browserCheck := t.c.defaultBrowser(ctx)
	ahead := []Check{t.c.program(), t.c.version(ctx), browserCheck, t.c.module(b)}
	t.set(func() { t.looking, t.browser, t.ahead = false, b, ahead })
}

// State returns what is known now.
func (t *Test) State() State {
	lies := deskChecks(t.c.Desk.State())
	t.mu.Lock()
	defer t.mu.Unlock()
	events := t.events
	s := State{Phase: t.phase, Way: t.way, Browser: t.browser.name, Family: string(t.browser.kind), Failed: t.failed, Looking: t.looking}
	if t.server != nil {
		events = t.server.Events()
		s.Address = t.server.URL()
	}
	s.Checks = append(append(append(s.Checks, t.ahead...), lies...), handshakeChecks(events)...)
	s.Verdict, s.Missing = judge(s.Checks, s.Phase, s.Way)
	s.MayTry = mayTry(s.Checks)
	return s
}

// Listen has changed called after each change, also on the desk, from any
// goroutine, until stop. It must not block.
func (t *Test) Listen(changed func()) (stop func()) {
	stopDesk := t.c.Desk.Listen(func(desk.State) { changed() })
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	key := t.last
	t.listeners[key] = changed
	return func() {
		stopDesk()
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.listeners, key)
	}
}

// set changes something and tells.
func (t *Test) set(change func()) {
	t.mu.Lock()
	change()
	t.mu.Unlock()
	t.tell()
}

func (t *Test) tell() {
	t.mu.Lock()
	all := make([]func(), 0, len(t.listeners))
	for _, f := range t.listeners {
		all = append(all, f)
	}
	t.mu.Unlock()
	for _, f := range all {
		f()
	}
}

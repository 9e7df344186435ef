package logintest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"cientro/app/browserdemo"
	"cientro/app/messages"
)

// Start begins a login, in the place of the one that goes on. It returns at
// once; listeners are told how it gets on. Nothing limits its time but Stop. It does
// nothing where State.MayTry says no.
func (t *Test) Start(way Way) {
	if !t.State().MayTry {
		return
	}
	t.Stop()
	ctx, cancel := context.WithCancel(context.Background())
	t.set(func() {
		t.phase, t.way, t.stop = PhasePreparing, way, cancel
		t.events, t.failed = nil, messages.Phrase{}
	})
	t.over.Go(func() {
		defer cancel()
		err := t.login(ctx, way)
		// The browser may have spent a try, or unverified a PIN.
		if chosen := t.c.Desk.State().Chosen; chosen != "" {
			t.c.Desk.LookAgain(chosen)
		}
		t.set(func() {
			t.phase = PhaseOver
			if err != nil && ctx.Err() == nil {
				t.phase, t.failed = PhaseIdle, failure(err)
			}
		})
	})
}

// Stop ends the login: the server is gone, and a browser of its own is closed.
func (t *Test) Stop() {
	t.mu.Lock()
	stop := t.stop
	t.stop = nil
	t.mu.Unlock()
	if stop != nil {
		stop()
		t.over.Wait()
	}
}

// Again forgets the login that was, so that its checks are open once more.
func (t *Test) Again() {
	t.Stop()
	t.set(func() { t.phase, t.events, t.failed = PhaseIdle, nil, messages.Phrase{} })
}

// login runs until ctx ends, or the browser that was opened for it does.
func (t *Test) login(ctx context.Context, way Way) error {
	server, err := browserdemo.Start(browserdemo.ServerOptions{AnyCard: true, Unhurried: true, Now: t.c.Now})
	if err != nil {
		return err
	}
	defer func() {
		events := server.Events()
		t.set(func() { t.server, t.events = nil, events })
		_ = server.Close()
	}()
	t.set(func() { t.server = server })
	if way == WayOwn {
		if err := t.c.Open(server.URL()); err != nil {
			return err
		}
		t.set(func() { t.phase = PhaseRunning })
		t.follow(ctx, server, nil)
		return nil
	}
	return t.apart(ctx, server)
}

// follow tells each thing that the server sees.
func (t *Test) follow(ctx context.Context, server *browserdemo.Server, ended <-chan struct{}) {
	for {
		changed := server.Changed()
		t.tell()
		select {
		case <-changed:
		case <-ctx.Done():
			return
		case <-ended:
			return
		}
	}
}

// apart opens a browser with a profile that goes when the browser does.
func (t *Test) apart(ctx context.Context, server *browserdemo.Server) error {
	kind, path, err := t.find()
	if err != nil {
		return err
	}
	if _, err := os.Stat(t.c.ModulePath()); err != nil {
		return fmt.Errorf("%w: %w", errNoModule, err)
	}
	dir, err := os.MkdirTemp("", "cientro-login-")
	if err != nil {
		return err
	}
	defer func() { _ = browserdemo.Remove(dir) }()
	if err := t.c.adopt(dir); err != nil {
		return err
	}
	profile, err := browserdemo.NewProfile(ctx, browserdemo.ProfileOptions{
		Kind: kind, Dir: dir, Module: t.c.ModulePath(), Authority: server.Authority(), Environment: t.c.Environment,
	})
	if err != nil {
		return err
	}
	browser, err := browserdemo.Run(profile.Command(path, server.URL()))
	if err != nil {
		return err
	}
	defer browser.End()
	t.set(func() { t.phase = PhaseRunning })
	t.follow(ctx, server, browser.Done())
	return nil
}

// find looks for a browser, one of the default browser's family first.
func (t *Test) find() (browserdemo.Kind, string, error) {
	t.mu.Lock()
	preferred := t.browser.kind
	t.mu.Unlock()
	kinds := slices.DeleteFunc(browserdemo.Kinds(), func(k browserdemo.Kind) bool { return k == preferred })
	if preferred != "" {
		kinds = append([]browserdemo.Kind{preferred}, kinds...)
	}
	var first error
	for _, kind := range kinds {
		path, err := browserdemo.Find(kind)
		if err == nil {
			return kind, path, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", "", first
}

// adopt lets the agent that this browser starts find the user's own settings and
// what is remembered of cards, though its home folder is another one: a PIN that
// is wrong there has to be known here.
func (c Config) adopt(dir string) error {
	if c.Paths.Portable || runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil // the environment names the folder, or a home folder is not where it is
	}
	for below, real := range map[string]string{
		filepath.Join(".config", "cientro"):         c.Paths.Config,
		filepath.Join(".cache", "cientro"):          c.Paths.Cache,
		filepath.Join(".local", "state", "cientro"): c.Paths.State,
	} {
		if real == "" {
			continue
		}
		link := filepath.Join(dir, "home", below)
		if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
			return err
		}
		if err := os.MkdirAll(real, 0o700); err != nil {
			return err
		}
		if err := os.Symlink(real, link); err != nil {
			return err
		}
	}
	return nil
}

// errNoModule: without the module a login would show nothing.
var errNoModule = errors.New("the module is not beside the program")

// failure says why a login could not begin.
func failure(err error) messages.Phrase {
	var missing *browserdemo.MissingError
	switch {
	case errors.As(err, &missing):
		return messages.Phrase{Key: "trylogin.failed.missing", Values: messages.Values{"What": missing.What, "Package": missing.Package}}
	case errors.Is(err, browserdemo.ErrConfined):
		return messages.Phrase{Key: "trylogin.failed.confined"}
	case errors.Is(err, errNoModule):
		return messages.Phrase{Key: "trylogin.failed.module"}
	case errors.Is(err, ErrNoOpener):
		return messages.Phrase{Key: "trylogin.failed.opener"}
	}
	return messages.Phrase{Key: "trylogin.failed.other", Values: messages.Values{"Error": err}}
}

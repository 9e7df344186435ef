package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"cientro/app/lasttry"
	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/card"
	"cientro/pkcs11module/token"
)

// desktopProgram is where cientro-desktop is when it is not beside this program;
// packagers set it by the linker (-X main.desktopProgram=/usr/bin/cientro-desktop).
var desktopProgram string

// lastTryPolicy decides about the last PIN try of a card, as the user's setting
// or the administrator's policy wants: refuse it, make it, or have the person at
// the screen asked.
type lastTryPolicy struct {
	settings settings.Source
	language messages.Language
	log      *slog.Logger

	program func() (string, error)
	screen  func(getenv func(string) string) error
	ask     func(context.Context, string, lasttry.Request) (lasttry.Answer, error)
}

func newLastTryPolicy(source settings.Source, language messages.Language, log *slog.Logger) lastTryPolicy {
	return lastTryPolicy{
		settings: source, language: language, log: log,
		program: findDesktop, screen: lasttry.Screen, ask: lasttry.Ask,
	}
}

// lastTryConsenter is the policy for one connection's host.
type lastTryConsenter struct {
	policy lastTryPolicy
	host   *peer
}

var _ token.Consenter = (*lastTryConsenter)(nil)

// LastTry returns whether the try may be spent. All doubts are a no.
func (c *lastTryConsenter) LastTry(ctx context.Context, q token.Question) (bool, error) {
	effective, _ := c.policy.settings.Load() // what holds now, not when the browser began
	switch effective.FinalTry {
	case settings.FinalTryAllow:
		return true, nil
	case settings.FinalTryAsk:
		return c.ask(ctx, q)
	}
	return false, nil
}

func (c *lastTryConsenter) ask(ctx context.Context, q token.Question) (bool, error) {
	if err := c.policy.screen(c.getenv()); err != nil {
		c.policy.log.Info("last-try-denied", "reason", err)
		return false, nil
	}
	program, err := c.policy.program()
	if err != nil {
		c.policy.log.Warn("last-try-denied", "reason", err)
		return false, nil
	}
	answer, err := c.policy.ask(ctx, program, c.request(q))
	switch {
	case err != nil:
		c.policy.log.Warn("last-try-denied", "reason", err)
		return false, nil
	case answer == lasttry.Consent:
		return true, nil
	}
	return false, token.ErrCancelled
}

// getenv reads the environment that the window will have. Whether this is a
// remote shell only the host can tell: the agent gets a chosen few variables.
func (c *lastTryConsenter) getenv() func(string) string {
	host := c.host.environment()
	return func(name string) string {
		if value := os.Getenv(name); value != "" || !strings.HasPrefix(name, "SSH_") {
			return value
		}
		return host[name]
	}
}

func (c *lastTryConsenter) request(q token.Question) lasttry.Request {
	return lasttry.Request{
		Host:     lasttry.Host{PID: c.host.pid, Program: c.host.program, Name: c.host.name},
		Tries:    askedTries(q.Tries),
		Reader:   q.Reader,
		Demo:     q.Demo,
		Language: string(c.policy.language),
	}
}

func askedTries(t card.Tries) lasttry.Tries {
	asked := lasttry.Tries{Max: max(t.Max, t.Reference.Max()), Source: lasttry.SourceUnknown}
	if t.Known() && t.Left >= 1 {
		asked.Left, asked.Source = t.Left, lasttry.SourceLastSeen
		if t.Source == card.SourceCard {
			asked.Source = lasttry.SourceCard
		}
	}
	return asked
}

// errNoDesktop says that there is no window to ask in.
var errNoDesktop = errors.New("cientro-desktop is not installed")

// findDesktop finds cientro-desktop beside this program, else where it was built
// to be. Neither PATH nor any variable has a say: it answers for the card.
func findDesktop() (string, error) {
	name := "cientro-desktop"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	var candidates []string
	if self, err := os.Executable(); err == nil {
		if self, err = filepath.EvalSymlinks(self); err == nil {
			candidates = append(candidates, filepath.Join(filepath.Dir(self), name))
		}
	}
	if filepath.IsAbs(desktopProgram) {
		candidates = append(candidates, desktopProgram)
	}
	for _, path := range candidates {
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0) {
			return path, nil
		}
	}
	return "", errNoDesktop
}

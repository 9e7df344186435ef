package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/lasttry"
	"cientro/app/settings"
	"cientro/card"
	"cientro/pkcs11module/token"
)

// lastTryBy is a consenter whose surroundings all say yes until changed.
func lastTryBy(policy string) (*lastTryConsenter, *[]lasttry.Request) {
	var asked []lasttry.Request
	c := &lastTryConsenter{host: &peer{pid: 7, program: "/usr/bin/firefox", name: "firefox"}}
	c.policy = lastTryPolicy{
		settings: settings.Source{Policy: policyOf(policy)}, language: "en", log: slog.New(slog.DiscardHandler),
		program: func() (string, error) { return "/opt/cientro-desktop", nil },
		screen:  func(func(string) string) error { return nil },
		ask: func(_ context.Context, program string, r lasttry.Request) (lasttry.Answer, error) {
			if program != "/opt/cientro-desktop" {
				return lasttry.Deny, errors.New(program)
			}
			asked = append(asked, r)
			return lasttry.Consent, nil
		},
	}
	return c, &asked
}

var lastTry = token.Question{
	Tries: card.Tries{Reference: card.PINReference, Left: 1, Max: 3, Source: card.SourceCard}, Reader: "reader", Demo: true,
}

func TestLastTryByPolicy(t *testing.T) {
	for policy, want := range map[string]struct {
		may   bool
		asked int
	}{
		`{"finalTry":"ask"}`:     {true, 1},
		`{"finalTry":"deny"}`:    {false, 0},
		`{"finalTry":"allow"}`:   {true, 0},
		`{}`:                     {true, 1},
		`{"finalTry":"perhaps"}`: {true, 1}, // no choice: as if nothing had been chosen
	} {
		c, asked := lastTryBy(policy)
		may, err := c.LastTry(t.Context(), lastTry)
		require.NoError(t, err)
		assert.Equal(t, want.may, may, policy)
		assert.Len(t, *asked, want.asked, policy)
	}
}

func TestWhatThePersonIsTold(t *testing.T) {
	c, asked := lastTryBy(`{}`)
	for _, row := range []struct {
		tries card.Tries
		want  lasttry.Tries
	}{
		{lastTry.Tries, lasttry.Tries{Left: 1, Max: 3, Source: lasttry.SourceCard}},
		{card.Tries{Left: 1, Source: card.SourceLastSeen}, lasttry.Tries{Left: 1, Max: card.PINReference.Max(), Source: lasttry.SourceLastSeen}},
		{card.Tries{Left: 2, Max: 3, Source: card.SourceUnknown}, lasttry.Tries{Max: 3, Source: lasttry.SourceUnknown}},
		{card.Tries{Max: 3, Source: card.SourceCard}, lasttry.Tries{Max: 3, Source: lasttry.SourceUnknown}},
	} {
		*asked = nil
		row.tries.Reference = card.PINReference
		_, err := c.LastTry(t.Context(), token.Question{Tries: row.tries, Reader: "reader", Demo: true})
		require.NoError(t, err)
		assert.Equal(t, []lasttry.Request{{
			Host:  lasttry.Host{PID: 7, Program: "/usr/bin/firefox", Name: "firefox"},
			Tries: row.want, Reader: "reader", Demo: true, Language: "en",
		}}, *asked)
	}
}

func TestDoubtIsNo(t *testing.T) {
	for name, change := range map[string]func(*lastTryPolicy){
		"no screen":  func(p *lastTryPolicy) { p.screen = func(func(string) string) error { return lasttry.ErrNoScreen } },
		"no program": func(p *lastTryPolicy) { p.program = func() (string, error) { return "", errNoDesktop } },
		"no answer": func(p *lastTryPolicy) {
			p.ask = func(context.Context, string, lasttry.Request) (lasttry.Answer, error) {
				return lasttry.Consent, lasttry.ErrTimeout
			}
		},
	} {
		c, _ := lastTryBy(`{}`)
		change(&c.policy)
		may, err := c.LastTry(t.Context(), lastTry)
		assert.False(t, may, name)
		assert.NoError(t, err, name)
	}
	for _, said := range []lasttry.Answer{lasttry.Deny, "", "yes"} {
		c, _ := lastTryBy(`{}`)
		c.policy.ask = func(context.Context, string, lasttry.Request) (lasttry.Answer, error) { return said, nil }
		may, err := c.LastTry(t.Context(), lastTry)
		assert.False(t, may, said)
		assert.ErrorIs(t, err, token.ErrCancelled, said)
	}
}

func TestWindowIsNotLookedForInThePath(t *testing.T) {
	folder := t.TempDir()
	elsewhere := filepath.Join(folder, "cientro-desktop")
	require.NoError(t, os.WriteFile(elsewhere, nil, 0o700))
	t.Setenv("PATH", folder)
	t.Chdir(folder)
	_, err := findDesktop()
	require.ErrorIs(t, err, errNoDesktop, "beside the test program there is none")

	for path, found := range map[string]bool{
		elsewhere: true, "cientro-desktop": false, folder: false, filepath.Join(folder, "none"): false,
	} {
		desktopProgram = path
		got, err := findDesktop()
		assert.Equal(t, found, err == nil, path)
		if found {
			assert.Equal(t, path, got)
		}
	}
	require.NoError(t, os.Chmod(elsewhere, 0o600))
	desktopProgram = elsewhere
	_, err = findDesktop()
	assert.ErrorIs(t, err, errNoDesktop, "it cannot be run")
	desktopProgram = ""
}

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/links"
	"cientro/app/logintest"
	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// built is the app as it is built, without a screen and with nobody looking at
// readers.
func built(t testing.TB, chosen string) *house {
	t.Helper()
	home := t.TempDir()
	t.Setenv("CIENTRO_HOME", home)
	t.Setenv("HOME", t.TempDir()) // where nobody's browsers are
	t.Setenv("LC_ALL", "it_IT.UTF-8")
	if chosen != "" {
		require.NoError(t, os.MkdirAll(filepath.Join(home, "config"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(home, "config", "settings.json"), []byte(chosen), 0o600))
	}
	h, err := openHouse()
	require.NoError(t, err)
	t.Cleanup(h.close)
	h.launch = func(string, []string) error { return nil }
	h.do = func(func()) {} // what comes from other goroutines: a test that wants it brings it itself
	a := uitest.App(t, theme.Light, 1)
	a.Settings().SetTheme(looks(h.now.Settings))
	h.build(a)
	h.shell.Fyne().Show()
	t.Cleanup(h.shell.End)
	return h
}

func says(h *house) string { return uitest.Says(h.shell.Fyne()) }

func TestFirstStepsOnceAndThenHome(t *testing.T) {
	h := built(t, "")
	assert.Equal(t, page.Welcome, h.shell.Current())
	assert.Contains(t, says(h), "Benvenuto in CIEntro")
	for range 3 {
		uitest.Press(h.shell.Fyne(), fyne.KeyReturn)
	}
	assert.Equal(t, page.Home, h.shell.Current())
	kept, warnings := h.source.Load()
	assert.Empty(t, warnings)
	assert.True(t, kept.Welcomed)
	assert.Equal(t, page.Home, h.first())
}

func TestChoicesAreFollowed(t *testing.T) {
	h := built(t, `{"welcomed":true}`)
	assert.Contains(t, says(h), "Impostazioni")
	require.NoError(t, h.Change(func(s *settings.Settings) { s.Language = settings.LanguageEnglish }))
	assert.Contains(t, says(h), "Settings")
	assert.Equal(t, messages.English, h.shell.Words().Language())

	require.NoError(t, h.Change(func(s *settings.Settings) { s.TextSize, s.Look = 200, settings.LookDark }))
	assert.InDelta(t, 28, fynetheme.Size(fynetheme.SizeNameText), 0.1)
	assert.Equal(t, theme.New(theme.Dark, 2).Color(fynetheme.ColorNameBackground, 0), fynetheme.Color(fynetheme.ColorNameBackground))

	require.NoError(t, h.Change(func(s *settings.Settings) { s.TriesQuery = false }))
	assert.False(t, h.service().QueryTries)
	require.NoError(t, h.Change(func(s *settings.Settings) { s.TriesQuery = true }))
	assert.True(t, h.service().QueryTries)

	require.NoError(t, h.Change(func(s *settings.Settings) { s.LogLevel = settings.LogInfo }))
	h.log.Info("line")
	assert.FileExists(t, filepath.Join(h.LogFolder(), "cientro.log"))
	require.NoError(t, h.ClearLogs())
	assert.NoFileExists(t, filepath.Join(h.LogFolder(), "cientro.log"))
	require.NoError(t, h.ForgetCards())
	assert.Error(t, h.Change(func(s *settings.Settings) { s.TextSize = 900 }))
	assert.Equal(t, 200, h.Settings().TextSize)
	assert.Empty(t, h.Warnings())
}

func TestNowhereToKeepChoicesIsNoReasonNotToFollowThem(t *testing.T) {
	h := built(t, `{"welcomed":true}`)
	h.source.File = ""
	require.NoError(t, h.Change(func(s *settings.Settings) { s.Language = settings.LanguageEnglish }))
	assert.Contains(t, says(h), "Settings")
}

func TestOnlyKnownAddressesAreOpened(t *testing.T) {
	h := built(t, `{"welcomed":true}`)
	assert.NoError(t, h.open(links.All()[0].Address))
	for _, address := range []string{"", "http://www.cartaidentita.it/", "https://example.org/", "file:///etc/passwd", "javascript:0"} {
		assert.Error(t, h.open(address), address)
	}
}

// TestProgramsThatAreStartedHaveThePersonsOwnEnvironment: with all in one folder Fyne
// is told another place for its settings. A browser that took it for its own, too,
// would begin with a profile that nobody knows.
func TestProgramsThatAreStartedHaveThePersonsOwnEnvironment(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", "/hers")
	h := built(t, `{"welcomed":true}`)
	var address string
	var environment []string
	h.launch = func(a string, e []string) error { address, environment = a, e; return nil }
	keepTogether() // as openFyne does
	require.Equal(t, h.paths.Config, os.Getenv("XDG_CONFIG_HOME"), "where Fyne looks")

	require.NoError(t, h.open(links.All()[0].Address))
	assert.Equal(t, links.All()[0].Address, address)
	// Nothing of the environment is to be told in a log of tests.
	assert.True(t, slices.Contains(environment, "XDG_CONFIG_HOME=/hers"))
	assert.False(t, slices.Contains(environment, "XDG_CONFIG_HOME="+h.paths.Config))
	address = ""
	require.NoError(t, h.OpenLogs())
	assert.Equal(t, "file://"+h.paths.Logs(), address)
	assert.True(t, slices.Contains(environment, "XDG_CONFIG_HOME=/hers"))
}

// places lists every page that the window can show.
func everyPage() []page.Name {
	return []page.Name{
		page.Home, page.Verify, page.Change, page.Unblock, page.Certificate, page.Browsers, page.TryLogin,
		page.Doctor, page.Guide, page.Training, page.Settings, page.About, page.Welcome,
	}
}

// TestEveryControlHasANameToBeRead: where Fyne is built to tell screen readers,
// there is something to tell.
func TestEveryControlHasANameToBeRead(t *testing.T) {
	h := built(t, `{"welcomed":true}`)
	for _, name := range everyPage() {
		h.shell.Go(name, "")
		c := h.shell.Fyne().Canvas()
		c.Unfocus()
		for range 60 {
			c.FocusNext()
			accessible, ok := c.Focused().(fyne.Accessible)
			if assert.True(t, ok, "%s: %T", name, c.Focused()) {
				assert.NotEmpty(t, accessible.AccessibilityLabel(), "%s: %T", name, c.Focused())
				assert.NotEmpty(t, accessible.AccessibilityRole())
			}
		}
	}
}

// settle waits for what a page looks at by itself.
func settle(t *testing.T, h *house, name page.Name, home chan func()) {
	t.Helper()
	switch name {
	case page.Browsers, page.Welcome:
		(<-home)()
	case page.TryLogin:
		require.Eventually(t, func() bool {
			s := h.login.State()
			return !s.Looking && s.Checks[0].Result != logintest.Waiting
		}, time.Minute, time.Millisecond)
		time.Sleep(250 * time.Millisecond) // until it is shown
	}
}

// TestEveryPageFitsTheWindow: as large as a window begins, with the navigation and
// the band around it, in each language, look and size.
func TestEveryPageFitsTheWindow(t *testing.T) {
	demo := desk.State{Chosen: "D", Places: []desk.Place{{Reader: app.Reader{Name: "D", Present: true}, Demo: true}}}
	longer, err := messages.NewLonger(messages.Italian, 0.4)
	require.NoError(t, err)
	for _, look := range []string{"light", "dark", "high-contrast"} {
		for _, size := range []string{"100", "150", "200"} {
			for _, l := range []string{"it", "en", "longer"} {
				if l != "it" && look != "light" {
					continue
				}
				language := strings.Replace(l, "longer", "it", 1)
				h := built(t, `{"welcomed":true,"look":"`+look+`","textSize":`+size+`,"language":"`+language+`"}`)
				if l == "longer" {
					h.shell.Speak(longer)
				}
				home := make(chan func(), 8)
				h.do = func(result func()) { home <- result }
				h.shell.Tell(demo)
				for _, name := range everyPage() {
					h.shell.Go(name, "")
					require.Equal(t, name, h.shell.Current())
					settle(t, h, name, home)
					picture := strings.Join([]string{"window", string(name), l, look, size}, "-")
					assert.LessOrEqual(t, h.shell.Fyne().Canvas().Size().Width, float32(1000), picture)
					assert.LessOrEqual(t, h.shell.Fyne().Canvas().Size().Height, float32(700), picture)
					assert.Empty(t, uitest.Clipped(h.shell.Fyne()), picture)
					if l == "it" {
						uitest.Screen(t, h.shell.Fyne(), picture)
					}
				}
			}
		}
	}
}

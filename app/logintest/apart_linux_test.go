//go:build linux

package logintest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/browserdemo"
	"cientro/app/settings"
	"cientro/card/pcsc/daemon"
	"cientro/card/virtual/specimen"
)

// TestALoginApart is the real thing: the built module, a real browser on a screen
// that nobody sees, a PIN typed into its window, and the user's own settings and
// card in software, which the browser's agent has to find from another home.
func TestALoginApart(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_MODULE") == "" {
		t.Skip("wants the built module and a browser: CIENTRO_TEST_MODULE=1 runs it")
	}
	built, err := filepath.Abs("../../build")
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(built, filesOf("linux").module), "make build")
	for _, desktop := range []string{"firefox-esr.desktop", "chromium.desktop"} {
		t.Run(desktop, func(t *testing.T) { loginApart(t, built, desktop) })
	}
}

func loginApart(t *testing.T, built, desktop string) {
	own := t.TempDir()
	paths := settings.Paths{Config: filepath.Join(own, "config"), Cache: filepath.Join(own, "cache"), State: filepath.Join(own, "state")}
	_, err := app.NewVirtualCard(paths.VirtualCard()).Create(app.VirtualOptions{})
	require.NoError(t, err)
	_, err = settings.System(paths).Update(func(s *settings.Settings) { s.VirtualCard = true })
	require.NoError(t, err)
	display, err := browserdemo.StartDisplay(t.Context())
	require.NoError(t, err)
	t.Cleanup(display.Close)
	// No daemon: a real card on this computer is none of the test's business.
	t.Setenv(daemon.SocketVariable, filepath.Join(own, "no-pcscd"))
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("TMPDIR", t.TempDir()) // others may try a login at the same time

	s := newStage(t)
	s.desktop = desktop
	config := s.config()
	config.Paths, config.Environment, config.Now = paths, display.Environment(), time.Now
	config.Executable = func() (string, error) { return filepath.Join(built, "cientro"), nil }
	test := New(config)
	test.Look(t.Context())
	b, _ := browserOf(desktop)
	prompts := display.AnswerPrompts(t.Context(), b.kind, specimen.Default().PIN)
	test.Start(WayApart)
	defer test.Stop()
	if b.kind == browserdemo.Chromium {
		until(t, test, func(s State) bool { return s.Phase != PhasePreparing })
		test.mu.Lock()
		server := test.server
		test.mu.Unlock()
		go display.ConfirmCertificate(t.Context(), server)
	}
	state := until(t, test, func(s State) bool {
		return s.Failed.Key != "" || s.Verdict == VerdictAlmost || s.Verdict == VerdictReady || s.Phase == PhaseOver
	})
	require.Empty(t, state.Failed.Key, "%v", state.Failed.Values)
	by := named(t, state)
	assert.Equal(t, OK, by[Signature].Result)
	assert.Equal(t, VerdictAlmost, state.Verdict, "the browser of this home does not have the built module")
	assert.Equal(t, 1, prompts.Count())
	test.Stop()
	assert.Equal(t, PhaseOver, test.State().Phase)
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "cientro-login-*"))
	require.NoError(t, err)
	assert.Empty(t, left, "nothing of the profile is left")
	assert.FileExists(t, paths.VirtualCard(), "and nothing of the user is gone")
}

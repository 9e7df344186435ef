package logintest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
	"cientro/app/settings"
	"cientro/card/virtual/specimen"
)

// visit is a browser that was asked to open the page.
func visit(address string, change func(*tls.Config)) (string, error) {
	d := specimen.Default()
	own := tls.Certificate{Certificate: [][]byte{d.CertCIE}, PrivateKey: d.HolderKey}
	config := &tls.Config{InsecureSkipVerify: true, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return &own, nil
	}}
	if change != nil {
		change(config)
	}
	transport := &http.Transport{TLSClientConfig: config}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	response, err := client.Get(address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

// until waits for a state of the test.
func until(t *testing.T, test *Test, is func(State) bool) State {
	t.Helper()
	changed := make(chan struct{}, 1)
	stop := test.Listen(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	defer stop()
	for limit := time.After(2 * time.Minute); ; {
		if s := test.State(); is(s) {
			return s
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		case <-limit:
			t.Fatalf("it stays %+v", test.State())
		}
	}
}

func TestALoginInTheDefaultBrowser(t *testing.T) {
	s := newStage(t)
	test := New(s.config())
	test.Look(t.Context())
	test.Start(WayOwn)
	t.Cleanup(test.Stop)
	state := until(t, test, func(s State) bool { return s.Phase == PhaseRunning })
	assert.Equal(t, VerdictRunning, state.Verdict)
	assert.Regexp(t, `^https://localhost:\d+/$`, state.Address)
	assert.Equal(t, []string{state.Address}, s.opened)

	body, err := visit(state.Address, nil)
	require.NoError(t, err)
	assert.Contains(t, body, "Sei entrato con la CIE")
	state = until(t, test, func(s State) bool { return s.Verdict != VerdictRunning })
	assert.Equal(t, VerdictReady, state.Verdict)
	by := named(t, state)
	for _, id := range IDs() {
		assert.Equal(t, OK, by[id].Result, id)
	}
	assert.Equal(t, "S*******", by[Certificate].Found.Values["Surname"], "initials only")
	assert.Equal(t, "TLS 1.2", by[TLS].Found.Values["TLS"])

	test.Stop()
	test.Stop()
	state = test.State()
	assert.Equal(t, VerdictReady, state.Verdict, "what was seen stays")
	assert.Equal(t, PhaseOver, state.Phase)
	assert.Empty(t, state.Address)
	assert.Equal(t, []string{"R"}, s.desk.again, "the card may have one try less")
	_, err = visit(s.opened[0], nil)
	assert.Error(t, err, "the server is gone")

	test.Again()
	assert.Equal(t, VerdictPrepared, test.State().Verdict)
}

// TestHandshakes that go wrong, and then right.
func TestHandshakes(t *testing.T) {
	d := specimen.Default()
	none := func(c *tls.Config) {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &tls.Certificate{}, nil }
	}
	stolen := func(c *tls.Config) {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &tls.Certificate{Certificate: [][]byte{d.CertCIE}, PrivateKey: d.ServicesKey}, nil
		}
	}
	foreign := func(c *tls.Config) {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &tls.Certificate{Certificate: [][]byte{d.HolderCA}, PrivateKey: d.HolderKey}, nil
		}
	}
	givesUp := func(c *tls.Config) {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return nil, errors.New("the window of the PIN was closed")
		}
	}
	warned := func(c *tls.Config) { c.InsecureSkipVerify = false }
	modern := func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }
	tests := map[string]struct {
		visit   func(*tls.Config)
		id      ID
		result  Result
		way     string
		verdict Verdict
	}{
		"a warning":             {warned, Connection, Unknown, "untrusted", VerdictRunning},
		"TLS 1.3 only":          {modern, TLS, Problem, "version", VerdictMissing},
		"no certificate":        {none, Certificate, Problem, "none", VerdictMissing},
		"a key of another card": {stolen, Signature, Problem, "wrong", VerdictMissing},
		"given up":              {givesUp, Signature, Unknown, "given-up", VerdictRunning},
		"not the holder's key":  {foreign, Signature, Problem, "wrong", VerdictMissing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			run := New(s.config())
			run.Start(WayOwn)
			t.Cleanup(run.Stop)
			state := until(t, run, func(s State) bool { return s.Phase == PhaseRunning })
			_, err := visit(state.Address, test.visit)
			require.Error(t, err)
			state = until(t, run, func(s State) bool { return named(t, s)[test.id].Result != Waiting && named(t, s)[test.id].Result != OK })
			c := named(t, state)[test.id]
			assert.Equal(t, test.result, c.Result)
			assert.Equal(t, test.way, way(c))
			assert.Equal(t, test.verdict, state.Verdict)
			if test.verdict == VerdictMissing {
				assert.Equal(t, test.id, state.Missing)
			}

			_, err = visit(state.Address, nil)
			require.NoError(t, err)
			state = until(t, run, func(s State) bool { return s.Verdict == VerdictReady })
			assert.Equal(t, VerdictReady, state.Verdict, "a second try is as good as the first")
			_, _ = visit(state.Address, test.visit)
			assert.Equal(t, VerdictReady, run.State().Verdict, "and what comes later takes nothing away")
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		err error
		way string
	}{{browserdemo.ErrNotCIE, "not-cie"}, {fmt.Errorf("%w: why", browserdemo.ErrExpired), "expired"}} {
		checks := handshakeChecks([]browserdemo.Event{
			{Kind: browserdemo.EventHello}, {Kind: browserdemo.EventShown}, {Kind: browserdemo.EventConnected},
			{Kind: browserdemo.EventRefused, Err: test.err},
		})
		for _, c := range checks {
			said(t, c)
			if c.ID == Certificate {
				assert.Equal(t, test.way, way(c))
			} else {
				assert.Equal(t, OK, c.Result, c.ID)
			}
		}
		verdict, missing := judge(checks, PhaseRunning, WayOwn)
		assert.Equal(t, VerdictMissing, verdict)
		assert.Equal(t, Certificate, missing)
	}
	checks := handshakeChecks([]browserdemo.Event{{Kind: browserdemo.EventShown}})
	assert.Equal(t, "unreadable", way(checks[2]))
	said(t, checks[2])
}

func TestVerdicts(t *testing.T) {
	all := func(r Result, ids ...ID) (checks []Check) {
		for _, id := range ids {
			checks = append(checks, Check{ID: id, Result: r})
		}
		return checks
	}
	with := func(parts ...[]Check) (checks []Check) {
		for _, p := range parts {
			checks = append(checks, p...)
		}
		return checks
	}
	tests := map[string]struct {
		checks  []Check
		phase   Phase
		way     Way
		verdict Verdict
		missing ID
	}{
		"nothing looked at":     {all(Waiting, IDs()...), PhaseIdle, "", VerdictNone, ""},
		"prepared":              {with(all(OK, before()...), all(Waiting, during()...)), PhaseIdle, "", VerdictPrepared, ""},
		"nothing known":         {with(all(Unknown, before()...), all(Waiting, during()...)), PhaseIdle, "", VerdictUnsure, Program},
		"one thing not known":   {with(all(OK, Program, Version, Browser, Service, Reader, Card), all(Unknown, Module)), PhaseIdle, "", VerdictUnsure, Module},
		"one not looked at":     {with(all(OK, Program, Version, Browser, Module, Service, Reader), all(Waiting, Card)), PhaseIdle, "", VerdictNone, ""},
		"missing, with unknown": {with(all(Unknown, Version), all(Waiting, Module), all(Problem, Card)), PhaseIdle, "", VerdictMissing, Card},
		"missing, first first":  {with(all(OK, Program), all(Problem, Module, Card), all(Waiting, during()...)), PhaseIdle, "", VerdictMissing, Module},
		"running all the same":  {with(all(Problem, Module), all(Waiting, during()...)), PhaseRunning, WayOwn, VerdictRunning, ""},
		"ready in spite of it":  {with(all(Problem, Module), all(OK, during()...)), PhaseRunning, WayOwn, VerdictReady, ""},
		"ready, apart":          {with(all(OK, Module), all(OK, during()...)), PhaseOver, WayApart, VerdictReady, ""},
		"almost":                {with(all(Problem, Module), all(OK, during()...)), PhaseOver, WayApart, VerdictAlmost, Module},
		"almost, nobody knows":  {with(all(Unknown, Module), all(OK, during()...)), PhaseOver, WayApart, VerdictAlmost, Module},
		"over without a login":  {with(all(OK, before()...), all(Waiting, during()...)), PhaseOver, WayOwn, VerdictPrepared, ""},
		"the wrong certificate": {with(all(OK, before()...), all(OK, Connection, TLS, Signature), all(Problem, Certificate)), PhaseOver, WayOwn, VerdictMissing, Certificate},
	}
	for name, test := range tests {
		verdict, missing := judge(test.checks, test.phase, test.way)
		assert.Equal(t, test.verdict, verdict, name)
		assert.Equal(t, test.missing, missing, name)
	}
}

// TestPartsThatDoNotFitAreNotTried: what came of it would say nothing of what is
// installed.
func TestPartsThatDoNotFitAreNotTried(t *testing.T) {
	for name, spoil := range map[string]func(*stage){
		"another version": func(s *stage) { s.agentVersion = "1.2.4" },
		"no module":       func(s *stage) { require.NoError(t, os.Remove(s.module())) },
	} {
		s := newStage(t)
		spoil(s)
		test := New(s.config())
		assert.True(t, test.State().MayTry, "nobody has looked")
		test.Look(t.Context())
		for _, way := range []Way{WayOwn, WayApart} {
			test.Start(way)
			assert.Equal(t, PhaseIdle, test.State().Phase, name)
		}
		assert.False(t, test.State().MayTry, name)
		assert.Equal(t, VerdictMissing, test.State().Verdict, name)
		assert.Empty(t, s.opened, name)
	}
	s := newStage(t)
	s.agentVersion = "" // silence is no other version
	test := New(s.config())
	test.Look(t.Context())
	assert.True(t, test.State().MayTry)
	assert.Equal(t, VerdictUnsure, test.State().Verdict)
	assert.Equal(t, Version, test.State().Missing)
}

func TestNoWayToOpenTheBrowser(t *testing.T) {
	s := newStage(t)
	s.onOpen = func(string) error { return errors.Join(ErrNoOpener, os.ErrNotExist) }
	test := New(s.config())
	test.Start(WayOwn)
	state := until(t, test, func(s State) bool { return s.Failed.Key != "" })
	assert.Equal(t, "trylogin.failed.opener", state.Failed.Key)
	assert.Equal(t, PhaseIdle, state.Phase)
	assert.Empty(t, state.Address)
	test.Again()
	assert.Empty(t, test.State().Failed.Key)
}

func TestFailures(t *testing.T) {
	for want, err := range map[string]error{
		"missing": &browserdemo.MissingError{What: "certutil", Package: "libnss3-tools"}, "confined": browserdemo.ErrConfined,
		"opener": ErrNoOpener, "module": fmt.Errorf("%w: why", errNoModule), "other": os.ErrPermission,
	} {
		phrase := failure(err)
		assert.Equal(t, "trylogin.failed."+want, phrase.Key)
		said(t, Check{ID: ID(want), Result: OK, Found: phrase})
	}
}

// TestApartWithoutTheModule fails before anything is made.
func TestApartWithoutTheModule(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	s := newStage(t)
	test := New(s.config())
	test.Start(WayApart)
	state := until(t, test, func(s State) bool { return s.Failed.Key != "" })
	assert.Equal(t, "trylogin.failed.missing", state.Failed.Key, "there is no browser")

	bin := t.TempDir()
	t.Setenv("PATH", bin)
	require.NoError(t, os.WriteFile(filepath.Join(bin, "firefox"), []byte("#!/bin/sh\n"), 0o700))
	require.NoError(t, os.Remove(s.module()))
	test.Start(WayApart)
	state = until(t, test, func(s State) bool { return s.Failed.Key != "" && s.Phase == PhaseIdle })
	assert.Equal(t, "trylogin.failed.module", state.Failed.Key)
}

// TestAdopt: the agent of a browser with another home folder finds the user's own.
func TestAdopt(t *testing.T) {
	own, dir := t.TempDir(), t.TempDir()
	paths := settings.Paths{Config: filepath.Join(own, "c"), Cache: filepath.Join(own, "k"), State: filepath.Join(own, "s")}
	require.NoError(t, Config{Paths: paths}.adopt(dir))
	t.Setenv("HOME", filepath.Join(dir, "home"))
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", settings.HomeVariable} {
		t.Setenv(name, "")
	}
	there, err := settings.Locate()
	require.NoError(t, err)
	for here, far := range map[string]string{paths.Config: there.Config, paths.Cache: there.Cache, paths.State: there.State} {
		require.NoError(t, os.WriteFile(filepath.Join(far, "mark"), []byte(here), 0o600))
		mark, err := os.ReadFile(filepath.Join(here, "mark"))
		require.NoError(t, err)
		assert.Equal(t, here, string(mark))
	}
	require.NoError(t, browserdemo.Remove(dir))
	assert.FileExists(t, filepath.Join(paths.Config, "mark"), "what goes is the link")

	empty := t.TempDir()
	require.NoError(t, Config{Paths: settings.Paths{Portable: true, Config: own}}.adopt(empty))
	require.NoError(t, Config{}.adopt(empty))
	left, err := os.ReadDir(empty)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestDefaults(t *testing.T) {
	c := Config{}.withDefaults()
	assert.NotEmpty(t, c.Home)
	assert.Equal(t, "/", c.Root)
	out, err := c.Run(t.Context(), "echo", "here")
	require.NoError(t, err)
	assert.Equal(t, "here\n", string(out))
	assert.Equal(t, VerdictNone, New(Config{}).State().Verdict)
	c.Desk.LookAgain("R")

	bin := t.TempDir()
	t.Setenv("PATH", bin)
	assert.ErrorIs(t, c.Open("https://localhost:1/"), ErrNoOpener)
	told := filepath.Join(bin, "told")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\necho \"$1\" > "+told+"\n"), 0o700))
	require.NoError(t, c.Open("https://localhost:1/"))
	require.Eventually(t, func() bool { raw, _ := os.ReadFile(told); return string(raw) == "https://localhost:1/\n" }, 30*time.Second, 5*time.Millisecond)
}

// TestProgramsOfThePersonHaveHerEnvironment: what tells the default browser, and the
// browser, look where she keeps her choices and not where this program keeps its own.
func TestProgramsOfThePersonHaveHerEnvironment(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	t.Setenv("XDG_CONFIG_HOME", "/ours")
	told := filepath.Join(bin, "told")
	for name, to := range map[string]string{"xdg-open": " > " + told, "xdg-settings": ""} {
		script := "#!/bin/sh\necho \"$XDG_CONFIG_HOME\"" + to + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte(script), 0o700))
	}
	for hers, programs := range map[string][]string{"/hers\n": {"XDG_CONFIG_HOME=/hers"}, "/ours\n": nil} {
		c := Config{Programs: programs}.withDefaults()
		out, err := c.Run(t.Context(), "xdg-settings")
		require.NoError(t, err)
		assert.Equal(t, hers, string(out))
		require.NoError(t, c.Open("https://localhost:1/"))
		require.Eventually(t, func() bool { raw, _ := os.ReadFile(told); return string(raw) == hers }, 30*time.Second, 5*time.Millisecond)
	}
}

func TestListenHearsTheDesk(t *testing.T) {
	s := newStage(t)
	test := New(s.config())
	heard := 0
	stop := test.Listen(func() { heard++ })
	s.desk.set(ready())
	assert.Equal(t, 1, heard)
	test.Look(t.Context())
	assert.Equal(t, 3, heard)
	stop()
	s.desk.set(ready())
	test.Look(t.Context())
	assert.Equal(t, 3, heard)
}

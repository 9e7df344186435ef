package logintest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/browsers"
	"cientro/app/desk"
)

func TestAllIsWell(t *testing.T) {
	s := newStage(t)
	test := New(s.config())
	state := test.State()
	assert.Equal(t, OK, named(t, state)[Card].Result, "what lies on the desk is known at once")
	assert.Equal(t, VerdictNone, state.Verdict, "and the rest is not")
	test.Look(t.Context())
	state = test.State()
	for id, c := range named(t, state) {
		want := OK
		for _, later := range during() {
			if id == later {
				want = Waiting
			}
		}
		assert.Equal(t, want, c.Result, id)
	}
	assert.Equal(t, VerdictPrepared, state.Verdict)
	assert.Equal(t, "Firefox", state.Browser)
	assert.Equal(t, "firefox", state.Family)
	assert.Equal(t, PhaseIdle, state.Phase)
	assert.False(t, state.Looking)
}

// TestNothingIsTouched: looking changes no file, and makes none.
func TestNothingIsTouched(t *testing.T) {
	s := newStage(t)
	tree := func() string {
		var all strings.Builder
		for _, root := range []string{s.home, s.root, s.programs} {
			require.NoError(t, filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
				info, _ := e.Info()
				all.WriteString(path + info.ModTime().String() + info.Mode().String() + "\n")
				return err
			}))
		}
		return all.String()
	}
	before := tree()
	s.looked()
	assert.Equal(t, before, tree())
}

func TestProgram(t *testing.T) {
	s := newStage(t)
	require.NoError(t, os.Remove(s.module()))
	c := s.looked()[Program]
	assert.Equal(t, Problem, c.Result)
	assert.Equal(t, "no-module", way(c))
	assert.Equal(t, s.module(), c.Found.Values["Path"])

	s = newStage(t)
	require.NoError(t, os.Remove(filepath.Join(s.programs, "cientro")))
	assert.Equal(t, "no-agent", way(s.looked()[Program]))

	s = newStage(t)
	config := s.config()
	config.Executable = func() (string, error) { return "", errors.New("nobody knows") }
	test := New(config)
	test.Look(t.Context())
	assert.Equal(t, Unknown, named(t, test.State())[Program].Result)
	assert.Equal(t, Unknown, named(t, test.State())[Version].Result)
	assert.Empty(t, config.ModulePath())

	s = newStage(t) // started by a link, as packages do
	link := filepath.Join(t.TempDir(), "cientro-desktop")
	require.NoError(t, os.Symlink(filepath.Join(s.programs, "cientro-desktop"), link))
	config = s.config()
	config.Executable = func() (string, error) { return link, nil }
	test = New(config)
	test.Look(t.Context())
	assert.Equal(t, OK, named(t, test.State())[Program].Result)
}

func TestVersion(t *testing.T) {
	for agent, want := range map[string]Result{"1.2.3": OK, "1.2.4": Problem, "": Unknown, strings.Repeat("9", 99): Problem} {
		s := newStage(t)
		s.agentVersion = agent
		c := s.looked()[Version]
		assert.Equal(t, want, c.Result, agent)
		if shown, has := c.Found.Values["Agent"].(string); has {
			assert.LessOrEqual(t, len([]rune(shown)), 41)
		}
	}
	s := newStage(t)
	s.agentVersion = `","schema":"another` // what it prints is no version
	assert.Equal(t, Unknown, s.looked()[Version].Result)
}

func TestDefaultBrowser(t *testing.T) {
	tests := map[string]struct {
		result    Result
		way, name string
	}{
		"firefox-esr.desktop":                    {OK, "ok", "Firefox"},
		"firefox.desktop\n":                      {OK, "ok", "Firefox"},
		"chromium.desktop":                       {OK, "ok", "Chromium"},
		"google-chrome.desktop":                  {OK, "ok", "Chrome"},
		"microsoft-edge.desktop":                 {OK, "ok", "Edge"},
		"brave-browser.desktop":                  {OK, "ok", "Brave"},
		"vivaldi-stable.desktop":                 {OK, "ok", "Vivaldi"},
		"firefox_firefox.desktop":                {Problem, "snap", "Firefox"},
		"chromium_chromium.desktop":              {Problem, "snap", "Chromium"},
		"org.mozilla.firefox.desktop":            {Problem, "flatpak", "Firefox"},
		"org.chromium.Chromium.desktop":          {Problem, "flatpak", "Chromium"},
		"com.google.Chrome.desktop":              {Problem, "flatpak", "Chrome"},
		"org.gnome.Epiphany.desktop":             {Unknown, "other", ""},
		"firefox":                                {Unknown, "other", ""},
		"":                                       {Unknown, "none", ""},
		strings.Repeat("x", 500) + desktopSuffix: {Unknown, "other", ""},
	}
	for desktop, want := range tests {
		s := newStage(t)
		s.desktop = desktop
		c := s.looked()[Browser]
		assert.Equal(t, want.result, c.Result, desktop)
		assert.Equal(t, want.way, way(c), desktop)
		if want.name != "" {
			assert.Equal(t, want.name, c.Found.Values["Browser"], desktop)
		}
	}
	s := newStage(t) // Ubuntu's package that is a snap
	s.desktop = "firefox.desktop"
	s.write(filepath.Join(s.root, "usr/share/applications/firefox.desktop"), "[Desktop Entry]\nExec=/snap/bin/firefox %u\n")
	assert.Equal(t, "snap", way(s.looked()[Browser]))
	assert.Equal(t, "confined", way(s.looked()[Module]))
}

func TestModuleInFirefox(t *testing.T) {
	const other = "/usr/lib/other.so"
	tests := map[string]struct {
		set    func(*stage)
		result Result
		way    string
	}{
		"listed":       {func(*stage) {}, OK, "listed"},
		"among others": {func(s *stage) { s.firefox(other, s.module()) }, OK, "listed"},
		"missing":      {func(s *stage) { s.firefox(other) }, Problem, "missing"},
		"by a link": {func(s *stage) {
			link := filepath.Join(s.home, "module.so")
			require.NoError(s.t, os.Symlink(s.module(), link))
			s.firefox(link)
		}, OK, "listed"},
		"of another folder": {func(s *stage) { s.firefox("/opt/old/" + filepath.Base(s.module())) }, Problem, "elsewhere"},
		"through p11-kit":   {func(s *stage) { s.firefox("/usr/lib/p11-kit-proxy.so") }, Unknown, "p11-kit"},
		"never opened":      {func(s *stage) { require.NoError(s.t, os.RemoveAll(filepath.Join(s.home, ".mozilla"))) }, Unknown, "unread"},
		"a profile without a list": {func(s *stage) {
			require.NoError(s.t, os.Remove(filepath.Join(s.home, ".mozilla/firefox/abc.default/pkcs11.txt")))
		}, Problem, "missing"},
		"a list that is a folder": {func(s *stage) {
			list := filepath.Join(s.home, ".mozilla/firefox/abc.default/pkcs11.txt")
			require.NoError(s.t, os.Remove(list))
			require.NoError(s.t, os.Mkdir(list, 0o700))
		}, Unknown, "unread"},
		"by policy": {func(s *stage) {
			s.firefox()
			s.write(filepath.Join(s.root, "etc/firefox/policies/policies.json"), `{"policies":{"SecurityDevices":{"Add":{"CIEntro":"`+s.module()+`"}}}}`)
		}, OK, "policy"},
		"by an old policy": {func(s *stage) {
			s.firefox()
			s.write(filepath.Join(s.root, "usr/lib/firefox-esr/distribution/policies.json"), `{"policies":{"SecurityDevices":{"CIEntro":"`+s.module()+`"}}}`)
		}, OK, "policy"},
		"by the newer folder": {func(s *stage) {
			require.NoError(s.t, os.MkdirAll(filepath.Join(s.home, ".config/mozilla"), 0o700))
			require.NoError(s.t, os.Rename(filepath.Join(s.home, ".mozilla/firefox"), filepath.Join(s.home, ".config/mozilla/firefox")))
		}, OK, "listed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			test.set(s)
			c := s.looked()[Module]
			assert.Equal(t, test.result, c.Result)
			assert.Equal(t, test.way, way(c))
		})
	}
}

func TestModuleInChromium(t *testing.T) {
	for _, folder := range []string{".pki/nssdb", ".local/share/pki/nssdb"} {
		s := newStage(t)
		s.desktop = "chromium.desktop"
		assert.Equal(t, "unread", way(s.looked()[Module]), "Firefox's list does not count")
		s.write(filepath.Join(s.home, folder, "pkcs11.txt"), pkcs11txt())
		c := s.looked()[Module]
		assert.Equal(t, "missing-nss", way(c))
		assert.Equal(t, filepath.Join(s.home, folder), c.Do.Values["Folder"], "where to put it")
		s.write(filepath.Join(s.home, folder, "pkcs11.txt"), pkcs11txt(s.module()))
		assert.Equal(t, "listed", way(s.looked()[Module]))
	}
	s := newStage(t)
	s.desktop = ""
	assert.Equal(t, "no-browser", way(s.looked()[Module]))
}

func TestChosenProfile(t *testing.T) {
	tests := map[string]string{
		"":                     "",
		"[Profile0]\nPath=a\n": "a",
		"[Profile0]\nPath=a\n[Profile1]\nPath=b\n":                                "",
		"[Profile0]\nPath=a\n[Profile1]\nPath=b\nDefault=1\n":                     "b",
		"[Profile0]\nPath=a\nDefault=1\n[Install4F96]\nDefault=c\nLocked=1\n":     "c",
		"[Install4F96]\nDefault=\n[Profile0]\nPath=a\n":                           "a",
		"Path=x\n[General]\nStartWithLastProfile=1\n[Profile0]\n\n;c\nPath=a=b\n": "a=b",
	}
	for file, want := range tests {
		assert.Equal(t, want, chosenProfile(browsers.Sections([]byte(file))), "%q", file)
	}
	folder := t.TempDir()
	for path, want := range map[string]string{"../../etc": "", "/abs/profile": "/abs/profile", "in/side": filepath.Join(folder, "in/side")} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "profiles.ini"), []byte("[Profile0]\nPath="+path+"\n"), 0o600))
		assert.Equal(t, want, defaultProfile(folder), path)
	}
}

func TestHugeFilesAreNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huge")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, f.Truncate(mostFile+1))
	require.NoError(t, f.Close())
	_, err = readFile(path)
	assert.Error(t, err)
}

// FuzzListings: what browsers keep is read without harm, whatever it is.
func FuzzListings(f *testing.F) {
	f.Add([]byte(pkcs11txt("/usr/lib/x.so")))
	f.Add([]byte("[Profile0]\nPath=a\nDefault=1\n"))
	f.Add([]byte(`{"policies":{"SecurityDevices":{"A":"/x","Add":{"B":"/y"},"Delete":["C"]}}}`))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, library := range modulesOf(raw) {
			if library == "" {
				t.Fatal("a library without a name")
			}
		}
		_ = chosenProfile(browsers.Sections(raw))
		_ = policyModules(raw)
		_, _ = browserOf(string(raw))
	})
}

func TestDesk(t *testing.T) {
	place := func(look desk.Look, change ...func(*desk.Place)) desk.State {
		s := ready()
		s.Chosen = ""
		s.Places[0].Look = look
		for _, c := range change {
			c(&s.Places[0])
		}
		return s
	}
	pin := func(state string) desk.State {
		s := ready()
		s.Places[0].Card.PIN.State = state
		return s
	}
	several := place(desk.LookCIE)
	several.Places = append(several.Places, several.Places[0])
	demo := ready()
	demo.Chosen = "D"
	demo.Places[0].Look = desk.LookEmpty
	demo.Places = append(demo.Places, desk.Place{Demo: true, Reader: app.Reader{Name: "D", Present: true}, Look: desk.LookReady})
	beside := ready()
	beside.Chosen = "D"
	beside.Places = append([]desk.Place{{Reader: app.Reader{Name: "F"}, Look: desk.LookForeign}}, append(beside.Places, demo.Places[1])...)
	bare := ready()
	bare.Places[0].Card = nil
	tests := map[string]struct {
		state                 desk.State
		service, reader, card string
	}{
		"not asked yet": {desk.State{}, "waiting", "waiting", "waiting"},
		"stopped":       {desk.State{Service: app.ServiceStopped}, "stopped", "waiting", "waiting"},
		"no reader":     {desk.State{Service: app.ServiceRunning}, "ok", "none", "waiting"},
		"only contacts": {place(desk.LookEmpty, func(p *desk.Place) { p.Reader.Kind = app.ReaderContact }), "ok", "contact", "waiting"},
		"only training": {desk.State{Service: app.ServiceRunning, Places: []desk.Place{demo.Places[1]}}, "ok", "none", "waiting"},
		"ready":         {ready(), "ok", "ok", "ok"},
		"nothing known": {bare, "ok", "ok", "ok"},
		"one of them":   {place(desk.LookCIE), "ok", "ok", "ok"},
		"several":       {several, "ok", "ok", "several"},
		"empty":         {place(desk.LookEmpty), "ok", "ok", "empty"},
		"reading":       {place(desk.LookReading), "ok", "ok", "waiting"},
		"moving":        {place(desk.LookMoving), "ok", "ok", "moving"},
		"mute":          {place(desk.LookMute), "ok", "ok", "mute"},
		"foreign":       {place(desk.LookForeign), "ok", "ok", "foreign"},
		"trouble":       {place(desk.LookTrouble), "ok", "ok", "trouble"},
		"blocked":       {pin("blocked"), "ok", "ok", "blocked"},
		"last try":      {pin("last-try"), "ok", "ok", "last-try"},
		"counted":       {pin("counted"), "ok", "ok", "ok"},
		"training":      {demo, "ok", "ok", "demo"},
		"beside it":     {beside, "ok", "ok", "ok"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.desk.set(test.state)
			by := s.looked()
			assert.Equal(t, test.service, way(by[Service]))
			assert.Equal(t, test.reader, way(by[Reader]))
			assert.Equal(t, test.card, way(by[Card]))
		})
	}
}

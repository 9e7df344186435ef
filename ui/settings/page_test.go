package settings

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// house keeps settings in a file, as the program does.
type house struct {
	source                settings.Source
	now                   settings.Effective
	warnings              []settings.Warning
	noTray, noAutostart   bool
	folder                string
	opened, cleared       int
	forgotten             int
	failOpen, failForget  error
	failClear, failFollow error
}

func (h *house) Settings() settings.Effective { return h.now }
func (h *house) Warnings() []settings.Warning { return h.warnings }
func (h *house) CanAutostart() bool           { return !h.noAutostart }
func (h *house) CanTray() bool                { return !h.noTray }
func (h *house) LogFolder() string            { return h.folder }
func (h *house) OpenLogs() error              { h.opened++; return h.failOpen }
func (h *house) ClearLogs() error             { h.cleared++; return h.failClear }
func (h *house) ForgetCards() error           { h.forgotten++; return h.failForget }

func (h *house) Change(change func(*settings.Settings)) error {
	now, err := h.source.Update(change)
	if err != nil {
		return err
	}
	h.now = now
	return h.failFollow
}

func newHouse(t testing.TB, policy string) *house {
	t.Helper()
	folder := t.TempDir()
	h := &house{source: settings.Source{File: filepath.Join(folder, "settings.json")}, folder: "/home/specimen/.local/state/cientro/logs"}
	if policy != "" {
		path := filepath.Join(folder, "policy.json")
		require.NoError(t, os.WriteFile(path, []byte(policy), 0o600))
		h.source.Policy = settings.PolicyFile(path)
	}
	h.now, _ = h.source.Load()
	return h
}

func open(t testing.TB, said *messages.Printer, h *house) (*uitest.Window, *view) {
	t.Helper()
	w := uitest.NewWindow(t, said)
	v := New(w, h, &Memory{}).(*view)
	w.Bring(v)
	return w, v
}

func italian(t testing.TB, h *house) (*uitest.Window, *view) {
	t.Helper()
	uitest.App(t, theme.Light, 1)
	return open(t, uitest.Words(t, messages.Italian), h)
}

func TestEachChoiceIsKept(t *testing.T) {
	for _, c := range []choice{language(), look(), textSize(), finalTry(), logLevel()} {
		h := newHouse(t, "")
		_, v := italian(t, h)
		for i, value := range c.values {
			v.p.choose(c, i)
			loaded, warnings := h.source.Load()
			if i > 0 || c.get(settings.Default()) != value {
				assert.Equal(t, value, c.get(loaded.Settings), c.name)
			}
			assert.Equal(t, i, v.p.chosen(c))
			assert.Empty(t, warnings)
		}
		v.p.choose(c, -1)
		v.p.choose(c, len(c.values))
		assert.Len(t, v.p.options(c), len(c.values))
	}
}

func TestEachToggleIsKept(t *testing.T) {
	for _, toggle := range toggles() {
		h := newHouse(t, `{"tray":true}`)
		if toggle.name == settings.NameTray {
			h = newHouse(t, "")
		}
		_, v := italian(t, h)
		before := toggle.get(h.now.Settings)
		require.False(t, v.checks[toggle.name].Disabled(), toggle.name)
		test.Tap(v.checks[toggle.name])
		loaded, _ := h.source.Load()
		assert.Equal(t, !before, toggle.get(loaded.Settings), toggle.name)
		test.Tap(v.checks[toggle.name])
		loaded, _ = h.source.Load()
		assert.Equal(t, before, toggle.get(loaded.Settings), toggle.name)
	}
}

func TestStartingWithTheSessionNeedsTheSign(t *testing.T) {
	h := newHouse(t, "")
	_, v := italian(t, h)
	tray, start := v.checks[settings.NameTray], v.checks[settings.NameAutostart]
	assert.True(t, start.Disabled())
	test.Tap(tray)
	assert.False(t, start.Disabled())
	test.Tap(start)
	assert.True(t, h.now.Autostart)
	test.Tap(tray)
	assert.False(t, h.now.Autostart, "nothing would be seen of it")
	assert.False(t, start.Checked)
	assert.True(t, start.Disabled())
}

func TestWhatIsNotPossibleSaysSo(t *testing.T) {
	h := newHouse(t, "")
	h.noTray, h.noAutostart, h.folder = true, true, ""
	w, v := italian(t, h)
	says := w.Says()
	assert.Contains(t, says, "Su questo desktop non c'è un'area di notifica.")
	assert.Contains(t, says, "Con questa installazione non è possibile.")
	assert.True(t, v.checks[settings.NameTray].Disabled())
	assert.True(t, v.checks[settings.NameAutostart].Disabled())
}

func TestTheAdministratorsDecisionsAreLocked(t *testing.T) {
	h := newHouse(t, `{"language":"it","look":"dark","textSize":130,"finalTry":"deny","triesQuery":false,"pinPadShuffle":true,
		"tray":true,"autostart":true,"logLevel":"error"}`)
	w, v := italian(t, h)
	for _, check := range v.checks {
		assert.True(t, check.Disabled())
	}
	assert.Empty(t, disabledExcept(v), "nothing of it can have the focus")
	assert.Equal(t, 9, count(w.Says(), "Deciso dall'amministratore"))

	v.p.choose(finalTry(), 2)
	assert.Equal(t, settings.FinalTryDeny, h.now.FinalTry)
	assert.Contains(t, w.Says(), "Questa scelta è dell'amministratore")

	v.p.reset()
	assert.Equal(t, 130, h.now.TextSize)
	assert.True(t, h.now.Autostart)
	assert.Contains(t, w.Says(), "Tutto è come all'inizio.")
}

// disabledExcept returns what has the focus and changes a setting, of a page on
// which all is locked.
func disabledExcept(v *view) []string {
	var found []string
	for name, f := range v.focus {
		if d, ok := f.(fyne.Disableable); !ok || !d.Disabled() {
			found = append(found, name)
		}
	}
	return found
}

func count(in, what string) int {
	n := 0
	for i := 0; i+len(what) <= len(in); i++ {
		if in[i:i+len(what)] == what {
			n++
		}
	}
	return n
}

func TestResetBringsBackTheBeginning(t *testing.T) {
	h := newHouse(t, "")
	_, err := h.source.Update(func(s *settings.Settings) {
		*s = settings.Settings{Language: "en", FinalTry: "allow", LogLevel: "debug", Look: "dark", TextSize: 200,
			PadShuffle: true, Tray: true, Autostart: true, Welcomed: true, VirtualCard: true}
	})
	require.NoError(t, err)
	h.now, _ = h.source.Load()
	_, v := italian(t, h)
	v.p.reset()
	want := settings.Default()
	want.Welcomed, want.VirtualCard = true, true
	assert.Equal(t, want, h.now.Settings, "the first steps were read, and the virtual card has a command of its own")
	assert.Equal(t, 1, h.forgotten)
}

func TestButtons(t *testing.T) {
	h := newHouse(t, "")
	w, v := italian(t, h)
	v.p.openLogs()
	assert.Equal(t, 1, h.opened)
	v.p.clearLogs()
	assert.Contains(t, w.Says(), "Il registro è vuoto.")
	v.p.forgetCards()
	assert.Contains(t, w.Says(), "Le carte sono dimenticate.")
	v.Hidden()
	assert.NotContains(t, w.Says(), "Le carte sono dimenticate.")

	h.failOpen, h.failForget, h.failClear, h.failFollow = errors.New("a"), errors.New("b"), errors.New("c"), errors.New("d")
	v.p.openLogs()
	assert.Contains(t, w.Says(), h.folder)
	v.p.clearLogs()
	assert.Contains(t, w.Says(), "non si è svuotato")
	v.p.forgetCards()
	assert.Contains(t, w.Says(), "Non tutto è stato dimenticato")
	v.p.toggle(padShuffle(), true)
	assert.Contains(t, w.Says(), "non è stata salvata del tutto")
}

func TestLosingSomethingWantsAYes(t *testing.T) {
	h := newHouse(t, "")
	w, v := italian(t, h)
	v.sure("settings.forget.sure", v.p.forgetCards)
	require.NotNil(t, w.Canvas().Overlays().Top())
	assert.Zero(t, h.forgotten)
}

func TestWarningsAreSaid(t *testing.T) {
	h := newHouse(t, "")
	h.warnings = []settings.Warning{
		{Kind: settings.WarningDamaged, Aside: "/x/settings.json.corrupt-1", Err: errors.New("x")},
		{Kind: settings.WarningUnreadable, Err: errors.New("x")},
		{Kind: settings.WarningPolicy, Name: "colour", Err: errors.New("x")},
		{Kind: settings.WarningNewer, Err: errors.New("x")},
	}
	w, _ := italian(t, h)
	says := w.Says()
	assert.Contains(t, says, "settings.json.corrupt-1")
	assert.Contains(t, says, "c'è ma non si legge")
	assert.Contains(t, says, "colour")
}

func TestSizesInBetween(t *testing.T) {
	for percent, want := range map[int]string{100: "100", 124: "100", 125: "125", 199: "175", 200: "200"} {
		assert.Equal(t, want, nearestSize(percent))
	}
}

func TestTheFocusComesBack(t *testing.T) {
	h := newHouse(t, "")
	uitest.App(t, theme.Light, 1)
	w := uitest.NewWindow(t, uitest.Words(t, messages.Italian))
	memory := &Memory{}
	v := New(w, h, memory).(*view)
	v.focus[settings.NameLook].(*widgets.Select).SetSelectedIndex(2)
	assert.Equal(t, settings.LookDark, h.now.Look)
	again := New(w, h, memory).(*view)
	assert.Same(t, again.focus[settings.NameLook], again.Shown(), "the page was made anew meanwhile")
	assert.Nil(t, again.Shown(), "once")
}

// TestEverythingByKeys: Tab comes to each control, and what has the focus is in
// sight.
func TestEverythingByKeys(t *testing.T) {
	w, v := italian(t, newHouse(t, `{"tray":true}`))
	scroll := v.Content().(*container.Scroll)
	seen := map[fyne.Focusable]bool{}
	for range 40 {
		uitest.Press(w, fyne.KeyTab)
		f := w.Canvas().Focused()
		seen[f] = true
		o := f.(fyne.CanvasObject)
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		assert.GreaterOrEqual(t, at.Y, float32(0))
		assert.LessOrEqual(t, at.Y+o.Size().Height, scroll.Size().Height)
	}
	for name, f := range v.focus {
		if d := f.(fyne.Disableable); !d.Disabled() {
			assert.True(t, seen[f], name)
		}
	}
	assert.Len(t, seen, 4+3+3+4, "lists, boxes but the locked one, options, buttons")
}

func TestNothingIsClipped(t *testing.T) {
	for _, form := range uitest.AllForms(t) {
		if form.Language != uitest.Italian && form.Look != theme.Light {
			continue
		}
		for kind, policy := range map[string]string{"free": "", "locked": `{"finalTry":"deny","look":"dark","tray":true}`} {
			form.App(t)
			w, v := open(t, form.Words, newHouse(t, policy))
			form.Readable(t, w, "settings-"+kind)
			v.Content().(*container.Scroll).ScrollToBottom()
			form.Readable(t, w, "settings-"+kind+"-below")
		}
	}
}

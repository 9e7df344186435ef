package welcome

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browsers"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// window is a window with one page.
type window struct {
	fyne.Window
	words *messages.Printer
	went  []string
	done  int

	browsers browsers.Overview
	home     chan func() // what comes from other goroutines
}

func (w *window) Words() *messages.Printer { return w.words }
func (w *window) Go(to page.Name, topic string) {
	w.went = append(w.went, strings.TrimSpace(string(to)+" "+topic))
}
func (w *window) Fyne() fyne.Window { return w.Window }
func (w *window) Open(string)       {}

func words(t testing.TB, l messages.Language) *messages.Printer {
	t.Helper()
	p, err := messages.New(l)
	require.NoError(t, err)
	return p
}

func open(t testing.TB, a fyne.App, said *messages.Printer) (*window, *view) {
	t.Helper()
	w := &window{Window: a.NewWindow(""), words: said, browsers: browsers.NoneKnows, home: make(chan func(), 8)}
	w.SetPadded(false)
	v := New(w, func() { w.done++ }, func() browsers.Overview { return w.browsers }, func(do func()) { w.home <- do }).(*view)
	w.SetContent(v.Content())
	w.Resize(fyne.NewSize(1000, 700))
	w.Show()
	w.Canvas().Focus(v.Shown())
	return w, v
}

func italian(t testing.TB) (*window, *view) {
	t.Helper()
	return open(t, uitest.App(t, theme.Light, 1), words(t, messages.Italian))
}

func TestThreePagesAtMost(t *testing.T) {
	assert.LessOrEqual(t, len(steps()), 3)
}

func TestEnterLeadsThrough(t *testing.T) {
	w, v := italian(t)
	for at := range steps() {
		assert.Equal(t, at, v.at)
		assert.Same(t, v.next, w.Canvas().Focused())
		assert.Empty(t, w.went)
		uitest.Press(w, fyne.KeyReturn)
	}
	assert.Equal(t, []string{"home"}, w.went)
	assert.Equal(t, 1, w.done)
}

func TestEachPageCanBeSkipped(t *testing.T) {
	for at := range steps() {
		w, v := italian(t)
		for range at {
			v.forward()
		}
		v.Key(fyne.KeyEscape)
		assert.Equal(t, []string{"home"}, w.went)
		assert.Equal(t, 1, w.done)
	}
}

func TestBack(t *testing.T) {
	_, v := italian(t)
	v.backward()
	assert.Zero(t, v.at)
	v.Key(fyne.KeyReturn)
	v.Key(fyne.KeyEnter)
	v.backward()
	assert.Equal(t, 1, v.at)
}

// TestBrowsersCanBeSetUp: the last step says what is true of them, and leads to
// where they are set up.
func TestBrowsersCanBeSetUp(t *testing.T) {
	for overview, want := range map[browsers.Overview]string{
		browsers.NoneKnows: "I tuoi browser non lo conoscono ancora", browsers.SomeKnow: "Non tutti i tuoi browser lo conoscono",
		browsers.AllKnow: "I tuoi browser lo conoscono già", browsers.OnlyInBoxes: "I tuoi browser sono chiusi in un recinto",
		browsers.NoBrowser: "Non si è trovato nessun browser",
	} {
		w, v := italian(t)
		w.browsers = overview
		for range steps()[1:] {
			v.forward()
		}
		assert.Contains(t, uitest.Says(w), "Guardo i tuoi browser…")
		(<-w.home)() // of the first time that it was shown
		v.Shown()
		(<-w.home)()
		assert.Contains(t, uitest.Says(w), want)
		assert.Same(t, v.next, w.Canvas().Focused())
		assert.Empty(t, w.went)
		for range 5 {
			uitest.Press(w, fyne.KeyTab)
			if b, ok := w.Canvas().Focused().(*widgets.Button); ok && b.Text == "Imposta i browser" {
				break
			}
		}
		uitest.Press(w, fyne.KeyReturn)
		assert.Equal(t, []string{"browsers"}, w.went)
		assert.Equal(t, 1, w.done)
	}
	w, v := italian(t)
	(<-w.home)() // before the last step is shown
	assert.Zero(t, v.at)
}

func TestNothingIsClipped(t *testing.T) {
	longer, err := messages.NewLonger(messages.Italian, 0.4)
	require.NoError(t, err)
	for l, said := range map[string]*messages.Printer{"it": words(t, messages.Italian), "en": words(t, messages.English), "longer": longer} {
		for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
			for size, text := range map[string]float64{"100": 1, "150": 1.5, "200": 2} {
				if l != "it" && look != theme.Light || look != theme.Light && text == 1.5 {
					continue
				}
				w, v := open(t, uitest.App(t, look, text), said)
				(<-w.home)()
				for at, step := range steps() {
					v.show(at)
					name := strings.Join([]string{"welcome", step, l, string(look), size}, "-")
					assert.LessOrEqual(t, w.Canvas().Size().Width, float32(1000), name)
					assert.Empty(t, uitest.Clipped(w), name)
					if l == "it" && text != 1.5 {
						uitest.Screen(t, w, name)
					}
				}
			}
		}
	}
}

package welcome

import (
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"

	"cientro/app/browsers"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// window is the window around the page, and what the page is told of browsers.
type window struct {
	*uitest.Window
	done int

	browsers browsers.Overview
	home     chan func() // what comes from other goroutines
}

func open(t testing.TB, said *messages.Printer) (*window, *view) {
	t.Helper()
	w := &window{Window: uitest.NewWindow(t, said), browsers: browsers.NoneKnows, home: make(chan func(), 8)}
	v := New(w, func() { w.done++ }, func() browsers.Overview { return w.browsers }, func(do func()) { w.home <- do }).(*view)
	w.Bring(v)
	return w, v
}

func italian(t testing.TB) (*window, *view) {
	t.Helper()
	uitest.App(t, theme.Light, 1)
	return open(t, uitest.Words(t, messages.Italian))
}

// assertLeft checks that the page was left once, for the beginning of another.
func assertLeft(t *testing.T, w *window, to page.Name) {
	t.Helper()
	assert.Equal(t, []page.Name{to}, w.Went)
	assert.Equal(t, []string{""}, w.Topics)
	assert.Equal(t, 1, w.done)
}

func TestThreePagesAtMost(t *testing.T) {
	assert.LessOrEqual(t, len(steps()), 3)
}

func TestEnterLeadsThrough(t *testing.T) {
	w, v := italian(t)
	for at := range steps() {
		assert.Equal(t, at, v.at)
		assert.Same(t, v.next, w.Canvas().Focused())
		assert.Empty(t, w.Went)
		uitest.Press(w, fyne.KeyReturn)
	}
	assertLeft(t, w, page.Home)
}

func TestEachPageCanBeSkipped(t *testing.T) {
	for at := range steps() {
		w, v := italian(t)
		for range at {
			v.forward()
		}
		v.Key(fyne.KeyEscape)
		assertLeft(t, w, page.Home)
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
		assert.Contains(t, w.Says(), "Guardo i tuoi browser…")
		(<-w.home)() // of the first time that it was shown
		v.Shown()
		(<-w.home)()
		assert.Contains(t, w.Says(), want)
		assert.Same(t, v.next, w.Canvas().Focused())
		assert.Empty(t, w.Went)
		for range 5 {
			uitest.Press(w, fyne.KeyTab)
			if b, ok := w.Canvas().Focused().(*widgets.Button); ok && b.Text == "Imposta i browser" {
				break
			}
		}
		uitest.Press(w, fyne.KeyReturn)
		assertLeft(t, w, page.Browsers)
	}
	w, v := italian(t)
	(<-w.home)() // before the last step is shown
	assert.Zero(t, v.at)
}

func TestNothingIsClipped(t *testing.T) {
	for _, form := range uitest.Forms(t) {
		form.App(t)
		w, v := open(t, form.Words)
		(<-w.home)()
		for at, step := range steps() {
			v.show(at)
			form.Readable(t, w, "welcome-"+step)
		}
	}
}

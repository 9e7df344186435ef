package guide

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"cientro/app/guide"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// window is a window of the test that notes what the page asks of it.
type window struct {
	words  *messages.Printer
	w      fyne.Window
	opened []string
	went   []page.Name
	keys   []fyne.KeyName
}

func (w *window) Words() *messages.Printer  { return w.words }
func (w *window) Fyne() fyne.Window         { return w.w }
func (w *window) Open(address string)       { w.opened = append(w.opened, address) }
func (w *window) Go(to page.Name, _ string) { w.went = append(w.went, to) }

// open shows the page in a window of the usual size.
func open(t testing.TB, words *messages.Printer, look theme.Look, text float64, size fyne.Size) (*guidePage, *window) {
	t.Helper()
	uitest.App(t, look, text)
	w := &window{words: words, w: test.NewWindow(nil)}
	w.w.SetPadded(false)
	w.w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { w.keys = append(w.keys, e.Name) })
	g, ok := New(w).(*guidePage)
	require.True(t, ok)
	w.w.SetContent(g.Content())
	w.w.Resize(size)
	w.w.Canvas().Focus(g.Shown())
	return g, w
}

var usual = fyne.NewSize(1000, 700)

func words(t testing.TB, l messages.Language) *messages.Printer {
	t.Helper()
	p, err := messages.New(l)
	require.NoError(t, err)
	return p
}

// settle lays out again until heights of wrapped texts have come to rest, as a
// real window does from frame to frame.
func settle(w *window) {
	size := w.w.Canvas().Size()
	for round := range 4 {
		w.w.Resize(size.AddWidthHeight(0, float32(round%2)))
	}
	w.w.Resize(size)
}

func rowsOf(g *guidePage) []*widgets.Way {
	var rows []*widgets.Way
	for _, o := range g.rows.Objects {
		if r, ok := o.(*widgets.Way); ok {
			rows = append(rows, r)
		}
	}
	return rows
}

func ids() []string {
	var all []string
	for _, t := range guide.Topics() {
		all = append(all, t.ID)
	}
	return all
}

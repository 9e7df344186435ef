package guide

import (
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"cientro/app/guide"
	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// window is the window around the page, and the keys that came to it.
type window struct {
	*uitest.Window
	keys []fyne.KeyName
}

// open shows the page in a window of the usual size.
func open(t testing.TB, words *messages.Printer, look theme.Look, text float64, size fyne.Size) (*guidePage, *window) {
	t.Helper()
	uitest.App(t, look, text)
	w := &window{Window: uitest.NewWindow(t, words)}
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { w.keys = append(w.keys, e.Name) })
	g, ok := New(w).(*guidePage)
	require.True(t, ok)
	w.Bring(g)
	w.Resize(size)
	w.Canvas().Focus(g.Shown())
	return g, w
}

var usual = fyne.NewSize(1000, 700)

// settle lays out again until heights of wrapped texts have come to rest, as a
// real window does from frame to frame.
func settle(w *window) {
	size := w.Canvas().Size()
	for round := range 4 {
		w.Resize(size.AddWidthHeight(0, float32(round%2)))
	}
	w.Resize(size)
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

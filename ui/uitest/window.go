package uitest

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cientro/app/messages"
	"cientro/ui/page"
)

// Window is the window around a page of a test. It notes what the page asks of
// it.
type Window struct {
	fyne.Window
	Went   []page.Name // where the page went
	Topics []string    // at what of it, one for each of Went
	Opened []string    // addresses

	words *messages.Printer
}

var _ page.Window = (*Window)(nil)

// NewWindow is a window in the app that is there, without a page.
func NewWindow(t testing.TB, words *messages.Printer) *Window {
	t.Helper()
	w := &Window{Window: test.NewTempWindow(t, nil), words: words}
	w.SetPadded(false)
	return w
}

// Words is part of page.Window.
func (w *Window) Words() *messages.Printer { return w.words }

// Fyne is part of page.Window.
func (w *Window) Fyne() fyne.Window { return w.Window }

// Go is part of page.Window.
func (w *Window) Go(to page.Name, topic string) {
	w.Went, w.Topics = append(w.Went, to), append(w.Topics, topic)
}

// Open is part of page.Window.
func (w *Window) Open(address string) { w.Opened = append(w.Opened, address) }

// Usual is the size of the window when the program starts.
func Usual() fyne.Size { return fyne.NewSize(1000, 700) }

// Bring brings a page in sight as the shell does, in the usual size, with the
// focus where the page wants it.
func (w *Window) Bring(p page.Page) {
	w.SetContent(p.Content())
	w.Resize(Usual())
	if f := p.Shown(); f != nil {
		w.Canvas().Focus(f)
	}
}

// Says is what the window says, as Says tells it.
func (w *Window) Says() string { return Says(w.Window) }

// Settle lays out again what is in a window: heights are known only once widths
// are.
func Settle(w fyne.Window) {
	size := w.Canvas().Size()
	w.Resize(size.AddWidthHeight(1, 0))
	w.Resize(size)
}

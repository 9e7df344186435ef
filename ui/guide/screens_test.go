package guide

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"

	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// TestNothingIsClipped: each topic, in each language and in one that is longer,
// at each text size, from its top to its end.
func TestNothingIsClipped(t *testing.T) {
	for tongue, said := range uitest.Languages(t) {
		for _, text := range []float64{1, 1.5, 2} {
			g, w := open(t, said, theme.Light, text, usual)
			assert.Empty(t, uitest.Clipped(w), "the list in %s at %v", tongue, text)
			for _, id := range ids() {
				g.Topic(id)
				settle(w)
				assert.Empty(t, uitest.Clipped(w), "%s in %s at %v", id, tongue, text)
				assert.NotContains(t, w.Says(), "[", "%s in %s: a key without a sentence", id, tongue)
				least := w.Content().MinSize().Width
				assert.LessOrEqual(t, least, usual.Width, "%s in %s at %v: never sideways", id, tongue, text)
			}
		}
	}
}

// TestNarrow: beside the navigation of a small window.
func TestNarrow(t *testing.T) {
	g, w := open(t, uitest.Words(t, messages.Italian), theme.Light, 1, fyne.NewSize(520, 600))
	for _, id := range ids() {
		g.Topic(id)
		settle(w)
		assert.Empty(t, uitest.Clipped(w), id)
	}
}

// scenes are what the page can look like beside the topics as they open.
func scenes() map[string]func(*guidePage, *window) {
	return map[string]func(*guidePage, *window){
		"search": func(g *guidePage, w *window) {
			g.Topic("lost-codes")
			w.Canvas().Focus(g.search)
			g.search.SetText("telefono")
		},
		"nothing-found": func(g *guidePage, _ *window) { g.search.SetText("zebra") },
		"row": func(g *guidePage, w *window) {
			g.Topic("levels")
			g.p.list()
			g.content.Refresh()
			w.Canvas().Focus(rowsOf(g)[5])
		},
		"code": func(g *guidePage, w *window) {
			g.Topic("lost-codes")
			settle(w)
			for _, f := range uitest.Focusables(g.article.scroll) {
				if b, ok := f.(*widgets.Button); ok && b.Text == "Continua sul telefono" {
					w.Canvas().Focus(b)
					uitest.Press(w, fyne.KeyReturn)
					settle(w)
					g.article.scroll.ScrollToBottom()
					return
				}
			}
		},
		"typed": func(g *guidePage, w *window) {
			g.Topic("password")
			settle(w)
			w.Canvas().Focus(g.article.checker.field)
			for _, r := range "Specimen12" {
				g.article.checker.field.TypedRune(r)
			}
		},
	}
}

// TestPictures draws topics and scenes for eyes, into build/test/screens.
func TestPictures(t *testing.T) {
	all := os.Getenv("CIENTRO_TEST_ALL") != ""
	looks := []theme.Look{theme.Light, theme.Dark, theme.HighContrast}
	for _, look := range looks {
		for _, text := range []float64{1, 2} {
			g, w := open(t, uitest.Words(t, messages.Italian), look, text, fyne.NewSize(780, 700))
			for i, id := range ids() {
				// Each topic once, the looks and sizes in turn; all of them on demand.
				turn := i%len(looks) == slices.Index(looks, look) && i/len(looks)%2 == int(text)-1
				if turn || all {
					g.Topic(id)
					settle(w)
					uitest.Screen(t, w, fmt.Sprintf("guide-%s-%s-%.0f", id, look, text*100))
				}
			}
			for name, play := range scenes() {
				if look == theme.Light || all {
					g, w := open(t, uitest.Words(t, messages.Italian), look, text, fyne.NewSize(780, 700))
					play(g, w)
					settle(w)
					assert.Empty(t, uitest.Clipped(w), name)
					uitest.Screen(t, w, fmt.Sprintf("guide-scene-%s-%s-%.0f", name, look, text*100))
				}
			}
		}
	}
}

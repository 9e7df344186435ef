package guide

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// TestNothingIsClipped: each topic, in each language and in one that is longer,
// at each text size, from its top to its end.
func TestNothingIsClipped(t *testing.T) {
	longer, err := messages.NewLonger(messages.Italian, 0.4)
	require.NoError(t, err)
	tongues := map[string]*messages.Printer{"it": words(t, messages.Italian), "en": words(t, messages.English), "longer": longer}
	for tongue, said := range tongues {
		for _, text := range []float64{1, 1.5, 2} {
			g, w := open(t, said, theme.Light, text, usual)
			assert.Empty(t, uitest.Clipped(w.w), "the list in %s at %v", tongue, text)
			for _, id := range ids() {
				g.Topic(id)
				settle(w)
				assert.Empty(t, uitest.Clipped(w.w), "%s in %s at %v", id, tongue, text)
				assert.NotContains(t, uitest.Says(w.w), "[", "%s in %s: a key without a sentence", id, tongue)
				least := w.w.Content().MinSize().Width
				assert.LessOrEqual(t, least, usual.Width, "%s in %s at %v: never sideways", id, tongue, text)
			}
		}
	}
}

// TestNarrow: beside the navigation of a small window.
func TestNarrow(t *testing.T) {
	g, w := open(t, words(t, messages.Italian), theme.Light, 1, fyne.NewSize(520, 600))
	for _, id := range ids() {
		g.Topic(id)
		settle(w)
		assert.Empty(t, uitest.Clipped(w.w), id)
	}
}

// scenes are what the page can look like beside the topics as they open.
func scenes() map[string]func(*guidePage, *window) {
	return map[string]func(*guidePage, *window){
		"search": func(g *guidePage, w *window) {
			g.Topic("lost-codes")
			w.w.Canvas().Focus(g.search)
			g.search.SetText("telefono")
		},
		"nothing-found": func(g *guidePage, _ *window) { g.search.SetText("zebra") },
		"row": func(g *guidePage, w *window) {
			g.Topic("levels")
			g.p.list()
			g.content.Refresh()
			w.w.Canvas().Focus(rowsOf(g)[5])
		},
		"code": func(g *guidePage, w *window) {
			g.Topic("lost-codes")
			settle(w)
			for _, f := range focusables(g.article.scroll) {
				if b, ok := f.(*widgets.Button); ok && b.Text == "Continua sul telefono" {
					w.w.Canvas().Focus(b)
					uitest.Press(w.w, fyne.KeyReturn)
					settle(w)
					g.article.scroll.ScrollToBottom()
					return
				}
			}
		},
		"typed": func(g *guidePage, w *window) {
			g.Topic("password")
			settle(w)
			w.w.Canvas().Focus(g.article.checker.field)
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
			g, w := open(t, words(t, messages.Italian), look, text, fyne.NewSize(780, 700))
			for i, id := range ids() {
				// Each topic once, the looks and sizes in turn; all of them on demand.
				turn := i%len(looks) == slices.Index(looks, look) && i/len(looks)%2 == int(text)-1
				if turn || all {
					g.Topic(id)
					settle(w)
					uitest.Screen(t, w.w, fmt.Sprintf("guide-%s-%s-%.0f", id, look, text*100))
				}
			}
			for name, play := range scenes() {
				if look == theme.Light || all {
					g, w := open(t, words(t, messages.Italian), look, text, fyne.NewSize(780, 700))
					play(g, w)
					settle(w)
					assert.Empty(t, uitest.Clipped(w.w), name)
					uitest.Screen(t, w.w, fmt.Sprintf("guide-scene-%s-%s-%.0f", name, look, text*100))
				}
			}
		}
	}
}

package guide

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
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

// TestPictures draws each topic for eyes, into build/test/screens.
func TestPictures(t *testing.T) {
	if testing.Short() {
		t.Skip("pictures are for eyes")
	}
	for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
		for _, text := range []float64{1, 2} {
			g, w := open(t, words(t, messages.Italian), look, text, fyne.NewSize(780, 700))
			for _, id := range ids() {
				if (look == theme.HighContrast || text > 1) && id != "halves" && id != "password" && id != "lost-codes" && id != "contacts" {
					continue
				}
				g.Topic(id)
				settle(w)
				uitest.Screen(t, w.w, fmt.Sprintf("guide-%s-%s-%.0f", id, look, text*100))
			}
		}
	}
}

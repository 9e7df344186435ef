package guide

import (
	"image/color"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/guide"
	"cientro/assets/pictures"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

var hexes = regexp.MustCompile(`#[0-9a-f]{6}`)

// TestPicturesTakeTheColoursOfTheLook: every colour that is left is one of the
// look, and each look is its own resource, as Fyne keeps pictures by name.
func TestPicturesTakeTheColoursOfTheLook(t *testing.T) {
	seen := map[string]bool{}
	for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
		a := uitest.App(t, look, 1)
		of := func(n fyne.ThemeColorName) color.Color { return a.Settings().Theme().Color(n, 0) }
		var allowed []string
		for _, n := range names() {
			r, g, b, _ := of(n).RGBA()
			allowed = append(allowed, hexOf(r, g, b))
		}
		for _, name := range guide.Pictures() {
			raw, ok := pictures.SVG(string(name))
			require.True(t, ok, name)
			res := coloured(string(name), raw, of)
			assert.False(t, seen[res.Name()], res.Name())
			seen[res.Name()] = true
			assert.NotContains(t, string(res.Content()), "@")
			for _, c := range hexes.FindAllString(string(res.Content()), -1) {
				assert.True(t, slices.Contains(allowed, c), "%s of %s in %s", c, name, look)
			}
		}
	}
	assert.Len(t, names(), len(pictures.Colours()))
}

func hexOf(r, g, b uint32) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	s.WriteByte('#')
	for _, v := range []uint32{r >> 8, g >> 8, b >> 8} {
		s.WriteByte(digits[v>>4])
		s.WriteByte(digits[v&15])
	}
	return s.String()
}

// TestPicturesAreDrawn: Fyne draws each of them, and not only its ground.
func TestPicturesAreDrawn(t *testing.T) {
	for _, look := range []theme.Look{theme.Light, theme.HighContrast} {
		uitest.App(t, look, 1)
		for _, name := range guide.Pictures() {
			w := test.NewWindow(newPicture(name))
			w.Resize(fyne.NewSize(400, 160))
			shot := w.Canvas().Capture()
			colours := map[color.Color]int{}
			for y := range shot.Bounds().Dy() {
				for x := range shot.Bounds().Dx() {
					colours[shot.At(x, y)]++
				}
			}
			assert.Greater(t, len(colours), 4, "%s in %s", name, look)
		}
	}
	p := newPicture("no-such-picture")
	test.WidgetRenderer(p).Refresh()
}

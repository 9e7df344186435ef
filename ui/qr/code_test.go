package qr

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/links"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

func code(t testing.TB, text string) *Code {
	t.Helper()
	c, err := New(text)
	require.NoError(t, err)
	return c
}

func isBlack(c color.Color) bool {
	r, g, b, a := c.RGBA()
	return r == 0 && g == 0 && b == 0 && a == 0xffff
}

func isWhite(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return r == 0xffff && g == 0xffff && b == 0xffff
}

func TestTooLong(t *testing.T) {
	_, err := New(strings.Repeat("x", 5000))
	require.ErrorContains(t, err, "make a QR code")
	_, err = New("")
	require.Error(t, err)
}

// TestFinders: the three squares by which a reader finds the code (ISO/IEC
// 18004 section 6.3.3.1), and none in the fourth corner.
func TestFinders(t *testing.T) {
	for _, l := range links.All() {
		c := code(t, l.Address)
		assert.Equal(t, l.Address, c.Text())
		n := len(c.modules)
		finder := func(left, top int) bool {
			for y := range 7 {
				for x := range 7 {
					ring := max(abs(x-3), abs(y-3))
					if c.modules[top+y][left+x] != (ring != 2) {
						return false
					}
				}
			}
			return true
		}
		assert.True(t, finder(0, 0) && finder(n-7, 0) && finder(0, n-7), l.ID)
		assert.False(t, finder(n-7, n-7), l.ID)
		assert.Equal(t, 1, n%4, "versions have 17 + 4 n modules")
	}
}

func abs(n int) int { return max(n, -n) }

// TestPixels: whatever the size, each module is a square of whole pixels, black
// on white, with four modules of white around.
func TestPixels(t *testing.T) {
	c := code(t, "https://www.spid.gov.it/")
	for _, size := range []image.Point{{37, 37}, {220, 220}, {221, 300}, {500, 331}, {c.across(), c.across()}} {
		p := c.draw(size.X, size.Y)
		require.Equal(t, size, p.Bounds().Size())
		unit := min(size.X, size.Y) / c.across()
		left, top := (size.X-unit*len(c.modules))/2, (size.Y-unit*len(c.modules))/2
		assert.GreaterOrEqual(t, left, 4*unit)
		assert.GreaterOrEqual(t, top, 4*unit)
		for y := range size.Y {
			for x := range size.X {
				want := false
				if unit > 0 && x >= left && y >= top && (x-left)/unit < len(c.modules) && (y-top)/unit < len(c.modules) {
					want = c.modules[(y-top)/unit][(x-left)/unit]
				}
				if got := p.At(x, y); want != isBlack(got) || want == isWhite(got) {
					t.Fatalf("pixel %d, %d of %v is %v", x, y, size, got)
				}
			}
		}
	}
	for _, size := range []image.Point{{}, {1, 1}, {0, 50}, {20, 20}} {
		p := c.draw(size.X, size.Y)
		assert.Equal(t, size, p.Bounds().Size(), "too small to draw is white, not a crash")
	}
}

func TestLargeEnough(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	for _, l := range links.All() {
		c := code(t, l.Address)
		assert.GreaterOrEqual(t, c.MinSize().Width/float32(c.across()), float32(module), l.ID)
		assert.GreaterOrEqual(t, c.MinSize().Width, float32(least))
		assert.LessOrEqual(t, c.MinSize().Width, float32(320), "%s: it has to fit beside words", l.ID)
	}
}

// shown is the picture of a window with a code on the ground of a look.
func shown(t testing.TB, look theme.Look, text string) image.Image {
	t.Helper()
	a := uitest.App(t, look, 1)
	ground := canvas.NewRectangle(a.Settings().Theme().Color(theme.ColorNameSurface, 0))
	w := test.NewWindow(container.NewStack(ground, container.NewCenter(code(t, text))))
	w.Resize(fyne.NewSize(400, 400))
	return w.Canvas().Capture()
}

// TestReadBack: an independent reader finds the very address in the picture of
// the window, in each look.
func TestReadBack(t *testing.T) {
	for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
		for _, l := range links.All() {
			if look != theme.Light && l.ID != links.PUKHelp {
				continue // the longest one is enough there
			}
			said, able := uitest.ReadCodes(t, shown(t, look, l.Address))
			if !able {
				t.Skip("zbarimg is not installed, so nobody independent can read the codes")
			}
			assert.Equal(t, []string{l.Address}, said, look)
		}
	}
}

// TestBlackOnWhiteInEveryLook: a dark look does not turn the code round.
func TestBlackOnWhiteInEveryLook(t *testing.T) {
	for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
		picture := shown(t, look, "https://www.spid.gov.it/")
		middle := picture.Bounds().Size().Div(2)
		black, white := 0, 0
		for y := middle.Y - 90; y < middle.Y+90; y++ {
			for x := middle.X - 90; x < middle.X+90; x++ {
				switch c := picture.At(x, y); {
				case isBlack(c):
					black++
				case isWhite(c):
					white++
				}
			}
		}
		assert.Equal(t, 180*180, black+white, "%s: grey would be blur", look)
		assert.InDelta(t, 0.5, float64(black)/(180*180), 0.15, look)
		assert.True(t, isWhite(picture.At(middle.X-108, middle.Y-108)), "%s: the quiet zone is white", look)
	}
}

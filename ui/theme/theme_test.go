package theme

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/stretchr/testify/assert"
)

// contrast is the ratio of WCAG 2.1 (definitions of "contrast ratio" and
// "relative luminance").
func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.03928 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func over(top, ground color.NRGBA) color.NRGBA {
	a := float64(top.A) / 255
	mix := func(t, g uint8) uint8 { return uint8(math.Round(float64(t)*a + float64(g)*(1-a))) }
	return color.NRGBA{R: mix(top.R, ground.R), G: mix(top.G, ground.G), B: mix(top.B, ground.B), A: 0xff}
}

func TestContrast(t *testing.T) {
	assert.InDelta(t, 21, contrast(rgb(0x000000), rgb(0xffffff)), 0.001)
	assert.InDelta(t, 4.54, contrast(rgb(0x767676), rgb(0xffffff)), 0.01, "the grey that WCAG's own examples pass")
	assert.InDelta(t, 1, contrast(rgb(0x123456), rgb(0x123456)), 0.001)
	assert.Equal(t, rgb(0x808080), over(rgba(0x000000, 0x7f), rgb(0xffffff)))
}

// text lists what is written on what.
var text = []struct{ ink, ground fyne.ThemeColorName }{
	{fynetheme.ColorNameForeground, fynetheme.ColorNameBackground},
	{fynetheme.ColorNameForeground, fynetheme.ColorNameButton},
	{fynetheme.ColorNameForeground, fynetheme.ColorNameInputBackground},
	{fynetheme.ColorNameForeground, fynetheme.ColorNameOverlayBackground},
	{fynetheme.ColorNameForeground, fynetheme.ColorNameMenuBackground},
	{fynetheme.ColorNameForeground, fynetheme.ColorNameHeaderBackground},
	{fynetheme.ColorNameForeground, fynetheme.ColorNameSelection},
	{fynetheme.ColorNameForeground, ColorNameSurface},
	{fynetheme.ColorNameForeground, ColorNameNotice},
	{fynetheme.ColorNameForeground, ColorNameGood},
	{fynetheme.ColorNameForeground, ColorNameBad},
	{fynetheme.ColorNameForegroundOnPrimary, fynetheme.ColorNamePrimary},
	{fynetheme.ColorNameForegroundOnError, fynetheme.ColorNameError},
	{fynetheme.ColorNameForegroundOnSuccess, fynetheme.ColorNameSuccess},
	{fynetheme.ColorNameForegroundOnWarning, fynetheme.ColorNameWarning},
	{ColorNameOnDemo, ColorNameDemo},
	{fynetheme.ColorNameHyperlink, fynetheme.ColorNameBackground},
	{fynetheme.ColorNameHyperlink, ColorNameSurface},
	{fynetheme.ColorNameError, fynetheme.ColorNameBackground},
	{fynetheme.ColorNameError, ColorNameSurface},
	{fynetheme.ColorNameSuccess, fynetheme.ColorNameBackground},
	{fynetheme.ColorNameSuccess, ColorNameSurface},
	{fynetheme.ColorNameWarning, fynetheme.ColorNameBackground},
	{fynetheme.ColorNameWarning, ColorNameNotice},
	{fynetheme.ColorNamePlaceHolder, fynetheme.ColorNameInputBackground},
	{fynetheme.ColorNamePlaceHolder, fynetheme.ColorNameBackground},
	{fynetheme.ColorNamePlaceHolder, ColorNameSurface},
	// Whoever cannot press a button yet still wants to read it.
	{fynetheme.ColorNameDisabled, fynetheme.ColorNameDisabledButton},
	{fynetheme.ColorNameDisabled, fynetheme.ColorNameBackground},
}

// marks lists borders and marks that carry meaning, and what they stand on.
var marks = []struct{ ink, ground fyne.ThemeColorName }{
	{fynetheme.ColorNameInputBorder, fynetheme.ColorNameBackground},
	{fynetheme.ColorNameInputBorder, fynetheme.ColorNameInputBackground},
	{fynetheme.ColorNameInputBorder, ColorNameSurface},
	{fynetheme.ColorNameFocus, fynetheme.ColorNameBackground},
	{fynetheme.ColorNameFocus, ColorNameSurface},
	{fynetheme.ColorNameWarning, ColorNameNotice},
	{fynetheme.ColorNameWarning, ColorNameSurface},
	{fynetheme.ColorNameSuccess, ColorNameGood},
	{fynetheme.ColorNameError, ColorNameBad},
	{fynetheme.ColorNamePrimary, fynetheme.ColorNameBackground},
	{ColorNameDemo, fynetheme.ColorNameBackground},
}

func TestEverythingCanBeRead(t *testing.T) {
	for name, p := range map[string]palette{"light": light(), "dark": dark(), "high contrast": highContrast()} {
		least := 4.5
		if name == "high contrast" {
			least = 7
		}
		for _, pair := range text {
			assert.GreaterOrEqual(t, contrast(p[pair.ink], p[pair.ground]), least, "%s: %s on %s", name, pair.ink, pair.ground)
			// A pointer above a button darkens it; the words stay.
			for _, above := range []fyne.ThemeColorName{fynetheme.ColorNameHover} {
				assert.GreaterOrEqual(t, contrast(p[pair.ink], over(p[above], p[pair.ground])), 4.0,
					"%s: %s on %s with %s", name, pair.ink, pair.ground, above)
			}
		}
		for _, pair := range marks {
			assert.GreaterOrEqual(t, contrast(p[pair.ink], p[pair.ground]), 3.0, "%s: %s on %s", name, pair.ink, pair.ground)
		}
	}
}

func TestPalettesHaveTheSameNames(t *testing.T) {
	for name := range light() {
		assert.Contains(t, dark(), name)
		assert.Contains(t, highContrast(), name)
	}
	assert.Len(t, dark(), len(light()))
	assert.Len(t, highContrast(), len(light()))
}

func TestLooks(t *testing.T) {
	test.NewTempApp(t)
	ground := func(look Look, variant fyne.ThemeVariant) color.Color {
		return New(look, 1).Color(fynetheme.ColorNameBackground, variant)
	}
	assert.Equal(t, light()[fynetheme.ColorNameBackground], ground(Auto, fynetheme.VariantLight))
	assert.Equal(t, dark()[fynetheme.ColorNameBackground], ground(Auto, fynetheme.VariantDark))
	assert.Equal(t, dark()[fynetheme.ColorNameBackground], ground("no such look", fynetheme.VariantDark))
	for _, variant := range []fyne.ThemeVariant{fynetheme.VariantLight, fynetheme.VariantDark} {
		assert.Equal(t, light()[fynetheme.ColorNameBackground], ground(Light, variant))
		assert.Equal(t, dark()[fynetheme.ColorNameBackground], ground(Dark, variant))
		assert.Equal(t, highContrast()[fynetheme.ColorNameBackground], ground(HighContrast, variant))
	}
	assert.Len(t, Looks(), 4)
}

func TestTextGrows(t *testing.T) {
	test.NewTempApp(t)
	for asked, want := range map[float64]float32{0: 14, 1: 14, 1.5: 21, 2: 28, 9: 28} {
		assert.Equal(t, want, New(Light, asked).Size(fynetheme.SizeNameText), asked)
	}
	names := []fyne.ThemeSizeName{
		fynetheme.SizeNameText, fynetheme.SizeNameCaptionText, fynetheme.SizeNameSubHeadingText,
		fynetheme.SizeNameHeadingText, fynetheme.SizeNameInlineIcon,
	}
	for _, name := range names {
		assert.InDelta(t, 2, New(Light, 2).Size(name)/New(Light, 1).Size(name), 0.001, name)
	}
	assert.Equal(t, New(Light, 1).Size(fynetheme.SizeNamePadding), New(Light, 2).Size(fynetheme.SizeNamePadding))
	assert.NotNil(t, New(Light, 1).Font(fyne.TextStyle{Bold: true}))
	assert.NotNil(t, New(Light, 1).Icon(fynetheme.IconNameWarning))
	assert.NotNil(t, New(Light, 1).Color("a name of a later Fyne", fynetheme.VariantLight))
}

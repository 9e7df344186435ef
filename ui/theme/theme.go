package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Look is a choice of palette.
type Look string

// The looks; auto is light or dark as the system asks.
const (
	Auto         Look = "auto"
	Light        Look = "light"
	Dark         Look = "dark"
	HighContrast Look = "high-contrast"
)

// Looks lists them.
func Looks() []Look { return []Look{Auto, Light, Dark, HighContrast} }

// The least and the greatest text size, in parts of the usual one.
const (
	LeastText    = 1.0
	GreatestText = 2.0
)

// Theme is a look and a text size. It is a fyne.Theme and does not change.
type Theme struct {
	look                  Look
	text                  float32
	light, dark, contrast palette
}

// New returns a theme. text is the size of text in parts of the usual one, and
// is brought between [LeastText] and [GreatestText]; an unknown look is [Auto].
func New(look Look, text float64) *Theme {
	return &Theme{
		look: look, text: float32(min(max(text, LeastText), GreatestText)),
		light: light(), dark: dark(), contrast: highContrast(),
	}
}

// palette returns the colours of the look; variant counts only for [Auto].
func (t *Theme) palette(variant fyne.ThemeVariant) palette {
	switch t.look {
	case Light:
		return t.light
	case Dark:
		return t.dark
	case HighContrast:
		return t.contrast
	}
	if variant == fynetheme.VariantLight {
		return t.light
	}
	return t.dark
}

// Color returns the colour of a name. It is part of fyne.Theme.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	if c, ok := t.palette(variant)[name]; ok {
		return c
	}
	return fynetheme.DefaultTheme().Color(name, variant)
}

// Font returns Fyne's own, which has all letters of our languages.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	return fynetheme.DefaultTheme().Font(style)
}

// Icon returns Fyne's own.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return fynetheme.DefaultTheme().Icon(name)
}

// Size returns a size in Fyne's units. Text and what stands in a line with it
// grow with the chosen text size; distances stay.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case fynetheme.SizeNameText:
		return 14 * t.text
	case fynetheme.SizeNameCaptionText:
		return 12 * t.text
	case fynetheme.SizeNameSubHeadingText:
		return 19 * t.text
	case fynetheme.SizeNameHeadingText:
		return 24 * t.text
	case fynetheme.SizeNameInlineIcon:
		return 20 * t.text
	case fynetheme.SizeNameButtonRadius, fynetheme.SizeNameInputRadius, fynetheme.SizeNameSelectionRadius:
		return 6
	}
	return fynetheme.DefaultTheme().Size(name)
}

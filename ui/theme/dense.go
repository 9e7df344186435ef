package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// dense is the theme of the app, whichever it is by now, with little room around
// text.
type dense struct{}

// Dense returns the theme of the app for tables and panels, where lines of text
// belong closer together than in Fyne's labels. It goes into
// container.NewThemeOverride.
func Dense() fyne.Theme { return dense{} }

func (dense) theme() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// Color is part of fyne.Theme.
func (d dense) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	return d.theme().Color(name, variant)
}

// Font is part of fyne.Theme.
func (d dense) Font(style fyne.TextStyle) fyne.Resource { return d.theme().Font(style) }

// Icon is part of fyne.Theme.
func (d dense) Icon(name fyne.ThemeIconName) fyne.Resource { return d.theme().Icon(name) }

// Size is part of fyne.Theme. The padding between things stays: Fyne's layouts
// ask the override for it when they say how high they want to be, and the app
// when they lay out; with two answers the last line would touch the edge.
func (d dense) Size(name fyne.ThemeSizeName) float32 {
	if name == fynetheme.SizeNameInnerPadding {
		return 3
	}
	return d.theme().Size(name)
}

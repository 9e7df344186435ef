package theme

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// dense is the theme of the app with little room around text.
type dense struct{ fyne.Theme }

// Dense returns the theme of the app for tables and panels, where lines of text
// belong closer together than in Fyne's labels. It goes into
// container.NewThemeOverride.
func Dense() fyne.Theme { return dense{fyne.CurrentApp().Settings().Theme()} }

// Size is part of fyne.Theme.
func (d dense) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case fynetheme.SizeNameInnerPadding:
		return 3
	case fynetheme.SizeNamePadding:
		return 2
	}
	return d.Theme.Size(name)
}

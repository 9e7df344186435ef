package guide

import (
	"bytes"
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/guide"
	"cientro/assets/pictures"
	"cientro/ui/theme"
)

// picture is a drawing in the colours of the look. What is on it stands beside
// it in words.
type picture struct {
	widget.BaseWidget
	name guide.Picture
}

func newPicture(name guide.Picture) *picture {
	p := &picture{name: name}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer is part of fyne.Widget.
func (p *picture) CreateRenderer() fyne.WidgetRenderer {
	r := &pictureRenderer{picture: p, image: canvas.NewImageFromResource(nil)}
	r.image.FillMode = canvas.ImageFillContain
	r.paint()
	r.WidgetRenderer = widget.NewSimpleRenderer(r.image)
	return r
}

type pictureRenderer struct {
	fyne.WidgetRenderer
	picture *picture
	image   *canvas.Image
}

// height of a drawing at the usual text size; with larger text it grows less
// than the text does.
const height = 132

func (r *pictureRenderer) MinSize() fyne.Size {
	high := height * (1 + (textScale()-1)/2)
	return fyne.NewSize(high, high) // narrower places show it smaller
}

func (r *pictureRenderer) Refresh() {
	r.paint()
	r.image.Refresh()
}

func (r *pictureRenderer) paint() {
	raw, ok := pictures.SVG(string(r.picture.name))
	if !ok {
		return
	}
	th, variant := r.picture.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.image.Resource = coloured(string(r.picture.name), raw, func(name fyne.ThemeColorName) color.Color { return th.Color(name, variant) })
}

// names are the colours of the app for those of the drawings.
func names() map[pictures.Colour]fyne.ThemeColorName {
	return map[pictures.Colour]fyne.ThemeColorName{
		pictures.Ink:     fynetheme.ColorNameForeground,
		pictures.Primary: fynetheme.ColorNamePrimary,
		pictures.Surface: theme.ColorNameSurface,
		pictures.Faint:   fynetheme.ColorNameSeparator,
		pictures.Soft:    fynetheme.ColorNameButton,
		pictures.Good:    fynetheme.ColorNameSuccess,
		pictures.Bad:     fynetheme.ColorNameError,
	}
}

// coloured puts the colours of a look in the place of those of a drawing. The
// name tells drawing and look, as Fyne keeps what it drew by name.
func coloured(name string, raw []byte, of func(fyne.ThemeColorName) color.Color) fyne.Resource {
	const mark = "@" // first all out, then all in: a new colour may be another's old one
	for i, c := range pictures.Colours() {
		raw = bytes.ReplaceAll(raw, []byte(c), fmt.Appendf(nil, "%s%d%s", mark, i, mark))
	}
	look := ""
	for i, c := range pictures.Colours() {
		red, green, blue, _ := of(names()[c]).RGBA()
		hex := fmt.Sprintf("#%02x%02x%02x", red>>8, green>>8, blue>>8)
		raw = bytes.ReplaceAll(raw, fmt.Appendf(nil, "%s%d%s", mark, i, mark), []byte(hex))
		look += hex
	}
	return fyne.NewStaticResource(name+look+".svg", raw)
}

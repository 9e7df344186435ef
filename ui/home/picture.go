package home

import (
	"embed"
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/theme"
)

// art holds our own pictures. The colours in them are numbers, #000001 and on,
// that stand for colours of the theme in the order of inks.
//
//go:embed art/*.svg
var art embed.FS

// inks are the colours of the pictures.
func inks(th fyne.Theme, variant fyne.ThemeVariant) []color.Color {
	c := func(name fyne.ThemeColorName) color.Color { return th.Color(name, variant) }
	accent, ink := c(fynetheme.ColorNamePrimary), c(fynetheme.ColorNameForeground)
	return []color.Color{
		ink, accent, c(fynetheme.ColorNameBackground), c(fynetheme.ColorNameInputBorder),
		c(fynetheme.ColorNameWarning), c(fynetheme.ColorNameError), c(theme.ColorNameSurface),
		mixed(accent, ink, 0.22), c(fynetheme.ColorNameForegroundOnPrimary),
	}
}

// mixed is a colour with a part of another one in it.
func mixed(a, b color.Color, part float64) color.Color {
	mix := func(x, y uint32) uint8 { return uint8((float64(x)*(1-part) + float64(y)*part) / 0x101) }
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return color.NRGBA{R: mix(ar, br), G: mix(ag, bg), B: mix(ab, bb), A: 0xff}
}

// painted is a picture in the colours of a theme. Its name tells pictures apart
// in Fyne's cache, so the colours are in it.
func painted(name string, colours []color.Color) fyne.Resource {
	raw, err := art.ReadFile("art/" + name + ".svg")
	if err != nil {
		panic(err) // the pictures are part of the program
	}
	swaps := make([]string, 0, 2*len(colours))
	key := name
	for i, c := range colours {
		r, g, b, _ := c.RGBA()
		hex := fmt.Sprintf("%02x%02x%02x", r>>8, g>>8, b>>8)
		swaps = append(swaps, fmt.Sprintf("#%06d", i+1), "#"+hex)
		key += "-" + hex
	}
	return fyne.NewStaticResource(key+".svg", []byte(strings.NewReplacer(swaps...).Replace(string(raw))))
}

// picture is one of our own pictures, in the colours of the theme and growing
// with the text. It says nothing that the words beside it do not say.
type picture struct {
	widget.BaseWidget
	name string
	size fyne.Size // at the usual text size
}

func newPicture(name string, size fyne.Size) *picture {
	p := &picture{name: name, size: size}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer is part of fyne.Widget.
func (p *picture) CreateRenderer() fyne.WidgetRenderer {
	r := &pictureRenderer{picture: p, image: canvas.NewImageFromResource(nil)}
	r.image.FillMode = canvas.ImageFillContain
	r.WidgetRenderer = widget.NewSimpleRenderer(r.image)
	r.paint()
	return r
}

type pictureRenderer struct {
	fyne.WidgetRenderer
	picture *picture
	image   *canvas.Image
}

func (r *pictureRenderer) paint() {
	th := r.picture.Theme()
	r.image.Resource = painted(r.picture.name, inks(th, fyne.CurrentApp().Settings().ThemeVariant()))
	r.image.SetMinSize(scaled(th, r.picture.size))
}

func (r *pictureRenderer) Refresh() {
	r.paint()
	r.image.Refresh()
}

// scaled is a size at the theme's text size.
func scaled(th fyne.Theme, size fyne.Size) fyne.Size {
	scale := th.Size(fynetheme.SizeNameText) / 14
	return fyne.NewSize(size.Width*scale, size.Height*scale)
}

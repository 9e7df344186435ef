package home

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/theme"
	"cientro/ui/widgets"
)

// cardWidth is that of the drawn card at the usual text size; its form is that of
// ID-1 (ISO/IEC 7810: 85.60 mm by 53.98 mm).
const (
	cardWidth = 300
	cardForm  = 85.60 / 53.98
)

// cardFace is a CIE as we draw it: its name, the masked number, and a sign that
// says how it is. The same stands beside it in words.
type cardFace struct {
	widget.BaseWidget
	name, nis, demo string
	sign            widgets.Mood
}

func newCardFace(f face) *cardFace {
	c := &cardFace{name: f.name, nis: f.nis, demo: f.demo, sign: moodOf(f.mood)}
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer is part of fyne.Widget.
func (c *cardFace) CreateRenderer() fyne.WidgetRenderer {
	r := &cardFaceRenderer{face: c}
	r.ground = newPicture("face", fyne.NewSize(cardWidth, cardWidth/cardForm))
	written := func(words string, style fyne.TextStyle) *widget.RichText {
		t := widget.NewRichText(&widget.TextSegment{Text: words, Style: widget.RichTextStyle{
			ColorName: fynetheme.ColorNameForegroundOnPrimary, SizeName: fynetheme.SizeNameText, TextStyle: style,
		}})
		t.Wrapping = fyne.TextWrapWord
		return t
	}
	r.name = written(c.name, fyne.TextStyle{Bold: true})
	r.nis = written(c.nis, fyne.TextStyle{Monospace: true})
	r.demo = canvas.NewText(c.demo, color.Transparent)
	r.demo.TextStyle.Bold = true
	r.demo.Hidden = c.demo == ""
	r.plate = canvas.NewRectangle(color.Transparent)
	r.plate.Hidden = c.demo == ""
	r.disc = canvas.NewCircle(color.Transparent)
	r.sign = widgets.Sign(c.sign, 1)
	r.objects = []fyne.CanvasObject{r.ground, r.name, r.nis, r.disc, r.sign, r.plate, r.demo}
	r.paint()
	return r
}

type cardFaceRenderer struct {
	face      *cardFace
	ground    *picture
	name, nis *widget.RichText
	plate     *canvas.Rectangle // behind demo
	demo      *canvas.Text
	disc      *canvas.Circle // behind sign
	sign      *canvas.Image
	objects   []fyne.CanvasObject
}

func (r *cardFaceRenderer) paint() {
	th, variant := r.face.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.disc.FillColor = th.Color(theme.ColorNameSurface, variant)
	r.disc.StrokeColor, r.disc.StrokeWidth = th.Color(fynetheme.ColorNameForegroundOnPrimary, variant), 1
	r.plate.FillColor = th.Color(theme.ColorNameDemo, variant)
	r.plate.CornerRadius = 4
	r.demo.Color = th.Color(theme.ColorNameOnDemo, variant)
	r.demo.TextSize = th.Size(fynetheme.SizeNameCaptionText)
}

func (r *cardFaceRenderer) MinSize() fyne.Size { return r.ground.MinSize() }

// Layout is part of fyne.WidgetRenderer. Where things lie is told in parts of the
// card, so that it is the same at each size.
func (r *cardFaceRenderer) Layout(size fyne.Size) {
	wide := min(size.Width, size.Height*cardForm)
	card := fyne.NewSize(wide, wide/cardForm)
	at := func(x, y float32) fyne.Position { return fyne.NewPos(card.Width*x, card.Height*y) }
	r.ground.Resize(card)
	r.name.Move(at(0.035, 0.04))
	r.name.Resize(fyne.NewSize(card.Width*0.93, r.name.MinSize().Height))
	r.nis.Resize(fyne.NewSize(card.Width*0.7, r.nis.MinSize().Height))
	r.nis.Move(fyne.NewPos(card.Width*0.035, card.Height*0.97-r.nis.MinSize().Height))
	disc := card.Width * 0.13
	r.disc.Resize(fyne.NewSquareSize(disc))
	r.disc.Move(fyne.NewPos(card.Width*0.95-disc, card.Height*0.92-disc))
	sign := disc * 0.66
	r.sign.Resize(fyne.NewSquareSize(sign))
	r.sign.Move(r.disc.Position().AddXY((disc-sign)/2, (disc-sign)/2))
	demo := r.demo.MinSize()
	plate := demo.Add(fyne.NewSize(12, 4))
	r.plate.Resize(plate)
	r.plate.Move(fyne.NewPos(card.Width*0.95-plate.Width, card.Height*0.24))
	r.demo.Resize(demo)
	r.demo.Move(r.plate.Position().AddXY(6, 2))
}

func (r *cardFaceRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *cardFaceRenderer) Refresh() {
	r.paint()
	for _, o := range r.objects {
		o.Refresh()
	}
	r.Layout(r.face.Size())
}

func (r *cardFaceRenderer) Destroy() {}

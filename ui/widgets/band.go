package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Band is a line of text across a window, on a ground of its own.
type Band struct {
	widget.BaseWidget
	ground, ink fyne.ThemeColorName
	text        string
}

// NewBand makes a band.
func NewBand(ground, ink fyne.ThemeColorName, text string) *Band {
	b := &Band{ground: ground, ink: ink, text: text}
	b.ExtendBaseWidget(b)
	return b
}

// CreateRenderer is part of fyne.Widget.
func (b *Band) CreateRenderer() fyne.WidgetRenderer {
	r := &bandRenderer{band: b, ground: canvas.NewRectangle(color.Transparent)}
	r.text = widget.NewRichText(&widget.TextSegment{Text: b.text, Style: widget.RichTextStyle{
		Alignment: fyne.TextAlignCenter, ColorName: b.ink, SizeName: fynetheme.SizeNameText,
		TextStyle: fyne.TextStyle{Bold: true},
	}})
	r.text.Wrapping = fyne.TextWrapWord
	r.WidgetRenderer = widget.NewSimpleRenderer(container.New(layout.NewStackLayout(), r.ground, r.text))
	r.paint()
	return r
}

type bandRenderer struct {
	fyne.WidgetRenderer
	band   *Band
	ground *canvas.Rectangle
	text   *widget.RichText
}

func (r *bandRenderer) paint() {
	r.ground.FillColor = r.band.Theme().Color(r.band.ground, fyne.CurrentApp().Settings().ThemeVariant())
}

func (r *bandRenderer) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
}

package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// barHeight is the height of a TimeBar.
const barHeight = 4

// TimeBar shows how much of a time is left, as a line that grows shorter. It
// always stands beside the same in words.
type TimeBar struct {
	widget.BaseWidget
	left float32
}

// NewTimeBar makes a bar of a time that has all of it left.
func NewTimeBar() *TimeBar {
	b := &TimeBar{left: 1}
	b.ExtendBaseWidget(b)
	return b
}

// SetLeft sets the part that is left, from 0 to 1.
func (b *TimeBar) SetLeft(part float64) {
	b.left = float32(min(max(part, 0), 1))
	b.Refresh()
}

// CreateRenderer is part of fyne.Widget.
func (b *TimeBar) CreateRenderer() fyne.WidgetRenderer {
	r := &timeBarRenderer{bar: b, ground: canvas.NewRectangle(color.Transparent), left: canvas.NewRectangle(color.Transparent)}
	r.objects = []fyne.CanvasObject{r.ground, r.left}
	r.paint()
	return r
}

type timeBarRenderer struct {
	bar          *TimeBar
	ground, left *canvas.Rectangle
	objects      []fyne.CanvasObject
}

func (r *timeBarRenderer) paint() {
	th, variant := r.bar.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.ground.FillColor = th.Color(fynetheme.ColorNameSeparator, variant)
	r.left.FillColor = th.Color(fynetheme.ColorNamePrimary, variant)
	r.ground.CornerRadius, r.left.CornerRadius = barHeight/2, barHeight/2
}

func (r *timeBarRenderer) MinSize() fyne.Size { return fyne.NewSize(8*barHeight, barHeight) }

func (r *timeBarRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.left.Resize(fyne.NewSize(size.Width*r.bar.left, size.Height))
}

func (r *timeBarRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *timeBarRenderer) Refresh() {
	r.paint()
	r.Layout(r.bar.Size())
	r.ground.Refresh()
	r.left.Refresh()
}

func (r *timeBarRenderer) Destroy() {}

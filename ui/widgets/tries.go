package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Tries shows the tries of a PIN or PUK as marks: a full disc for each that is
// left, an empty ring for each that is spent. It always stands beside the same
// in words, so that nothing is said by marks alone.
type Tries struct {
	widget.BaseWidget
	left, max int
}

// NewTries makes the marks of left out of max tries.
func NewTries(left, max int) *Tries {
	t := &Tries{left: left, max: max}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer is part of fyne.Widget.
func (t *Tries) CreateRenderer() fyne.WidgetRenderer {
	r := &triesRenderer{tries: t}
	for range t.max {
		mark := canvas.NewCircle(color.Transparent)
		r.marks = append(r.marks, mark)
		r.objects = append(r.objects, mark)
	}
	r.paint()
	return r
}

type triesRenderer struct {
	tries   *Tries
	marks   []*canvas.Circle
	objects []fyne.CanvasObject
}

func (r *triesRenderer) paint() {
	th := r.tries.Theme()
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	for i, mark := range r.marks {
		mark.FillColor, mark.StrokeColor = color.Transparent, th.Color(fynetheme.ColorNameInputBorder, variant)
		if i < r.tries.left {
			full := th.Color(fynetheme.ColorNamePrimary, variant)
			if r.tries.left == 1 {
				full = th.Color(fynetheme.ColorNameWarning, variant)
			}
			mark.FillColor, mark.StrokeColor = full, full
		}
		mark.StrokeWidth = 2
	}
}

// diameter and gap of the marks, beside a line of text.
func (r *triesRenderer) diameter() float32 {
	return r.tries.Theme().Size(fynetheme.SizeNameText) * 0.85
}

func (r *triesRenderer) gap() float32 { return r.diameter() * 0.4 }

func (r *triesRenderer) MinSize() fyne.Size {
	n := float32(len(r.marks))
	if n == 0 {
		return fyne.Size{}
	}
	return fyne.NewSize(n*r.diameter()+(n-1)*r.gap(), r.diameter())
}

func (r *triesRenderer) Layout(size fyne.Size) {
	for i, mark := range r.marks {
		mark.Resize(fyne.NewSquareSize(r.diameter()))
		mark.Move(fyne.NewPos(float32(i)*(r.diameter()+r.gap()), (size.Height-r.diameter())/2))
	}
}

func (r *triesRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *triesRenderer) Refresh() {
	r.paint()
	r.Layout(r.tries.Size())
	canvas.Refresh(r.tries)
}

func (r *triesRenderer) Destroy() {}

package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Text is Fyne's label, which Close brings nearer to its neighbours. Fyne has
// themes for a part of a window to that end, but reads all its fonts again for
// each: a page would take seconds and a hundred megabytes.
type Text struct {
	widget.Label

	close bool
}

// Line is text on one line.
func Line(words string) *Text {
	t := &Text{}
	t.Text = words
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer is part of fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	return &textRenderer{t.Label.CreateRenderer(), t}
}

type textRenderer struct {
	fyne.WidgetRenderer
	text *Text
}

// TextEdge is where close text begins in its place, from the left.
const TextEdge = closeRoom

// Aligned begins where close text above and below it does.
func Aligned(content fyne.CanvasObject) fyne.CanvasObject { return Padded(0, 0, TextEdge, 0, content) }

// closeRoom is what stays around close text.
const closeRoom = 3

// spare is the room that is taken away at each side.
func (r *textRenderer) spare() float32 {
	if !r.text.close {
		return 0
	}
	return max(r.text.Theme().Size(fynetheme.SizeNameInnerPadding)-closeRoom, 0)
}

func (r *textRenderer) Layout(size fyne.Size) {
	spare := r.spare()
	r.WidgetRenderer.Layout(size.AddWidthHeight(2*spare, 2*spare))
	for _, o := range r.Objects() {
		o.Move(fyne.NewPos(-spare, -spare))
	}
}

func (r *textRenderer) MinSize() fyne.Size {
	spare := r.spare()
	return r.WidgetRenderer.MinSize().SubtractWidthHeight(2*spare, 2*spare)
}

// Close sets lines closer together than Fyne does by itself: for sentences that
// belong together, and for tables. It sees what is in containers, scrolls and
// panels.
func Close(content fyne.CanvasObject) fyne.CanvasObject {
	bringClose(content)
	return container.New(closely{}, content)
}

func bringClose(o fyne.CanvasObject) {
	if t, ok := o.(*Text); ok {
		t.close = true
	}
	for _, child := range children(o) {
		bringClose(child)
	}
}

// closely looks again before each layout, as content comes and goes.
type closely struct{}

func (closely) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		bringClose(o)
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

func (closely) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(0, 0)
	for _, o := range objects {
		bringClose(o)
		if o.Visible() {
			least = least.Max(o.MinSize())
		}
	}
	return least
}

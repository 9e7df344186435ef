package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
)

// ringWidth is the width of the line around what has the focus.
const ringWidth = 3

// ringed draws a line around a widget while it has the focus. (WCAG 2.1,
// success criterion 2.4.7; Fyne only tints the ground.)
type ringed struct {
	fyne.WidgetRenderer
	ring    *canvas.Rectangle
	focused func() bool
	owner   fyne.Widget
	room    fyne.Size // between the widget's own least size and the line
}

func withRing(inner fyne.WidgetRenderer, owner fyne.Widget, focused func() bool) *ringed {
	ring := canvas.NewRectangle(color.Transparent)
	ring.StrokeWidth = ringWidth
	r := &ringed{WidgetRenderer: inner, ring: ring, focused: focused, owner: owner}
	r.paint()
	return r
}

func (r *ringed) paint() {
	th := fynetheme.CurrentForWidget(r.owner)
	r.ring.CornerRadius = th.Size(fynetheme.SizeNameButtonRadius)
	r.ring.StrokeColor = th.Color(fynetheme.ColorNameFocus, fyne.CurrentApp().Settings().ThemeVariant())
	r.ring.Hidden = !r.focused()
}

func (r *ringed) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.ring.Resize(size)
}

func (r *ringed) MinSize() fyne.Size { return r.WidgetRenderer.MinSize().Add(r.room) }

func (r *ringed) Objects() []fyne.CanvasObject {
	inner := r.WidgetRenderer.Objects()
	return append(inner[:len(inner):len(inner)], r.ring)
}

func (r *ringed) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
	r.ring.Refresh()
}

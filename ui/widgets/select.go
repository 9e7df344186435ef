package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Select is Fyne's list that opens, with an edge, and a line around it while it
// has the focus. Space, Enter and the arrows open it, left and right choose
// without opening; other keys are left to the window.
type Select struct {
	widget.Select
	// Unused gets the keys that the list has no use for; nil leaves them to the
	// window.
	Unused func(*fyne.KeyEvent)
	// Name is what is chosen here, for screen readers.
	Name string

	focused bool
}

// NewSelect makes a list of options, one of which is chosen. changed is told the
// number of another one that was chosen, from 0.
func NewSelect(options []string, chosen int, changed func(int)) *Select {
	s := &Select{}
	s.Options = options
	for _, o := range options { // the place that Fyne keeps is that of the placeholder
		if len([]rune(o)) > len([]rune(s.PlaceHolder)) {
			s.PlaceHolder = o
		}
	}
	if chosen >= 0 && chosen < len(options) {
		s.Selected = options[chosen]
	}
	s.OnChanged = func(string) { changed(s.SelectedIndex()) }
	s.ExtendBaseWidget(s)
	return s
}

// FocusGained is part of fyne.Focusable. Fyne's own tint is left out: the line
// says it.
func (s *Select) FocusGained() {
	s.focused = true
	s.Refresh()
	Reveal(s)
}

// FocusLost is part of fyne.Focusable.
func (s *Select) FocusLost() {
	s.focused = false
	s.Refresh()
}

// TypedKey is part of fyne.Focusable.
func (s *Select) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		s.Select.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	case fyne.KeySpace, fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight:
		s.Select.TypedKey(event)
	default:
		pass(s, s.Unused, event)
	}
}

// CreateRenderer is part of fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	edge := canvas.NewRectangle(color.Transparent)
	inner := &edged{WidgetRenderer: s.Select.CreateRenderer(), edge: edge, owner: s}
	inner.paint()
	return withRing(inner, s, func() bool { return s.focused })
}

// edged draws an edge around a widget that Fyne gives none.
type edged struct {
	fyne.WidgetRenderer
	edge  *canvas.Rectangle
	owner fyne.Widget
}

func (r *edged) paint() {
	th := fynetheme.CurrentForWidget(r.owner)
	r.edge.CornerRadius, r.edge.StrokeWidth = th.Size(fynetheme.SizeNameInputRadius), 1
	r.edge.StrokeColor = th.Color(fynetheme.ColorNameInputBorder, fyne.CurrentApp().Settings().ThemeVariant())
}

func (r *edged) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.edge.Resize(size)
}

func (r *edged) Objects() []fyne.CanvasObject {
	inner := r.WidgetRenderer.Objects()
	return append(inner[:len(inner):len(inner)], r.edge)
}

func (r *edged) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
	r.edge.Refresh()
}

package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Way is a line that leads somewhere, in a list of such. Space and Enter press it, the
// arrows go on to its neighbours. The one that is current has a bar and another
// ground, and its content shows it too: never a colour alone.
type Way struct {
	widget.BaseWidget
	// Name is where the line leads.
	Name string
	// Step gets the arrows: -1 for up and 1 for down.
	Step func(from *Way, by int)
	// Unused gets the keys that the line has no use for; nil leaves them to the
	// window.
	Unused func(*fyne.KeyEvent)

	words  string
	tapped func()
	bar    *canvas.Rectangle
	inside fyne.CanvasObject
	dress  func(fyne.Theme, fyne.ThemeVariant)

	current, focused, hovered bool
}

// barWidth is the width of the bar of the current line.
const barWidth = 4

// NewWay makes a line without content; words are what it is called by those who
// cannot see it.
func NewWay(name, words string, tapped func()) *Way {
	w := &Way{Name: name, words: words, tapped: tapped, bar: canvas.NewRectangle(color.Transparent)}
	w.bar.SetMinSize(fyne.NewSize(barWidth, 0))
	w.ExtendBaseWidget(w)
	return w
}

// Fill gives the line its content, which is to stand beside the bar. dress is
// called before each time that it is drawn.
func (w *Way) Fill(around fyne.CanvasObject, dress func(fyne.Theme, fyne.ThemeVariant)) {
	w.inside, w.dress = around, dress
}

// Bar is what a current line shows on its left, for Fill.
func (w *Way) Bar() fyne.CanvasObject { return w.bar }

// Current tells whether the line leads to what is in sight.
func (w *Way) Current() bool { return w.current }

// Hovered tells whether the pointer is over the line.
func (w *Way) Hovered() bool { return w.hovered }

// Mark says whether the line leads to what is in sight.
func (w *Way) Mark(current bool) {
	if w.current != current {
		w.current = current
		w.Refresh()
	}
}

// Tapped is part of fyne.Tappable.
func (w *Way) Tapped(*fyne.PointEvent) { w.tapped() }

// TypedKey is part of fyne.Focusable.
func (w *Way) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		w.tapped()
	case fyne.KeyUp:
		w.Step(w, -1)
	case fyne.KeyDown:
		w.Step(w, 1)
	default:
		pass(w, w.Unused, event)
	}
}

// TypedRune is part of fyne.Focusable.
func (w *Way) TypedRune(rune) {}

// FocusGained is part of fyne.Focusable.
func (w *Way) FocusGained() { w.focused = true; w.Refresh(); Reveal(w) }

// FocusLost is part of fyne.Focusable.
func (w *Way) FocusLost() { w.focused = false; w.Refresh() }

// MouseIn is part of desktop.Hoverable.
func (w *Way) MouseIn(*desktop.MouseEvent) { w.hovered = true; w.Refresh() }

// MouseMoved is part of desktop.Hoverable.
func (w *Way) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (w *Way) MouseOut() { w.hovered = false; w.Refresh() }

// Cursor is part of desktop.Cursorable.
func (w *Way) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is part of fyne.Accessible.
func (w *Way) AccessibilityLabel() string { return w.words }

// AccessibilityRole is part of fyne.Accessible.
func (w *Way) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is part of fyne.Widget.
func (w *Way) CreateRenderer() fyne.WidgetRenderer {
	ground := canvas.NewRectangle(color.Transparent)
	paint := func() { w.paint(ground) }
	paint()
	return &simple{WidgetRenderer: widget.NewSimpleRenderer(container.NewStack(ground, w.inside)), refresh: paint}
}

func (w *Way) paint(ground *canvas.Rectangle) {
	th, variant := w.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	ground.CornerRadius, w.bar.CornerRadius = th.Size(fynetheme.SizeNameButtonRadius), barWidth/2
	ground.FillColor, ground.StrokeWidth = color.Transparent, 0
	w.bar.FillColor = color.Transparent
	switch {
	case w.current:
		ground.FillColor = th.Color(fynetheme.ColorNameSelection, variant)
		w.bar.FillColor = th.Color(fynetheme.ColorNamePrimary, variant)
	case w.hovered:
		ground.FillColor = th.Color(fynetheme.ColorNameHover, variant)
	}
	if w.focused {
		ground.StrokeWidth, ground.StrokeColor = ringWidth, th.Color(fynetheme.ColorNameFocus, variant)
	}
	w.dress(th, variant)
}

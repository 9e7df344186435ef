package guide

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/widgets"
)

// row is a topic in the list. The one that is read has a bar, bold words and
// another ground: never a colour alone.
type row struct {
	widget.BaseWidget
	id          string
	title, more *widgets.Text
	open        func(id string)
	step        func(from *row, by int) // the arrows
	unused      func(*fyne.KeyEvent)

	current, focused, hovered bool
}

func newRow(l line, open func(string), step func(*row, int), unused func(*fyne.KeyEvent)) *row {
	r := &row{id: l.id, title: widgets.Paragraph(l.title), more: widgets.Caption(l.more), open: open, step: step, unused: unused}
	r.more.Hidden = l.more == ""
	r.current = l.current
	r.ExtendBaseWidget(r)
	return r
}

// mark says whether the topic is the one that is read.
func (r *row) mark(current bool) {
	if r.current != current {
		r.current = current
		r.Refresh()
	}
}

// Tapped is part of fyne.Tappable.
func (r *row) Tapped(*fyne.PointEvent) { r.open(r.id) }

// TypedKey is part of fyne.Focusable.
func (r *row) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		r.open(r.id)
	case fyne.KeyUp:
		r.step(r, -1)
	case fyne.KeyDown:
		r.step(r, 1)
	default:
		r.unused(event)
	}
}

// TypedRune is part of fyne.Focusable.
func (r *row) TypedRune(rune) {}

// FocusGained is part of fyne.Focusable.
func (r *row) FocusGained() { r.focused = true; r.Refresh(); widgets.Reveal(r) }

// FocusLost is part of fyne.Focusable.
func (r *row) FocusLost() { r.focused = false; r.Refresh() }

// MouseIn is part of desktop.Hoverable.
func (r *row) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved is part of desktop.Hoverable.
func (r *row) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (r *row) MouseOut() { r.hovered = false; r.Refresh() }

// Cursor is part of desktop.Cursorable.
func (r *row) Cursor() desktop.Cursor { return desktop.PointerCursor }

const barWidth = 4

// CreateRenderer is part of fyne.Widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer {
	d := &rowRenderer{row: r, ground: canvas.NewRectangle(color.Transparent), bar: canvas.NewRectangle(color.Transparent)}
	d.bar.SetMinSize(fyne.NewSize(barWidth, 0))
	words := widgets.Close(container.NewVBox(r.title, r.more))
	d.all = container.NewStack(d.ground, container.NewBorder(nil, nil, widgets.Padded(0, 0, 1, 0, d.bar), nil, widgets.Padded(1, 1, 0, 2, words)))
	d.paint()
	d.WidgetRenderer = widget.NewSimpleRenderer(d.all)
	return d
}

type rowRenderer struct {
	fyne.WidgetRenderer
	row         *row
	ground, bar *canvas.Rectangle
	all         *fyne.Container
}

func (d *rowRenderer) paint() {
	th, variant := d.row.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	d.ground.CornerRadius, d.bar.CornerRadius = th.Size(fynetheme.SizeNameButtonRadius), barWidth/2
	d.ground.FillColor, d.ground.StrokeWidth = color.Transparent, 0
	d.bar.FillColor = color.Transparent
	switch {
	case d.row.current:
		d.ground.FillColor = th.Color(fynetheme.ColorNameSelection, variant)
		d.bar.FillColor = th.Color(fynetheme.ColorNamePrimary, variant)
	case d.row.hovered:
		d.ground.FillColor = th.Color(fynetheme.ColorNameHover, variant)
	}
	if d.row.focused {
		d.ground.StrokeWidth, d.ground.StrokeColor = 3, th.Color(fynetheme.ColorNameFocus, variant)
	}
	if d.row.title.TextStyle.Bold != d.row.current {
		d.row.title.TextStyle.Bold = d.row.current
		d.row.title.Refresh()
	}
}

func (d *rowRenderer) Refresh() {
	d.paint()
	d.WidgetRenderer.Refresh()
}

// AccessibilityLabel is part of fyne.Accessible.
func (r *row) AccessibilityLabel() string { return r.title.Text }

// AccessibilityRole is part of fyne.Accessible.
func (r *row) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

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

// Option is one of a Choice: what it is, and a line that says more, or "".
type Option struct{ Title, More string }

// Choice is a few options below each other, one of which is chosen. Space and
// Enter choose, the arrows choose the next one, as everywhere.
type Choice struct {
	rows    []*option
	chosen  int
	changed func(int)
}

// NewChoice makes a choice. changed is told the number of another option that was
// chosen, from 0.
func NewChoice(options []Option, chosen int, changed func(int)) *Choice {
	c := &Choice{chosen: chosen, changed: changed}
	for i, o := range options {
		row := &option{choice: c, number: i, title: Paragraph(o.Title), more: Caption(o.More)}
		row.more.Hidden = o.More == ""
		row.ExtendBaseWidget(row)
		c.rows = append(c.rows, row)
	}
	return c
}

// Object is what is seen.
func (c *Choice) Object() fyne.CanvasObject {
	rows := Column(2)
	for _, row := range c.rows {
		rows.Add(row)
	}
	return rows
}

// Chosen returns the number of the option that is chosen.
func (c *Choice) Chosen() int { return c.chosen }

// Row returns what has the focus of an option.
func (c *Choice) Row(number int) fyne.Focusable { return c.rows[number] }

// Choose chooses as a person does.
func (c *Choice) Choose(number int) {
	if number == c.chosen || number < 0 || number >= len(c.rows) {
		return
	}
	c.chosen = number
	for _, row := range c.rows {
		row.Refresh()
	}
	c.changed(number)
}

// Disable keeps the choice as it is.
func (c *Choice) Disable() {
	for _, row := range c.rows {
		row.Disable()
	}
}

// option is a line of a choice.
type option struct {
	widget.DisableableWidget
	choice           *Choice
	number           int
	title, more      *Text
	focused, hovered bool
}

// Tapped is part of fyne.Tappable.
func (o *option) Tapped(*fyne.PointEvent) {
	if !o.Disabled() {
		o.choice.Choose(o.number)
	}
}

// TypedKey is part of fyne.Focusable.
func (o *option) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		o.Tapped(nil)
	case fyne.KeyUp:
		o.step(-1)
	case fyne.KeyDown:
		o.step(1)
	default:
		pass(o, nil, event)
	}
}

// step chooses a neighbour, which gets the focus.
func (o *option) step(by int) {
	to := o.number + by
	if to < 0 || to >= len(o.choice.rows) {
		return
	}
	if c := canvasOf(o); c != nil {
		c.Focus(o.choice.rows[to])
	}
	o.choice.Choose(to)
}

// TypedRune is part of fyne.Focusable.
func (o *option) TypedRune(rune) {}

// FocusGained is part of fyne.Focusable.
func (o *option) FocusGained() { o.focused = true; o.Refresh(); Reveal(o) }

// FocusLost is part of fyne.Focusable.
func (o *option) FocusLost() { o.focused = false; o.Refresh() }

// MouseIn is part of desktop.Hoverable.
func (o *option) MouseIn(*desktop.MouseEvent) { o.hovered = true; o.Refresh() }

// MouseMoved is part of desktop.Hoverable.
func (o *option) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (o *option) MouseOut() { o.hovered = false; o.Refresh() }

// CreateRenderer is part of fyne.Widget.
func (o *option) CreateRenderer() fyne.WidgetRenderer {
	r := &optionRenderer{option: o, over: canvas.NewRectangle(color.Transparent)}
	r.mark = canvas.NewImageFromResource(nil)
	r.mark.FillMode = canvas.ImageFillContain
	words := Close(container.NewVBox(o.title, o.more))
	sign := container.NewVBox(Padded(2, 0, 2, 6, r.mark))
	all := container.NewStack(r.over, Padded(4, 4, 4, 4, container.NewBorder(nil, nil, sign, nil, words)))
	r.paint()
	inner := &simple{WidgetRenderer: widget.NewSimpleRenderer(all), refresh: r.paint}
	return withRing(inner, o, func() bool { return o.focused })
}

type optionRenderer struct {
	option *option
	over   *canvas.Rectangle
	mark   *canvas.Image
}

func (r *optionRenderer) paint() {
	th, variant := r.option.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.over.FillColor = color.Transparent
	if r.option.hovered && !r.option.Disabled() {
		r.over.FillColor = th.Color(fynetheme.ColorNameHover, variant)
	}
	r.over.CornerRadius = th.Size(fynetheme.SizeNameButtonRadius)
	icon := th.Icon(fynetheme.IconNameRadioButton)
	if r.option.choice.chosen == r.option.number {
		icon = th.Icon(fynetheme.IconNameRadioButtonChecked)
	}
	r.mark.Resource = fynetheme.NewPrimaryThemedResource(icon)
	importance := widget.MediumImportance
	if r.option.Disabled() {
		r.mark.Resource = fynetheme.NewDisabledResource(icon)
		importance = widget.LowImportance
	}
	r.mark.SetMinSize(fyne.NewSquareSize(th.Size(fynetheme.SizeNameInlineIcon)))
	if r.option.title.Importance != importance {
		r.option.title.Importance = importance
		r.option.title.Refresh()
	}
}

package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Check is Fyne's check box with a line around it while it has the focus. Space
// ticks it; keys that it has no use for are left to the window.
type Check struct {
	widget.Check
	// Unused gets the keys that the box has no use for; nil leaves them
	// to the window.
	Unused func(*fyne.KeyEvent)

	focused bool
}

// NewCheck makes a check box.
func NewCheck(text string, changed func(bool)) *Check {
	c := &Check{}
	c.Text, c.OnChanged = text, changed
	c.ExtendBaseWidget(c)
	return c
}

// FocusGained is part of fyne.Focusable. Fyne's own disc behind the box is left
// out: the line says it.
func (c *Check) FocusGained() {
	c.focused = true
	c.Refresh()
	Reveal(c)
}

// FocusLost is part of fyne.Focusable.
func (c *Check) FocusLost() {
	c.focused = false
	c.Refresh()
}

// TypedKey is part of fyne.Focusable. Space comes as a rune, too, which ticks.
func (c *Check) TypedKey(event *fyne.KeyEvent) {
	if event.Name != fyne.KeySpace {
		pass(c, c.Unused, event)
	}
}

// CreateRenderer is part of fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	r := withRing(c.Check.CreateRenderer(), c, func() bool { return c.focused })
	r.room = fyne.NewSize(2*ringWidth, 0)
	return r
}

package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Button is Fyne's button with a line around it while it has the focus. Space
// and Enter press it; other keys are left to the window.
type Button struct {
	widget.Button
	// Unused gets the keys that the button has no use for; nil leaves them to the
	// window. Fyne gives a key to what has the focus and to nothing else.
	Unused func(*fyne.KeyEvent)
	// Pointed is called after a press by the pointer, which leaves the focus
	// nowhere, to bring it where it is of use; nil leaves it there.
	Pointed func()

	focused bool
}

// NewButton makes a button.
func NewButton(text string, importance widget.Importance, tapped func()) *Button {
	b := &Button{}
	b.Text, b.Importance, b.OnTapped = text, importance, tapped
	b.ExtendBaseWidget(b)
	return b
}

// FocusGained is part of fyne.Focusable. Fyne's own tint is left out: it would
// take contrast from the text.
func (b *Button) FocusGained() {
	b.focused = true
	b.Refresh()
	Reveal(b)
}

// FocusLost is part of fyne.Focusable.
func (b *Button) FocusLost() {
	b.focused = false
	b.Refresh()
}

// Tapped presses the button, which keeps the focus unless that went elsewhere
// meanwhile: Fyne would take it away, and leave whoever works with keys nowhere.
func (b *Button) Tapped(event *fyne.PointEvent) {
	had := b.focused
	b.Button.Tapped(event)
	c := fyne.CurrentApp().Driver().CanvasForObject(b)
	switch {
	case c == nil || c.Focused() != nil || b.Disabled():
	case had:
		c.Focus(b)
	case b.Pointed != nil:
		b.Pointed()
	}
}

// TypedKey is part of fyne.Focusable.
func (b *Button) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	default:
		pass(b, b.Unused, event)
	}
}

// CreateRenderer is part of fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := withRing(b.Button.CreateRenderer(), b, func() bool { return b.focused })
	r.room = fyne.NewSize(2*ringWidth+8, 4)
	return r
}

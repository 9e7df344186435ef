package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Entry is Fyne's line for typing, with a line around it while it has the focus, from which the window's keys still work. It is
// for searches and the like, never for a PIN: what is typed becomes a string.
type Entry struct {
	widget.Entry
	// Keys gets each key first and returns whether it was of use there; nil takes
	// none.
	Keys func(*fyne.KeyEvent) bool

	focused bool
}

// NewEntry makes an empty line; hint stands there as long as it is.
func NewEntry(hint string) *Entry {
	e := &Entry{}
	e.PlaceHolder = hint
	e.ExtendBaseWidget(e)
	return e
}

// FocusGained is part of fyne.Focusable.
func (e *Entry) FocusGained() {
	e.focused = true
	e.Entry.FocusGained()
	Reveal(e)
}

// FocusLost is part of fyne.Focusable.
func (e *Entry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
}

// CreateRenderer is part of fyne.Widget.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	return withRing(e.Entry.CreateRenderer(), e, func() bool { return e.focused })
}

// TypedKey is part of fyne.Focusable. Escape, the keys with an F and those that
// scroll are the window's.
func (e *Entry) TypedKey(event *fyne.KeyEvent) {
	if e.Keys != nil && e.Keys(event) {
		return
	}
	switch event.Name {
	case fyne.KeyEscape, fyne.KeyF1, fyne.KeyF6, fyne.KeyF10, fyne.KeyPageUp, fyne.KeyPageDown:
		pass(e, nil, event)
	default:
		e.Entry.TypedKey(event)
	}
}

// TypedShortcut is part of fyne.Shortcutable.
func (e *Entry) TypedShortcut(shortcut fyne.Shortcut) {
	if !e.own(shortcut) && PassShortcut(e, shortcut) {
		return
	}
	e.Entry.TypedShortcut(shortcut)
}

// own tells the shortcuts that move the cursor by words, as Fyne binds them.
func (e *Entry) own(shortcut fyne.Shortcut) bool {
	key, ok := shortcut.(fyne.KeyboardShortcut)
	if !ok {
		return true
	}
	switch key.Key() {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		return true
	}
	return false
}

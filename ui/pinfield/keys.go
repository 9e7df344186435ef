package pinfield

import "fyne.io/fyne/v2"

// FocusGained is part of fyne.Focusable.
func (f *Field) FocusGained() {
	f.focused = true
	f.Refresh()
}

// FocusLost is part of fyne.Focusable. The digits stay: a person may go to the
// keys on the screen, or to the letter in another window.
func (f *Field) FocusLost() {
	f.focused = false
	f.Refresh()
}

// TypedRune is part of fyne.Focusable. It brings the digits of the main row and
// of the numeric pad alike.
func (f *Field) TypedRune(r rune) { f.Type(r) }

// TypedKey is part of fyne.Focusable.
func (f *Field) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeyBackspace:
		f.Erase()
	case fyne.KeyDelete:
		f.remark = ""
		f.acted(f.digits.delete())
	case fyne.KeyLeft:
		f.moveTo(f.digits.caret - 1)
	case fyne.KeyRight:
		f.moveTo(f.digits.caret + 1)
	case fyne.KeyHome:
		f.moveTo(0)
	case fyne.KeyEnd:
		f.moveTo(f.digits.end())
	case fyne.KeyReturn, fyne.KeyEnter:
		if f.o.OnSubmitted != nil {
			f.o.OnSubmitted()
		}
	default:
		if f.Unused != nil && !digitKey(event.Name) {
			f.Unused(event)
		}
	}
}

// digitKey tells a key whose digit comes as a rune beside it, and is nobody
// else's business.
func digitKey(name fyne.KeyName) bool {
	return len(name) == 1 && name[0] >= '0' && name[0] <= '9'
}

func (f *Field) moveTo(box int) {
	f.remark = ""
	f.digits.moveTo(box)
	f.acted(false)
}

// Tapped is part of fyne.Tappable: it brings the focus here and the caret to the
// box.
func (f *Field) Tapped(event *fyne.PointEvent) {
	f.remark = ""
	f.digits.point(f.measure(f.Size().Width).boxAt(event.Position.X))
	f.acted(false)
	f.focus()
}

func (f *Field) focus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(f); c != nil {
		c.Focus(f)
	}
}

// TypedShortcut is part of fyne.Shortcutable. Of all that Fyne knows the field
// takes pasting alone; copying, cutting, selecting and undoing fall silent here.
func (f *Field) TypedShortcut(shortcut fyne.Shortcut) {
	if paste, ok := shortcut.(*fyne.ShortcutPaste); ok {
		f.askToPaste(paste.Clipboard)
	}
}

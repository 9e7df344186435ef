package pinfield

import (
	"fyne.io/fyne/v2"

	"cientro/ui/widgets"
)

// FocusGained is part of fyne.Focusable.
func (f *Field) FocusGained() {
	f.focused = true
	f.Refresh()
	widgets.Reveal(f)
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
		f.submit()
	default:
		f.pass(f, event)
	}
}

// pass hands on a key that nothing here has a use for: to Unused, else to the
// window. The key of a digit is nobody else's business: it comes as a rune, too.
func (f *Field) pass(from fyne.CanvasObject, event *fyne.KeyEvent) {
	if len(event.Name) == 1 && event.Name[0] >= '0' && event.Name[0] <= '9' {
		return
	}
	if f.Unused != nil {
		f.Unused(event)
	} else if c := fyne.CurrentApp().Driver().CanvasForObject(from); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(event)
	}
}

// KeyDown is part of desktop.Keyable.
func (f *Field) KeyDown(*fyne.KeyEvent) { f.pasted = false }

// KeyUp is part of desktop.Keyable.
func (f *Field) KeyUp(*fyne.KeyEvent) { f.pasted = false }

// submit tells that Enter was pressed, and says so where digits are missing. An
// Enter that is still down from the notice before pasting is not another one: it
// would send a code that nobody has looked at.
func (f *Field) submit() {
	if f.pasted {
		return
	}
	if !f.Complete() {
		f.remark = "pinfield.missing"
		f.acted(false)
	}
	if f.o.OnSubmitted != nil {
		f.o.OnSubmitted()
	}
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
// takes pasting alone; copying, cutting, selecting and undoing fall silent here,
// and what the window has defined goes there.
func (f *Field) TypedShortcut(shortcut fyne.Shortcut) {
	if paste, ok := shortcut.(*fyne.ShortcutPaste); ok {
		f.askToPaste(paste.Clipboard)
		return
	}
	widgets.PassShortcut(f, shortcut)
}

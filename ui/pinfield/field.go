package pinfield

import (
	"runtime"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cientro/app/messages"
	"cientro/app/secretmemory"
)

// Code says what is typed, and with it which words stand at the two halves.
type Code string

// The codes.
const (
	PIN    Code = "pin"    // the halves came in two letters
	PUK    Code = "puk"    // likewise
	NewPIN Code = "newpin" // of one's own choice
)

// Options is what a field is made of. Words must be there, all else may be left
// out.
type Options struct {
	Words *messages.Printer
	Code  Code // PIN where it is ""
	// Shuffle lays the keys on the screen out in another order each time.
	Shuffle bool
	// MayPaste asks the person whether to paste, and calls paste at most once,
	// if so; nil refuses pasting. [NewBlock] brings a notice that asks.
	MayPaste func(paste func())
	// OnChanged is told how many digits there are, whenever a box was filled or
	// emptied: by the person, by time, or by Take and Clear.
	OnChanged func(count int)
	// OnSubmitted is called when Enter is pressed, also before all digits are
	// there: ask Complete.
	OnSubmitted func()
}

// Idle is how long digits stay in a field at which nothing is done.
const Idle = 2 * time.Minute

// Field is the eight boxes with their words. All methods are called on Fyne's
// goroutine.
type Field struct {
	widget.BaseWidget
	// Unused gets the keys that the field has no use for; nil drops them.
	Unused func(*fyne.KeyEvent)

	o        Options
	digits   digits
	memory   *secretmemory.Page
	remark   string // the key of what is said beside the count; mostly ""
	focused  bool
	revealed bool
	pasted   bool // no key went down or up since
	timer    *idle
}

// What a field is to Fyne. It is no Draggable, no SecondaryTappable, and no
// DoubleTappable: there is nothing to select and no menu.
var (
	_ fyne.Focusable     = (*Field)(nil)
	_ fyne.Tappable      = (*Field)(nil)
	_ fyne.Shortcutable  = (*Field)(nil)
	_ fyne.Accessible    = (*Field)(nil)
	_ desktop.Cursorable = (*Field)(nil)
	_ desktop.Keyable    = (*Field)(nil)
)

// New makes an empty field.
func New(o Options) *Field {
	f := &Field{o: o, memory: secretmemory.New(Length)}
	if f.o.Code == "" {
		f.o.Code = PIN
	}
	f.digits.boxes = f.memory.Bytes()
	f.timer = newIdle(f.forget, fyne.Do)
	runtime.AddCleanup(f, func(page *secretmemory.Page) { page.Free() }, f.memory)
	f.ExtendBaseWidget(f)
	return f
}

// Complete tells whether all digits are there.
func (f *Field) Complete() bool { return f.Count() == Length }

// Count is how many digits are there.
func (f *Field) Count() int { return f.digits.count() }

// Take moves the digits out, where all are there, and leaves the field empty and
// covered. The caller wipes what it gets: Length bytes '0' to '9'. Where digits
// are missing it returns nil and leaves the field as it is.
func (f *Field) Take() []byte {
	taken := f.digits.take()
	if taken != nil {
		f.emptied("")
	}
	return taken
}

// Clear wipes the digits and covers the boxes.
func (f *Field) Clear() {
	had := f.Count() > 0
	f.digits.wipe()
	if had || f.remark != "" || f.revealed {
		f.emptied("")
	}
}

// forget wipes what nobody came back to.
func (f *Field) forget() {
	if f.Count() > 0 {
		f.digits.wipe()
		f.emptied("pinfield.idle")
	}
}

// emptied follows a wipe.
func (f *Field) emptied(remark string) {
	f.timer.stop()
	f.revealed = false
	f.remark = remark
	f.Refresh()
	f.changed()
}

func (f *Field) changed() {
	if f.o.OnChanged != nil {
		f.o.OnChanged(f.Count())
	}
}

// Hide is part of fyne.CanvasObject: what is out of sight is wiped.
func (f *Field) Hide() {
	f.Clear()
	f.BaseWidget.Hide()
}

// Reveal shows the digits in the boxes, or covers them again.
func (f *Field) Reveal(show bool) {
	f.revealed = show
	f.timer.restart(f.Count() > 0)
	f.Refresh()
}

// Revealed tells whether the digits are shown.
func (f *Field) Revealed() bool { return f.revealed }

// Type puts a digit at the caret, as a key does.
func (f *Field) Type(digit rune) {
	f.remark = ""
	put := f.digits.put(digit)
	switch {
	case put:
	case digit < '0' || digit > '9':
		f.remark = "pinfield.only"
	default:
		f.remark = "pinfield.full"
	}
	f.acted(put)
}

// Erase empties the box at the caret or, where that is empty, the one before.
func (f *Field) Erase() {
	f.remark = ""
	f.acted(f.digits.back())
}

// acted follows what a person did.
func (f *Field) acted(changed bool) {
	f.timer.restart(f.Count() > 0)
	f.Refresh()
	if changed {
		f.changed()
	}
}

// Announcement says how many digits there are, and what else there is to say.
func (f *Field) Announcement() string {
	if f.remark != "" {
		return f.o.Words.Text(f.remark, nil)
	}
	says := f.o.Words.Count("pinfield.count", f.Count(), messages.Values{"Max": Length})
	if box := f.digits.gap(); box > 0 {
		return f.o.Words.Text("pinfield.gap", messages.Values{"Count": says, "Box": box})
	}
	return says
}

// AccessibilityLabel is part of fyne.Accessible. It never tells a digit.
func (f *Field) AccessibilityLabel() string {
	return f.o.Words.Text("pinfield.label."+string(f.o.Code), messages.Values{"Says": f.Announcement()})
}

// AccessibilityRole is part of fyne.Accessible, which knows no field for typing.
func (f *Field) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// Cursor is part of desktop.Cursorable.
func (f *Field) Cursor() desktop.Cursor { return desktop.TextCursor }

// CreateRenderer is part of fyne.Widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer { return newFieldRenderer(f) }

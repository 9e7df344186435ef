package pinfield

import "fyne.io/fyne/v2"

// askToPaste asks the person, where somebody asks for us. The clipboard is not
// looked at before the answer.
func (f *Field) askToPaste(clipboard fyne.Clipboard) {
	if f.o.MayPaste == nil || clipboard == nil {
		return
	}
	done := false
	f.o.MayPaste(func() {
		if !done {
			done = true
			f.paste(clipboard)
		}
	})
}

// paste takes the digits out of the clipboard, and then empties it if nobody
// has put something else there meanwhile. What is no digit is passed over; too
// many digits are no code, and stay where they are.
func (f *Field) paste(clipboard fyne.Clipboard) {
	content := clipboard.Content()
	n := countDigits(content)
	start := f.digits.caret
	if n == Length {
		start = 0
	}
	f.remark, f.pasted = "", true
	switch {
	case n == 0:
		f.remark = "pinfield.paste.none"
	case start+n > Length:
		f.remark = "pinfield.paste.many"
	default:
		f.digits.caret = start
		for i := range len(content) {
			f.digits.put(rune(content[i])) // which takes digits only
		}
		f.remark = "pinfield.paste.kept"
		if clipboard.Content() == content {
			clipboard.SetContent("")
			f.remark = "pinfield.paste.done"
		}
	}
	f.acted(n > 0 && start+n <= Length)
}

// countDigits counts by bytes: no byte of a longer sign in UTF-8 is a digit.
func countDigits(text string) int {
	n := 0
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			n++
		}
	}
	return n
}

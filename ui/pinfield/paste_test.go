package pinfield

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

func TestPaste(t *testing.T) {
	tests := []struct {
		name, typed, content string
		boxes                string
		caret                int
		says                 string
		left                 string // in the clipboard
	}{
		{"a whole code", "", "41739628", "41739628", 8, "svuotati", ""},
		{"over what was typed", "55", "41739628", "41739628", 8, "svuotati", ""},
		{"with spaces and lines", "", " 4173 9628\r\n", "41739628", 8, "svuotati", ""},
		{"with words around", "", "PIN: 4173-9628 è questo", "41739628", 8, "svuotati", ""},
		{"a half, where typing goes on", "4173", "9628", "41739628", 8, "svuotati", ""},
		{"a half alone", "", "9628", "9628....", 4, "svuotati", ""},
		{"more than fits behind the caret", "41739", "9628", "41739...", 5, "troppe cifre", "9628"},
		{"a phone number", "", "06 4298 5699", "........", 0, "troppe cifre", "06 4298 5699"},
		{"no digits", "1", "ciao ³٣３", "1.......", 1, "non ci sono cifre", "ciao ³٣３"},
		{"nothing", "1", "", "1.......", 1, "non ci sono cifre", ""},
	}
	for _, tt := range tests {
		for _, secondary := range []bool{false, true} { // Ctrl+V, Shift+Insert
			t.Run(tt.name, func(t *testing.T) {
				s := open(t)
				for _, d := range tt.typed {
					s.press(fyne.KeyName(d))
				}
				told := len(s.counts)
				clipboard := test.NewClipboard()
				clipboard.SetContent(tt.content)
				s.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard, Secondary: secondary})
				require.Len(t, s.asked, 1)
				assert.Equal(t, tt.content, clipboard.Content(), "nothing before the answer")
				assert.Len(t, s.counts, told)
				s.asked[0]()
				s.is(t, tt.boxes, tt.caret)
				assert.Contains(t, s.Announcement(), tt.says)
				assert.Equal(t, tt.left, clipboard.Content())
				clipboard.SetContent("11111111")
				s.asked[0]()
				s.is(t, tt.boxes, tt.caret) // one notice, one paste
			})
		}
	}
}

// changing is a clipboard into which another program puts something between the
// first look and the second.
type changing struct {
	looks, sets int
}

func (c *changing) Content() string {
	c.looks++
	if c.looks == 1 {
		return "41739628"
	}
	return "something else"
}

func (c *changing) SetContent(string) { c.sets++ }

func TestPasteLeavesTheClipboardOfOthers(t *testing.T) {
	s := open(t)
	c := &changing{}
	s.TypedShortcut(&fyne.ShortcutPaste{Clipboard: c})
	assert.Zero(t, c.looks, "not looked at before the answer")
	s.asked[0]()
	s.is(t, "41739628", 8)
	assert.Zero(t, c.sets)
	assert.Contains(t, s.Announcement(), "è arrivato altro")
}

func TestPasteWithoutANoticeIsRefused(t *testing.T) {
	f := New(Options{Words: uitest.Words(t, messages.Italian)})
	clipboard := test.NewClipboard()
	clipboard.SetContent("41739628")
	f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	assert.Zero(t, f.Count())
	assert.Equal(t, "41739628", clipboard.Content())

	s := open(t)
	s.TypedShortcut(&fyne.ShortcutPaste{})
	assert.Empty(t, s.asked, "there is no clipboard")
}

// TestTheEnterThatPastesSendsNothing: a key that is held down comes again and
// again, and the focus is in the boxes by then.
func TestTheEnterThatPastesSendsNothing(t *testing.T) {
	sent := 0
	b, w := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{OnSubmitted: func() { sent++ }})
	clipboard := test.NewClipboard()
	clipboard.SetContent("41739628")
	w.Canvas().Focus(b.Field)
	b.Field.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	require.Same(t, b.doPaste, w.Canvas().Focused())
	enter := &fyne.KeyEvent{Name: fyne.KeyReturn}
	for range 5 { // pressed, and held
		w.Canvas().Focused().TypedKey(enter)
	}
	assert.Same(t, b.Field, w.Canvas().Focused())
	assert.True(t, b.Field.Complete())
	assert.Zero(t, sent)

	b.Field.KeyUp(enter)
	b.Field.KeyDown(enter)
	b.Field.TypedKey(enter)
	assert.Equal(t, 1, sent)
}

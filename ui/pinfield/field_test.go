package pinfield

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// stand is a field in a window, and what it told.
type stand struct {
	*Field
	w         fyne.Window
	counts    []int
	submitted int
	unused    []fyne.KeyName
	asked     []func() // to paste
}

func open(t testing.TB) *stand {
	t.Helper()
	s := &stand{}
	a := uitest.App(t, theme.Light, 1)
	s.w = a.NewWindow("")
	s.Field = New(Options{
		Words: uitest.Words(t, messages.Italian), OnChanged: func(n int) { s.counts = append(s.counts, n) },
		OnSubmitted: func() { s.submitted++ }, MayPaste: func(paste func()) { s.asked = append(s.asked, paste) },
	})
	t.Cleanup(s.timer.stop) // without a window system what a timer does is done at once, beside the next test
	s.Unused = func(e *fyne.KeyEvent) { s.unused = append(s.unused, e.Name) }
	s.w.SetContent(s.Field)
	s.w.Resize(fyne.NewSize(600, 300))
	s.w.Canvas().Focus(s.Field)
	return s
}

// press gives keys as the window library does: a digit as a key and a rune.
func (s *stand) press(keys ...fyne.KeyName) {
	for _, k := range keys {
		uitest.Press(s.w, k)
		if len(k) == 1 {
			s.w.Canvas().Focused().TypedRune(rune(k[0]))
		}
	}
}

// boxes are the digits with a dot for an empty box, and the caret.
func (s *stand) is(t testing.TB, boxes string, caret int) {
	t.Helper()
	is := make([]byte, 0, Length)
	for _, b := range s.digits.boxes {
		if b == 0 {
			b = '.'
		}
		is = append(is, b)
	}
	assert.Equal(t, boxes, string(is))
	assert.Equal(t, caret, s.digits.caret)
	assert.Equal(t, Length-strings.Count(boxes, "."), s.Count())
	assert.Equal(t, !strings.Contains(boxes, "."), s.Complete())
}

func TestDigitsFillTheBoxes(t *testing.T) {
	s := open(t)
	s.is(t, "........", 0)
	s.press("4", "1", "7")
	s.is(t, "417.....", 3)
	s.press("3", "9", "6", "2", "8")
	s.is(t, "41739628", 8)
	assert.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8}, s.counts)
	s.press("5")
	s.is(t, "41739628", 8)
	assert.Len(t, s.counts, 8, "a ninth digit changes nothing")
	assert.Contains(t, s.Announcement(), "già tutte le 8 cifre")
	assert.Empty(t, s.unused, "the key of a digit is nobody else's business")
}

// TestKeys presses every key the field knows, from every state that matters.
func TestKeys(t *testing.T) {
	tests := []struct {
		name  string
		keys  string // digits; < > left and right, ^ $ home and end, b backspace, d delete
		boxes string
		caret int
	}{
		{"backspace takes the last", "123b", "12......", 2},
		{"backspace at the start", "b", "........", 0},
		{"backspace to the start and beyond", "12bbbb", "........", 0},
		{"backspace when full", "12345678b", "1234567.", 7},
		{"backspace in the box of the caret", "123<<b", "1.3.....", 1},
		{"then in the box before", "123<<bb", "..3.....", 0},
		{"delete at the end", "123d", "123.....", 3},
		{"delete under the caret", "123^d", ".23.....", 0},
		{"delete twice moves nothing", "123^dd", ".23.....", 0},
		{"no digit moves to another box", "12345678^>>d", "12.45678", 2},
		{"the gap is filled where it is", "12345678^>>d9", "12945678", 3},
		{"a digit replaces the one under the caret", "12345678^9", "92345678", 1},
		{"all typed anew from the start", "12345678^87654321", "87654321", 8},
		{"left stops at the start", "12<<<<", "12......", 0},
		{"right stops behind the last digit", "12>>>", "12......", 2},
		{"right stops when full", "12345678>>", "12345678", 8},
		{"home", "123^", "123.....", 0},
		{"end", "123^$", "123.....", 3},
		{"end when full", "12345678^$", "12345678", 8},
		{"end behind a gap", "123<<d$", "1.3.....", 3},
	}
	keys := map[rune]fyne.KeyName{'<': fyne.KeyLeft, '>': fyne.KeyRight, '^': fyne.KeyHome, '$': fyne.KeyEnd, 'b': fyne.KeyBackspace, 'd': fyne.KeyDelete}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t)
			for _, k := range tt.keys {
				if key, ok := keys[k]; ok {
					s.press(key)
				} else {
					s.press(fyne.KeyName(k))
				}
			}
			s.is(t, tt.boxes, tt.caret)
			assert.Empty(t, s.unused)
		})
	}
}

func TestOnlyDigitsAreTaken(t *testing.T) {
	s := open(t)
	for _, r := range []rune{'a', 'Z', ' ', '-', '/', ':', '.', 'è', '٣', '３', '²', '\n', 0, -1, 0x10FFFF} {
		s.TypedRune(r)
		s.is(t, "........", 0)
		assert.Equal(t, "Qui si scrivono solo cifre.", s.Announcement())
	}
	s.press("7")
	assert.Equal(t, "1 cifra su 8", s.Announcement(), "the remark is gone")
	assert.Equal(t, []int{1}, s.counts)
}

func TestEnterSubmitsAndOtherKeysGoOn(t *testing.T) {
	s := open(t)
	s.press(fyne.KeyReturn, fyne.KeyEnter)
	assert.Equal(t, 2, s.submitted)
	assert.Equal(t, "Servono tutte e 8 le cifre.", s.Announcement())
	s.press("1")
	assert.Equal(t, "1 cifra su 8", s.Announcement())
	s.press(fyne.KeyBackspace)
	s.press(fyne.KeyEscape, fyne.KeyUp, fyne.KeyDown, fyne.KeyF1)
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape, fyne.KeyUp, fyne.KeyDown, fyne.KeyF1}, s.unused)

	s.Unused = nil
	got := ""
	s.w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { got += string(e.Name) })
	s.press(fyne.KeyEscape, "5")
	assert.Equal(t, string(fyne.KeyEscape), got, "the window gets what nobody else wants")
	bare := New(Options{Words: uitest.Words(t, messages.Italian)})
	bare.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	bare.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF1})
	bare.Type('1')
	assert.Equal(t, 1, bare.Count(), "nothing but words is needed")
	bare.Clear()
}

func TestClickMovesTheCaret(t *testing.T) {
	s := open(t)
	click := func(box int) {
		m := s.measure(s.Size().Width)
		test.TapAt(s.Field, fyne.NewPos(m.at(box)+m.box/2, around+m.height/2))
	}
	s.w.Canvas().Unfocus()
	click(5)
	assert.Same(t, s.Field, s.w.Canvas().Focused(), "a click brings the focus")
	s.is(t, "........", 0) // empty boxes: to where typing goes on
	s.press("1", "2", "3", "4", "5", "6")
	for box := range 6 {
		click(box)
		s.is(t, "123456..", box)
	}
	click(7)
	s.is(t, "123456..", 6)
	click(1)
	s.press(fyne.KeyDelete)
	click(6)
	s.is(t, "1.3456..", 1) // the gap first
	test.TapAt(s.Field, fyne.NewPos(-100, 0))
	s.is(t, "1.3456..", 0)
	test.TapAt(s.Field, fyne.NewPos(5000, 0))
	s.is(t, "1.3456..", 1)
}

func TestBoxAt(t *testing.T) {
	s := open(t)
	for _, width := range []float32{0, 300, 420, 900} {
		m := s.measure(width)
		for i := range Length {
			for _, inside := range []float32{0, m.box / 2, m.box} {
				assert.Equal(t, i, m.boxAt(m.at(i)+inside), "box %d at width %v", i, width)
			}
		}
		assert.InDelta(t, m.whole()-edge, m.at(Length-1)+m.box, 0.01)
		assert.Greater(t, m.at(Half)-m.at(Half-1)-m.box, 2*m.gap, "the halves stand apart")
	}
}

func TestTakeMovesTheDigitsOut(t *testing.T) {
	s := open(t)
	s.press("4", "1", "7", "3", "9", "6", "2")
	assert.Nil(t, s.Take(), "a digit is missing")
	s.is(t, "4173962.", 7)
	s.press("8")
	s.Reveal(true)
	taken := s.Take()
	assert.Equal(t, "41739628", string(taken))
	assert.Equal(t, 8, cap(taken), "no room for a copy behind it")
	s.is(t, "........", 0)
	assert.Equal(t, make([]byte, Length), s.memory.Bytes(), "wiped")
	assert.False(t, s.Revealed(), "the next digits are covered")
	assert.Equal(t, 0, s.counts[len(s.counts)-1])
	assert.Nil(t, s.Take(), "there is nothing twice")
	taken[0] = 'x'
	s.is(t, "........", 0)
}

// TestTheBufferStays: no key makes the digits live in other memory.
func TestTheBufferStays(t *testing.T) {
	s := open(t)
	before := &s.digits.boxes[0]
	s.press("4", "1", "7", "3", fyne.KeyBackspace, "9", "6", "2", "8", "1", "1", fyne.KeyHome, "2")
	s.Take()
	s.Clear()
	s.press("1")
	assert.Same(t, before, &s.digits.boxes[0])
	assert.Same(t, before, &s.memory.Bytes()[0])
	assert.Len(t, s.digits.boxes, Length)
}

func TestClearAndHideWipe(t *testing.T) {
	for name, wipe := range map[string]func(*stand){
		"clear": func(s *stand) { s.Clear() }, "hide": func(s *stand) { s.Hide() },
	} {
		s := open(t)
		s.press("4", "1", "7")
		s.Reveal(true)
		wipe(s)
		s.is(t, "........", 0)
		assert.Equal(t, make([]byte, Length), s.memory.Bytes(), name)
		assert.Equal(t, []int{1, 2, 3, 0}, s.counts, name)
		assert.False(t, s.Revealed(), name)
		wipe(s)
		assert.Len(t, s.counts, 4, "nothing changed a second time")
	}
}

func TestIdleDigitsAreWiped(t *testing.T) {
	s := open(t)
	synctest.Test(t, func(t *testing.T) {
		home := make(chan func(), 1)
		s.timer = newIdle(s.forget, func(f func()) { home <- f })
		pass := func(d time.Duration) (news func()) {
			time.Sleep(d)
			synctest.Wait()
			select {
			case news = <-home:
			default:
			}
			return news
		}
		s.press("4", "1")
		require.Nil(t, pass(Idle-time.Second))
		s.press(fyne.KeyLeft) // somebody is there
		require.Nil(t, pass(Idle-time.Second))
		s.is(t, "41......", 1)
		over := pass(2 * time.Second)
		require.NotNil(t, over)
		over()
		s.is(t, "........", 0)
		assert.Equal(t, make([]byte, Length), s.memory.Bytes())
		assert.Equal(t, []int{1, 2, 0}, s.counts)
		assert.Contains(t, s.Announcement(), "per due minuti non è successo nulla")

		s.press("5")
		assert.Equal(t, "1 cifra su 8", s.Announcement())
		late := pass(Idle)
		require.NotNil(t, late)
		s.press("6") // in the moment between the end of the time and its news
		late()
		s.is(t, "56......", 2)

		s.Clear()
		assert.Nil(t, pass(2*Idle), "no time runs for an empty field")
		assert.Equal(t, "0 cifre su 8", s.Announcement())
	})
}

func TestAnnouncement(t *testing.T) {
	s := open(t)
	assert.Equal(t, "PIN, 8 cifre. 0 cifre su 8", s.AccessibilityLabel())
	s.press("4")
	assert.Equal(t, "PIN, 8 cifre. 1 cifra su 8", s.AccessibilityLabel())
	s.press("1", "7", fyne.KeyLeft, fyne.KeyLeft, fyne.KeyDelete)
	assert.Equal(t, "PIN, 8 cifre. 2 cifre su 8: manca la cifra numero 2", s.AccessibilityLabel())
	assert.Contains(t, uitest.Says(s.w), "2 cifre su 8: manca la cifra numero 2", "for the eyes, too")
	assert.Equal(t, fyne.AccessibleRoleText, s.AccessibilityRole())

	en := New(Options{Words: uitest.Words(t, messages.English), Code: NewPIN})
	assert.Equal(t, "New PIN, 8 digits. 0 digits of 8", en.AccessibilityLabel())
	puk := New(Options{Words: uitest.Words(t, messages.Italian), Code: PUK})
	assert.Equal(t, "PUK, 8 cifre. 0 cifre su 8", puk.AccessibilityLabel())
}

// TestNoDigitIsWrittenUnlessAskedFor: covered boxes hold no text at all, and
// shown ones a digit each.
func TestNoDigitIsWrittenUnlessAskedFor(t *testing.T) {
	s := open(t)
	s.press("4", "1", "7", "3", "9", "6", "2", "8")
	written := func() (digits []string) {
		for _, text := range uitest.Texts(s.w) {
			if len(text) == 1 {
				digits = append(digits, text)
			}
			assert.NotContains(t, text, "41")
		}
		return digits
	}
	assert.Empty(t, written())
	s.Reveal(true)
	assert.Equal(t, strings.Split("41739628", ""), written())
	s.Reveal(false)
	assert.Empty(t, written())
	assert.NotContains(t, test.RenderToMarkup(s.w.Canvas()), ">4<")
}

func TestGlyphsAreOfOneConstant(t *testing.T) {
	for d := byte('0'); d <= '9'; d++ {
		assert.Equal(t, string(rune(d)), glyph(d))
	}
	for _, d := range []byte{0, '0' - 1, '9' + 1, 'a', 255} {
		assert.Empty(t, glyph(d))
	}
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = glyph('7') }))
}

// TestOtherShortcutsDoNothing: there is nothing to copy, to cut, to select and
// to undo.
func TestOtherShortcutsDoNothing(t *testing.T) {
	s := open(t)
	s.press("4", "1")
	clipboard := test.NewClipboard()
	clipboard.SetContent("before")
	for _, shortcut := range []fyne.Shortcut{
		&fyne.ShortcutCopy{Clipboard: clipboard}, &fyne.ShortcutCut{Clipboard: clipboard}, &fyne.ShortcutSelectAll{},
		&fyne.ShortcutUndo{}, &fyne.ShortcutRedo{},
		&desktop.CustomShortcut{KeyName: fyne.KeyH, Modifier: fyne.KeyModifierControl},
	} {
		s.TypedShortcut(shortcut)
	}
	s.is(t, "41......", 2)
	assert.Equal(t, "before", clipboard.Content())
	assert.Empty(t, s.asked)

	for _, never := range []any{(*fyne.Draggable)(nil), (*fyne.SecondaryTappable)(nil), (*fyne.DoubleTappable)(nil), (*fyne.Tabbable)(nil)} {
		assert.NotImplements(t, never, s.Field)
	}
}

func TestFocusIsSeen(t *testing.T) {
	s := open(t)
	r := test.WidgetRenderer(s.Field).(*fieldRenderer)
	assert.True(t, r.ring.Visible())
	assert.True(t, r.boxes[0].caret.Visible())
	s.press("1")
	assert.False(t, r.boxes[0].caret.Visible())
	assert.True(t, r.boxes[1].caret.Visible())
	s.press("2", "3", "4", "5", "6", "7", "8")
	for _, b := range r.boxes {
		assert.False(t, b.caret.Visible(), "no box waits for a digit")
	}
	assert.True(t, r.ring.Visible())
	s.w.Canvas().Unfocus()
	assert.False(t, r.ring.Visible())
	s.is(t, "12345678", 8) // the digits stay
	assert.Equal(t, desktop.TextCursor, s.Cursor())
}

// fyneKey is the key of a digit, out of one constant text.
func fyneKey(digit byte) fyne.KeyName { return fyne.KeyName(glyph(digit)) }

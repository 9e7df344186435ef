package pinfield

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// block is a block in a page's frame in a window.
func block(t testing.TB, look theme.Look, text float64, p *messages.Printer, o Options) (*Block, fyne.Window) {
	t.Helper()
	a := uitest.App(t, look, text)
	w := a.NewWindow("")
	w.SetPadded(false)
	o.Words = p
	b := NewBlock(o)
	t.Cleanup(b.Field.timer.stop)
	w.SetContent(widgets.Frame("PIN", b.Content(), nil))
	settle(w)
	w.Canvas().Focus(b.Field)
	return b, w
}

// settle lays the window out until nothing moves: what is broken into lines gets
// its height a round later.
func settle(w fyne.Window) {
	for range 3 {
		w.Resize(fyne.NewSize(700, 700))
		w.Resize(fyne.NewSize(1000, 700))
	}
}

// signs are the digits on the pad, as they lie.
func signs(p *Pad) string {
	var s strings.Builder
	for _, k := range p.keys {
		if k.icon != nil {
			s.WriteByte('.')
		}
		s.WriteString(k.sign)
	}
	return s.String()
}

func TestPadInOrder(t *testing.T) {
	f := New(Options{Words: uitest.Words(t, messages.Italian)})
	t.Cleanup(f.timer.stop)
	p := NewPad(f, false)
	assert.Equal(t, "123456789.0.", signs(p))
	p.Hide()
	p.Show()
	assert.Equal(t, "123456789.0.", signs(p))
	for _, k := range p.keys {
		assert.NotEmpty(t, k.AccessibilityLabel())
		assert.Equal(t, fyne.AccessibleRoleButton, k.AccessibilityRole())
	}
}

// TestPadShuffled: all digits are there, each time in another order. Two equal
// orders in a row would be one in 3,628,800.
func TestPadShuffled(t *testing.T) {
	p := NewPad(New(Options{Words: uitest.Words(t, messages.Italian)}), true)
	seen := map[string]bool{}
	first := map[byte]int{}
	for range 200 {
		p.Hide()
		p.Show()
		lie := signs(p)
		assert.Equal(t, byte('.'), lie[9])
		assert.Equal(t, byte('.'), lie[11])
		digits := strings.Split(strings.ReplaceAll(lie, ".", ""), "")
		first[lie[0]]++
		seen[lie] = true
		slices.Sort(digits)
		assert.Equal(t, strings.Split("0123456789", ""), digits)
	}
	assert.Len(t, seen, 200)
	assert.Len(t, first, 10, "any digit may come first")
}

func TestPadTypes(t *testing.T) {
	for _, shuffle := range []bool{false, true} {
		b, w := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{Shuffle: shuffle})
		b.turnPad()
		settle(w)
		for _, d := range "41739628" {
			at := slices.IndexFunc(b.pad.keys, func(k *key) bool { return k.sign == string(d) })
			w.Canvas().Unfocus() // as the window library does when the pointer goes down on another widget
			test.Tap(b.pad.keys[at])
			assert.Same(t, b.Field, w.Canvas().Focused(), "the focus is back")
		}
		test.Tap(b.pad.keys[9])
		assert.Equal(t, 7, b.Field.Count(), "one digit back")
		at := slices.IndexFunc(b.pad.keys, func(k *key) bool { return k.sign == "8" })
		test.Tap(b.pad.keys[at])
		assert.Equal(t, "41739628", string(b.Field.Take()))
		test.Tap(b.pad.keys[at])
		test.Tap(b.pad.keys[11])
		assert.Zero(t, b.Field.Count(), "all gone")
	}
}

func TestPadByKeys(t *testing.T) {
	b, w := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{})
	var unused []fyne.KeyName
	b.SetUnused(func(e *fyne.KeyEvent) { unused = append(unused, e.Name) })
	b.turnPad()
	settle(w)
	w.Canvas().Focus(b.pad.keys[0])
	on := func(at int) { assert.Same(t, b.pad.keys[at], w.Canvas().Focused()) }
	uitest.Press(w, fyne.KeyRight)
	on(1)
	uitest.Press(w, fyne.KeyDown)
	on(4)
	uitest.Press(w, fyne.KeyLeft)
	uitest.Press(w, fyne.KeyUp)
	on(0)
	uitest.Press(w, fyne.KeyUp)
	uitest.Press(w, fyne.KeyLeft)
	on(0)
	uitest.Press(w, fyne.KeySpace)
	uitest.Press(w, fyne.KeyReturn)
	assert.Equal(t, 2, b.Field.Count(), "space presses once")
	on(0)
	b.pad.keys[0].TypedRune('7')
	assert.Equal(t, 3, b.Field.Count(), "a digit of the keyboard goes to the field")
	uitest.Press(w, fyne.KeyBackspace)
	assert.Equal(t, 2, b.Field.Count())
	uitest.Press(w, fyne.KeyEscape)
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape}, unused)
	clipboard := test.NewClipboard()
	b.pad.keys[0].TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	assert.True(t, b.notice.Visible(), "pasting asks from here, too")

	k := b.pad.keys[3]
	k.MouseIn(&desktop.MouseEvent{})
	k.MouseMoved(&desktop.MouseEvent{})
	assert.True(t, test.WidgetRenderer(k).(*keyRenderer).over.Visible())
	k.MouseOut()
	assert.False(t, test.WidgetRenderer(k).(*keyRenderer).over.Visible())
}

func TestBlockShowsAndCovers(t *testing.T) {
	var counts []int
	b, w := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{OnChanged: func(n int) { counts = append(counts, n) }})
	b.Field.Type('4')
	assert.Equal(t, []int{1}, counts)
	assert.Contains(t, uitest.Says(w), "Mostra le cifre")
	test.Tap(b.reveal)
	assert.True(t, b.Field.Revealed())
	assert.Contains(t, uitest.Texts(w), "4")
	assert.Contains(t, uitest.Says(w), "Nascondi le cifre")
	b.Clear()
	assert.False(t, b.Field.Revealed())
	assert.Contains(t, uitest.Says(w), "Mostra le cifre", "the button says what it does now")
	assert.Equal(t, []int{1, 0}, counts)

	assert.False(t, b.pad.Visible())
	test.Tap(b.open)
	assert.True(t, b.pad.Visible())
	assert.Contains(t, uitest.Says(w), "Chiudi la tastiera")
	test.Tap(b.open)
	assert.False(t, b.pad.Visible())
}

// TestPointerLeavesTheFocusToTheField: whoever clicks a button can go on typing,
// and whoever presses it by a key stays where they are.
func TestPointerLeavesTheFocusToTheField(t *testing.T) {
	b, w := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{})
	for _, button := range []*widgets.Button{b.reveal, b.open} {
		w.Canvas().Unfocus()
		test.Tap(button)
		assert.Same(t, b.Field, w.Canvas().Focused())
		w.Canvas().Focus(button)
		uitest.Press(w, fyne.KeyReturn)
		assert.Same(t, button, w.Canvas().Focused())
	}
}

func TestBlockAsksBeforePasting(t *testing.T) {
	b, w := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{})
	clipboard := test.NewClipboard()
	clipboard.SetContent("41739628")
	paste := func() { b.Field.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard}) }

	paste()
	assert.Contains(t, uitest.Says(w), "Altri programmi possono leggere gli appunti")
	assert.Same(t, b.doPaste, w.Canvas().Focused())
	test.Tap(b.dont)
	assert.False(t, b.notice.Visible())
	assert.Zero(t, b.Field.Count())
	assert.Equal(t, "41739628", clipboard.Content())
	assert.Same(t, b.Field, w.Canvas().Focused())

	paste()
	b.Clear() // the page was left
	test.Tap(b.doPaste)
	assert.Zero(t, b.Field.Count(), "the question is over")

	paste()
	uitest.Press(w, fyne.KeyReturn) // on the button, which has the focus
	assert.True(t, b.Field.Complete())
	assert.Empty(t, clipboard.Content())
	assert.False(t, b.notice.Visible())
	assert.Same(t, b.Field, w.Canvas().Focused())

	own := 0
	mine, _ := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{MayPaste: func(func()) { own++ }})
	mine.Field.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	assert.Equal(t, 1, own)
	assert.False(t, mine.notice.Visible())
}

// TestTabOrder goes through all controls of a block with everything open.
func TestTabOrder(t *testing.T) {
	b, w := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{})
	b.turnPad()
	b.ask(func() {})
	w.Canvas().Focus(b.Field)
	order := []fyne.Focusable{b.dont, b.doPaste, b.reveal, b.open}
	for _, k := range b.pad.keys {
		order = append(order, k)
	}
	for i, want := range order {
		uitest.Press(w, fyne.KeyTab)
		require.Same(t, want, w.Canvas().Focused(), "stop %d", i)
	}
	uitest.Press(w, fyne.KeyTab)
	assert.Same(t, b.Field, w.Canvas().Focused())
}

// TestNothingIsClipped draws a block in each language, look and size; the
// pictures are in build/test/screens.
func TestNothingIsClipped(t *testing.T) {
	for _, form := range uitest.Forms(t) {
		b, w := block(t, form.Look, form.Text, form.Words, Options{Code: PUK})
		for _, d := range "41739" {
			b.Field.Type(d)
		}
		settle(w)
		form.Readable(t, w, "pinfield")
		b.turnPad()
		b.ask(func() {})
		b.Field.Reveal(true)
		b.tell()
		w.Canvas().Focus(b.pad.keys[4])
		settle(w)
		form.Readable(t, w, "pinfield-open")
	}
}

// TestNarrow: boxes get narrower with the window, and stay inside.
func TestNarrow(t *testing.T) {
	b, w := block(t, theme.Light, 1, uitest.Words(t, messages.Italian), Options{})
	w.Resize(fyne.NewSize(w.Content().MinSize().Width, 500))
	assert.Less(t, b.Field.Size().Width, float32(300))
	assert.GreaterOrEqual(t, b.Field.Size().Width, b.Field.MinSize().Width)
	for _, box := range test.WidgetRenderer(b.Field).(*fieldRenderer).boxes {
		assert.LessOrEqual(t, box.ground.Position().X+box.ground.Size().Width, b.Field.Size().Width)
		assert.Greater(t, box.ground.Size().Width, float32(20))
	}
}

// TestGolden keeps how the boxes are drawn, without the words, whose look is
// that of all words. Renew by looking at what test leaves in testdata/failed.
func TestGolden(t *testing.T) {
	s := open(t)
	boxes := func(name string) {
		t.Helper()
		r := test.WidgetRenderer(s.Field).(*fieldRenderer)
		test.AssertObjectRendersToMarkup(t, name, container.NewWithoutLayout(r.objects[:1+4*Length]...))
	}
	s.press("4", "1", "7", "3", "9")
	boxes("covered.xml")
	s.Reveal(true)
	boxes("shown.xml")
	s.Clear()
	s.w.Canvas().Unfocus()
	boxes("empty.xml")
}

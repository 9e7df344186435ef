package widgets_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

func TestSelect(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	var chosen []int
	s := widgets.NewSelect([]string{"a", "the longest of all", "c"}, 1, func(n int) { chosen = append(chosen, n) })
	w := test.NewWindow(s)
	assert.Equal(t, "the longest of all", s.Selected)
	assert.Equal(t, s.Selected, s.PlaceHolder, "its place fits the longest")
	w.Canvas().Focus(s)
	assert.True(t, ring(t, s).Visible())
	uitest.Press(w, fyne.KeyRight)
	uitest.Press(w, fyne.KeyRight)
	uitest.Press(w, fyne.KeyLeft)
	assert.Equal(t, []int{2, 0, 2}, chosen)
	var unused []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { unused = append(unused, e.Name) })
	uitest.Press(w, fyne.KeyEscape)
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape}, unused, "left to the window")
	uitest.Press(w, fyne.KeyReturn)
	assert.NotNil(t, w.Canvas().Overlays().Top(), "the list is open")
	w.Canvas().Overlays().Remove(w.Canvas().Overlays().Top())
	w.Canvas().Unfocus()
	assert.False(t, ring(t, s).Visible())
	assert.Empty(t, widgets.NewSelect([]string{"a"}, -1, nil).Selected)
}

func TestChoice(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	var chosen []int
	c := widgets.NewChoice([]widgets.Option{{Title: "one", More: "the first"}, {Title: "two"}, {Title: "three"}}, 1, func(n int) { chosen = append(chosen, n) })
	w := test.NewWindow(c.Object())
	assert.Contains(t, uitest.Says(w), "one the first two three")
	w.Canvas().Focus(c.Row(1))
	uitest.Press(w, fyne.KeySpace)
	assert.Empty(t, chosen, "it is chosen already")
	uitest.Press(w, fyne.KeyDown)
	assert.Equal(t, []int{2}, chosen)
	assert.Same(t, c.Row(2), w.Canvas().Focused())
	uitest.Press(w, fyne.KeyDown)
	uitest.Press(w, fyne.KeyUp)
	uitest.Press(w, fyne.KeyUp)
	uitest.Press(w, fyne.KeyUp)
	assert.Equal(t, []int{2, 1, 0}, chosen, "the ends are ends")
	test.Tap(c.Row(2).(fyne.Tappable))
	assert.Equal(t, 2, c.Chosen())
	row := c.Row(1).(desktop.Hoverable)
	row.MouseIn(nil)
	row.MouseMoved(nil)
	row.MouseOut()
	c.Disable()
	test.Tap(c.Row(0).(fyne.Tappable))
	c.Choose(9)
	assert.Equal(t, 2, c.Chosen())
}

func TestEntryLeavesTheWindowItsKeys(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	e := widgets.NewEntry("search")
	w := test.NewWindow(e)
	var keys []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { keys = append(keys, k.Name) })
	w.Canvas().Focus(e)
	test.Type(e, "pin")
	windows := []fyne.KeyName{fyne.KeyEscape, fyne.KeyF1, fyne.KeyF6, fyne.KeyPageUp, fyne.KeyPageDown}
	for _, key := range append(windows[:len(windows):len(windows)], fyne.KeyBackspace) {
		uitest.Press(w, key)
	}
	assert.Equal(t, windows, keys)
	assert.True(t, ring(t, e).Visible(), "seen as well as on any control")
	w.Canvas().Unfocus()
	assert.False(t, ring(t, e).Visible())
	w.Canvas().Focus(e)
	assert.Equal(t, "pi", e.Text)
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.Key1, Modifier: fyne.KeyModifierControl})
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	assert.Equal(t, "pi", e.SelectedText())
	assert.True(t, widgets.PassShortcut(e, &desktop.CustomShortcut{KeyName: fyne.Key1, Modifier: fyne.KeyModifierControl}))
	assert.False(t, widgets.PassShortcut(e, &fyne.ShortcutCopy{}), "such as the widget's own")
}

func TestFirst(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	off := widgets.NewButton("off", widget.MediumImportance, nil)
	off.Disable()
	hidden := widgets.NewButton("hidden", widget.MediumImportance, nil)
	hidden.Hide()
	wanted := widgets.NewButton("wanted", widget.MediumImportance, nil)
	page := widgets.Frame("heading", widgets.Column(0, off, hidden, widgets.Close(widgets.Card(wanted))), nil)
	assert.Same(t, wanted, widgets.First(page))
	assert.Nil(t, widgets.First(widgets.Paragraph("nothing")))
	assert.Nil(t, widgets.First(nil))
}

// TestTheFocusIsSeen: a page scrolls to what gets the focus, also within panels,
// and stays where it is for what is beside the scroll.
func TestTheFocusIsSeen(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	var buttons []*widgets.Button
	lines := widgets.Column(10)
	for range 30 {
		b := widgets.NewButton("button", widget.MediumImportance, nil)
		buttons = append(buttons, b)
		lines.Add(widgets.Card(b))
	}
	below := widgets.NewButton("below", widget.MediumImportance, nil)
	page := widgets.Frame("heading", lines, widgets.Actions(nil, below))
	w := test.NewWindow(page)
	w.Resize(fyne.NewSize(400, 300))
	scroll := widgetScroll(t, page)
	seen := func(b *widgets.Button) bool {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
		top := fyne.CurrentApp().Driver().AbsolutePositionForObject(scroll)
		return at.Y >= top.Y && at.Y+b.Size().Height <= top.Y+scroll.Size().Height
	}
	require.False(t, seen(buttons[20]))
	for _, n := range []int{20, 29, 21, 0} {
		w.Canvas().Focus(buttons[n])
		assert.True(t, seen(buttons[n]), n)
	}
	assert.Zero(t, scroll.Offset.Y, "the heading comes back, too")
	w.Canvas().Focus(buttons[29])
	at := scroll.Offset
	w.Canvas().Focus(below)
	assert.Equal(t, at, scroll.Offset)
	widgets.Reveal(widgets.Paragraph("in no window"))
}

// TestNoTextIsCutByTheFocus: what is above comes whole where there is room, else
// goes.
func TestNoTextIsCutByTheFocus(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	notice := widgets.Notice(widgets.Warning, "title", widgets.Paragraph("words"), widgets.Paragraph("more words"))
	b := widgets.NewButton("button", widget.MediumImportance, nil)
	lines := widgets.Column(10, notice, b, widgets.Padded(600, 0, 0, 0, widgets.Paragraph("far below")))
	page := widgets.Frame("", lines, nil)
	w := test.NewWindow(page)
	w.SetPadded(false)
	scroll := page.(*container.Scroll)
	w.Resize(fyne.NewSize(400, 300))
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(notice).Y
	end := top + notice.Size().Height
	button := fyne.CurrentApp().Driver().AbsolutePositionForObject(b).Y
	for high := b.Size().Height + 40; high < 300; high += 3 {
		w.Canvas().Unfocus()
		w.Resize(fyne.NewSize(400, high))
		scroll.ScrollToOffset(fyne.NewPos(0, 0))
		w.Canvas().Focus(b)
		at := scroll.Offset.Y
		assert.False(t, at > top && at < end-0.1, "a window of %v is at %v, the notice from %v to %v", high, at, top, end)
		assert.True(t, at <= button && button+b.Size().Height <= at+high+6, "the button is in sight in %v", high)
	}
}

func TestScrollByKey(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	long := func() *fyne.Container {
		lines := widgets.Column(10)
		for range 60 {
			lines.Add(widgets.Paragraph("words"))
		}
		return lines
	}
	small, large := container.NewVScroll(long()), container.NewVScroll(long())
	page := container.NewBorder(nil, nil, widgets.Card(small), nil, large)
	w := test.NewWindow(page)
	w.Resize(fyne.NewSize(400, 300))
	most := large.Content.MinSize().Height - large.Size().Height
	at := float32(0)
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyPageDown, fyne.KeyEnd} {
		assert.True(t, widgets.ScrollByKey(page, key))
		assert.Greater(t, large.Offset.Y, at, key)
		at = large.Offset.Y
	}
	assert.InDelta(t, most, at, 0.1)
	widgets.ScrollByKey(page, fyne.KeyPageDown)
	assert.InDelta(t, most, large.Offset.Y, 0.1, "not beyond the end")
	for _, key := range []fyne.KeyName{fyne.KeyUp, fyne.KeyPageUp, fyne.KeyHome} {
		assert.True(t, widgets.ScrollByKey(page, key))
		assert.Less(t, large.Offset.Y, at, key)
		at = large.Offset.Y
	}
	widgets.ScrollByKey(page, fyne.KeyUp)
	assert.Zero(t, large.Offset.Y)
	assert.Zero(t, small.Offset.Y, "what the page is about scrolls, not what is beside it")
	assert.False(t, widgets.ScrollByKey(page, fyne.KeyA))
	large.Hide()
	assert.True(t, widgets.ScrollByKey(page, fyne.KeyDown))
	assert.Positive(t, small.Offset.Y)
	assert.False(t, widgets.ScrollByKey(widgets.Paragraph("nothing"), fyne.KeyDown))
	short := container.NewVScroll(widgets.Paragraph("short"))
	short.Resize(fyne.NewSize(300, 300))
	assert.False(t, widgets.ScrollByKey(short, fyne.KeyDown))
}

func widgetScroll(t *testing.T, page fyne.CanvasObject) *container.Scroll {
	t.Helper()
	for _, o := range page.(*fyne.Container).Objects {
		if s, ok := o.(*container.Scroll); ok {
			return s
		}
	}
	require.Fail(t, "no scroll")
	return nil
}

func TestCloseBringsTextClose(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	far, near, later := widgets.Paragraph("far"), widgets.Paragraph("near"), widgets.Paragraph("later")
	lines := widgets.Column(0, near)
	content := widgets.Close(widgets.Card(lines))
	w := test.NewWindow(widgets.Column(0, far, content))
	lines.Add(later)
	w.Resize(fyne.NewSize(300, 200))
	assert.Less(t, near.MinSize().Height, far.MinSize().Height-5)
	assert.Equal(t, near.MinSize().Height, later.MinSize().Height, "also what comes later")
	assert.Empty(t, uitest.Clipped(w))
	near.SetText("changed")
	assert.Contains(t, uitest.Says(w), "changed")
}

package widgets_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/assert"

	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

func TestTile(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	tapped := 0
	tile := widgets.NewTile(fynetheme.HomeIcon(), "do it", "and more", func() { tapped++ })
	w := test.NewWindow(tile)
	assert.Equal(t, "do it", tile.Title())
	assert.Equal(t, "do it and more", uitest.Says(w))
	test.Tap(tile)
	w.Canvas().Focus(tile)
	assert.True(t, ring(t, tile).Visible())
	for _, key := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter} {
		uitest.Press(w, key)
	}
	assert.Equal(t, 4, tapped)
	var unused []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { unused = append(unused, e.Name) })
	uitest.Press(w, fyne.KeyEscape)
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape}, unused)
	tile.MouseIn(nil)
	tile.MouseMoved(nil)
	tile.MouseOut()
	tile.Disable()
	test.Tap(tile)
	assert.Equal(t, 4, tapped)
	w.Canvas().Unfocus()
	assert.False(t, ring(t, tile).Visible())
	assert.Equal(t, "alone", uitest.Says(test.NewWindow(widgets.NewTile(fynetheme.HomeIcon(), "alone", "", nil))))
}

// TestNoticesHaveEachTheirSign: what a mood means is never said by colour alone.
func TestNoticesHaveEachTheirSign(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	signs := map[string]bool{}
	for _, m := range []widgets.Mood{widgets.Plain, widgets.Good, widgets.Warning, widgets.Bad} {
		signs[widgets.Sign(m, 20).Resource.Name()] = true
		w := test.NewWindow(widgets.Notice(m, "title", widgets.Paragraph("words")))
		assert.Equal(t, "title words", uitest.Says(w))
	}
	assert.Len(t, signs, 4)
	assert.Equal(t, "words", uitest.Says(test.NewWindow(widgets.Notice(widgets.Bad, "", widgets.Paragraph("words")))))
}

func TestFacts(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	facts := widgets.NewFacts().Add("name", "value").Add("unknown", "").AddObject("marks", widgets.Row(2, widgets.Line("1"), widgets.Strong("2")))
	w := test.NewWindow(facts.Object())
	w.Resize(fyne.NewSize(400, 200))
	assert.Equal(t, "name value marks 1 2", uitest.Says(w))
}

// TestActionsFindRoom: in a line where there is room, else below each other with
// the main one first, and nothing is ever pushed out.
func TestActionsFindRoom(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	button := func(text string) *widgets.Button { return widgets.NewButton(text, widget.MediumImportance, nil) }
	back, other, main := button("back"), button("another one"), button("the main one")
	hidden := button("hidden")
	hidden.Hide()
	w := test.NewWindow(widgets.Frame("heading", widgets.Subheading("part"), widgets.Actions(back, other, hidden, main)))
	at := func(b *widgets.Button) fyne.Position {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
	}
	w.Resize(fyne.NewSize(600, 300))
	assert.Equal(t, at(back).Y, at(main).Y)
	assert.Less(t, at(back).X, at(other).X)
	assert.Less(t, at(other).X, at(main).X)
	assert.Empty(t, uitest.Clipped(w))

	w.Resize(fyne.NewSize(240, 300))
	w.Content().Refresh()
	assert.Less(t, at(main).Y, at(other).Y, "the main one first")
	assert.Less(t, at(other).Y, at(back).Y)
	assert.Empty(t, uitest.Clipped(w))
	assert.NotContains(t, uitest.Says(w), "hidden")

	alone := test.NewWindow(widgets.Frame("", nil, nil))
	assert.Empty(t, uitest.Says(alone))
	assert.NotPanics(t, func() { widgets.Actions(nil).MinSize() })
}

func TestLinesStayReadable(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	text := widgets.Paragraph(strings.Repeat("word ", 200))
	w := test.NewWindow(widgets.Frame("heading", text, nil))
	w.Resize(fyne.NewSize(2000, 700))
	assert.LessOrEqual(t, text.Size().Width, float32(800))
}

func TestNamesForScreenReaders(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	s := widgets.NewSelect([]string{"a", "b"}, 1, nil)
	s.Name = "letter"
	e := widgets.NewEntry("search")
	e.Text = "pin"
	c := widgets.NewChoice([]widgets.Option{{Title: "one", More: "the first"}, {Title: "two"}}, 0, nil)
	for want, has := range map[string]fyne.Accessible{
		"letter. b":       s,
		"search. pin":     e,
		"one. the first":  c.Row(0).(fyne.Accessible),
		"two":             c.Row(1).(fyne.Accessible),
		"sure":            widgets.NewCheck("sure", nil),
		"go":              widgets.NewButton("go", widget.MediumImportance, nil),
		"do it. and more": widgets.NewTile(fynetheme.HomeIcon(), "do it", "and more", nil),
		"only words":      widgets.Paragraph("only words"),
	} {
		assert.Equal(t, want, has.AccessibilityLabel())
		assert.NotEmpty(t, has.AccessibilityRole(), want)
	}
}

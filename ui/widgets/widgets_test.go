package widgets_test

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// ring returns the line around a widget.
func ring(t *testing.T, w fyne.Widget) *canvas.Rectangle {
	t.Helper()
	objects := test.WidgetRenderer(w).Objects()
	r, ok := objects[len(objects)-1].(*canvas.Rectangle)
	require.True(t, ok)
	require.Equal(t, w.Size(), r.Size())
	return r
}

func TestButton(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	tapped, unused := 0, []fyne.KeyName{}
	b := widgets.NewButton("Yes", widget.HighImportance, func() { tapped++ })
	w := test.NewWindow(b)
	assert.False(t, ring(t, b).Visible())
	w.Canvas().Focus(b)
	assert.True(t, ring(t, b).Visible())

	uitest.Press(w, fyne.KeyF2) // nobody wants it
	b.Unused = func(e *fyne.KeyEvent) { unused = append(unused, e.Name) }
	for i, key := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter} {
		uitest.Press(w, key)
		assert.Equal(t, i+1, tapped, key)
		assert.Same(t, b, w.Canvas().Focused(), "pressing it keeps the focus")
	}
	uitest.Press(w, fyne.KeyEscape)
	assert.Equal(t, []fyne.KeyName{fyne.KeyEscape}, unused)

	b.Disable()
	uitest.Press(w, fyne.KeySpace)
	test.Tap(b)
	assert.Equal(t, 3, tapped)
	w.Canvas().Unfocus()
	assert.False(t, ring(t, b).Visible())
}

func TestCheck(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	said, unused := []bool{}, []fyne.KeyName{}
	c := widgets.NewCheck("Sure", func(sure bool) { said = append(said, sure) })
	w := test.NewWindow(c)
	w.Canvas().Focus(c)
	assert.True(t, ring(t, c).Visible())
	uitest.Press(w, fyne.KeyReturn)
	c.Unused = func(e *fyne.KeyEvent) { unused = append(unused, e.Name) }
	uitest.Press(w, fyne.KeyReturn)
	uitest.Press(w, fyne.KeySpace)
	test.Tap(c)
	assert.Equal(t, []bool{true, false}, said)
	assert.Equal(t, []fyne.KeyName{fyne.KeyReturn}, unused)
	w.Canvas().Unfocus()
	assert.False(t, ring(t, c).Visible())
}

func TestTries(t *testing.T) {
	for left, max := range map[int]int{0: 3, 1: 3, 2: 3, 3: 3, 10: 10} {
		app := uitest.App(t, theme.Light, 1)
		tries := widgets.NewTries(left, max)
		test.NewWindow(tries)
		marks := test.WidgetRenderer(tries).Objects()
		require.Len(t, marks, max)
		full := app.Settings().Theme().Color(fynetheme.ColorNamePrimary, fynetheme.VariantLight)
		if left == 1 {
			full = app.Settings().Theme().Color(fynetheme.ColorNameWarning, fynetheme.VariantLight)
		}
		for i, mark := range marks {
			want := color.Color(color.Transparent)
			if i < left {
				want = full
			}
			assert.Equal(t, want, mark.(*canvas.Circle).FillColor, "%d of %d: mark %d", left, max, i)
		}
		small := tries.MinSize()
		app.Settings().SetTheme(theme.New(theme.Light, 2))
		tries.Refresh()
		assert.InDelta(t, 2*small.Width, tries.MinSize().Width, 0.01, "marks grow with the text")
	}
	uitest.App(t, theme.Light, 1)
	assert.Zero(t, widgets.NewTries(0, 0).MinSize())
}

func TestTimeBar(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	bar := widgets.NewTimeBar()
	test.NewWindow(bar)
	bar.Resize(fyne.NewSize(200, 4))
	for part, want := range map[float64]float32{1: 200, 0.5: 100, 0: 0, -1: 0, 7: 200} {
		bar.SetLeft(part)
		assert.Equal(t, want, test.WidgetRenderer(bar).Objects()[1].Size().Width, part)
	}
}

// TestColoursFollowTheTheme: what draws itself asks again when the theme changes.
func TestColoursFollowTheTheme(t *testing.T) {
	app := uitest.App(t, theme.Light, 1)
	grounds := func(w fyne.Widget) color.Color {
		object := test.WidgetRenderer(w).Objects()[0]
		if stack, ok := object.(*fyne.Container); ok {
			object = stack.Objects[0]
		}
		return object.(*canvas.Rectangle).FillColor
	}
	for name, w := range map[fyne.ThemeColorName]fyne.Widget{
		theme.ColorNameNotice:        widgets.NewPanel(theme.ColorNameNotice, fynetheme.ColorNameWarning, widget.NewLabel("!")),
		theme.ColorNameDemo:          widgets.NewBand(theme.ColorNameDemo, theme.ColorNameOnDemo, "DEMO"),
		fynetheme.ColorNameSeparator: widgets.NewTimeBar(),
	} {
		test.NewWindow(w)
		for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
			app.Settings().SetTheme(theme.New(look, 1))
			w.Refresh()
			assert.Equal(t, app.Settings().Theme().Color(name, fynetheme.VariantLight), grounds(w), "%s %s", name, look)
		}
	}
}

func TestFlow(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	a, b, gone := widgets.NewButton("uno", widget.MediumImportance, nil), widgets.NewButton("due", widget.MediumImportance, nil), widgets.NewButton("tre", widget.MediumImportance, nil)
	gone.Hide()
	f := widgets.Flow(a, b, gone)
	beside := a.MinSize().Width + b.MinSize().Width
	f.Resize(fyne.NewSize(2*beside, 100))
	assert.Equal(t, a.Position().Y, b.Position().Y)
	assert.Greater(t, b.Position().X, a.Size().Width)
	assert.Equal(t, a.MinSize(), a.Size(), "no larger than it has to be")
	one := f.MinSize()
	assert.Less(t, one.Width, beside, "it can be narrower")

	f.Resize(fyne.NewSize(beside, 100)) // no room for the gap
	assert.Equal(t, a.Position().X, b.Position().X)
	assert.Greater(t, b.Position().Y, a.Size().Height)
	assert.Greater(t, f.MinSize().Height, 2*one.Height)
	assert.Zero(t, widgets.Flow().MinSize())
}

// TestButtonPointed: a press by the pointer may bring the focus elsewhere, one by
// a key leaves it where it is.
func TestButtonPointed(t *testing.T) {
	w := uitest.App(t, theme.Light, 1).NewWindow("")
	next := widgets.NewButton("poi", widget.MediumImportance, nil)
	b := widgets.NewButton("ora", widget.MediumImportance, func() {})
	b.Pointed = func() { w.Canvas().Focus(next) }
	w.SetContent(container.NewVBox(b, next))
	test.Tap(b)
	assert.Same(t, next, w.Canvas().Focused())
	w.Canvas().Focus(b)
	uitest.Press(w, fyne.KeyReturn)
	assert.Same(t, b, w.Canvas().Focused())
	w.Canvas().Unfocus()
	b.Disable()
	test.Tap(b)
	assert.Nil(t, w.Canvas().Focused())
}

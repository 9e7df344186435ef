package widgets

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/stretchr/testify/assert"

	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// TestAWay is pressed by pointer and keys, hands on the others, and shows what it
// is by its ground, its bar and a line around it.
func TestAWay(t *testing.T) {
	a := uitest.App(t, theme.Light, 1)
	var did []string
	way := NewWay("there", "Words", func() { did = append(did, "goes") })
	way.Step = func(from *Way, by int) {
		assert.Same(t, way, from)
		did = append(did, map[int]string{-1: "up", 1: "down"}[by])
	}
	way.Unused = func(e *fyne.KeyEvent) { did = append(did, string(e.Name)) }
	way.Fill(way.Bar(), func(fyne.Theme, fyne.ThemeVariant) {})
	w := a.NewWindow("")
	w.SetContent(way)
	w.Canvas().Focus(way)
	for _, key := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyUp, fyne.KeyDown, fyne.KeyF1} {
		way.TypedKey(&fyne.KeyEvent{Name: key})
	}
	way.Tapped(nil)
	assert.Equal(t, []string{"goes", "goes", "goes", "up", "down", "F1", "goes"}, did)

	ground := uitest.Find[*canvas.Rectangle](way)[0]
	colour := func(name fyne.ThemeColorName) any { return way.Theme().Color(name, 0) }
	assert.Equal(t, float32(ringWidth), ground.StrokeWidth)
	assert.Equal(t, colour(fynetheme.ColorNameFocus), ground.StrokeColor)
	w.Canvas().Unfocus()
	assert.Zero(t, ground.StrokeWidth)
	way.MouseIn(nil)
	assert.Equal(t, colour(fynetheme.ColorNameHover), ground.FillColor)
	way.Mark(true)
	assert.Equal(t, colour(fynetheme.ColorNameSelection), ground.FillColor)
	assert.Equal(t, colour(fynetheme.ColorNamePrimary), way.Bar().(*canvas.Rectangle).FillColor)
	assert.Equal(t, desktop.PointerCursor, way.Cursor())
	assert.Equal(t, "Words", way.AccessibilityLabel())
}

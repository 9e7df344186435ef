package uitest

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// Texts returns every text in the window that is visible, from top to bottom as
// the widgets lie in each other.
func Texts(w fyne.Window) []string {
	var all []string
	walk(w.Canvas().Content(), place{}, func(object fyne.CanvasObject, _ place) {
		if text, ok := object.(*canvas.Text); ok && text.Text != "" {
			all = append(all, text.Text)
		}
	})
	return all
}

// Says returns all texts of the window as one line, in which a sentence that was
// broken into lines is whole again.
func Says(w fyne.Window) string {
	return strings.Join(strings.Fields(strings.Join(Texts(w), " ")), " ")
}

// Clipped returns an error for each text that does not fit its place, or reaches
// over the edge of the window where it cannot be scrolled.
func Clipped(w fyne.Window) []error {
	var found []error
	window := w.Canvas().Size()
	look := func(object fyne.CanvasObject, at place) {
		text, ok := object.(*canvas.Text)
		if !ok || text.Text == "" {
			return
		}
		const roundoff = 0.6
		least, has := text.MinSize(), text.Size()
		if least.Width > has.Width+roundoff || least.Height > has.Height+roundoff {
			found = append(found, fmt.Errorf("%q wants %v and has %v", text.Text, least, has))
		}
		sideways := at.X < 0 || at.X+least.Width > window.Width+roundoff
		updown := at.Y < 0 || at.Y+least.Height > window.Height+roundoff
		if sideways || updown && !at.scrolled {
			found = append(found, fmt.Errorf("%q at %v of size %v leaves the window of %v", text.Text, at.Position, least, window))
		}
	}
	walk(w.Canvas().Content(), place{}, look)
	for _, over := range w.Canvas().Overlays().List() { // dialogs
		walk(over, place{}, look)
	}
	return found
}

// place is where an object is in the window, and whether it is in something
// that can be scrolled.
type place struct {
	fyne.Position
	scrolled bool
}

// walk visits what is visible, the contents of widgets included.
func walk(object fyne.CanvasObject, at place, visit func(fyne.CanvasObject, place)) {
	if object == nil || !object.Visible() {
		return
	}
	at.Position = at.Add(object.Position())
	visit(object, at)
	var children []fyne.CanvasObject
	switch o := object.(type) {
	case *fyne.Container:
		children = o.Objects
	case *container.Scroll:
		at.scrolled = true
		children = test.WidgetRenderer(o).Objects()
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, child := range children {
		walk(child, at, visit)
	}
}

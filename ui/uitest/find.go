package uitest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// Find returns what is visible in an object and of a type, from top to bottom as
// the widgets lie in each other. T may be an interface.
func Find[T any](in fyne.CanvasObject) (found []T) {
	walk(in, place{}, func(object fyne.CanvasObject, _ place) {
		if one, ok := object.(T); ok {
			found = append(found, one)
		}
	})
	return found
}

// Focusables are what Tab comes to in an object, in order, what is switched off
// included.
func Focusables(in fyne.CanvasObject) (found []fyne.Focusable) {
	if in == nil || !in.Visible() {
		return nil
	}
	if one, ok := in.(fyne.Focusable); ok {
		return []fyne.Focusable{one}
	}
	for _, inside := range children(in) {
		found = append(found, Focusables(inside)...)
	}
	return found
}

// Tabbed presses Tab so often, and returns all that had the focus.
func Tabbed(w fyne.Window, presses int) map[fyne.Focusable]bool {
	reached := map[fyne.Focusable]bool{}
	for range presses {
		Press(w, fyne.KeyTab)
		reached[w.Canvas().Focused()] = true
	}
	return reached
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
	if _, scrolls := object.(*container.Scroll); scrolls {
		at.scrolled = true
	}
	for _, child := range children(object) {
		walk(child, at, visit)
	}
}

// children are what lies directly in an object.
func children(object fyne.CanvasObject) []fyne.CanvasObject {
	switch o := object.(type) {
	case *fyne.Container:
		return o.Objects
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

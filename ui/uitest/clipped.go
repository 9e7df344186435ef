package uitest

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Texts returns every text in the window that is visible, from top to bottom as
// the widgets lie in each other.
func Texts(w fyne.Window) []string {
	var all []string
	for _, text := range Find[*canvas.Text](w.Canvas().Content()) {
		if text.Text != "" {
			all = append(all, text.Text)
		}
	}
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

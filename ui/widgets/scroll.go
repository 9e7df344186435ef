package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
)

// screenful is how much of what is seen Page Up and Page Down move by.
const screenful = 0.85

// ScrollByKey scrolls the largest scroll that is seen in o by a key, and returns
// whether the key is one for that and there was something to scroll.
func ScrollByKey(o fyne.CanvasObject, key fyne.KeyName) bool {
	scroll := largest(o)
	if scroll == nil {
		return false
	}
	grow(scroll.Content)
	most := max(scroll.Content.MinSize().Height-scroll.Size().Height, 0)
	if most == 0 {
		return false
	}
	line := 3 * fynetheme.Size(fynetheme.SizeNameText)
	to := scroll.Offset
	switch key {
	case fyne.KeyPageDown:
		to.Y += screenful * scroll.Size().Height
	case fyne.KeyPageUp:
		to.Y -= screenful * scroll.Size().Height
	case fyne.KeyDown:
		to.Y += line
	case fyne.KeyUp:
		to.Y -= line
	case fyne.KeyHome:
		to.Y = 0
	case fyne.KeyEnd:
		to.Y = most
	default:
		return false
	}
	to.Y = min(max(to.Y, 0), most)
	scroll.ScrollToOffset(to)
	return true
}

// largest finds the scroll with the largest place in o: what a page is about.
func largest(o fyne.CanvasObject) (found *container.Scroll) {
	if o == nil || !o.Visible() {
		return nil
	}
	if scroll, ok := o.(*container.Scroll); ok {
		return scroll
	}
	area := float32(0)
	for _, child := range children(o) {
		if scroll := largest(child); scroll != nil && scroll.Size().Width*scroll.Size().Height > area {
			found, area = scroll, scroll.Size().Width*scroll.Size().Height
		}
	}
	return found
}

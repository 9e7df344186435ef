package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
)

// pass hands on a key that a widget has no use for: to whom it was told, else to
// the window, as if nothing had the focus.
func pass(from fyne.CanvasObject, to func(*fyne.KeyEvent), event *fyne.KeyEvent) {
	if to != nil {
		to(event)
		return
	}
	if c := canvasOf(from); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(event)
	}
}

// PassShortcut hands a shortcut that a widget has no use for to the window, and
// returns whether it was one: Fyne gives shortcuts to what has the focus and to
// nothing else. It is for widgets that take shortcuts of their own, such as
// paste.
func PassShortcut(from fyne.CanvasObject, shortcut fyne.Shortcut) bool {
	custom, ok := shortcut.(*desktop.CustomShortcut)
	if !ok {
		return false
	}
	if c, ok := canvasOf(from).(fyne.Shortcutable); ok {
		c.TypedShortcut(custom)
	}
	return true
}

func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	return fyne.CurrentApp().Driver().CanvasForObject(o)
}

// First returns what Tab would come to first in o, nil where nothing in it can
// have the focus.
func First(o fyne.CanvasObject) fyne.Focusable {
	if o == nil || !o.Visible() {
		return nil
	}
	if focusable, ok := o.(fyne.Focusable); ok {
		if d, ok := o.(fyne.Disableable); !ok || !d.Disabled() {
			return focusable
		}
		return nil
	}
	for _, child := range children(o) {
		if found := First(child); found != nil {
			return found
		}
	}
	return nil
}

// margin is how much is to be seen around what was scrolled into sight.
const margin = 16

// Reveal scrolls what o lies in until o can be seen: whoever works with keys has
// to see where the focus went. It does nothing where o lies in no scroll of a
// page.
func Reveal(o fyne.CanvasObject) {
	if c := canvasOf(o); c != nil {
		reveal(c.Content(), o)
		return
	}
	// Fyne knows the canvas of what was drawn once: what has just come is looked
	// for.
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if _, found := reveal(w.Canvas().Content(), o); found {
			return
		}
	}
}

// reveal returns where in inside o begins, and whether it lies there at all.
func reveal(inside, o fyne.CanvasObject) (top float32, found bool) {
	if inside == o {
		return 0, true
	}
	switch inside := inside.(type) {
	case *container.Scroll:
		grow(inside.Content)
	case *fyne.Container:
		if inside.Layout != nil { // words that wrap know their height only now
			inside.Layout.Layout(inside.Objects, inside.Size())
		}
	}
	for _, child := range children(inside) {
		if top, found = reveal(child, o); !found {
			continue
		}
		top += child.Position().Y
		if scroll, ok := inside.(*container.Scroll); ok {
			top = show(scroll, top, o.Size().Height)
		}
		return top, true
	}
	return 0, false
}

// children are the things in what pages are built of.
func children(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case *container.ThemeOverride:
		return []fyne.CanvasObject{o.Content}
	case *Panel:
		return []fyne.CanvasObject{o.content}
	}
	return nil
}

// grow gives what is scrolled the height that it wants now: on a screen Fyne does
// that with the next picture, too late for whoever wants to see what has come.
// Twice, as words that wrap know their height once they have a width.
func grow(content fyne.CanvasObject) {
	for range 2 {
		size, wanted := content.Size(), content.MinSize()
		if size.Height >= wanted.Height {
			return
		}
		content.Resize(fyne.NewSize(size.Width, wanted.Height))
	}
}

// show scrolls as little as shows what begins at top of the scroll's content,
// position of the content included, and returns where that is in the scroll.
func show(scroll *container.Scroll, top, height float32) float32 {
	inContent := top - scroll.Content.Position().Y
	from, to := inContent-margin, inContent+height+margin
	offset := scroll.Offset
	if to-offset.Y > scroll.Size().Height {
		offset.Y = to - scroll.Size().Height
	}
	switch {
	case from < offset.Y && to <= scroll.Size().Height:
		offset.Y = 0 // with the heading of the page
	case from < offset.Y:
		offset.Y = from
	}
	offset.Y = whole(scroll, offset.Y, inContent, height)
	if offset != scroll.Offset {
		scroll.ScrollToOffset(offset)
	}
	return inContent - scroll.Offset.Y
}

// whole changes an offset as little as spares people a text cut in half at the upper
// edge: it is shown whole where what begins at top stays in sight all the same, else
// not at all.
func whole(scroll *container.Scroll, offset, top, height float32) float32 {
	from, to := offset, offset
	eachPart(scroll.Content, 0, func(y float32, part fyne.CanvasObject) {
		if end := y + part.Size().Height; y < offset && end > offset {
			from, to = min(from, y), max(to, end)
		}
	})
	switch {
	case top+height <= from+scroll.Size().Height+2*closeRoom: // a text ends before its place does
		return from
	case to <= top && to <= scroll.Content.Size().Height-scroll.Size().Height:
		return to
	}
	return offset
}

// eachPart visits the widgets in containers, y from the upper edge of the first.
func eachPart(o fyne.CanvasObject, y float32, visit func(y float32, part fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	inside, ok := o.(*fyne.Container)
	if !ok {
		visit(y, o)
		return
	}
	for _, child := range inside.Objects {
		eachPart(child, y+child.Position().Y, visit)
	}
}

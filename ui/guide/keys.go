package guide

import (
	"fyne.io/fyne/v2"
)

// screenful is how much of what is seen Page Up and Page Down move by.
const screenful = 0.85

// searchKey takes the keys of the search that are not for typing: down goes to
// what was found.
func (g *guidePage) searchKey(event *fyne.KeyEvent) bool {
	if event.Name == fyne.KeyDown {
		g.step(nil, 1)
		return true
	}
	return g.scrollBy(event)
}

// key takes the keys that nothing on the page has a use for: they scroll the
// article, or are the window's.
func (g *guidePage) key(event *fyne.KeyEvent) {
	if g.scrollBy(event) {
		return
	}
	if window := g.window.Fyne().Canvas().OnTypedKey(); window != nil {
		window(event)
	}
}

// scrollBy scrolls the article by a key, where the key is one for that.
func (g *guidePage) scrollBy(event *fyne.KeyEvent) bool {
	scroll := g.article.scroll
	most := max(scroll.Content.MinSize().Height-scroll.Size().Height, 0)
	to := scroll.Offset
	switch event.Name {
	case fyne.KeyPageDown:
		to.Y += screenful * scroll.Size().Height
	case fyne.KeyPageUp:
		to.Y -= screenful * scroll.Size().Height
	default:
		return false
	}
	to.Y = min(max(to.Y, 0), most)
	scroll.ScrollToOffset(to)
	return true
}

// step moves the focus from a line of the list to the next one; from nil to the
// first. Above the first one is the search.
func (g *guidePage) step(from *row, by int) {
	var rows []*row
	at := -1
	for _, o := range g.rows.Objects {
		if r, ok := o.(*row); ok {
			if r == from {
				at = len(rows)
			}
			rows = append(rows, r)
		}
	}
	switch to := at + by; {
	case to >= 0 && to < len(rows):
		g.focus(rows[to])
	case to < 0:
		g.focus(g.search)
	}
}

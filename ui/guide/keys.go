package guide

import (
	"fyne.io/fyne/v2"

	"cientro/ui/widgets"
)

// searchKey takes the keys of the search that are not for typing: down goes to
// what was found.
func (g *guidePage) searchKey(event *fyne.KeyEvent) bool {
	if event.Name == fyne.KeyDown {
		g.step(nil, 1)
		return true
	}
	if event.Name != fyne.KeyPageDown && event.Name != fyne.KeyPageUp {
		return false // the others move in what is typed
	}
	return g.scrollBy(event.Name)
}

// key takes the keys that nothing on the page has a use for: they scroll the
// article, or are the window's.
func (g *guidePage) key(event *fyne.KeyEvent) {
	if g.scrollBy(event.Name) {
		return
	}
	if window := g.window.Fyne().Canvas().OnTypedKey(); window != nil {
		window(event)
	}
}

// scrollBy scrolls the article by a key, where the key is one for that.
func (g *guidePage) scrollBy(key fyne.KeyName) bool {
	return widgets.ScrollByKey(g.article.scroll, key)
}

// step moves the focus from a line of the list to the next one; from nil to the
// first. Above the first one is the search.
func (g *guidePage) step(from *widgets.Way, by int) {
	var rows []*widgets.Way
	at := -1
	for _, o := range g.rows.Objects {
		if r, ok := o.(*widgets.Way); ok {
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

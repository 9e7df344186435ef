package main

import (
	"cientro/ui/page"
	"cientro/ui/shell"
)

// first is the page that the window begins with.
func (h *house) first() page.Name {
	if h.now.Welcomed {
		return page.Home
	}
	return page.Welcome
}

// pages makes each page of the window.
func (h *house) pages() map[page.Name]shell.Maker {
	return map[page.Name]shell.Maker{}
}

package main

import (
	"cientro/ui/certificate"
	"cientro/ui/guide"
	"cientro/ui/home"
	"cientro/ui/operations"
	"cientro/ui/page"
	"cientro/ui/shell"
	"cientro/ui/training"
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
	o := operations.Options{Shuffle: func() bool { return h.now.PadShuffle }}
	operation := func(which page.Name) shell.Maker {
		return func(w page.Window) page.Page { return operations.New(w, h.desk, which, o) }
	}
	return map[page.Name]shell.Maker{
		page.Home:        func(w page.Window) page.Page { return home.New(w, h.desk) },
		page.Verify:      operation(page.Verify),
		page.Change:      operation(page.Change),
		page.Unblock:     operation(page.Unblock),
		page.Certificate: func(w page.Window) page.Page { return certificate.New(w, h.desk, o) },
		page.Guide:       guide.New,
		page.Training:    func(w page.Window) page.Page { return training.New(w, h.training) },
	}
}

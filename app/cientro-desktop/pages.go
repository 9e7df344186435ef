package main

import (
	appsettings "cientro/app/settings"
	"cientro/ui/about"
	"cientro/ui/browsers"
	"cientro/ui/certificate"
	"cientro/ui/doctor"
	"cientro/ui/guide"
	"cientro/ui/home"
	"cientro/ui/operations"
	"cientro/ui/page"
	"cientro/ui/settings"
	"cientro/ui/shell"
	"cientro/ui/training"
	"cientro/ui/trylogin"
	"cientro/ui/welcome"
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
	memory := &settings.Memory{}
	return map[page.Name]shell.Maker{
		page.Home:        func(w page.Window) page.Page { return home.New(w, h.desk) },
		page.Verify:      operation(page.Verify),
		page.Change:      operation(page.Change),
		page.Unblock:     operation(page.Unblock),
		page.Certificate: func(w page.Window) page.Page { return certificate.New(w, h.desk, o) },
		page.Browsers:    func(w page.Window) page.Page { return browsers.New(w, h.browsers, h.bring) },
		page.TryLogin:    func(w page.Window) page.Page { return trylogin.New(w, h.login) },
		page.Doctor:      func(w page.Window) page.Page { return doctor.New(w, h.checkup) },
		page.Guide:       guide.New,
		page.Training:    func(w page.Window) page.Page { return training.New(w, h.training) },
		page.Settings:    func(w page.Window) page.Page { return settings.New(w, h, memory) },
		page.About:       func(w page.Window) page.Page { return about.New(w, version) },
		page.Welcome:     func(w page.Window) page.Page { return welcome.New(w, h.welcomed, h.overview, h.bring) },
	}
}

// bring brings a result to Fyne's goroutine, and wakes the window for it.
func (h *house) bring(result func()) { h.do(result) }

// welcomed keeps that the first steps were read. Where it cannot be kept they are
// shown again next time.
func (h *house) welcomed() {
	_ = h.Change(func(s *appsettings.Settings) { s.Welcomed = true })
}

package main

import (
	"os"
	"path/filepath"

	"cientro/app"
	"cientro/app/browsers"
	"cientro/app/doctor"
)

// doctor is what a check-up needs to know of this program.
func (h *house) doctor() doctor.Options {
	return doctor.Options{
		Version: version, Store: h.known, Anchors: h.trust.Anchors(), AnchorCount: len(h.trust.List()),
		TrustDamaged: h.trust.Damaged != "",
	}
}

// browsers is this person's browsers, with the module beside this program.
func (h *house) browsers() (browsers.Config, error) {
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return browsers.Config{}, err
	}
	c, err := browsers.Computer()
	if err != nil {
		return c, err
	}
	if !filepath.IsAbs(h.paths.State) {
		return browsers.Config{}, app.BrowsersOf(browsers.ErrLedger) // nowhere to keep what is to be put back
	}
	module, agent := browsers.ProgramNames()
	folder := filepath.Dir(program)
	c.State = filepath.Join(h.paths.State, "browsers")
	c.Module, c.Agent = filepath.Join(folder, module), filepath.Join(folder, agent)
	return c, nil
}

// overview is what is true of this person's browsers on the whole. Where nobody
// can tell, there is none that is known.
func (h *house) overview() browsers.Overview {
	c, err := h.browsers()
	if err != nil {
		return browsers.NoBrowser
	}
	overview, _ := browsers.Overall(c.Places())
	return overview
}

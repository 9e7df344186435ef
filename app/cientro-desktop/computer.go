package main

import (
	"os"
	"path/filepath"
	"runtime"

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

// programs are the names of what browsers get, in the folder of this program.
func programs() (module, agent string) {
	switch runtime.GOOS {
	case "windows":
		return "cientro-pkcs11.dll", "cientro.exe"
	case "darwin":
		return "libcientro-pkcs11.dylib", "cientro"
	}
	return "libcientro-pkcs11.so", "cientro"
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
	home, err := os.UserHomeDir()
	if err != nil {
		return browsers.Config{}, err
	}
	if !filepath.IsAbs(h.paths.State) {
		return browsers.Config{}, app.BrowsersOf(browsers.ErrLedger) // nowhere to keep what is to be put back
	}
	module, agent := programs()
	folder := filepath.Dir(program)
	return browsers.Config{
		Home: home, Root: "/", State: filepath.Join(h.paths.State, "browsers"),
		Module: filepath.Join(folder, module), Agent: filepath.Join(folder, agent),
	}, nil
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

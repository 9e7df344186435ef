package main

import (
	"os"
	"path/filepath"

	"cientro/app/autostart"
	"cientro/app/settings"
)

// autostart is the entry of the session; none where everything is in one folder,
// as on a memory stick.
func (h *house) autostart() autostart.Entry {
	program, err := os.Executable()
	if err != nil || h.paths.Portable {
		return autostart.Entry{}
	}
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	return autostart.System(program)
}

// CanAutostart is part of the settings' page.
func (h *house) CanAutostart() bool { return h.autostart().Possible() }

// settleAutostart brings setting and session together when the app starts. What
// the administrator decided is done. Else the session is right: people also take
// programs away there, and a program that moved is followed.
func (h *house) settleAutostart(entry autostart.Entry) error {
	switch {
	case !entry.Possible():
		return nil
	case h.now.Locked(settings.NameAutostart):
		return entry.Set(h.now.Autostart)
	case h.now.Autostart && entry.On():
		return entry.Set(true)
	case h.now.Autostart != entry.On():
		now, err := h.source.Update(func(s *settings.Settings) { s.Autostart = entry.On() })
		if err == nil {
			h.now = now
		}
		return err
	}
	return nil
}

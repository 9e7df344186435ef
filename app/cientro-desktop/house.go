package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"time"

	"fyne.io/fyne/v2"

	"cientro/app"
	"cientro/app/checkup"
	"cientro/app/desk"
	"cientro/app/links"
	"cientro/app/logintest"
	"cientro/app/logs"
	"cientro/app/pcscreaders"
	"cientro/app/session"
	"cientro/app/settings"
	"cientro/app/training"
	"cientro/card/store"
	"cientro/ui/shell"
)

// house is the app while it runs: what was opened at its start, the desk, and the
// window.
type house struct {
	paths    settings.Paths
	programs []string // the environment of the programs that it starts: the person's own
	source   settings.Source
	now      settings.Effective // what holds now
	warnings []settings.Warning // of loading it
	log      *slog.Logger
	known    *store.Store
	kept     bool // what is known outlives the app
	trust    *app.Trust
	desk     *desk.Desk
	training *training.Session
	login    *logintest.Test
	checkup  *checkup.Checkup

	app     fyne.App
	shell   *shell.Shell
	notices shell.Notices
	tray    bool // there is a sign in the tray
	sign    *shell.Tray
	front   bool // the window has the focus
	ending  bool // the app waits for a card, and ends then
	launch  func(address string, environment []string) error
	do      func(func()) // brings a result to Fyne's goroutine
}

// openHouse opens what is kept. No card and no reader is touched.
func openHouse() (*house, error) {
	h := &house{paths: locate(), source: source(), do: fyne.Do, launch: logintest.Open}
	h.programs = os.Environ() // before keepTogether changes it
	h.now, h.warnings = h.source.Load()
	h.log = logs.New(logs.Options{Folder: h.paths.Logs(), Level: h.now.LogLevel, Program: "desktop"})
	for _, w := range h.warnings {
		h.log.Warn("settings", "detail", w.String())
	}
	if err := h.settleAutostart(h.autostart()); err != nil {
		h.log.Warn("autostart", "err", err)
	}
	var err error
	if h.trust, err = app.OpenTrust(h.paths.Trust()); err != nil {
		return nil, err
	}
	h.known, h.kept = app.OpenStore(h.paths.Cards(), h.paths.Portable, time.Now)
	h.desk = desk.New(desk.Config{Open: pcscreaders.Open, Service: h.service()})
	h.training = training.New(training.Config{Attach: h.desk.SetTraining, Prefer: h.desk.Choose})
	h.login = logintest.New(logintest.Config{Desk: h.desk, Version: version, Paths: h.paths, Programs: h.programs})
	h.checkup = checkup.New(checkup.Config{
		Desk: h.desk, Open: pcscreaders.Open, Training: h.training, Options: h.doctor, StateFolder: h.paths.State,
	})
	return h, nil
}

// service is what the use cases work with.
func (h *house) service() app.Config {
	return app.Config{
		Store: h.known, Anchors: h.trust.Anchors(), Rand: rand.Reader, Now: time.Now,
		QueryTries: h.now.TriesQuery && h.kept,
	}
}

// build makes the window; nothing is on the screen yet.
func (h *house) build(a fyne.App) {
	h.app = a
	said := wordsOf("", h.now.Language)
	_ = shell.TeachFyne(said.Language()) // Fyne's own English is what is left
	h.shell = shell.New(shell.Config{
		App: a, Words: said, Pages: h.pages(), First: h.first(), Open: h.open, Close: h.closing,
		Quit: h.quit, Opened: h.takeMinimising,
	})
	if h.tray {
		h.sign = shell.NewTray(a, h.shell)
	}
}

// open opens one of the public addresses in the browser.
func (h *house) open(address string) error {
	if err := links.Check(address); err != nil {
		return err
	}
	return h.openAnything(address)
}

func (h *house) openAnything(address string) error {
	if h.paths.Portable {
		// Fyne would pass on what keepTogether told it, and a browser would begin anew
		// in our folder.
		return h.launch(address, h.programs)
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	return h.app.OpenURL(u)
}

// close gives back what was opened.
func (h *house) close() {
	for _, n := range h.known.Notices() {
		h.log.Warn("store", "detail", n.String())
	}
	_ = h.known.Close()
}

// Settings is part of the settings' page: what holds now.
func (h *house) Settings() settings.Effective { return h.now }

// Warnings is part of the settings' page: what could not be read.
func (h *house) Warnings() []settings.Warning { return h.warnings }

// Change is part of the settings' page: it keeps a choice, and follows it at once.
func (h *house) Change(change func(*settings.Settings)) error {
	now, err := h.source.Update(change)
	if errors.Is(err, settings.ErrNoHome) { // for as long as the app runs
		changed := h.now
		change(&changed.Settings)
		now, err = changed, nil
	}
	if err != nil {
		return err
	}
	return h.follow(now)
}

// follow makes true what was chosen.
func (h *house) follow(now settings.Effective) error {
	before := h.now
	h.now = now
	var err error
	if now.Autostart != before.Autostart {
		err = h.autostart().Set(now.Autostart)
	}
	if now.LogLevel != before.LogLevel {
		h.log = logs.New(logs.Options{Folder: h.paths.Logs(), Level: now.LogLevel, Program: "desktop"})
	}
	if now.TriesQuery != before.TriesQuery {
		h.desk.Reconfigure(h.service())
	}
	if now.Look != before.Look || now.TextSize != before.TextSize {
		h.app.Settings().SetTheme(looks(now.Settings))
		h.shell.Dress()
	}
	if now.Language != before.Language {
		said := wordsOf("", now.Language)
		_ = shell.TeachFyne(said.Language())
		h.shell.Speak(said)
		if h.sign != nil {
			h.sign.Speak()
		}
	}
	return err
}

// CanTray is part of the settings' page.
func (h *house) CanTray() bool { return session.HasTray(context.Background()) }

// LogFolder is part of the settings' page: where the log is, "" for nowhere.
func (h *house) LogFolder() string { return h.paths.Logs() }

// OpenLogs is part of the settings' page.
func (h *house) OpenLogs() error {
	if err := os.MkdirAll(h.paths.Logs(), 0o700); err != nil {
		return err
	}
	return h.openAnything((&url.URL{Scheme: "file", Path: h.paths.Logs()}).String())
}

// ClearLogs is part of the settings' page.
func (h *house) ClearLogs() error { return logs.Clear(h.paths.Logs()) }

// ForgetCards is part of the settings' page.
func (h *house) ForgetCards() error { return h.known.ForgetAll() }

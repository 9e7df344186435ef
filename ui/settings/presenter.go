package settings

import (
	"errors"
	"slices"
	"strconv"

	"cientro/app/messages"
	"cientro/app/settings"
)

// House is what the page wants of the program it is in.
type House interface {
	// Settings is what holds now.
	Settings() settings.Effective
	// Warnings are what could not be read of the settings.
	Warnings() []settings.Warning
	// Change keeps a choice and follows it. The window may make the page anew
	// meanwhile.
	Change(func(*settings.Settings)) error
	// CanAutostart says whether the app can be started with the session, CanTray
	// whether the desktop has a place for its sign.
	CanAutostart() bool
	CanTray() bool
	// LogFolder is where the log is; "" is nowhere.
	LogFolder() string
	OpenLogs() error
	ClearLogs() error
	// ForgetCards forgets what this computer knows of cards.
	ForgetCards() error
}

// choice is a setting that is one of a few things.
type choice struct {
	name   string   // in app/settings, and in the catalogue
	values []string // in the order they are shown
	get    func(settings.Settings) string
	set    func(*settings.Settings, string)
}

func language() choice {
	return choice{settings.NameLanguage,
		[]string{string(settings.LanguageAuto), string(settings.LanguageItalian), string(settings.LanguageEnglish)},
		func(s settings.Settings) string { return string(s.Language) },
		func(s *settings.Settings, v string) { s.Language = settings.Language(v) }}
}

func look() choice {
	return choice{settings.NameLook,
		[]string{string(settings.LookAuto), string(settings.LookLight), string(settings.LookDark), string(settings.LookHighContrast)},
		func(s settings.Settings) string { return string(s.Look) },
		func(s *settings.Settings, v string) { s.Look = settings.Look(v) }}
}

// textSizes are the sizes that are offered, in percent.
func textSizes() []string { return []string{"100", "125", "150", "175", "200"} }

func textSize() choice {
	return choice{settings.NameTextSize, textSizes(),
		func(s settings.Settings) string { return nearestSize(s.TextSize) },
		func(s *settings.Settings, v string) {
			if percent, err := strconv.Atoi(v); err == nil {
				s.TextSize = percent
			}
		}}
}

// nearestSize is the offered size that is shown for one that somebody wrote into
// the file by hand: the greatest that is not greater.
func nearestSize(percent int) string {
	nearest := textSizes()[0]
	for _, offered := range textSizes() {
		if n, err := strconv.Atoi(offered); err == nil && n <= percent {
			nearest = offered
		}
	}
	return nearest
}

func finalTry() choice {
	return choice{settings.NameFinalTry,
		[]string{string(settings.FinalTryAsk), string(settings.FinalTryDeny), string(settings.FinalTryAllow)},
		func(s settings.Settings) string { return string(s.FinalTry) },
		func(s *settings.Settings, v string) { s.FinalTry = settings.FinalTry(v) }}
}

func logLevel() choice {
	return choice{settings.NameLogLevel,
		[]string{string(settings.LogOff), string(settings.LogError), string(settings.LogWarn), string(settings.LogInfo), string(settings.LogDebug)},
		func(s settings.Settings) string { return string(s.LogLevel) },
		func(s *settings.Settings, v string) { s.LogLevel = settings.LogLevel(v) }}
}

// toggle is a setting that is on or off.
type toggle struct {
	name string
	get  func(settings.Settings) bool
	set  func(*settings.Settings, bool)
}

func padShuffle() toggle {
	return toggle{settings.NamePadShuffle,
		func(s settings.Settings) bool { return s.PadShuffle },
		func(s *settings.Settings, on bool) { s.PadShuffle = on }}
}

func triesQuery() toggle {
	return toggle{settings.NameTriesQuery,
		func(s settings.Settings) bool { return s.TriesQuery },
		func(s *settings.Settings, on bool) { s.TriesQuery = on }}
}

func tray() toggle {
	return toggle{settings.NameTray,
		func(s settings.Settings) bool { return s.Tray },
		func(s *settings.Settings, on bool) { s.Tray = on }}
}

func autostart() toggle {
	return toggle{settings.NameAutostart,
		func(s settings.Settings) bool { return s.Autostart },
		func(s *settings.Settings, on bool) { s.Autostart = on }}
}

func toggles() []toggle { return []toggle{padShuffle(), triesQuery(), tray(), autostart()} }

// presenter knows what may be chosen, and says what came of it. It knows no
// widget.
type presenter struct {
	house House
	words *messages.Printer
	tell  func(said) // what came of it
}

// said is what the page says after something was done: a key below "settings.",
// and whether it is bad news.
type said struct {
	text string
	bad  bool
}

func (p *presenter) now() settings.Effective { return p.house.Settings() }

// locked returns whether the administrator decided a setting.
func (p *presenter) locked(name string) bool { return p.now().Locked(name) }

// available returns whether a toggle can do anything here and now.
func (p *presenter) available(name string) bool {
	switch name {
	case settings.NameTray:
		return p.house.CanTray() || p.now().Tray
	case settings.NameAutostart:
		return p.house.CanAutostart() && (p.now().Tray || p.now().Autostart)
	}
	return true
}

// title and more are what a setting is called, and what it means.
func (p *presenter) title(name string) string { return p.words.Text("settings.title."+name, nil) }

func (p *presenter) more(name string) string {
	switch {
	case p.locked(name):
		return p.words.Text("settings.locked", nil)
	case name == settings.NameTray && !p.available(name):
		return p.words.Text("settings.no-tray", nil)
	case name == settings.NameAutostart && !p.house.CanAutostart():
		return p.words.Text("settings.no-autostart", nil)
	}
	return p.words.Text("settings.more."+name, nil)
}

// options are the values of a choice in words.
func (p *presenter) options(c choice) []string {
	if c.name == settings.NameTextSize {
		sizes := make([]string, len(c.values))
		for i, v := range c.values {
			sizes[i] = p.words.Text("settings.percent", messages.Values{"Percent": v})
		}
		return sizes
	}
	options := make([]string, len(c.values))
	for i, v := range c.values {
		options[i] = p.words.Text("settings.value."+c.name+"."+v, nil)
	}
	return options
}

// chosen returns the number of the value that holds.
func (p *presenter) chosen(c choice) int { return slices.Index(c.values, c.get(p.now().Settings)) }

// choose chooses a value by its number.
func (p *presenter) choose(c choice, number int) {
	if number >= 0 && number < len(c.values) {
		p.change(func(s *settings.Settings) { c.set(s, c.values[number]) })
	}
}

func (p *presenter) toggle(t toggle, on bool) {
	p.change(func(s *settings.Settings) {
		t.set(s, on)
		if t.name == settings.NameTray && !on && !p.locked(settings.NameAutostart) {
			s.Autostart = false
		}
	})
}

func (p *presenter) change(change func(*settings.Settings)) {
	err := p.house.Change(change)
	var locked *settings.LockedError
	switch {
	case errors.As(err, &locked):
		p.say("settings.said.locked", true)
	case err != nil:
		p.say("settings.said.failed", true)
	}
}

func (p *presenter) say(key string, bad bool) { p.tell(said{p.words.Text(key, nil), bad}) }

// done says what came of something.
func (p *presenter) done(err error, well, badly string) {
	if err != nil {
		p.say(badly, true)
		return
	}
	p.say(well, false)
}

func (p *presenter) openLogs() {
	if p.house.OpenLogs() != nil {
		p.tell(said{p.words.Text("settings.said.folder", messages.Values{"Folder": p.house.LogFolder()}), true})
	}
}

func (p *presenter) clearLogs() {
	p.done(p.house.ClearLogs(), "settings.said.cleared", "settings.said.not-cleared")
}

func (p *presenter) forgetCards() {
	p.done(p.house.ForgetCards(), "settings.said.forgotten", "settings.said.not-forgotten")
}

// reset brings back how it all began, but for what the administrator decided and
// for the first steps, which were read. Cards are forgotten as well.
func (p *presenter) reset() {
	locked := p.now()
	err := p.house.Change(func(s *settings.Settings) {
		was := *s
		*s = settings.Default()
		keep(s, was, locked)
		s.Welcomed = was.Welcomed
		s.VirtualCard = was.VirtualCard
	})
	p.done(errors.Join(err, p.house.ForgetCards()), "settings.said.reset", "settings.said.failed")
}

// keep takes back what the administrator decided.
func keep(s *settings.Settings, was settings.Settings, decided settings.Effective) {
	for _, c := range []choice{language(), look(), textSize(), finalTry(), logLevel()} {
		if decided.Locked(c.name) {
			c.set(s, c.get(was))
		}
	}
	if decided.Locked(settings.NameTextSize) {
		s.TextSize = was.TextSize // also one that is not offered
	}
	for _, t := range toggles() {
		if decided.Locked(t.name) {
			t.set(s, t.get(was))
		}
	}
}

// warnings are in words what could not be read.
func (p *presenter) warnings() []string {
	var all []string
	for _, w := range p.house.Warnings() {
		switch w.Kind {
		case settings.WarningDamaged:
			all = append(all, p.words.Text("settings.warning.damaged", messages.Values{"File": w.Aside}))
		case settings.WarningUnreadable:
			all = append(all, p.words.Text("settings.warning.unreadable", nil))
		case settings.WarningPolicy:
			all = append(all, p.words.Text("settings.warning.policy", messages.Values{"Detail": w.String()}))
		}
	}
	return all
}

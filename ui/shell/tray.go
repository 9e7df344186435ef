package shell

import (
	"slices"

	"fyne.io/fyne/v2"

	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/ui/page"
)

// Tray is the sign of the app among those of other programs: what the card is
// like, a way to the window, one to the PIN, and the end. It makes no noise.
type Tray struct {
	host  trayHost
	shell *Shell
	state desk.State
	shown []string
	// menu stays the same one: the desktop takes the first it was given once more
	// when it is ready for it, which may be later than a change.
	menu *fyne.Menu
}

// trayHost is what shows the sign: Fyne's apps with a screen.
type trayHost interface {
	SetSystemTrayMenu(*fyne.Menu)
}

// NewTray puts the sign there; nil where the app has no place for it. It has to
// be made before the app runs.
func NewTray(a fyne.App, s *Shell) *Tray {
	host, ok := a.(trayHost)
	if !ok {
		return nil
	}
	t := &Tray{host: host, shell: s, menu: fyne.NewMenu("")}
	t.refresh()
	return t
}

// Tell shows what lies on the desk. A nil Tray may be told.
func (t *Tray) Tell(s desk.State) {
	if t != nil {
		t.state = s
		t.refresh()
	}
}

// Speak says the same in the window's language of now.
func (t *Tray) Speak() {
	if t != nil {
		t.refresh()
	}
}

// refresh changes the menu where a word of it changes: each change is a message
// to the desktop.
func (t *Tray) refresh() {
	items := t.items()
	words := make([]string, 0, len(items))
	for _, i := range items {
		word := i.Label
		if i.Disabled {
			word += "\x00"
		}
		words = append(words, word)
	}
	if !slices.Equal(words, t.shown) {
		t.shown = words
		t.menu.Label, t.menu.Items = t.shell.words.Text("shell.name", nil), items
		t.host.SetSystemTrayMenu(t.menu)
	}
}

// items are the lines of the menu.
func (t *Tray) items() []*fyne.MenuItem {
	said := t.shell.words
	state := fyne.NewMenuItem(trayWords(said, t.state), nil)
	state.Disabled = true
	open := fyne.NewMenuItem(said.Text("shell.tray.open", nil), t.shell.Show)
	verify := fyne.NewMenuItem(said.Text("shell.tray.verify", nil), func() {
		t.shell.Show()
		t.shell.Go(page.Verify, "")
	})
	chosen := t.state.ChosenPlace()
	verify.Disabled = chosen == nil || chosen.Look != desk.LookReady
	quit := fyne.NewMenuItem(said.Text("shell.tray.quit", nil), t.shell.quit)
	quit.IsQuit = true
	return []*fyne.MenuItem{state, fyne.NewMenuItemSeparator(), open, verify, fyne.NewMenuItemSeparator(), quit}
}

// trayWords says in a line what lies on the desk.
func trayWords(said *messages.Printer, s desk.State) string {
	chosen := s.ChosenPlace()
	if chosen == nil {
		return said.Text("shell.tray.state."+trayWithoutCard(s), nil)
	}
	line := trayCard(said, chosen)
	if chosen.Demo {
		return said.Text("shell.tray.demo", messages.Values{"State": line})
	}
	return line
}

// trayWithoutCard names what there is where no card is chosen.
func trayWithoutCard(s desk.State) string {
	present, cies := false, 0
	for _, p := range s.Places {
		present = present || p.Reader.Present
		if p.Look == desk.LookCIE {
			cies++
		}
	}
	switch {
	case s.Problem != nil && len(s.Places) == 0:
		return "trouble"
	case len(s.Places) == 0:
		return "no-reader"
	case cies > 1:
		return "several"
	case present:
		return "other"
	}
	return "empty"
}

func trayCard(said *messages.Printer, p *desk.Place) string {
	switch {
	case p.Look == desk.LookReading || p.Look == desk.LookMoving:
		return said.Text("shell.tray.state.reading", nil)
	case p.Look != desk.LookReady || p.Card == nil:
		return said.Text("shell.tray.state.other", nil)
	case p.Card.PIN.State == "blocked":
		return said.Text("shell.tray.state.blocked", nil)
	case p.Card.PIN.Known:
		return said.Count("shell.tray.tries", p.Card.PIN.Left, messages.Values{"Max": p.Card.PIN.Max})
	}
	return said.Text("shell.tray.state.card", nil)
}

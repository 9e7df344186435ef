package shell

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// tray is an app that has a place for signs.
type tray struct {
	fyne.App
	menus []*fyne.Menu
}

func (t *tray) SetSystemTrayMenu(m *fyne.Menu) { t.menus = append(t.menus, m) }

func (t *tray) labels() string {
	var all []string
	for _, i := range t.menus[len(t.menus)-1].Items {
		word := i.Label
		if i.Disabled {
			word += " (off)"
		}
		if i.IsSeparator {
			word = "-"
		}
		all = append(all, word)
	}
	return strings.Join(all, " | ")
}

func (t *tray) press(label string) {
	for _, i := range t.menus[len(t.menus)-1].Items {
		if i.Label == label {
			i.Action()
		}
	}
}

func ready(pin desk.Code) desk.State {
	return desk.State{Chosen: "R", Places: []desk.Place{{
		Reader: app.Reader{Name: "R", Present: true}, Look: desk.LookReady, Card: &desk.Card{NIS: "********5216", PIN: pin},
	}}}
}

func TestTrayTellsTheState(t *testing.T) {
	s := italian(t)
	host := &tray{App: s.c.App}
	sign := NewTray(host, s.Shell)
	require.NotNil(t, sign)
	assert.Equal(t, "Nessun lettore collegato (off) | - | Apri CIEntro | Verifica il PIN (off) | - | Esci", host.labels())
	assert.True(t, host.menus[0].Items[5].IsQuit)

	demo := ready(desk.Code{State: "ok", Known: true, Left: 3, Max: 3})
	demo.Places[0].Demo = true
	place := func(p desk.Place, problem *app.Problem) desk.State {
		p.Reader.Name = "R"
		return desk.State{Places: []desk.Place{p}, Chosen: "R", Problem: problem}
	}
	tests := []struct {
		state desk.State
		want  string
	}{
		{desk.State{}, "Nessun lettore collegato"},
		{desk.State{Problem: &app.Problem{}}, "Il servizio delle smart card non risponde"},
		{desk.State{Places: []desk.Place{{}}}, "Nessuna carta sul lettore"},
		{desk.State{Places: []desk.Place{{Reader: app.Reader{Present: true}, Look: desk.LookForeign}}}, "C'è una carta che non si può usare"},
		{desk.State{Places: []desk.Place{{Look: desk.LookCIE}, {Look: desk.LookCIE}}}, "Più di una CIE: scegli quale"},
		{place(desk.Place{Look: desk.LookReading}, nil), "Lettura della carta…"},
		{place(desk.Place{Look: desk.LookMoving}, nil), "Lettura della carta…"},
		{place(desk.Place{Look: desk.LookTrouble}, nil), "C'è una carta che non si può usare"},
		{ready(desk.Code{State: "unknown"}), "CIE sul lettore"},
		{ready(desk.Code{State: "ok", Known: true, Left: 3, Max: 3}), "CIE sul lettore: restano 3 tentativi su 3"},
		{ready(desk.Code{State: "last-try", Known: true, Left: 1, Max: 3}), "CIE sul lettore: resta 1 tentativo su 3"},
		{ready(desk.Code{State: "blocked", Known: true, Max: 3}), "CIE sul lettore: PIN bloccato"},
		{demo, "DEMO: CIE sul lettore: restano 3 tentativi su 3"},
	}
	for _, tt := range tests {
		sign.Tell(tt.state)
		assert.True(t, strings.HasPrefix(host.labels(), tt.want+" (off) |"), "%s is not %s", host.labels(), tt.want)
		usable := tt.state.ChosenPlace() != nil && tt.state.ChosenPlace().Look == desk.LookReady
		assert.NotEqual(t, usable, strings.Contains(host.labels(), "Verifica il PIN (off)"), tt.want)
	}
}

func TestTrayMakesNoNoise(t *testing.T) {
	s := italian(t)
	host := &tray{App: s.c.App}
	sign := NewTray(host, s.Shell)
	for range 5 {
		sign.Tell(ready(desk.Code{State: "ok", Known: true, Left: 3, Max: 3}))
	}
	assert.Len(t, host.menus, 2, "one for the start, one for the change")
	s.Speak(uitest.Words(t, messages.English))
	sign.Speak()
	assert.Contains(t, host.labels(), "3 tries left of 3")
	assert.NotContains(t, host.labels(), "5216")
}

func TestTrayLeadsToTheWindow(t *testing.T) {
	s := italian(t)
	host := &tray{App: s.c.App}
	sign := NewTray(host, s.Shell)
	sign.Tell(ready(desk.Code{State: "ok", Known: true, Left: 3, Max: 3}))
	s.Hide()
	host.press("Verifica il PIN")
	assert.Equal(t, page.Verify, s.Current())
	s.Go(page.Guide, "")
	host.press("Apri CIEntro")
	assert.Equal(t, page.Guide, s.Current())
}

func TestNoTray(t *testing.T) {
	sign := NewTray(uitest.App(t, theme.Light, 1), nil)
	assert.Nil(t, sign)
	sign.Tell(desk.State{})
	sign.Speak()
}

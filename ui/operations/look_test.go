package operations

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/wizard"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// scene brings a page to where it is looked at.
type scene struct {
	kind wizard.Kind
	make func(*how)
	walk func(*stand)
}

func scenes() map[string]scene {
	left := func(pin, puk int) func(*how) {
		return func(h *how) {
			h.card = func(c *virtual.Card) { _ = c.SetTries(pin, puk) }
		}
	}
	none := func(h *how) { h.bench = newBench() }
	return map[string]scene{
		"verify-pin":     {wizard.Verify, nil, func(s *stand) { s.at(wizard.TypePIN); s.digits("41739") }},
		"verify-short":   {wizard.Verify, left(2, 10), func(s *stand) { s.at(wizard.TypePIN) }},
		"verify-last":    {wizard.Verify, left(1, 10), func(s *stand) { s.at(wizard.LastTryGate) }},
		"verify-done":    {wizard.Verify, nil, func(s *stand) { s.run(rightPIN) }},
		"verify-wrong":   {wizard.Verify, nil, func(s *stand) { s.run(wrongPIN) }},
		"verify-blocked": {wizard.Verify, left(0, 10), func(s *stand) { s.at(wizard.Ended) }},
		"verify-lost": {wizard.Verify, func(h *how) {
			h.card = func(c *virtual.Card) {
				_ = c.Arm(virtual.Fault{Kind: virtual.FaultLostAfter, INS: 0x20})
			}
		}, func(s *stand) { s.run(rightPIN) }},
		"verify-gone": {wizard.Verify, nil, func(s *stand) {
			s.at(wizard.TypePIN)
			s.digits("4173")
			s.card.Remove()
			s.bench.tell()
			s.at(wizard.Ended)
		}},
		"change-weak": {wizard.Change, nil, func(s *stand) {
			s.at(wizard.TypePIN)
			s.code(rightPIN)
			s.at(wizard.TypeNewPIN)
			s.code("12345678")
			s.until("a refusal", func() bool { return s.view.p.run.state.Refused != "" })
		}},
		"change-again": {wizard.Change, nil, func(s *stand) {
			s.at(wizard.TypePIN)
			s.code(rightPIN)
			s.at(wizard.TypeNewPIN)
			s.code(newPIN)
			s.at(wizard.TypeAgain)
		}},
		"change-done": {wizard.Change, nil, func(s *stand) { s.run(rightPIN, newPIN, newPIN) }},
		"change-lost": {wizard.Change, func(h *how) {
			h.card = func(c *virtual.Card) {
				_ = c.Arm(virtual.Fault{Kind: virtual.FaultLostAfter, INS: 0x24})
			}
		}, func(s *stand) { s.run(rightPIN, newPIN, newPIN) }},
		"unblock-puk":  {wizard.Unblock, nil, func(s *stand) { s.at(wizard.TypePUK) }},
		"unblock-gate": {wizard.Unblock, left(0, 3), func(s *stand) { s.at(wizard.PUKGate) }},
		"unblock-gate-refused": {wizard.Unblock, left(0, 2), func(s *stand) {
			s.at(wizard.PUKGate)
			s.digits("3")
			s.press(fyne.KeyReturn)
			s.until("a refusal", func() bool { return s.view.p.run.state.Refused != "" })
		}},
		"unblock-wrong":    {wizard.Unblock, nil, func(s *stand) { s.run(wrongPUK, newPIN, newPIN) }},
		"unblock-done":     {wizard.Unblock, nil, func(s *stand) { s.run(rightPUK, newPIN, newPIN) }},
		"unblock-needless": {wizard.Unblock, left(3, 10), func(s *stand) { s.on(notBlocked) }},
		"certificate-pin":  {wizard.Certificate, nil, func(s *stand) { s.at(wizard.TypePIN) }},
		"desk-none":        {wizard.Verify, none, func(s *stand) { s.until("no reader", func() bool { return s.view.now.waiting.problem != nil }) }},
		"desk-service": {wizard.Verify, func(h *how) {
			none(h)
			h.bench.service = &app.ServiceError{State: app.ServiceStopped}
		}, func(s *stand) { s.until("no service", func() bool { return s.view.now.waiting.problem != nil }) }},
		"desk-empty": {wizard.Change, func(h *how) {
			none(h)
			h.bench.put(app.Reader{Name: deskReader, Kind: app.ReaderContactless}, nil)
		}, func(s *stand) { s.desks(saysPlace) }},
		"desk-choose": {wizard.Verify, several, func(s *stand) { s.desks(saysChoose) }},
		"several-pin": {wizard.Verify, several, func(s *stand) {
			s.desks(saysChoose)
			s.desk.Choose(deskReader)
			s.at(wizard.TypePIN)
		}},
		"desk-passport": {wizard.Verify, func(h *how) {
			none(h)
			h.bench.put(app.Reader{Name: deskReader, Kind: app.ReaderContactless}, virtual.NewForeign([]byte{0x3B, 0x80, 0x80, 0x01, 0x01}, nil))
		}, func(s *stand) { s.until("a foreign card", func() bool { return s.view.now.waiting.problem != nil }) }},
		"desk-unproven": {wizard.Verify, func(h *how) {
			h.card = func(c *virtual.Card) {
				_ = c.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: -1})
			}
		}, func(s *stand) { s.until("a refused card", func() bool { return s.view.now.waiting.accept }) }},
		"work-looking": {wizard.Verify, nil, func(s *stand) { s.work(wizard.Looking, "recognise", "channel", "prove") }},
		"work-sending": {wizard.Change, nil, func(s *stand) { s.work(wizard.Sending, "tries", "verify", "change") }},
		"unseen-wrong": {wizard.Unblock, nil, func(s *stand) {
			s.run(wrongPUK, newPIN, newPIN)
			s.view.tellUnseen(s.view.p.run.state)
		}},
		"unseen": {wizard.Change, nil, func(s *stand) {
			s.run(rightPIN, newPIN, newPIN)
			end := s.view.p.run.state
			s.view.tellUnseen(end)
		}},
	}
}

// several puts two CIEs on the desk.
func several(h *how) {
	h.bench = newBench()
	for _, name := range []string{deskReader, "Identiv uTrust 3700 F CL Reader 01 00"} {
		profile, _ := virtual.ProfileByName("gemalto")
		settings := profile.Defaults()
		c, _ := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile, Settings: &settings})
		h.bench.put(app.Reader{Name: name, Kind: app.ReaderContactless}, c)
	}
}

// work shows the card at work, at a phase that would be over too soon to look at.
func (s *stand) work(step wizard.Step, phases ...string) {
	s.at(wizard.TypePIN)
	r := s.view.p.run
	r.state.Step, r.state.Phase, r.phases = step, phases[len(phases)-1], phases
	r.state.Number, r.state.Of = 4, 4
	s.view.refresh()
}

// TestNothingIsClipped draws each scene in each language, look and size; the
// pictures are in build/test/screens.
func TestNothingIsClipped(t *testing.T) {
	for name, scene := range scenes() {
		for l, words := range uitest.Languages(t) {
			t.Run(name+"-"+l, func(t *testing.T) {
				s := newStand(t, scene.kind, func(h *how) {
					h.words = words
					if scene.make != nil {
						scene.make(h)
					}
				})
				s.show()
				scene.walk(s)
				if l == "it" {
					s.reachable()
				}
				for _, size := range []int{100, 150, 200} {
					s.dress(theme.Light, size)
					s.readable(fmt.Sprintf("%s-%s-light-%d", name, l, size), l == "it" && size != 150)
				}
				if l == "it" {
					for _, look := range []theme.Look{theme.Dark, theme.HighContrast} {
						s.dress(look, 100)
						s.readable(fmt.Sprintf("%s-%s-%s-100", name, l, look), true)
					}
				}
				s.view.Hidden()
			})
		}
	}
}

// dress draws the page anew in another look, with what was typed.
func (s *stand) dress(look theme.Look, size int) {
	fyne.CurrentApp().Settings().SetTheme(theme.New(look, float64(size)/100))
	if over := s.window.Canvas().Overlays(); over.Top() != nil {
		over.Remove(over.Top())
		s.view.tellUnseen(s.view.p.run.state)
		return
	}
	typed := 0
	if f := s.field(); f != nil {
		typed = f.Count()
	}
	s.view.now = face{}
	s.view.refresh()
	s.digits("41739628"[:typed])
}

// reachable checks that Tab comes to all that can have the focus.
func (s *stand) reachable() {
	s.t.Helper()
	c := s.window.Canvas()
	if len(c.Overlays().List()) > 0 {
		return
	}
	want := map[fyne.Focusable]bool{}
	for _, f := range uitest.Find[fyne.Focusable](c.Content()) {
		if d, can := f.(fyne.Disableable); !can || !d.Disabled() {
			want[f] = true
		}
	}
	require.NotEmpty(s.t, want)
	if !s.view.on.calm {
		require.NotNil(s.t, c.Focused(), "something has the focus by itself")
	}
	for range len(want) + 1 {
		delete(want, c.Focused())
		s.press(fyne.KeyTab)
	}
	assert.Empty(s.t, want, "what Tab never comes to")
	c.Focus(s.view.target())
}

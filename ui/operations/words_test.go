package operations

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/app/wizard"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// TestThereAreWordsForEverything that a wizard can say.
func TestThereAreWordsForEverything(t *testing.T) {
	for _, l := range messages.Languages() {
		words := uitest.Words(t, l)
		has := func(key string) {
			t.Helper()
			assert.True(t, words.Has(key), "%s: %s", l, key)
		}
		for _, r := range wizard.Refusals() {
			has("operations.refused." + string(r))
		}
		for _, o := range []wizard.Offer{wizard.OfferAgain, wizard.OfferVerify, wizard.OfferUnblock, wizard.OfferAccept, wizard.OfferGuide} {
			has("operations.offer." + string(o))
		}
		for _, spent := range []wizard.Spent{wizard.SpentNone, wizard.SpentOne, wizard.SpentUnknown} {
			has("operations.spent." + string(spent))
		}
		for _, what := range []string{saysLooking, saysPlace, saysContact, saysReading, saysStill, saysLent, saysChoose} {
			has("operations.desk." + what + ".title")
			has("operations.desk." + what + ".text")
		}
		for _, phase := range []string{"recognise", "read", "channel", "prove", "tries", "verify", "change", "unblock", "certificate"} {
			has("phase." + phase)
		}
		for _, k := range kinds {
			for _, key := range []string{"title.", "work.", "before."} {
				has("operations." + key + string(k))
			}
			has("operations.done." + string(k) + ".title")
			has("operations.done." + string(k) + ".text")
		}
		for _, form := range []string{"last", "maybe", "unknown"} {
			for _, key := range []string{"heading.", "title.", "text."} {
				has("operations.lasttry." + key + form)
			}
		}
	}
}

func TestTriesInWords(t *testing.T) {
	seen := time.Date(2026, 3, 14, 12, 0, 0, 0, time.Local)
	for want, tries := range map[string]wizard.Tries{
		"restano 3 tentativi su 3":                            {Code: wizard.PIN, Known: true, Left: 3, Max: 3},
		"resta 1 tentativo su 10":                             {Code: wizard.PUK, Known: true, Left: 1, Max: 10},
		"bloccato, nessun tentativo rimasto":                  {Code: wizard.PIN, Known: true, Left: 0, Max: 3},
		"tentativi rimasti sconosciuti, la carta non lo dice": {Code: wizard.PIN, Max: 3},
		"tentativi rimasti sconosciuti, forse uno di meno":    {Code: wizard.PIN, Max: 3, Doubtful: true},
		"restano 2 tentativi su 3 (visto da questo computer il 14/03/2026; la carta non lo dice)": {
			Code: wizard.PIN, Known: true, Left: 2, Max: 3, Seen: seen},
	} {
		v := &view{words: uitest.Words(t, messages.Italian)}
		assert.Equal(t, want, v.triesWords(tries))
		assert.Equal(t, tries.Known, hasMarks(v.triesRow(tries)))
	}
	v := &view{words: uitest.Words(t, messages.English)}
	assert.Contains(t, v.triesWords(wizard.Tries{Known: true, Left: 2, Max: 3, Seen: seen}), "14 March 2026")
	assert.Nil(t, v.triesRow(wizard.Tries{}))
}

func hasMarks(o fyne.CanvasObject) bool {
	found := false
	var look func(fyne.CanvasObject)
	look = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widgets.Tries:
			found = true
		case *fyne.Container:
			for _, child := range o.Objects {
				look(child)
			}
		case *container.ThemeOverride:
			look(o.Content)
		}
	}
	look(o)
	return found
}

// TestWhatTheDeskIsSaidToBe: one thing at a time, the one that matters.
func TestWhatTheDeskIsSaidToBe(t *testing.T) {
	problem := app.ProblemOf(&app.MuteCardError{})
	at := func(look desk.Look, change ...func(*desk.Place)) desk.Place {
		p := desk.Place{Reader: app.Reader{Name: string(look), Kind: app.ReaderContactless}, Look: look}
		if look == desk.LookMute || look == desk.LookForeign || look == desk.LookTrouble {
			p.Problem = &problem
		}
		for _, c := range change {
			c(&p)
		}
		return p
	}
	contact := func(p *desk.Place) { p.Reader.Kind = app.ReaderContact }
	demo := func(p *desk.Place) { p.Demo = true }
	running := func(places ...desk.Place) desk.State {
		return desk.State{Service: app.ServiceRunning, Places: places}
	}
	broken := app.ProblemOf(&app.ServiceError{State: app.ServiceStopped})
	for name, tt := range map[string]struct {
		state desk.State
		what  string
		key   string // of the problem
	}{
		"nothing heard":     {desk.State{}, saysLooking, ""},
		"no service":        {desk.State{Service: app.ServiceStopped, Problem: &broken}, "", "service_stopped"},
		"service, training": {desk.State{Service: app.ServiceStopped, Problem: &broken, Places: []desk.Place{at(desk.LookEmpty, demo)}}, saysPlace, ""},
		"no reader":         {running(), "", "no_reader"},
		"empty":             {running(at(desk.LookEmpty)), saysPlace, ""},
		"contact only":      {running(at(desk.LookEmpty, contact)), saysContact, ""},
		"contact and not":   {running(at(desk.LookEmpty, contact), at(desk.LookEmpty)), saysPlace, ""},
		"moving":            {running(at(desk.LookEmpty), at(desk.LookMoving)), saysStill, ""},
		"reading":           {running(at(desk.LookMute), at(desk.LookReading)), saysReading, ""},
		"mute":              {running(at(desk.LookEmpty), at(desk.LookMute)), "", "mute_card"},
		"trouble first":     {running(at(desk.LookMoving), at(desk.LookTrouble)), "", "mute_card"},
		"trouble, unnamed":  {running(at(desk.LookTrouble, func(p *desk.Place) { p.Problem = nil })), saysStill, ""},
		"several":           {running(at(desk.LookCIE), at(desk.LookCIE)), saysChoose, ""},
		"unheard-of":        {running(at("new look")), "", ""},
	} {
		w := waitingFor(tt.state)
		assert.Equal(t, tt.what, w.what, name)
		if tt.key != "" {
			require.NotNil(t, w.problem, name)
			assert.Equal(t, tt.key, w.problem.Key, name)
		} else {
			assert.Nil(t, w.problem, name)
		}
	}
	chosen := running(at(desk.LookReady, func(p *desk.Place) { p.Card = &desk.Card{Family: "gemalto"} }), at(desk.LookTrouble))
	chosen.Chosen = string(desk.LookTrouble)
	assert.Equal(t, "mute_card", waitingFor(chosen).problem.Key)
	chosen.Chosen = ""
	assert.Len(t, waitingFor(chosen).choices, 1)
}

// TestTheFormsOfTheGate: only what the card itself told just now is certain.
func TestTheFormsOfTheGate(t *testing.T) {
	for form, tries := range map[string]wizard.Tries{
		"last":    {Code: wizard.PIN, Known: true, Left: 1, Max: 3},
		"maybe":   {Code: wizard.PIN, Known: true, Left: 1, Max: 3, Seen: time.Now()},
		"unknown": {Code: wizard.PIN, Max: 3, Doubtful: true},
	} {
		s := newStand(t, wizard.Verify)
		s.view.p.run = &run{state: wizard.State{Kind: wizard.Verify, Step: wizard.LastTryGate, Number: 1, Of: 3, Tries: tries}}
		s.view.p.stage = walking
		s.view.refresh()
		assert.Contains(t, s.says(), s.words.Text("operations.lasttry.heading."+form, nil))
	}
	s := newStand(t, wizard.Unblock)
	s.view.p.run = &run{state: wizard.State{Kind: wizard.Unblock, Step: wizard.PUKGate, Number: 1, Of: 5, Confirm: 1, Tries: wizard.Tries{Code: wizard.PUK, Max: 10, Doubtful: true}, Card: wizard.Card{QueryUnsafe: true}}}
	s.view.p.stage = walking
	s.view.refresh()
	assert.Contains(t, s.says(), s.words.Text("operations.pukgate.heading.unknown", nil))
	assert.Contains(t, s.says(), s.words.Text("note.query-unsafe", nil))
	s.tap("operations.where")
	assert.Equal(t, []string{topicHalves}, s.topics)
}

// TestTheHelpDeskFindsTheDetail behind its button.
func TestTheHelpDeskFindsTheDetail(t *testing.T) {
	s := newStand(t, wizard.Verify).show()
	s.run(wrongPIN)
	assert.Contains(t, s.says(), "PIN-001")
	assert.NotContains(t, s.says(), "wrong PIN, 2 tries left")
	s.tap("operations.end.helpdesk")
	assert.Contains(t, s.says(), "wrong PIN, 2 tries left")
	s.tap("operations.end.helpdesk")
	assert.NotContains(t, s.says(), "wrong PIN, 2 tries left")
	s.view.Hidden()
}

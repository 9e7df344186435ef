package home

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/guide"
	"cientro/app/messages"
	"cientro/card"
	"cientro/card/atr"
	"cientro/ui/page"
	"cientro/ui/uitest"
)

func present(t testing.TB, s desk.State, l messages.Language) *presenter {
	t.Helper()
	p := newPresenter(uitest.Words(t, l), "linux", now)
	p.tell(s)
	return p
}

func ids(tiles []tile, disabled bool) (names []string) {
	for _, one := range tiles {
		if one.disabled == disabled {
			names = append(names, one.id)
		}
	}
	return names
}

// TestEveryStateHasItsScreen: heading, picture and tiles of all of them, and no
// key instead of a sentence.
func TestEveryStateHasItsScreen(t *testing.T) {
	wants := map[string]struct {
		heading string
		scene   scene
		tiles   string // those that can be pressed, in order
	}{
		"starting":            {"Un momento…", "", ""},
		"service-missing":     {"Manca il servizio per le smart card", sceneService, "doctor training"},
		"service-stopped":     {"Il servizio per le smart card è fermo", sceneService, "doctor training"},
		"service-denied":      {"Il sistema non ti lascia usare i lettori", sceneService, "doctor training"},
		"service-unsupported": {"Questo programma non può parlare con i lettori", sceneService, "doctor training"},
		"no-reader":           {"Collega un lettore", sceneReader, "readers doctor training"},
		"contact-reader":      {"Questo lettore non può leggere la CIE", sceneContact, "readers training"},
		"empty":               {"Appoggia la carta", sceneEmpty, "training halves"},
		"empty-several":       {"Appoggia la carta", sceneEmpty, "training halves"},
		"empty-two":           {"Appoggia la carta", sceneEmpty, "training halves"},
		"empty-demo":          {"Appoggia la carta", sceneEmpty, "training"},
		"reading":             {"Leggo la carta…", sceneReading, ""},
		"moving":              {"Tieni ferma la carta", sceneMoving, ""},
		"mute":                {"La carta non risponde", sceneMute, "doctor"},
		"foreign-cns":         {"Sul lettore c'è una Tessera Sanitaria (TS-CNS)", sceneForeign, "ts-cns"},
		"foreign-passport":    {"Sul lettore c'è un passaporto o un altro documento di viaggio", sceneForeign, ""},
		"foreign-bank":        {"Sul lettore c'è una carta bancaria", sceneForeign, ""},
		"foreign-old":         {"Sul lettore c'è una Carta d'identità elettronica di vecchio tipo, prima della 3.0", sceneForeign, "request"},
		"foreign-other":       {"Sul lettore c'è una carta MIFARE Classic, un badge o di trasporti", sceneForeign, ""},
		"foreign-unknown":     {"Questa carta non è una CIE", sceneForeign, "doctor"},
		"ready":               {"La tua CIE è pronta", "", "verify change unblock certificate trylogin"},
		"ready-counted":       {"La tua CIE è pronta", "", "verify change unblock certificate trylogin renew"},
		"ready-last":          {"Resta un solo tentativo per il PIN", "", "halves verify unblock change certificate trylogin"},
		"ready-blocked":       {"Il PIN è bloccato", "", "unblock lost"},
		"ready-dead":          {"PIN e PUK sono bloccati", "", "request"},
		"ready-puk-blocked":   {"La tua CIE è pronta", "", "verify change certificate trylogin"},
		"ready-unknown":       {"La tua CIE è pronta", "", "verify change unblock certificate trylogin"},
		"ready-expired":       {"La tua CIE è pronta", "", "verify change unblock certificate trylogin renew"},
		"ready-later":         {"La tua CIE è pronta", "", "verify change unblock certificate trylogin"},
		"ready-valid":         {"La tua CIE è pronta", "", "verify change unblock certificate trylogin"},
		"ready-demo":          {"La tua CIE è pronta", "", "verify change unblock certificate trylogin"},
		"accepted":            {"La tua CIE è pronta", "", "verify change unblock certificate trylogin"},
		"refused-hash":        {"Questa carta non è provata", "", "doctor"},
		"refused-chip":        {"Questa carta non è provata", "", "doctor"},
		"trouble-busy":        {"Il lettore è occupato", sceneTrouble, "doctor"},
		"trouble-lost":        {"Collegamento con la carta perduto", sceneTrouble, "doctor"},
		"trouble-bare":        {"Una carta che non si può usare", sceneTrouble, "doctor"},
		"two":                 {"Quale carta vuoi usare?", "", ""},
		"two-chosen":          {"La tua CIE è pronta", "", "verify change unblock certificate trylogin"},
		"three":               {"Quale carta vuoi usare?", "", ""},
	}
	all := states()
	require.Len(t, wants, len(all))
	for name, state := range all {
		want, ok := wants[name]
		require.True(t, ok, name)
		s := present(t, state, messages.Italian).screen()
		assert.Equal(t, want.heading, s.heading, name)
		assert.Equal(t, want.scene, s.scene, name)
		assert.Equal(t, strings.Fields(want.tiles), append([]string{}, ids(s.tiles, false)...), name)
		for _, l := range messages.Languages() {
			assertSaid(t, name, present(t, state, l).screen())
		}
	}
}

// assertSaid finds keys that stand where a sentence should.
func assertSaid(t *testing.T, name string, s screen) {
	t.Helper()
	said := []string{s.read, s.heading, s.lead, s.next, s.command, s.again, s.code}
	for _, p := range s.points {
		said = append(said, p.text)
	}
	for _, n := range s.notices {
		said = append(said, n.title, n.text)
	}
	for _, r := range s.rows {
		said = append(said, r.what, r.lay)
	}
	for _, one := range s.tiles {
		said = append(said, one.title, one.more)
	}
	if s.face != nil {
		said = append(said, s.face.name, s.face.nis, s.face.pin.words, s.face.puk.words)
		for _, f := range s.face.facts {
			said = append(said, f.name, f.is)
		}
	}
	if s.proof != nil {
		said = append(said, s.proof.title, s.proof.level)
		for _, p := range s.proof.points {
			said = append(said, p.text)
		}
	}
	if s.accept != nil {
		said = append(said, s.accept.understood, s.accept.accept)
	}
	assert.NotEmpty(t, s.heading, name)
	for _, text := range said {
		assert.NotContains(t, text, "[home.", name)
		assert.NotContains(t, text, "--", "%s: options of the command line have no place in a window", name)
	}
}

// Tiles lead to pages, and to topics that the guide has.
func TestTilesLeadSomewhere(t *testing.T) {
	topics := map[string]bool{}
	for _, topic := range guide.Topics() {
		topics[topic.ID] = true
	}
	for id, way := range ways() {
		assert.NotEmpty(t, way.to, id)
		if way.to == page.Guide {
			assert.True(t, topics[way.topic], "%s: the guide has no topic %q", id, way.topic)
		}
	}
}

func TestServiceAdviceFitsTheSystem(t *testing.T) {
	for _, state := range []app.ServiceState{app.ServiceMissing, app.ServiceStopped, app.ServiceDenied, app.ServiceUnsupported} {
		seen := map[string]bool{}
		for _, system := range []string{"linux", "windows", "darwin"} {
			p := newPresenter(uitest.Words(t, messages.Italian), system, now)
			p.tell(service(state))
			s := p.screen()
			assertSaid(t, string(state)+" "+system, s)
			seen[s.next] = true
			assert.Equal(t, system == "linux" && (state == app.ServiceMissing || state == app.ServiceStopped), s.command != "")
			assert.NotEmpty(t, s.code)
		}
		assert.GreaterOrEqual(t, len(seen), 2, state)
	}
	assert.Equal(t, "sudo apt install pcscd", present(t, service(app.ServiceMissing), messages.English).screen().command)
}

// A training goes on where there is no service, and is then what counts.
func TestTrainingWithoutService(t *testing.T) {
	s := service(app.ServiceMissing)
	s.Places = []desk.Place{demo(ready(nil))}
	s.Chosen = s.Places[0].Reader.Name
	got := present(t, s, messages.Italian).screen()
	assert.Equal(t, "La tua CIE è pronta", got.heading)
	assert.Equal(t, "DEMO", got.face.demo)
}

func TestAdviceByReaderType(t *testing.T) {
	s := present(t, states()["empty-several"], messages.Italian).screen()
	assert.Contains(t, s.lead, "uno dei lettori")
	all := ""
	for _, p := range s.points {
		all += p.text + "\n"
	}
	assert.Contains(t, all, "In «Bit4id miniLector EVO» le carte si infilano: lì la CIE non va.")
	assert.Contains(t, all, "Non si capisce dal nome se «Gemalto Prox-DU»")
	s = present(t, states()["contact-reader"], messages.Italian).screen()
	assert.Contains(t, s.lead, "La CIE non ha contatti")
	s = present(t, states()["empty"], messages.Italian).screen()
	assert.Equal(t, "Metti la CIE al centro del lettore «ACS ACR1252 1S CL Reader» e lasciala ferma.", s.lead)
}

func TestTriesAreSaidTruthfully(t *testing.T) {
	seen := code(2, 3)
	seen.Seen = today.AddDate(0, -2, 0)
	tests := []struct {
		code      desk.Code
		words     string
		left, max int
	}{
		{code(3, 3), "restano 3 tentativi su 3", 3, 3},
		{code(1, 3), "resta 1 tentativo su 3", 1, 3},
		{code(0, 3), "bloccato", 0, 3},
		{seen, "restano 2 tentativi su 3, visti il 01/01/2026; la carta non lo dice", 2, 3},
		{desk.Code{State: stateUnknown, Max: 3}, "tentativi sconosciuti: la carta non li dice", 0, 0},
	}
	p := present(t, desk.State{}, messages.Italian)
	for _, tt := range tests {
		assert.Equal(t, tries{name: "PIN", words: tt.words, left: tt.left, max: tt.max}, p.tries("home.fact.pin", tt.code))
	}
}

func TestNoticesAboutACIE(t *testing.T) {
	titles := func(name string) (all []string) {
		for _, n := range present(t, states()[name], messages.Italian).screen().notices {
			all = append(all, n.title)
		}
		return all
	}
	assert.Empty(t, titles("ready"))
	assert.Empty(t, titles("ready-valid"))
	assert.Equal(t, []string{"Il certificato sta per scadere"}, titles("ready-counted"))
	assert.Equal(t, []string{"Il certificato è scaduto"}, titles("ready-expired"))
	assert.Equal(t, []string{"Il certificato non vale ancora"}, titles("ready-later"))
	assert.Equal(t, []string{"Il PUK è bloccato"}, titles("ready-puk-blocked"))
	assert.Equal(t, []string{"A questa carta non si chiedono i tentativi"}, titles("ready-unknown"))
	assert.Equal(t, []string{"Hai accettato questa carta senza prova"}, titles("accepted"))
	assert.Contains(t, present(t, states()["ready-counted"], messages.Italian).screen().notices[0].text, "Scade il 15/04/2026, tra 45 giorni.")
}

func TestProofInPlainWords(t *testing.T) {
	tests := []struct {
		chip   bool
		level  string
		mood   mood
		points []mood
	}{
		{true, "anchored", good, []mood{good, good, good}},
		{true, "self-consistent", warning, []mood{good, good, warning}},
		{true, "failed", bad, []mood{good, bad}},
		{false, "failed", bad, []mood{bad, bad}},
		{true, "unknown", bad, []mood{good, bad}},
	}
	p := present(t, desk.State{}, messages.Italian)
	for _, tt := range tests {
		got := p.proof(desk.Card{ChipProven: tt.chip, Authenticity: tt.level})
		var moods []mood
		for _, point := range got.points {
			moods = append(moods, point.mood)
		}
		assert.Equal(t, tt.mood, got.mood, tt.level)
		assert.Equal(t, tt.points, moods, tt.level)
	}
	assert.Nil(t, p.proof(desk.Card{}))
}

// The number is never shown whole, nor is any other number of the holder.
func TestNumbersAreMasked(t *testing.T) {
	s := present(t, lying(ready(nil)), messages.Italian).screen()
	assert.Equal(t, "••••4207", s.face.nis)
	assert.Equal(t, "••••4207", maskedNIS("********4207"))
}

func TestRefusedCard(t *testing.T) {
	s := present(t, states()["refused-hash"], messages.Italian).screen()
	require.NotNil(t, s.accept)
	assert.Equal(t, []string{"doctor"}, ids(s.tiles, false), "nothing can be done with it but look closer")
	assert.NotEmpty(t, s.notices)
	assert.Equal(t, bad, s.mood)
	assert.Nil(t, present(t, states()["refused-chip"], messages.Italian).screen().accept, "nobody may accept it")

	p := present(t, states()["refused-hash"], messages.Italian)
	p.accepted = card.ErrOtherCard
	assert.Contains(t, p.screen().accept.failed, "La carta non è più la stessa")
	p.tell(lying(at(desk.LookReading)))
	p.tell(states()["refused-hash"])
	assert.Empty(t, p.screen().accept.failed, "that was before")
	p.accepted = errors.New("x")
	p.tell(states()["refused-hash"])
	assert.NotEmpty(t, p.screen().accept.failed)
}

func TestTheUserPicks(t *testing.T) {
	p := present(t, states()["three"], messages.Italian)
	s := p.screen()
	require.Len(t, s.rows, 3)
	assert.Equal(t, "Carta d'identità elettronica (NXP)", s.rows[0].what)
	assert.Equal(t, "Una Tessera Sanitaria (TS-CNS)", s.rows[2].what)
	assert.Equal(t, "Bit4id miniLector EVO", s.rows[2].lay)
	assert.False(t, s.rows[0].shown || s.rows[1].shown || s.rows[2].shown)

	assert.False(t, p.pick("nobody"))
	assert.True(t, p.pick(readerB), "the desk has to be told")
	s = p.screen()
	assert.Equal(t, "Leggo la carta…", s.heading, "until the desk has looked")
	assert.True(t, s.rows[1].shown)
	assert.False(t, p.pick(readerC), "what is no CIE is shown, and not chosen")
	assert.Equal(t, "Sul lettore c'è una Tessera Sanitaria (TS-CNS)", p.screen().heading)

	p.tell(states()["two-chosen"])
	assert.Equal(t, "La tua CIE è pronta", p.screen().heading, "what was picked is gone")
}

// A card that was put in place of the picked one was not picked.
func TestAPickEndsWithTheCard(t *testing.T) {
	two := states()["two"]
	two.Places[0].Reader.Stay, two.Places[1].Reader.Stay = 1, 2
	p := present(t, two, messages.Italian)
	p.pick(readerB)
	swapped := lying(two.Places[0], two.Places[1])
	swapped.Places[1].Reader.Stay = 3
	p.tell(swapped)
	assert.Equal(t, "Quale carta vuoi usare?", p.screen().heading)
}

func TestRows(t *testing.T) {
	p := present(t, desk.State{}, messages.Italian)
	for what, place := range map[string]desk.Place{
		"Lettura in corso…":                     at(desk.LookReading),
		"Una carta che si muove":                at(desk.LookMoving),
		"Una carta che non risponde":            at(desk.LookMute),
		"Una carta che non si può usare":        trouble(busy()),
		"Carta d'identità elettronica ••••4207": ready(nil),
		"Carta d'identità elettronica (NXP)":    unchosen(readerA),
		"Carta d'identità elettronica":          func() desk.Place { u := unchosen(readerA); u.Card = &desk.Card{Name: "cie"}; return u }(),
		"Una carta bancaria":                    foreign(atr.KindOther, "bank-card"),
	} {
		assert.Equal(t, what, p.row(place, false).what)
	}
	assert.Equal(t, "CIEntro Training · DEMO", p.row(demo(ready(nil)), false).lay)
}

func TestReaderNames(t *testing.T) {
	long := strings.Repeat("Lettore ", 20)
	p := present(t, lying(
		reader(readerA, app.ReaderContactless, desk.LookEmpty), reader(readerB, app.ReaderContactless, desk.LookEmpty),
		reader("Twin 00 00", app.ReaderContactless, desk.LookEmpty), reader("Twin 01 00", app.ReaderContactless, desk.LookEmpty),
		reader("Dual [PICC] (123) 00 00", app.ReaderContactless, desk.LookEmpty), reader("Dual [ICC] (123) 00 01", app.ReaderContact, desk.LookEmpty),
	), messages.Italian)
	for name, want := range map[string]string{
		readerA:                   "ACS ACR1252 1S CL Reader",
		readerB:                   "HID Global OMNIKEY 5022 Smart Card Reader",
		"Twin 00 00":              "Twin 00 00",
		"Dual [PICC] (123) 00 00": "Dual [PICC] (123)",
		"A":                       "A",
		"[B] 00 00":               "[B]",
		"":                        "",
	} {
		assert.Equal(t, want, p.called(name))
	}
	assert.Len(t, []rune(p.called(long)), mostName)
	assert.Empty(t, firstUpper(""))
}

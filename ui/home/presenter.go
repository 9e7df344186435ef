package home

import (
	"regexp"
	"strings"
	"time"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
)

// presenter turns what lies on the desk into a screen. It knows no widget, and is
// used from one goroutine.
type presenter struct {
	words  *messages.Printer
	system string // as GOOS names it
	now    func() time.Time

	state    desk.State
	picked   string // the reader whose card the user wants to see; "" is none
	accepted error  // why accepting the shown card failed
}

func newPresenter(words *messages.Printer, system string, now func() time.Time) *presenter {
	return &presenter{words: words, system: system, now: now}
}

// tell takes another state.
func (p *presenter) tell(s desk.State) {
	if before, is := p.state.Place(p.picked), s.Place(p.picked); !lies(is) || lies(before) && before.Reader.Stay != is.Reader.Stay {
		p.picked = "" // the card that the user wanted to see is gone
	}
	if shown := p.shown(); shown != nil {
		if now := s.Place(shown.Reader.Name); now == nil || now.Look != shown.Look {
			p.accepted = nil
		}
	}
	p.state = s
}

// pick shows the card of a reader. It returns whether the desk is to be told that
// this card is meant.
func (p *presenter) pick(reader string) (choose bool) {
	place := p.state.Place(reader)
	if !lies(place) {
		return false
	}
	p.picked, p.accepted = reader, nil
	return place.Look != desk.LookForeign && place.Look != desk.LookMute
}

// lies says whether something lies on a place.
func lies(place *desk.Place) bool { return place != nil && place.Look != desk.LookEmpty }

// lying are the places where something lies.
func (p *presenter) lying() (places []desk.Place) {
	for _, place := range p.state.Places {
		if lies(&place) {
			places = append(places, place)
		}
	}
	return places
}

// shown is the place that the screen is about, nil where there is none: the one
// the user picked, else the chosen one, else the only one where something lies.
func (p *presenter) shown() *desk.Place {
	if place := p.state.Place(p.picked); lies(place) {
		return place
	}
	if place := p.state.ChosenPlace(); lies(place) {
		return place
	}
	if lying := p.lying(); len(lying) == 1 {
		return &lying[0]
	}
	return nil
}

// screen says what is to be seen now.
func (p *presenter) screen() screen {
	lying, shown := p.lying(), p.shown()
	var s screen
	switch {
	case shown != nil:
		s = p.placeScreen(*shown)
	case len(lying) > 1:
		s = screen{heading: p.text("home.choose.title"), lead: p.text("home.choose.lead")}
	default:
		return p.nothingScreen()
	}
	if len(lying) > 1 {
		for _, place := range lying {
			s.rows = append(s.rows, p.row(place, shown != nil && place.Reader.Name == shown.Reader.Name))
		}
	}
	return s
}

// nothingScreen is the screen where no card lies.
func (p *presenter) nothingScreen() screen {
	switch {
	case len(p.state.Places) > 0:
		return p.emptyScreen()
	case p.state.Service == "":
		return screen{heading: p.text("home.starting.title"), lead: p.text("home.starting.lead")}
	case p.state.Service != app.ServiceRunning:
		return p.serviceScreen()
	}
	return screen{
		heading: p.text("home.noreader.title"), lead: p.text("home.noreader.lead"), scene: sceneReader,
		points: p.advice(), tiles: p.tiles("readers", "doctor", "training"),
	}
}

// advice is which readers do.
func (p *presenter) advice() []point {
	return []point{
		{good, p.text("home.advice.contactless")},
		{bad, p.text("home.advice.contact")},
		{plain, p.text("home.advice.usb")},
	}
}

func (p *presenter) serviceScreen() screen {
	state := string(p.state.Service)
	system := p.system
	if system != "linux" && system != "windows" {
		system = "other"
	}
	s := screen{
		heading: p.text("home.service." + state + ".title"), lead: p.text("home.service." + state + ".lead"),
		mood: bad, scene: sceneService, next: p.text("home.service." + state + ".next." + system),
		tiles: p.tiles("doctor", "training"),
	}
	if system == "linux" && (p.state.Service == app.ServiceMissing || p.state.Service == app.ServiceStopped) {
		s.command = p.text("home.command." + state)
	}
	s.code = p.code(p.state.Problem)
	return s
}

// emptyScreen is the screen of readers on which nothing lies.
func (p *presenter) emptyScreen() screen {
	var fitting, contacts []desk.Place
	for _, place := range p.state.Places {
		if place.Reader.Kind == app.ReaderContact {
			contacts = append(contacts, place)
		} else {
			fitting = append(fitting, place)
		}
	}
	if len(fitting) == 0 {
		return screen{
			heading: p.text("home.contact.title"), mood: warning, scene: sceneContact,
			lead:   p.sentence("home.contact.lead", messages.Values{"Reader": p.called(contacts[0].Reader.Name)}),
			points: p.advice(), tiles: p.tiles("readers", "training"),
		}
	}
	s := screen{heading: p.text("home.empty.title"), scene: sceneEmpty, lead: p.whereToLay(fitting)}
	s.points = []point{{good, p.text("home.empty.wallet")}, {good, p.text("home.empty.metal")}}
	for _, place := range fitting {
		if place.Reader.Kind == app.ReaderUnknown {
			s.points = append(s.points, point{plain, p.sentence("home.empty.unknown", messages.Values{"Reader": p.called(place.Reader.Name)})})
		}
	}
	for _, place := range contacts {
		s.points = append(s.points, point{bad, p.sentence("home.empty.contact", messages.Values{"Reader": p.called(place.Reader.Name)})})
	}
	s.tiles = p.tiles("training", "halves")
	if fitting[0].Demo {
		s.tiles = p.tiles("training") // where the example card is put down
	}
	return s
}

func (p *presenter) whereToLay(fitting []desk.Place) string {
	if len(fitting) == 1 {
		return p.sentence("home.empty.lead", messages.Values{"Reader": p.called(fitting[0].Reader.Name)})
	}
	names := make([]string, len(fitting))
	for i, place := range fitting {
		names[i] = p.called(place.Reader.Name)
	}
	return p.sentence("home.empty.lead.several", messages.Values{"Readers": strings.Join(names, ", ")})
}

// row names a card among several.
func (p *presenter) row(place desk.Place, shown bool) row {
	r := row{reader: place.Reader.Name, lay: p.called(place.Reader.Name), shown: shown}
	if place.Demo {
		r.lay = p.sentence("home.choose.demo", messages.Values{"Reader": r.lay})
	}
	switch {
	case place.Card != nil && place.Card.Name == "cie" && place.Card.NIS != "":
		r.what = p.sentence("home.row.cie.nis", messages.Values{"NIS": maskedNIS(place.Card.NIS)})
	case place.Card != nil && place.Card.Name == "cie" && place.Card.Family != "":
		r.what = p.sentence("home.row.cie.family", messages.Values{"Family": app.ChipName(place.Card.Family)})
	case place.Card != nil && place.Card.Name == "cie":
		r.what = p.text("home.row.cie")
	case place.Look == desk.LookForeign:
		r.what = firstUpper(app.CardName(p.words, place.Card.Name))
	default:
		r.what = p.text("home.row." + string(place.Look))
	}
	return r
}

func (p *presenter) text(key string) string { return p.words.Text(key, nil) }

func (p *presenter) sentence(key string, values messages.Values) string {
	return p.words.Text(key, values)
}

// code is how a problem is called when asking for help.
func (p *presenter) code(problem *app.Problem) string {
	if problem == nil {
		return ""
	}
	return p.sentence("home.code", messages.Values{"Code": problem.Code})
}

// What pcsc-lite sets behind a reader's name: the numbers of its slot, and before
// them its serial number and the name of its interface.
var (
	slots   = regexp.MustCompile(`( [0-9A-F]{2}){2}$`)
	details = regexp.MustCompile(` *(\[[^]]*\]|\([^)]*\))`)
)

// mostName is how long a reader's name may be, in characters: nobody's name may
// push the rest out of sight.
const mostName = 48

// called is how people call a reader: as short as still tells it from the others.
func (p *presenter) called(reader string) string {
	without := func(name string) string { return strings.TrimSpace(slots.ReplaceAllString(name, "")) }
	bare := func(name string) string { return strings.TrimSpace(details.ReplaceAllString(without(name), "")) }
	for _, short := range []func(string) string{bare, without} {
		name, alike := short(reader), 0
		for _, place := range p.state.Places {
			if short(place.Reader.Name) == name {
				alike++
			}
		}
		if name != "" && alike <= 1 {
			return clipped(name)
		}
	}
	return clipped(reader)
}

// clipped leaves out the middle of a long name.
func clipped(name string) string {
	all := []rune(name)
	if len(all) <= mostName {
		return name
	}
	return string(all[:mostName/2-1]) + "…" + string(all[len(all)-mostName/2:])
}

// maskedNIS shows the mask of a card's number as dots, few enough for one line.
func maskedNIS(masked string) string {
	return "••••" + strings.TrimLeft(masked, "*")
}

func firstUpper(text string) string {
	all := []rune(text)
	if len(all) == 0 {
		return text
	}
	return strings.ToUpper(string(all[:1])) + string(all[1:])
}

package home

import (
	"slices"
	"strings"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/ui/page"
)

// placeScreen is the screen about one card.
func (p *presenter) placeScreen(place desk.Place) screen {
	var s screen
	switch place.Look {
	case desk.LookReading, desk.LookCIE:
		s = screen{heading: p.text("home.reading.title"), lead: p.text("home.reading.lead"), scene: sceneReading}
	case desk.LookMoving:
		s = screen{heading: p.text("home.moving.title"), lead: p.text("home.moving.lead"), scene: sceneMoving, mood: warning}
	case desk.LookMute:
		s = p.muteScreen(place)
	case desk.LookForeign:
		s = p.foreignScreen(place)
	case desk.LookReady:
		s = p.readyScreen(place)
	default:
		s = p.troubleScreen(place)
	}
	s.reader = place.Reader.Name
	return s
}

func (p *presenter) muteScreen(place desk.Place) screen {
	s := screen{
		heading: p.text("home.mute.title"), mood: warning, scene: sceneMute,
		lead:  p.sentence("home.mute.lead", messages.Values{"Reader": p.called(place.Reader.Name)}),
		again: p.text("home.trouble.again"), code: p.code(place.Problem),
	}
	s.points = []point{{good, p.text("home.mute.lift")}}
	if place.Reader.Kind == app.ReaderContact || place.Reader.Kind == app.ReaderUnknown {
		s.points = append(s.points, point{plain, p.text("home.mute.turn")})
	}
	s.points = append(s.points, point{plain, p.text("home.mute.broken")})
	s.tiles = p.tiles("doctor")
	return s
}

// foreignKind sorts cards that are no CIE by what people have to be told.
func foreignKind(place desk.Place) string {
	key, name := "", ""
	if place.Problem != nil {
		key = place.Problem.Key
	}
	if place.Card != nil {
		name = place.Card.Name
	}
	switch {
	case name == "bank-card":
		return "bank"
	case name == "old-cie":
		return "old"
	case key == "cns":
		return "cns"
	case key == "passport":
		return "passport"
	case name == "" || key == "unknown_card":
		return "unknown"
	}
	return "other"
}

func (p *presenter) foreignScreen(place desk.Place) screen {
	kind := foreignKind(place)
	s := screen{
		heading: p.text("home.foreign.unknown.title"), mood: plain, scene: sceneForeign,
		lead: p.text("home.foreign." + kind + ".lead"), next: p.text("home.foreign." + kind + ".next"),
		code: p.code(place.Problem),
	}
	if kind != "unknown" && place.Card.Name != "" {
		s.heading = p.sentence("home.foreign.title", messages.Values{"Card": app.CardName(p.words, place.Card.Name)})
	}
	switch kind {
	case "cns":
		s.tiles = p.tiles("ts-cns")
	case "old":
		s.tiles = p.tiles("request")
	case "unknown":
		s.again, s.tiles = p.text("home.trouble.again"), p.tiles("doctor")
	}
	return s
}

// troubleScreen is about a card that cannot be used, or is not proven.
func (p *presenter) troubleScreen(place desk.Place) screen {
	if place.Card != nil && place.Card.Refused {
		return p.refusedScreen(place)
	}
	s := screen{
		mood: bad, scene: sceneTrouble, again: p.text("home.trouble.again"), next: p.text("home.trouble.next"),
		tiles: p.tiles("doctor"), code: p.code(place.Problem),
	}
	if place.Problem == nil {
		s.heading = p.text("home.row.trouble")
		return s
	}
	said := place.Problem.Sentences(p.words)
	s.heading, s.lead = said.Title, strings.TrimSpace(said.What+" "+said.Meaning)
	if place.Problem.Kind == app.KindReaderBusy {
		s.mood, s.next = warning, p.text("home.trouble.busy.next")
	}
	return s
}

// refusedScreen is about a CIE that failed its proof.
func (p *presenter) refusedScreen(place desk.Place) screen {
	s := screen{
		heading: p.text("home.refused.title"), lead: p.text("home.refused.lead"), mood: bad,
		next: p.text("home.refused.next"), face: p.face(place, bad), proof: p.proof(*place.Card),
		again: p.text("home.trouble.again"), tiles: p.tiles("doctor"), code: p.code(place.Problem),
	}
	if place.Problem != nil {
		said := place.Problem.Sentences(p.words)
		s.notices = append(s.notices, notice{bad, said.Title, strings.TrimSpace(said.What + " " + said.Meaning)})
	}
	if place.Card.MayAccept {
		s.next = p.text("home.refused.may")
		s.accept = &acceptance{understood: p.text("home.refused.understood"), accept: p.text("home.refused.accept")}
		if p.accepted != nil {
			reason := app.ProblemOf(p.accepted).Sentences(p.words).Title
			s.accept.failed = p.sentence("home.refused.failed", messages.Values{"Reason": reason})
		}
	}
	return s
}

// ways are the pages to which tiles lead.
func ways() map[string]tile {
	return map[string]tile{
		"verify":      {to: page.Verify},
		"change":      {to: page.Change},
		"unblock":     {to: page.Unblock},
		"certificate": {to: page.Certificate},
		"trylogin":    {to: page.TryLogin},
		"training":    {to: page.Training},
		"doctor":      {to: page.Doctor, topic: page.Now},
		"readers":     {to: page.Guide, topic: "readers"},
		"halves":      {to: page.Guide, topic: "halves"},
		"lost":        {to: page.Guide, topic: "lost-codes"},
		"request":     {to: page.Guide, topic: "request"},
		"renew":       {to: page.Guide, topic: "validity"},
		"ts-cns":      {to: page.Guide, topic: "ts-cns"},
	}
}

// tiles makes tiles, in this order.
func (p *presenter) tiles(ids ...string) []tile {
	all := ways()
	tiles := make([]tile, len(ids))
	for i, id := range ids {
		tiles[i] = all[id]
		tiles[i].id, tiles[i].title, tiles[i].more = id, p.text("home.tile."+id+".title"), p.text("home.tile."+id+".more")
	}
	return tiles
}

// disable takes tiles out of use and says why.
func disable(tiles []tile, why string, ids ...string) {
	for i := range tiles {
		if slices.Contains(ids, tiles[i].id) {
			tiles[i].disabled, tiles[i].more = true, why
		}
	}
}

package logintest

import (
	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
)

// deskChecks says what lies on the desk: service, reader, card. A browser has an
// agent of its own, which sees real readers, and not the training.
func deskChecks(s desk.State) []Check {
	if s.Service == "" {
		return []Check{waiting(Service), waiting(Reader), waiting(Card)}
	}
	if s.Service != app.ServiceRunning {
		return []Check{problem(Service, "stopped", nil), waiting(Reader), waiting(Card)}
	}
	service := ok(Service, "ok", nil)
	reader := readerCheck(s)
	if reader.Result != OK {
		return []Check{service, reader, waiting(Card)}
	}
	return []Check{service, reader, cardCheck(s)}
}

// real are the readers that browsers see, too.
func real(s desk.State) (places []desk.Place) {
	for _, p := range s.Places {
		if !p.Demo {
			places = append(places, p)
		}
	}
	return places
}

func readerCheck(s desk.State) Check {
	places := real(s)
	var contact *desk.Place
	for i, p := range places {
		if p.Reader.Kind != app.ReaderContact {
			return ok(Reader, "ok", messages.Values{"Reader": p.Reader.Name})
		}
		contact = &places[i]
	}
	if contact != nil {
		return problem(Reader, "contact", messages.Values{"Reader": contact.Reader.Name})
	}
	return problem(Reader, "none", nil)
}

// cardCheck looks at the card that is meant, else at the first that is there.
func cardCheck(s desk.State) Check {
	if chosen := s.ChosenPlace(); chosen != nil && !chosen.Demo {
		return placeCheck(*chosen)
	}
	cies := 0
	var first *desk.Place
	places := real(s)
	for i, p := range places {
		if p.Look == desk.LookEmpty {
			continue
		}
		if p.Look == desk.LookCIE {
			cies++
		}
		if first == nil || first.Look == desk.LookForeign && p.Look != desk.LookForeign {
			first = &places[i]
		}
	}
	switch {
	case cies > 1:
		return problem(Card, "several", nil)
	case first != nil:
		return placeCheck(*first)
	}
	for _, p := range s.Places {
		if p.Demo && p.Reader.Present {
			return problem(Card, "demo", nil)
		}
	}
	return problem(Card, "empty", nil)
}

func placeCheck(p desk.Place) Check {
	switch p.Look {
	case desk.LookReading:
		return waiting(Card)
	case desk.LookEmpty:
		return problem(Card, "empty", nil)
	case desk.LookMoving, desk.LookMute, desk.LookForeign, desk.LookTrouble:
		return problem(Card, string(p.Look), nil)
	}
	if p.Card == nil {
		return ok(Card, "ok", nil)
	}
	switch p.Card.PIN.State {
	case "blocked":
		return problem(Card, "blocked", nil)
	case "last-try":
		return unknown(Card, "last-try", nil)
	}
	return ok(Card, "ok", nil)
}

package operations

import (
	"slices"

	"cientro/app"
	"cientro/app/desk"
)

// waiting is what to say while no card can be used: one thing.
type waiting struct {
	what    string       // key of the title and the text, below "operations.desk."
	problem *app.Problem // says it instead, where there is one
	reader  string       // which place is meant; "" where that is plain
	choices []choice     // among several cards
	accept  bool         // the card may be accepted as it is
}

// choice is one of several cards.
type choice struct {
	reader, family string
	demo           bool
}

// What is said below "operations.desk.".
const (
	saysLooking = "looking" // at what is there
	saysPlace   = "place"   // a card, please
	saysContact = "contact" // the readers there cannot read a CIE
	saysReading = "reading"
	saysStill   = "still" // the card moves
	saysChoose  = "choose"
	saysLent    = "lent"
)

// waitingFor reads the desk.
func waitingFor(s desk.State) waiting {
	switch {
	case s.Problem != nil && !slices.ContainsFunc(s.Places, func(p desk.Place) bool { return p.Demo }):
		return waiting{problem: s.Problem}
	case len(s.Places) == 0 && s.Service == "":
		return waiting{what: saysLooking}
	case len(s.Places) == 0:
		problem := app.ProblemOf(&app.NoReaderError{})
		return waiting{problem: &problem}
	}
	if place := s.ChosenPlace(); place != nil {
		return waitingAt(*place, s.Places)
	}
	if choices := choicesOf(s.Places); len(choices) > 0 {
		return waiting{what: saysChoose, choices: choices}
	}
	return waitingAt(s.Places[telling(s.Places)], s.Places)
}

// order is in which order the looks of several places are worth telling: what
// will change by itself, then what is wrong, then that there is nothing.
var order = [...]desk.Look{
	desk.LookReading, desk.LookReady, desk.LookTrouble, desk.LookMoving, desk.LookForeign, desk.LookMute, desk.LookEmpty,
}

// telling is the place to speak of where none is chosen.
func telling(places []desk.Place) int {
	for _, look := range order {
		if i := slices.IndexFunc(places, func(p desk.Place) bool { return p.Look == look }); i >= 0 {
			return i
		}
	}
	return 0
}

// waitingAt says what is at one place among all.
func waitingAt(p desk.Place, all []desk.Place) waiting {
	w := waiting{}
	if len(all) > 1 && p.Look != desk.LookEmpty {
		w.reader = p.Reader.Name
	}
	switch p.Look {
	case desk.LookEmpty:
		w.what = saysPlace
		if !slices.ContainsFunc(all, func(p desk.Place) bool { return p.Reader.Kind != app.ReaderContact }) {
			w.what = saysContact
		}
	case desk.LookMoving:
		w.what = saysStill
	case desk.LookReading, desk.LookReady, desk.LookCIE:
		w.what = saysReading
	case desk.LookMute, desk.LookForeign, desk.LookTrouble:
		w.problem = p.Problem
		w.accept = p.Card != nil && p.Card.MayAccept
		if p.Problem == nil {
			w.what = saysStill
		}
		if w.accept {
			w.reader = p.Reader.Name
		}
	}
	return w
}

func choicesOf(places []desk.Place) (choices []choice) {
	for _, p := range places {
		if p.Look == desk.LookCIE || p.Look == desk.LookReady {
			c := choice{reader: p.Reader.Name, demo: p.Demo}
			if p.Card != nil {
				c.family = p.Card.Family
			}
			choices = append(choices, c)
		}
	}
	return choices
}

package shell

import (
	"fyne.io/fyne/v2"

	"cientro/app/desk"
	"cientro/ui/theme"
	"cientro/ui/widgets"
)

// Demo is what the band above the window says.
type Demo string

// Nothing; that the chosen card is made of software; that such a card is there
// as well, and a real one is meant or none yet.
const (
	DemoNone   Demo = ""
	DemoChosen Demo = "chosen"
	DemoBeside Demo = "beside"
)

// DemoOf says what the band has to say of a desk: whoever types a PIN must know
// whether it goes to a real card.
func DemoOf(s desk.State) Demo {
	if chosen := s.ChosenPlace(); chosen != nil && chosen.Demo {
		return DemoChosen
	}
	real := false
	demo := false
	for _, p := range s.Places {
		demo = demo || p.Demo
		real = real || !p.Demo && p.Reader.Present
	}
	switch {
	case !demo:
		return DemoNone
	case real:
		return DemoBeside
	}
	return DemoChosen // nothing but the training is there
}

// Tell shows what lies on the desk, as far as the window itself says it.
func (s *Shell) Tell(state desk.State) {
	if demo := DemoOf(state); demo != s.demo {
		s.demo = demo
		s.tellDemo()
	}
}

func (s *Shell) tellDemo() {
	s.band.Objects = nil
	if s.demo != DemoNone {
		s.band.Objects = []fyne.CanvasObject{
			widgets.NewBand(theme.ColorNameDemo, theme.ColorNameOnDemo, s.words.Text("shell.demo."+string(s.demo), nil)),
		}
	}
	s.band.Refresh()
	s.all.Refresh() // the rest moves
}

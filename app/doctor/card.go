package doctor

import (
	"errors"
	"slices"
	"time"

	"cientro/app"
	"cientro/card"
	"cientro/card/atr"
	"cientro/card/iso7816"
	cardsod "cientro/card/sod"
)

// cardState is what lies on the readers.
type cardState struct {
	lines   []app.ReaderStatus // where a card lies, SAM slots left out
	cies    []app.ReaderStatus
	busy    bool
	meant   *app.ReaderStatus // the one CIE, or the one asked for
	report  *app.CardReport   // of the meant one, where it could be made
	trouble error             // why not
}

// service makes the use cases. It never asks a card for its tries by a VERIFY.
func (l *look) service() *app.Service {
	return app.New(app.Config{
		Readers: l.pcsc().readers, Store: l.Store, Anchors: l.Anchors, Now: l.sys.Now, QueryTries: false,
	})
}

// lookAtCards recognises every card and lets the meant one prove itself. Nothing
// is sent that could spend a try.
func (l *look) lookAtCards() (s cardState) {
	if l.pcsc().readers == nil {
		return s
	}
	service := l.service()
	status, err := service.Status(l.ctx)
	if err != nil {
		s.trouble = err
		return s
	}
	for _, line := range status.Readers {
		if !line.Present || line.Kind == app.ReaderSAM {
			continue
		}
		s.busy = s.busy || errors.Is(line.Trouble, iso7816.ErrBusy)
		s.lines = append(s.lines, line)
		if line.Recognition.Kind == atr.KindCIE && line.Trouble == nil {
			s.cies = append(s.cies, line)
		}
	}
	switch {
	case len(s.cies) == 1:
		s.meant = &s.cies[0]
	case len(s.cies) > 1 && l.Reader != "":
		for i := range s.cies {
			if s.cies[i].Name == l.Reader {
				s.meant = &s.cies[i]
			}
		}
	}
	if s.meant != nil {
		s.report, s.trouble = service.Card(l.ctx, app.Choice{Reader: s.meant.Name}, nil)
	}
	return s
}

// pseudonymOfCard shows that two reports are about the same card.
func (l *look) pseudonymOfCard() []Fact {
	if r := l.cards().report; r != nil && r.NIS.Known() {
		return []Fact{l.pseudonym("card", r.NIS.Reveal())}
	}
	return nil
}

func (l *look) present() outcome {
	if len(l.pcsc().list) == 0 {
		return none()
	}
	if n := len(l.cards().lines); n > 0 {
		return ok(number(n, ""))
	}
	return found("none-there")
}

func (l *look) single() outcome {
	switch n := len(l.cards().lines); {
	case n == 0:
		return none()
	case n > 1:
		return found("several", number(n, ""))
	}
	return ok()
}

func (l *look) mute() outcome {
	if len(l.cards().lines) == 0 {
		return none()
	}
	for _, line := range l.cards().lines {
		if line.Recognition.Kind == atr.KindMute {
			return found("mute", readerName(line.Name))
		}
	}
	return ok()
}

// kind: what the card is, by the applications that it knows.
func (l *look) kind() outcome {
	s := l.cards()
	if len(s.cies) > 0 {
		return ok(l.pseudonymOfCard()...)
	}
	for _, line := range s.lines {
		switch {
		case line.Recognition.Kind == atr.KindMute || errors.Is(line.Trouble, iso7816.ErrBusy):
			continue // told elsewhere
		case line.Trouble != nil:
			return found("unread", readerName(line.Name))
		}
		switch line.Recognition.Kind {
		case atr.KindCNS, atr.KindPassport, atr.KindOther:
			return found(string(line.Recognition.Kind))
		}
		return found("unknown")
	}
	return none()
}

// chipFamily: a label by the ATR; a CIE of an unknown one works all the same.
func (l *look) chipFamily() outcome {
	s := l.cards()
	if s.meant == nil {
		return none()
	}
	if family := s.meant.Recognition.Family; slices.Contains(atr.Families(), family) {
		return ok(word(family))
	}
	return found("unknown")
}

// lookalike: a card that answers like a CIE and is none.
func (l *look) lookalike() outcome {
	s := l.cards()
	if len(s.lines) == 0 {
		return none()
	}
	for _, line := range s.lines {
		if line.Trouble != nil || line.Recognition.Kind == atr.KindCIE {
			continue
		}
		hint := atr.Label(line.ATR)
		for _, c := range append([]atr.Candidate{hint.Candidate}, hint.Alternatives...) {
			if c.Kind == atr.KindCIE {
				return found("alike")
			}
		}
	}
	return ok()
}

func (l *look) pin() outcome {
	r := l.cards().report
	if r == nil || r.Refusal != nil {
		return none()
	}
	switch left := number(r.PIN.Left, ""); r.PIN.State() {
	case card.StateBlocked:
		if r.PUK.Known() && r.PUK.Left <= 0 {
			return found("lost")
		}
		return found("blocked")
	case card.StateLastTry:
		return found("last", left)
	case card.StateCounted:
		return found("fewer", left)
	case card.StateUnknown:
		return found("unknown")
	default:
		return ok(left)
	}
}

// fewPUK is from how many tries on each of the PUK deserves care.
const fewPUK = 3

func (l *look) puk() outcome {
	r := l.cards().report
	if r == nil || r.Refusal != nil {
		return none()
	}
	switch left := number(r.PUK.Left, ""); {
	case !r.PUK.Known():
		return found("unknown")
	case r.PUK.Left <= 0:
		return found("blocked")
	case r.PUK.Left <= fewPUK:
		return found("few", left)
	default:
		return ok(left)
	}
}

// chip: the chip has to prove a key that the SOD signs.
func (l *look) chip() outcome {
	s := l.cards()
	switch {
	case s.meant == nil:
		return none()
	case s.report == nil:
		return found("channel")
	case !s.report.ChipAuthenticated || s.report.Refusal != nil && s.report.Refusal.Step == card.StepChip:
		return found("fake")
	}
	return ok()
}

func (l *look) sod() outcome {
	r := l.cards().report
	if r == nil || !r.ChipAuthenticated {
		return none()
	}
	switch r.SOD.Level {
	case cardsod.LevelAnchored:
		return ok()
	case cardsod.LevelSelfConsistent:
		if l.Virtual {
			return found("specimen") // its authority is made up, and nobody trusts it
		}
		return found("unanchored")
	case cardsod.LevelFailed:
		return found("failed")
	}
	return found("unknown")
}

func (l *look) certificateSeen() outcome {
	r := l.cards().report
	if r == nil || r.Refusal != nil {
		return none()
	}
	if r.Certificate == nil {
		return found("never")
	}
	return ok()
}

// soon is when to think of a new card.
const soon = 90 * 24 * time.Hour

// validity shows no date: a CIE ends on its holder's birthday.
func (l *look) validity() outcome {
	r := l.cards().report
	if r == nil || r.Certificate == nil {
		return none()
	}
	switch now := l.sys.Now(); {
	case now.Before(r.Certificate.NotBefore):
		return found("not-yet")
	case now.After(r.Certificate.NotAfter):
		return found("expired")
	case now.Add(soon).After(r.Certificate.NotAfter):
		return found("soon")
	}
	return ok()
}

func (l *look) anchors() outcome {
	switch {
	case l.TrustDamaged:
		return found("damaged")
	case l.AnchorCount == 0:
		return found("none-there")
	}
	return ok(number(l.AnchorCount, ""))
}

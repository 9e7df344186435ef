package home

import (
	"math"
	"time"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
)

// readyScreen is about a CIE that can be used.
func (p *presenter) readyScreen(place desk.Place) screen {
	c := *place.Card
	sign := good
	if c.Accepted || c.PIN.State == stateBlocked || c.PIN.State == stateLastTry {
		sign = warning
	}
	if c.PIN.State == stateBlocked && c.PUK.State == stateBlocked {
		sign = bad
	}
	s := screen{mood: sign, face: p.face(place, sign), proof: p.proof(c)}
	p.sayPIN(&s, c)
	s.notices = p.cieNotices(c)
	s.again = p.text("home.read.again")
	if !c.ReadAt.IsZero() {
		s.read = p.sentence("home.read", messages.Values{"When": c.ReadAt.Local().Format("15:04")})
	}
	if p.expiresSoon(c) {
		s.tiles = append(s.tiles, p.tiles("renew")...)
	}
	return s
}

// The states of a code, as desk.Code has them.
const (
	stateCounted = "counted"
	stateLastTry = "last-try"
	stateBlocked = "blocked"
	stateUnknown = "unknown"
)

// sayPIN chooses the heading and the actions, the one that helps most first.
func (p *presenter) sayPIN(s *screen, c desk.Card) {
	s.heading = p.text("home.cie.title")
	pukBlocked := c.PUK.State == stateBlocked
	switch {
	case c.PIN.State == stateBlocked && pukBlocked:
		s.heading, s.lead = p.text("home.cie.dead.title"), p.text("home.cie.dead.lead")
		s.tiles = p.tiles("request", "verify", "change", "unblock", "certificate", "trylogin")
		disable(s.tiles, p.text("home.tile.dead.more"), "verify", "change", "unblock", "certificate", "trylogin")
		return
	case c.PIN.State == stateBlocked:
		s.heading, s.lead = p.text("home.cie.blocked.title"), p.text("home.cie.blocked.lead")
		s.tiles = p.tiles("unblock", "lost", "verify", "change", "certificate", "trylogin")
		disable(s.tiles, p.text("home.tile.blocked.more"), "verify", "change", "certificate", "trylogin")
		return
	case c.PIN.State == stateLastTry:
		s.heading, s.lead = p.text("home.cie.last.title"), p.text("home.cie.last.lead")
		s.tiles = p.tiles("halves", "verify", "unblock", "change", "certificate", "trylogin")
	default:
		s.lead = p.text("home.cie.lead.ok")
		if c.PIN.State == stateCounted || c.PIN.State == stateUnknown {
			s.lead = p.text("home.cie.lead." + c.PIN.State)
		}
		s.tiles = p.tiles("verify", "change", "unblock", "certificate", "trylogin")
	}
	if pukBlocked {
		disable(s.tiles, p.text("home.tile.pukblocked.more"), "unblock")
	}
}

// cieNotices are what to mind about a CIE that can be used.
func (p *presenter) cieNotices(c desk.Card) (notices []notice) {
	say := func(m mood, key string) {
		notices = append(notices, notice{m, p.text("home." + key + ".title"), p.text("home." + key + ".text")})
	}
	if c.Accepted {
		say(warning, "accepted")
	}
	if c.PUK.State == stateBlocked && c.PIN.State != stateBlocked {
		say(warning, "pukblocked")
	}
	if c.TriesQueryUnsafe {
		say(plain, "unsafe")
	}
	if n := p.validity(c); n != nil {
		notices = append(notices, *n)
	}
	return notices
}

// soonExpiring is how long before its end a certificate is talked about.
const soonExpiring = 90 * 24 * time.Hour

func (p *presenter) expiresSoon(c desk.Card) bool {
	return !c.ValidTo.IsZero() && c.ValidTo.Sub(p.now()) < soonExpiring
}

// validity is a notice about the certificate, nil where there is nothing to say.
func (p *presenter) validity(c desk.Card) *notice {
	now := p.now()
	values := messages.Values{"Until": p.date(c.ValidTo), "From": p.date(c.ValidFrom)}
	switch {
	case c.ValidTo.IsZero():
		return nil
	case now.After(c.ValidTo):
		return &notice{bad, p.text("home.expired.title"), p.sentence("home.expired.text", values)}
	case now.Before(c.ValidFrom):
		return &notice{warning, p.text("home.later.title"), p.sentence("home.later.text", values)}
	case p.expiresSoon(c):
		days := int(math.Ceil(c.ValidTo.Sub(now).Hours() / 24))
		return &notice{warning, p.text("home.expiring.title"), p.words.Count("home.expiring.text", days, values)}
	}
	return nil
}

func (p *presenter) date(t time.Time) string { return t.Local().Format(p.text("home.date")) }

// face is the card as it is drawn, and the facts beside it.
func (p *presenter) face(place desk.Place, sign mood) *face {
	c := *place.Card
	f := &face{
		name: p.text("home.face.name"), mood: sign,
		pin: p.tries("home.fact.pin", c.PIN), puk: p.tries("home.fact.puk", c.PUK),
	}
	if c.NIS != "" {
		f.nis = maskedNIS(c.NIS)
	}
	if place.Demo {
		f.demo = p.text("home.face.demo")
	}
	add := func(key, is string) {
		if is != "" {
			f.facts = append(f.facts, fact{p.text(key), is})
		}
	}
	if c.Authenticity != "" {
		add("home.fact.authenticity", p.text("home.proof.level."+c.Authenticity))
	}
	add("home.fact.certificate", p.certificate(c))
	add("home.fact.nis", f.nis)
	add("home.fact.family", app.ChipName(c.Family))
	add("home.fact.reader", p.called(place.Reader.Name))
	return f
}

func (p *presenter) certificate(c desk.Card) string {
	values := messages.Values{"Until": p.date(c.ValidTo), "From": p.date(c.ValidFrom)}
	switch now := p.now(); {
	case c.Refused:
		return ""
	case c.ValidTo.IsZero():
		return p.text("home.certificate.unread")
	case now.After(c.ValidTo):
		return p.sentence("home.certificate.expired", values)
	case now.Before(c.ValidFrom):
		return p.sentence("home.certificate.later", values)
	default:
		return p.sentence("home.certificate.until", values)
	}
}

// tries says a counter, and no more than is known.
func (p *presenter) tries(key string, c desk.Code) tries {
	t := tries{name: p.text(key)}
	if !c.Known {
		t.words = p.text("home.tries.unknown")
		return t
	}
	t.left, t.max = c.Left, c.Max
	t.words = p.words.Count("tries.of", c.Left, messages.Values{"Max": c.Max})
	if c.Left <= 0 {
		t.words = p.text("home.tries.blocked")
	}
	if !c.Seen.IsZero() {
		t.words = p.sentence("home.tries.seen", messages.Values{"Tries": t.words, "When": p.date(c.Seen)})
	}
	return t
}

// proof says in plain words what was checked.
func (p *presenter) proof(c desk.Card) *proof {
	if c.Authenticity == "" {
		return nil
	}
	pr := &proof{title: p.text("home.proof.title"), level: p.text("home.proof.level." + c.Authenticity), mood: bad}
	check := func(key string, holds bool, otherwise mood) {
		if holds {
			pr.points = append(pr.points, point{good, p.text("home.proof." + key + ".yes")})
		} else {
			pr.points = append(pr.points, point{otherwise, p.text("home.proof." + key + ".no")})
		}
	}
	anchored := c.Authenticity == "anchored"
	holds := anchored || c.Authenticity == "self-consistent"
	check("chip", c.ChipProven, bad)
	check("sod", holds, bad)
	if holds {
		check("anchor", anchored, warning)
		pr.mood = good
		if !anchored {
			pr.mood = warning
		}
	}
	return pr
}

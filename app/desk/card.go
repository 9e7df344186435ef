package desk

import (
	"time"

	"cientro/app"
	"cientro/card"
)

// cardOf puts a report into plain values.
func cardOf(r *app.CardReport, now time.Time) *Card {
	c := &Card{
		Name: nameCIE, Family: r.Family, NIS: r.NIS.String(),
		PIN: codeOf(r.PIN), PUK: codeOf(r.PUK),
		ChipProven: r.ChipAuthenticated, Authenticity: string(r.Authenticity),
		Refused: r.Refusal != nil, MayAccept: r.Refusal != nil && r.Refusal.Overridable,
		Accepted: app.TakenOn(r.Report), TriesQueryUnsafe: r.TriesQueryUnsafe, ReadAt: now,
	}
	if r.Certificate != nil {
		c.ValidFrom, c.ValidTo = r.Certificate.NotBefore, r.Certificate.NotAfter
	}
	return c
}

// codeOf puts a counter into plain values.
func codeOf(t card.Tries) Code {
	c := Code{State: string(t.State()), Known: t.Known(), Max: t.Max}
	if c.Known {
		c.Left = t.Left
	}
	if t.Source == card.SourceLastSeen {
		c.Seen = t.SeenAt
	}
	return c
}

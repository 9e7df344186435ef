package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card"
	"cientro/card/atr"
	"cientro/card/sod"
)

type cardDocument struct {
	Schema           string      `json:"schema"`
	Reader           string      `json:"reader"`
	ATR              *string     `json:"atr"`
	Kind             atr.Kind    `json:"kind"`
	Family           *string     `json:"family"`
	NIS              *string     `json:"nis"`
	PIN              triesJSON   `json:"pin"`
	PUK              triesJSON   `json:"puk"`
	Authenticity     sod.Level   `json:"authenticity"`
	Chip             chipJSON    `json:"chip"`
	SOD              sod.Verdict `json:"sod"`
	PINAllowed       bool        `json:"pinAllowed"`
	TriesQueryUnsafe bool        `json:"triesQueryUnsafe"`
	Error            *errorJSON  `json:"error,omitempty"` // why no PIN goes to this card
}

type chipJSON struct {
	Authenticated bool `json:"authenticated"`
}

// triesJSON is a retry counter; numbers that are not known are null.
type triesJSON struct {
	State     card.State  `json:"state"`
	TriesLeft *int        `json:"triesLeft"`
	TriesMax  int         `json:"triesMax"`
	Source    card.Source `json:"source"`
	SeenAt    *time.Time  `json:"seenAt,omitempty"`
}

func triesOf(t card.Tries) triesJSON {
	out := triesJSON{State: t.State(), TriesLeft: app.TriesLeft(t), TriesMax: t.Max, Source: t.Source}
	if t.Source == card.SourceLastSeen {
		out.SeenAt = &t.SeenAt
	}
	return out
}

func (p *program) cardCommand() *cobra.Command {
	return p.command("card", "card", arguments(0, 0), func(ctx context.Context, _ []string) error {
		report, err := p.inspect(ctx)
		if err != nil {
			return err
		}
		if p.flags.json {
			p.printJSON(p.cardJSON(report))
		} else {
			p.sayCard(report)
		}
		return p.refusal(report)
	})
}

// refusal is the error of a card that is shown but failed to prove itself,
// unless the user takes it on.
func (p *program) refusal(r *app.CardReport) error {
	if r.Refusal == nil || r.Refusal.Overridable && p.flags.acceptUnproven {
		return nil
	}
	return &toldError{r.Refusal}
}

func (p *program) inspect(ctx context.Context) (*app.CardReport, error) {
	service, err := p.service(ctx)
	if err != nil {
		return nil, err
	}
	return service.Card(ctx, p.flags.choice(), p.asker().Progress)
}

func (p *program) cardJSON(r *app.CardReport) cardDocument {
	document := cardDocument{
		Schema: "cientro.card/1", Reader: r.Reader.Name, ATR: hexOrNil(r.ATR), Kind: r.Kind,
		Family: stringOrNil(r.Family), NIS: stringOrNil(p.personal(r.NIS)), PIN: triesOf(r.PIN), PUK: triesOf(r.PUK),
		Authenticity: r.Authenticity, Chip: chipJSON{r.ChipAuthenticated}, SOD: r.SOD,
		PINAllowed: p.refusal(r) == nil, TriesQueryUnsafe: r.TriesQueryUnsafe,
	}
	if r.Refusal != nil {
		e := p.describe(app.ProblemOf(r.Refusal))
		document.Error = &e
	}
	return document
}

// personal is a personal text: masked, unless the user asked to see it.
func (p *program) personal(text interface {
	Reveal() string
	String() string
}) string {
	if p.flags.showPersonal {
		return text.Reveal()
	}
	return text.String()
}

func (p *program) sayCard(r *app.CardReport) {
	p.say("card.kind", messages.Values{"Card": p.kindWords(r.Kind, r.Family)})
	p.say("card.reader", messages.Values{"Reader": r.Reader.Name})
	p.say("card.nis", messages.Values{"NIS": p.personal(r.NIS)})
	p.say("card.pin", messages.Values{"Tries": p.triesWords(r.PIN)})
	p.say("card.puk", messages.Values{"Tries": p.triesWords(r.PUK)})
	p.say("card.authenticity", messages.Values{"Level": p.text("level." + string(r.Authenticity))})
	p.say("card.chip", messages.Values{"Chip": p.text(chipKey(r.ChipAuthenticated))})
	p.say("card.sod", messages.Values{
		"Signature": p.text("signature." + string(r.SOD.Signature)), "Variant": r.SOD.Variant, "Signer": r.SOD.Signer,
	})
	if r.TriesQueryUnsafe {
		p.note("note.query-unsafe", nil)
	}
}

func chipKey(authenticated bool) string {
	if authenticated {
		return "card.chip.yes"
	}
	return "card.chip.no"
}

// triesWords says a counter: state, number, and how it is known.
func (p *program) triesWords(t card.Tries) string {
	switch {
	case !t.Known():
		return p.text("tries.unknown")
	case t.Left <= 0:
		return p.text("tries.blocked")
	}
	sentence := p.words.Count("tries.of", t.Left, messages.Values{"Max": t.Max})
	if t.Source == card.SourceLastSeen {
		return p.words.Text("tries.last-seen", messages.Values{"Tries": sentence, "When": t.SeenAt.Local().Format("2006-01-02 15:04")})
	}
	return sentence
}

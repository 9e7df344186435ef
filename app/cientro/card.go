package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card"
	"cientro/card/atr"
	"cientro/card/sod"
)

type cardDocument struct {
	Schema           string     `json:"schema"`
	Reader           string     `json:"reader"`
	ATR              *string    `json:"atr"`
	Kind             atr.Kind   `json:"kind"`
	Family           *string    `json:"family"`
	NIS              *string    `json:"nis"`
	PIN              triesJSON  `json:"pin"`
	PUK              triesJSON  `json:"puk"`
	Authenticity     sod.Level  `json:"authenticity"`
	Chip             chipJSON   `json:"chip"`
	SOD              proofJSON  `json:"sod"`
	PINAllowed       bool       `json:"pinAllowed"`
	TakenOn          bool       `json:"unprovenAccepted"` // allowed although not proven
	TriesQueryUnsafe bool       `json:"triesQueryUnsafe"`
	Error            *errorJSON `json:"error,omitempty"` // why no PIN goes to this card
}

type chipJSON struct {
	Authenticated bool `json:"authenticated"`
}

// proofJSON is what EF.SOD proves; null where it does not tell.
type proofJSON struct {
	Level     sod.Level                   `json:"level"`
	Variant   *string                     `json:"variant"`
	Signature sod.SignatureState          `json:"signature"`
	Hashes    map[sod.Group]sod.HashState `json:"hashes"`
	Signer    *string                     `json:"signer"`
	Chain     sod.Chain                   `json:"chain"`
	Warnings  []sod.Warning               `json:"warnings,omitempty"`
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
		p.noteReport(report.Report)
		return refusal(report)
	})
}

// refusal is the error of a card that is shown but failed to prove itself, and
// that the user has not taken on.
func refusal(r *app.CardReport) error {
	if r.Refusal == nil {
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
	return cardDocument{
		Schema: "cientro.card/1", Reader: r.Reader.Name, ATR: hexOrNil(r.ATR), Kind: r.Kind,
		Family: stringOrNil(r.Family), NIS: stringOrNil(p.personal(r.NIS)), PIN: triesOf(r.PIN), PUK: triesOf(r.PUK),
		Authenticity: r.Authenticity, Chip: chipJSON{r.ChipAuthenticated}, SOD: proofOf(r.SOD),
		PINAllowed: r.Refusal == nil, TakenOn: app.TakenOn(r.Report), TriesQueryUnsafe: r.TriesQueryUnsafe,
		Error: p.refusalJSON(r),
	}
}

func (p *program) refusalJSON(r *app.CardReport) *errorJSON {
	if r.Refusal == nil {
		return nil
	}
	e := p.describe(app.ProblemOf(r.Refusal))
	return &e
}

func proofOf(v sod.Verdict) proofJSON {
	out := proofJSON{
		Level: v.Level, Variant: stringOrNil(string(v.Variant)), Signature: v.Signature, Hashes: v.Hashes,
		Signer: stringOrNil(v.Signer), Chain: v.Chain, Warnings: v.Warnings,
	}
	if out.Level == "" { // nothing was looked at
		out.Level, out.Signature = sod.LevelUnknown, sod.SignatureNone
	}
	return out
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
	p.say("card.kind", messages.Values{"Card": p.kindWords(r.Recognition)})
	p.say("card.reader", messages.Values{"Reader": r.Reader.Name})
	p.say("card.nis", messages.Values{"NIS": p.personal(r.NIS)})
	p.say("card.pin", messages.Values{"Tries": p.triesWords(r.PIN)})
	p.say("card.puk", messages.Values{"Tries": p.triesWords(r.PUK)})
	p.say("card.authenticity", messages.Values{"Level": p.text("level." + string(r.Authenticity))})
	p.say("card.chip", messages.Values{"Chip": p.text(chipKey(r.ChipAuthenticated))})
	p.saySignature(proofOf(r.SOD))
	if groups := mismatched(r.SOD); len(groups) > 0 {
		p.say("card.mismatch", messages.Values{"Groups": strings.Join(groups, ", ")})
	}
}

// mismatched names the data groups that are not what was signed.
func mismatched(v sod.Verdict) (groups []string) {
	for group, state := range v.Hashes {
		if state == sod.HashMismatch {
			groups = append(groups, group.String())
		}
	}
	slices.Sort(groups)
	return groups
}

func (p *program) saySignature(proof proofJSON) {
	state := p.text("signature." + string(proof.Signature))
	if proof.Variant == nil || proof.Signer == nil {
		p.say("card.sod.bare", messages.Values{"Signature": state})
		return
	}
	p.say("card.sod", messages.Values{"Signature": state, "Variant": *proof.Variant, "Signer": *proof.Signer})
}

// noteChosen says which card is meant, where more than one reader holds one.
func (p *program) noteChosen(r *app.CardReport) {
	if r.OneOfSeveral {
		p.note("note.chosen", messages.Values{"Reader": r.Reader.Name, "NIS": p.personal(r.NIS)})
	}
}

// noteReport tells aside what somebody who goes on with this card must know.
func (p *program) noteReport(r *card.Report) {
	if app.TakenOn(r) {
		p.note("note.taken-on", nil)
	}
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

// triesAfter says a counter as a success of ours left it: nobody need be told
// how it is known.
func (p *program) triesAfter(t card.Tries) string {
	t.Source = card.SourceCard
	return p.triesWords(t)
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

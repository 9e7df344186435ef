package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card"
	"cientro/card/atr"
)

type statusDocument struct {
	Schema  string       `json:"schema"`
	Service serviceJSON  `json:"service"`
	Readers []readerJSON `json:"readers"`
	Error   *errorJSON   `json:"error,omitempty"`
}

type serviceJSON struct {
	State app.ServiceState `json:"state"`
}

type readerJSON struct {
	Index int            `json:"index"`
	Name  string         `json:"name"`
	Kind  app.ReaderKind `json:"kind"`
	Card  presenceJSON   `json:"card"`
}

type presenceJSON struct {
	Present bool       `json:"present"`
	ATR     *string    `json:"atr"`
	Kind    *atr.Kind  `json:"kind"`
	Family  *string    `json:"family"`
	Name    *string    `json:"name"` // what a card that is no CIE is
	Error   *errorJSON `json:"error,omitempty"`
}

func (p *program) statusCommand() *cobra.Command {
	return p.command("status", "status", arguments(0, 0), func(ctx context.Context, _ []string) error {
		var status app.Status
		service, err := p.service(ctx)
		if err == nil {
			status, err = service.Status(ctx)
		}
		if err != nil {
			return p.statusTrouble(err)
		}
		if p.flags.json {
			p.printJSON(p.statusJSON(status))
			return nil
		}
		p.sayStatus(status)
		return nil
	})
}

// statusTrouble: that the service is down is what status is asked for, so its
// own document says it; the exit code says it too.
func (p *program) statusTrouble(err error) error {
	problem := app.ProblemOf(err)
	state := app.StateOf(err)
	if state == "" || !p.flags.json {
		return err
	}
	e := p.describe(problem)
	p.printJSON(statusDocument{Schema: "cientro.status/1", Service: serviceJSON{state}, Readers: []readerJSON{}, Error: &e})
	return &toldError{err}
}

func (p *program) statusJSON(status app.Status) statusDocument {
	document := statusDocument{Schema: "cientro.status/1", Service: serviceJSON{status.Service}, Readers: []readerJSON{}}
	for i, r := range status.Readers {
		line := readerJSON{Index: i, Name: r.Name, Kind: r.Kind, Card: presenceJSON{Present: r.Present}}
		if r.Present {
			line.Card.ATR = hexOrNil(r.Recognition.ATR)
			line.Card.Kind = &r.Recognition.Kind
			line.Card.Family = stringOrNil(r.Recognition.Family)
			line.Card.Name = stringOrNil(r.Recognition.Name)
		}
		if r.Trouble != nil {
			e := p.describe(app.ProblemOf(r.Trouble))
			line.Card.Error = &e
		}
		document.Readers = append(document.Readers, line)
	}
	return document
}

func (p *program) sayStatus(status app.Status) {
	if p.flags.virtual {
		p.say("status.not-needed", nil)
	} else {
		p.say("status.running", nil)
	}
	if len(status.Readers) == 0 {
		p.say("status.no-reader", nil)
	}
	for i, r := range status.Readers {
		p.say("status.reader", messages.Values{
			"Index": i, "Name": r.Name, "Kind": p.text("reader." + string(r.Kind)), "Card": p.cardWords(r),
		})
	}
}

func (p *program) cardWords(r app.ReaderStatus) string {
	switch {
	case r.Kind == app.ReaderSAM:
		return p.text("status.sam")
	case !r.Present:
		return p.text("status.empty")
	case r.Trouble != nil && r.Recognition.Kind != atr.KindMute:
		return app.ProblemOf(r.Trouble).Sentences(p.words).Title
	}
	return p.kindWords(r.Recognition)
}

// kindWords names a card: a CIE with its chip family, another card as what it
// is, as far as that is known.
func (p *program) kindWords(r card.Recognition) string {
	kind := p.text("kind." + string(r.Kind))
	switch {
	case r.Kind == atr.KindCIE && r.Family != "":
		return p.words.Text("kind.family", messages.Values{"Kind": kind, "Family": r.Family})
	case r.Kind != atr.KindCIE && r.Name != "":
		return p.words.Text("kind.named", messages.Values{"Name": app.CardName(p.words, r.Name)})
	}
	return kind
}

func hexOrNil(b []byte) *string {
	if len(b) == 0 {
		return nil
	}
	return stringOrNil(fmt.Sprintf("%X", b))
}

func stringOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

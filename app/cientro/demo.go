package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
)

type demoDocument struct {
	Schema  string     `json:"schema"`
	Place   demoPlace  `json:"place"`
	Reason  *string    `json:"reason"`
	Reader  string     `json:"reader"`
	Profile string     `json:"profile"`
	Steps   []stepJSON `json:"steps"`
	Result  string     `json:"result"`
	Error   *errorJSON `json:"error,omitempty"`
}

type stepJSON struct {
	Step         string  `json:"step"`
	Text         string  `json:"text"`
	TriesLeft    *int    `json:"triesLeft"`
	APDUs        int     `json:"apdus"`
	Milliseconds float64 `json:"milliseconds"`
}

const (
	demoProfile = "gemalto"
	resultError = "error"
)

func (p *program) demoCommand() *cobra.Command {
	var inProcess bool
	var module string
	c := p.command("demo [--in-process] [--module FILE]", "demo", arguments(0, 0), func(ctx context.Context, _ []string) error {
		return p.demo(ctx, inProcess || p.flags.virtual, module)
	})
	c.Flags().BoolVar(&inProcess, "in-process", false, p.text("flag.in-process"))
	c.Flags().StringVar(&module, "module", "", p.text("flag.module"))
	c.AddCommand(p.demoBrowserCommand())
	return c
}

// demo plays the product's main job on a fresh card in software: through a
// PC/SC service where that can be had without touching the system's own.
func (p *program) demo(ctx context.Context, inProcess bool, module string) error {
	p.say("demo.hello", nil)
	data, err := specimen.Generate(p.rand, specimen.Options{Now: p.now()})
	if err != nil {
		return err
	}
	profile, _ := virtual.ProfileByName(demoProfile)
	c, err := virtual.New(virtual.Config{Data: data, Profile: profile, Rand: p.rand})
	if err != nil {
		return err
	}
	stage, err := p.demoStage(ctx, c, inProcess)
	if err != nil {
		return err
	}
	defer stage.close()
	p.sayStage(stage)
	play := &play{program: p, data: data, card: c, module: module, stage: stage, document: demoDocument{
		Schema: "cientro.demo/1", Place: stage.place, Reason: stringOrNil(stage.reason),
		Reader: stage.reader, Profile: demoProfile, Steps: []stepJSON{}, Result: resultOK,
	}}
	play.service = app.New(app.Config{
		Readers: stage.readers, Store: store.Memory(), Rand: p.rand, Now: p.now, QueryTries: true,
		Trace: func(iso7816.Entry) { play.apdus++ },
	})
	err = play.run(ctx)
	return p.demoEnd(play, err)
}

func (p *program) demoEnd(play *play, err error) error {
	if err != nil {
		play.document.Result = resultError
		e := p.describe(app.ProblemOf(err))
		play.document.Error = &e
		err = &toldError{err}
	} else {
		p.say("demo.goodbye", messages.Values{"APDUs": play.total})
	}
	if p.flags.json {
		p.printJSON(play.document)
	}
	return err
}

func (p *program) sayStage(s *stage) {
	p.say("demo.place."+string(s.place), messages.Values{"Reader": s.reader})
	if s.reason != "" {
		p.say("demo.reason", messages.Values{"Detail": s.reason})
	}
}

// play is one run of the story.
type play struct {
	*program
	service  *app.Service
	stage    *stage
	data     *specimen.Data
	card     *virtual.Card
	module   string // as the user named it; empty for the one beside the program
	document demoDocument
	apdus    int // of the step in hand
	total    int
}

// step does one thing, tells what came of it, and what it cost.
func (d *play) step(ctx context.Context, name string, do func(context.Context) (messages.Values, *int, error)) error {
	d.say("demo.step", messages.Values{"Number": len(d.document.Steps) + 1, "Title": d.text("demo.title." + name)})
	d.apdus = 0
	began := time.Now()
	values, left, err := do(ctx)
	took := time.Since(began)
	d.total += d.apdus
	if err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	text := d.words.Text("demo.done."+name, values)
	d.say("demo.result", messages.Values{"Text": text})
	d.say("demo.cost", messages.Values{
		"APDUs": d.words.Count("demo.commands", d.apdus, nil), "Milliseconds": took.Round(time.Millisecond).Milliseconds(),
	})
	d.document.Steps = append(d.document.Steps, stepJSON{
		Step: name, Text: text, TriesLeft: left, APDUs: d.apdus, Milliseconds: float64(took.Microseconds()) / 1000,
	})
	return nil
}

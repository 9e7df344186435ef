package main

import (
	"context"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card/sod"
)

type sodDocument struct {
	Schema string     `json:"schema"`
	Files  []sodJSON  `json:"files"`
	Error  *errorJSON `json:"error,omitempty"`
}

type sodJSON struct {
	File string `json:"file"`
	*sod.Verdict
	Failures []string   `json:"failures"`
	Error    *errorJSON `json:"error,omitempty"`
}

func (p *program) sodCommand() *cobra.Command {
	return p.group("sod", "sod", p.command("verify FILE...", "sod.verify", arguments(1, -1), p.sodVerify))
}

// sodVerify judges each file and goes on after a bad one; the first trouble
// decides the exit code.
func (p *program) sodVerify(_ context.Context, paths []string) error {
	trust, err := p.trust()
	if err != nil {
		return err
	}
	document := sodDocument{Schema: "cientro.sod/1"}
	var first error
	for _, path := range paths {
		verdict, err := app.VerifySOD(path, trust.Anchors(), p.now())
		if err != nil && first == nil {
			first = err
		}
		line := sodJSON{File: path, Failures: []string{}}
		if verdict.Level != "" {
			line.Verdict = &verdict
		}
		for _, failure := range verdict.Failures {
			line.Failures = append(line.Failures, failure.Error())
		}
		if err != nil {
			e := p.describe(app.ProblemOf(err))
			line.Error = &e
		}
		document.Files = append(document.Files, line)
		p.saySOD(line)
	}
	if !p.flags.json {
		return first
	}
	if first == nil {
		p.printJSON(document)
		return nil
	}
	e := p.describe(app.ProblemOf(first))
	document.Error = &e
	p.printJSON(document)
	return &toldError{first}
}

func (p *program) saySOD(line sodJSON) {
	if line.Verdict == nil { // not even a SOD
		p.say("sod.unreadable", messages.Values{"File": line.File})
		return
	}
	p.say("sod.file", messages.Values{
		"File": line.File, "Level": p.text("level." + string(line.Level)), "Variant": line.Variant,
		"Signature": p.text("signature." + string(line.Signature)), "Signer": line.Signer,
	})
	for _, failure := range line.Failures {
		p.say("sod.failure", messages.Values{"Detail": failure})
	}
	for _, warning := range line.Warnings {
		p.say("sod.warning", messages.Values{"Detail": warning.String()})
	}
}

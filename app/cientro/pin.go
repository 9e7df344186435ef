package main

import (
	"context"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card"
)

type pinDocument struct {
	Schema    string        `json:"schema"`
	Operation app.Operation `json:"operation"`
	Result    string        `json:"result"`
	TriesLeft *int          `json:"triesLeft"`
	PIN       *triesJSON    `json:"pin,omitempty"`
	PUK       *triesJSON    `json:"puk,omitempty"`
	Error     *errorJSON    `json:"error,omitempty"` // why no PIN goes to this card
}

const (
	pinSchema = "cientro.pin/1"
	resultOK  = "ok"
)

func (p *program) pinCommand() *cobra.Command {
	return p.group("pin", "pin",
		p.command("status", "pin.status", arguments(0, 0), p.pinStatus),
		p.pinOperation(app.OperationVerify, (*app.Service).VerifyPIN),
		p.pinOperation(app.OperationChange, (*app.Service).ChangePIN),
		p.pinOperation(app.OperationUnblock, (*app.Service).UnblockPIN),
	)
}

func (p *program) pinStatus(ctx context.Context, _ []string) error {
	report, err := p.inspect(ctx)
	if err != nil {
		return err
	}
	if p.flags.json {
		pin, puk := triesOf(report.PIN), triesOf(report.PUK)
		p.printJSON(pinDocument{
			Schema: pinSchema, Operation: app.OperationStatus, Result: resultOK,
			TriesLeft: pin.TriesLeft, PIN: &pin, PUK: &puk, Error: p.refusalJSON(report),
		})
	}
	p.noteChosen(report)
	p.say("card.pin", messages.Values{"Tries": p.triesWords(report.PIN)})
	p.say("card.puk", messages.Values{"Tries": p.triesWords(report.PUK)})
	p.noteReport(report.Report)
	return refusal(report)
}

// pinOperation makes the command of one operation. After it the card has been
// reset and may be taken away.
func (p *program) pinOperation(operation app.Operation, run func(*app.Service, context.Context, app.Choice, app.Asker) (card.Tries, error)) *cobra.Command {
	name := string(operation)
	return p.command(name, "pin."+name, arguments(0, 0), func(ctx context.Context, _ []string) error {
		service, err := p.service(ctx)
		if err != nil {
			return err
		}
		tries, err := run(service, ctx, p.flags.choice(), p.asker())
		if err != nil {
			return err
		}
		if p.flags.json {
			p.printJSON(pinDocument{Schema: pinSchema, Operation: operation, Result: resultOK, TriesLeft: app.TriesLeft(tries)})
			return nil
		}
		p.tell("pin.done."+name, messages.Values{"Tries": p.triesAfter(tries)})
		return nil
	})
}

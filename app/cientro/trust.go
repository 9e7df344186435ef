package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card/sod"
)

type trustDocument struct {
	Schema    string       `json:"schema"`
	Operation string       `json:"operation"`
	Anchors   []sod.Anchor `json:"anchors,omitempty"`
	Import    *importJSON  `json:"import,omitempty"`
	Removed   *sod.Anchor  `json:"removed,omitempty"`
	SameKey   []sod.Anchor `json:"sameKey,omitempty"`
}

type importJSON struct {
	Kind    sod.ImportKind `json:"kind"`
	Found   int            `json:"found"`
	Italian int            `json:"italian"`
	Added   []sod.Anchor   `json:"added"`
	Refused int            `json:"refused"`
	List    *listJSON      `json:"list,omitempty"`
}

type listJSON struct {
	Signature   sod.SignatureState `json:"signature"`
	Signer      string             `json:"signer"`
	SigningTime *time.Time         `json:"signingTime,omitempty"`
	KnownIssuer *string            `json:"knownIssuer"`
}

const trustSchema = "cientro.trust/1"

func (p *program) trustCommand() *cobra.Command {
	return p.group("trust", "trust",
		p.command("list", "trust.list", arguments(0, 0), p.trustList),
		p.command("import FILE", "trust.import", arguments(1, 1), p.trustImport),
		p.command("remove ID", "trust.remove", arguments(1, 1), p.trustRemove),
	)
}

func (p *program) trustList(context.Context, []string) error {
	trust, err := p.trust()
	if err != nil {
		return err
	}
	if p.flags.json {
		p.printJSON(trustDocument{Schema: trustSchema, Operation: "list", Anchors: trust.List()})
		return nil
	}
	for _, a := range trust.List() {
		p.sayAnchor(a)
	}
	return nil
}

// sayAnchor tells one country signer in a line.
func (p *program) sayAnchor(a sod.Anchor) {
	p.say("trust.anchor", messages.Values{
		"ID": a.ID[:16], "Subject": a.Subject.String(), "Until": a.NotAfter.Format(time.DateOnly),
		"Origin": p.text("trust.origin." + string(a.Origin)),
	})
}

func (p *program) trustImport(_ context.Context, args []string) error {
	trust, err := p.trust()
	if err != nil {
		return err
	}
	imported, err := trust.Import(args[0])
	if err != nil {
		return err
	}
	if p.flags.json {
		p.printJSON(trustDocument{Schema: trustSchema, Operation: "import", Import: importOf(imported)})
		return nil
	}
	p.sayList(imported)
	p.say("trust.found", messages.Values{"Found": imported.Found, "Italian": imported.Italian, "Refused": len(imported.Refused)})
	for _, a := range imported.Added {
		p.sayAnchor(a)
	}
	p.say("trust.added", messages.Values{"Added": len(imported.Added)})
	return nil
}

func importOf(in app.Imported) *importJSON {
	out := &importJSON{Kind: in.Kind, Found: in.Found, Italian: in.Italian, Added: in.Added, Refused: len(in.Refused)}
	if out.Added == nil {
		out.Added = []sod.Anchor{}
	}
	if in.List == nil {
		return out
	}
	out.List = &listJSON{Signature: in.List.State}
	if in.List.Signer != nil {
		out.List.Signer = in.List.Signer.Subject.String()
	}
	if !in.List.SigningTime.IsZero() {
		out.List.SigningTime = &in.List.SigningTime
	}
	if in.ListIssuer != nil {
		issuer := in.ListIssuer.Subject.String()
		out.List.KnownIssuer = &issuer
	}
	return out
}

// sayList tells who signed a master list, so that whoever imports it can judge.
func (p *program) sayList(in app.Imported) {
	list := importOf(in).List
	if list == nil {
		return
	}
	p.say("trust.list-signature", messages.Values{"Signature": p.text("signature." + string(list.Signature)), "Signer": list.Signer})
	if list.KnownIssuer != nil {
		p.say("trust.list-known", messages.Values{"Issuer": *list.KnownIssuer})
		return
	}
	p.say("trust.list-unknown", nil)
}

func (p *program) trustRemove(_ context.Context, args []string) error {
	trust, err := p.trust()
	if err != nil {
		return err
	}
	removed, sameKey, err := trust.Remove(args[0])
	if err != nil {
		return err
	}
	if p.flags.json {
		p.printJSON(trustDocument{Schema: trustSchema, Operation: "remove", Removed: &removed, SameKey: sameKey})
		return nil
	}
	p.say("trust.removed", messages.Values{"ID": removed.ID[:16], "Subject": removed.Subject.String()})
	if removed.Origin == sod.OriginShipped {
		p.say("trust.removed-shipped", nil)
	}
	for _, a := range sameKey {
		p.say("trust.same-key", messages.Values{"ID": a.ID[:16]})
	}
	return nil
}

package card

import (
	"context"

	"cientro/card/atr"
	"cientro/card/ias"
)

// Kind is what a card is, as the command line contract names it.
type Kind = atr.Kind

// Recognition is the answer to "what is on the reader?". Kind is decided by
// selecting applications; the ATR only labels (docs/decisions/0006).
type Recognition struct {
	ATR    []byte
	Kind   Kind
	Name   string   // which card of that kind, a key as in package atr; "" where unknown
	Family string   // chip family by ATR, "" where unknown; a label, never a condition
	Hint   atr.Hint // what the ATR alone suggests, with look-alikes by name
}

// Recognise finds out what the card is, with SELECT commands only: at most 3
// for a CIE, some more to name an unknown card. A foreign card is an answer,
// not an error; an error is trouble with the link.
func (c *Card) Recognise(ctx context.Context) (Recognition, error) {
	var r Recognition
	err := c.within(ctx, func() (err error) {
		c.dropChannel() // a SELECT outside the channel ends it
		r, err = c.recognise(ctx)
		return asChannelError(err)
	})
	return r, err
}

func (c *Card) recognise(ctx context.Context) (Recognition, error) {
	if err := c.phase(ctx, PhaseRecognise); err != nil {
		return Recognition{}, err
	}
	raw := c.link.ATR()
	r := Recognition{ATR: raw, Hint: atr.Label(raw)}
	send := ias.Plain(c.transmit)
	if _, _, err := ias.SelectRoot(send, ias.Root(r.Hint.RootFirst)); err != nil {
		return r, err
	}
	cie, err := ias.SelectCIE(send)
	if err != nil {
		return r, err
	}
	if cie {
		r.Kind, r.Name, r.Family = atr.KindCIE, "cie", r.Hint.Family
		return r, nil
	}
	what, err := nameForeign(send, r.Hint)
	r.Kind, r.Name = what.Kind, what.Name
	return r, err
}

// nameForeign names a card without the CIE application: by its ATR where that
// points to one sort of card only, else by asking for the applications of
// passports, TS-CNS and bank cards.
func nameForeign(send ias.Sender, hint atr.Hint) (atr.Candidate, error) {
	candidates := notCIE(hint)
	if len(candidates) == 1 && !hint.Ambiguous() {
		return candidates[0], nil
	}
	for _, probe := range []struct {
		is      atr.Candidate
		selects func(ias.Sender) (bool, error)
	}{
		{atr.Candidate{Kind: atr.KindPassport, Name: "passport"}, ias.SelectICAO},
		{atr.Candidate{Kind: atr.KindCNS, Name: "ts-cns"}, ias.SelectCNS},
		{atr.Candidate{Kind: atr.KindOther, Name: "bank-card"}, ias.SelectPPSE},
	} {
		if ok, err := probe.selects(send); err != nil || ok {
			return probe.is, err
		}
	}
	if len(candidates) == 1 {
		return candidates[0], nil
	}
	return atr.Candidate{Kind: atr.KindUnknown}, nil
}

// notCIE are the sorts of card that the ATR leaves, once the card has said
// that it is no CIE.
func notCIE(hint atr.Hint) []atr.Candidate {
	var left []atr.Candidate
	for _, c := range append([]atr.Candidate{hint.Candidate}, hint.Alternatives...) {
		if c.Kind != atr.KindCIE && c.Kind != atr.KindUnknown {
			left = append(left, c)
		}
	}
	return left
}

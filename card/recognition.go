package card

import (
	"context"

	"cientro/card/atr"
	"cientro/card/ias"
)

// Kind is what a card is, as the command line contract names it.
type Kind = atr.Kind

// Recognition is the answer to "what is on the reader?". Kind is decided by
// selecting applications; the ATR only labels (design section 3 rule 8).
type Recognition struct {
	ATR    []byte
	Kind   Kind
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
		return err
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
		r.Kind, r.Family = atr.KindCIE, r.Hint.Family
		return r, nil
	}
	r.Kind, err = nameForeign(send, r.Hint)
	return r, err
}

// nameForeign names a card without the CIE application: by its ATR where that
// points to one sort of card only, else by asking for the applications of
// passports, TS-CNS and bank cards.
func nameForeign(send ias.Sender, hint atr.Hint) (Kind, error) {
	if hint.Kind != atr.KindCIE && hint.Kind != atr.KindUnknown && !hint.Ambiguous() {
		return hint.Kind, nil
	}
	for _, probe := range []struct {
		kind    Kind
		selects func(ias.Sender) (bool, error)
	}{
		{atr.KindPassport, ias.SelectICAO},
		{atr.KindCNS, ias.SelectCNS},
		{atr.KindOther, ias.SelectPPSE},
	} {
		if ok, err := probe.selects(send); err != nil || ok {
			return probe.kind, err
		}
	}
	if hint.Kind == atr.KindCIE || hint.Kind == atr.KindUnknown {
		return atr.KindUnknown, nil
	}
	return hint.Kind, nil
}

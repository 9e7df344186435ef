package app

import (
	"context"

	"cientro/card"
	"cientro/card/sod"
)

// CardReport is what is known about the chosen card.
type CardReport struct {
	Reader Reader
	// OneOfSeveral: more than one reader holds a card, so people must be told
	// which one is meant before they type a code.
	OneOfSeveral bool
	*card.Report
}

// report looks at the card and tells where it lies.
func (t *target) report(ctx context.Context, refs ...card.Reference) (*CardReport, error) {
	report, err := t.card.Inspect(ctx, refs...)
	if err != nil {
		return nil, err
	}
	return &CardReport{Reader: t.reader, OneOfSeveral: t.oneOfSeveral, Report: report}, nil
}

// Card inspects the chosen card: what it is, whether it proves itself, and the
// tries left. No PIN is asked for and none is spent.
func (s *Service) Card(ctx context.Context, choice Choice, progress func(card.Phase)) (*CardReport, error) {
	t, err := s.choose(ctx, choice, progress)
	if err != nil {
		return nil, cancelled(err, false)
	}
	defer t.close()
	report, err := t.report(ctx, card.PINReference, card.PUKReference)
	if err != nil {
		return nil, cancelled(err, false)
	}
	return report, nil
}

// TakenOn says that PIN and PUK may go to a card that is not proven, because
// the user has accepted it, now or for good.
func TakenOn(r *card.Report) bool {
	return r.Refusal == nil && r.Authenticity == sod.LevelFailed
}

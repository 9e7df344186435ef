package app

import (
	"context"
	"errors"

	"cientro/card"
)

// ErrNothingSeen: nobody was shown the card that is to be accepted.
var ErrNothingSeen = errors.New("the card was not shown")

// Accept records, for good and on this computer, that the user takes the chosen
// card though a hash of its SOD does not match. seen is what the user was shown
// when deciding; another card on the reader is
// card.ErrOtherCard. A card that is proven, or that nobody may accept, is
// card.ErrNothingToAccept. No code is asked for and none is sent.
func (s *Service) Accept(ctx context.Context, choice Choice, seen *CardReport) error {
	if seen == nil || !seen.NIS.Known() {
		return ErrNothingSeen
	}
	t, err := s.choose(ctx, choice, nil)
	if err != nil {
		return cancelled(err, false)
	}
	defer t.close()
	report, err := t.report(ctx)
	if err != nil {
		return cancelled(err, false)
	}
	if report.NIS.Reveal() != seen.NIS.Reveal() {
		return card.ErrOtherCard
	}
	return t.card.RememberOverride()
}

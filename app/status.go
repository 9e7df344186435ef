package app

import (
	"context"
	"errors"

	"cientro/card"
	"cientro/card/atr"
)

// Status is what is plugged in.
type Status struct {
	Service ServiceState
	Readers []ReaderStatus
}

// ReaderStatus is one reader and, where a card is there, what it is. Trouble
// says why a card could not be looked at, as a busy reader.
type ReaderStatus struct {
	Reader
	Recognition card.Recognition
	Trouble     error
}

// Status looks at every reader and recognises every card, with SELECT commands
// only. A service that cannot be used is in the Status as well as the error.
func (s *Service) Status(ctx context.Context) (Status, error) {
	readers, err := s.c.Readers.Readers(ctx)
	if err != nil {
		var service *ServiceError
		if errors.As(err, &service) {
			return Status{Service: service.State}, err
		}
		return Status{}, cancelled(err, false)
	}
	status := Status{Service: ServiceRunning}
	for _, r := range readers {
		line, err := s.Look(ctx, r)
		if err != nil {
			return Status{}, cancelled(err, false)
		}
		status.Readers = append(status.Readers, line)
	}
	return status, nil
}

// NotCIE is why the card is no CIE, where it said so; nil where it is one.
func (r ReaderStatus) NotCIE() error {
	if r.Recognition.Kind == atr.KindCIE {
		return nil
	}
	return &card.NotCIEError{Recognition: r.Recognition}
}

// Look recognises the card on one reader, as Status does. Only cancellation is an
// error.
func (s *Service) Look(ctx context.Context, r Reader) (ReaderStatus, error) {
	line := ReaderStatus{Reader: r, Recognition: card.Recognition{ATR: r.ATR, Kind: atr.KindUnknown}}
	if !r.Present || r.Kind == ReaderSAM {
		return line, nil
	}
	t, err := s.recognise(ctx, r, Choice{}, nil)
	if err == nil {
		t.close()
		line.Recognition = *t.recognition
		if len(line.Recognition.ATR) == 0 {
			line.Recognition.ATR = r.ATR
		}
		return line, nil
	}
	if ctx.Err() != nil {
		return line, ctx.Err()
	}
	line.Trouble = err
	switch {
	case ProblemOf(err).Kind == KindMuteCard:
		line.Recognition.Kind = atr.KindMute
	case gone(err):
		line.Present, line.Trouble = false, nil
	}
	return line, nil
}

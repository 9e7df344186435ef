package app

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"cientro/card"
	"cientro/card/atr"
	"cientro/card/iso7816"
)

// choose connects the one card that is meant. With several cards only the CIEs
// count; with several CIEs, or a card that may be a second one, the user has to
// say which. No card but the chosen one gets more than recognition.
func (s *Service) choose(ctx context.Context, choice Choice, progress func(card.Phase)) (*target, error) {
	readers, err := s.c.Readers.Readers(ctx)
	if err != nil {
		return nil, err
	}
	t, err := s.chooseAmong(ctx, readers, choice, progress)
	if err != nil {
		return nil, err
	}
	t.oneOfSeveral = len(holding(readers)) > 1
	return t, nil
}

func (s *Service) chooseAmong(ctx context.Context, readers []Reader, choice Choice, progress func(card.Phase)) (*target, error) {
	if choice.Reader != "" {
		r, err := findReader(readers, choice.Reader)
		if err != nil {
			return nil, err
		}
		if !r.Present {
			return nil, &NoCardError{Reader: r.Name}
		}
		return s.connect(ctx, r, choice, progress)
	}
	candidates, err := withCards(readers)
	if err != nil {
		return nil, err
	}
	if len(candidates) == 1 {
		return s.connect(ctx, candidates[0], choice, progress)
	}
	return s.chooseCIE(ctx, candidates, choice, progress)
}

// holding returns the readers where a card lies that could be meant. SAM slots
// hold a reader's own keys and are never meant.
func holding(readers []Reader) []Reader {
	var found []Reader
	for _, r := range readers {
		if r.Present && r.Kind != ReaderSAM {
			found = append(found, r)
		}
	}
	return found
}

// withCards is holding, with an error where there is nothing to choose from.
func withCards(readers []Reader) ([]Reader, error) {
	if len(readers) == 0 {
		return nil, &NoReaderError{}
	}
	found := holding(readers)
	if len(found) == 0 {
		only := ""
		if len(readers) == 1 {
			only = readers[0].Name
		}
		return nil, &NoCardError{Reader: only}
	}
	return found, nil
}

// chooseCIE recognises each card and keeps the only CIE. A card that could not
// be looked at, and may be a CIE as well, is a second one: which of the two the
// user holds a PIN for, nobody here knows.
func (s *Service) chooseCIE(ctx context.Context, candidates []Reader, choice Choice, progress func(card.Phase)) (*target, error) {
	var found []*target
	var meant []string // readers whose card is, or may be, a CIE
	var foreign *card.Recognition
	var trouble error
	for _, r := range candidates {
		t, err := s.recognise(ctx, r, choice, progress)
		switch {
		case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
			closeAll(found)
			return nil, err
		case err != nil:
			if trouble == nil {
				trouble = err
			}
			if MayBeCIE(r) && !gone(err) {
				meant = append(meant, r.Name)
			}
		case t.recognition.Kind == atr.KindCIE:
			found = append(found, t)
			meant = append(meant, r.Name)
		default:
			foreign = t.recognition
			t.close()
		}
	}
	switch {
	case len(found) > 0 && len(meant) > 1:
		closeAll(found)
		return nil, &SeveralCardsError{Readers: meant}
	case len(found) == 1:
		return found[0], nil
	case trouble != nil: // what could not be looked at may be the CIE
		return nil, trouble
	}
	return nil, &card.NotCIEError{Recognition: *foreign}
}

func (s *Service) recognise(ctx context.Context, r Reader, choice Choice, progress func(card.Phase)) (*target, error) {
	t, err := s.connect(ctx, r, choice, progress)
	if err != nil {
		return nil, err
	}
	recognition, err := t.card.Recognise(ctx)
	if err != nil {
		t.close()
		return nil, err
	}
	t.recognition = &recognition
	return t, nil
}

func closeAll(targets []*target) {
	for _, t := range targets {
		t.close()
	}
}

// MayBeCIE says of a card that could not be looked at whether it may be a CIE,
// by its ATR. Bytes that nobody knows may be a new chip's, but not in a reader
// with contacts, as a CIE has no contact plate. A card without an ATR takes no
// PIN from anybody; that it is there makes the chosen one be named on the screen.
func MayBeCIE(r Reader) bool {
	hint := atr.Label(r.ATR)
	for _, c := range append([]atr.Candidate{hint.Candidate}, hint.Alternatives...) {
		if c.Kind == atr.KindCIE {
			return true
		}
	}
	return hint.Kind == atr.KindUnknown && r.Kind != ReaderContact
}

// gone says that the card left between the list and the look.
func gone(err error) bool {
	var empty *NoCardError
	return errors.As(err, &empty) || errors.Is(err, iso7816.ErrRemoved)
}

// findReader takes a reader's number from 0, its name, or a part of its name
// that no other reader has; upper and lower case are the same.
func findReader(readers []Reader, wanted string) (Reader, error) {
	if n, err := strconv.Atoi(wanted); err == nil && n >= 0 && n < len(readers) {
		return readers[n], nil
	}
	var parts []Reader
	available := make([]string, len(readers))
	for i, r := range readers {
		available[i] = r.Name
		if strings.EqualFold(r.Name, wanted) {
			return r, nil
		}
		if strings.Contains(strings.ToLower(r.Name), strings.ToLower(wanted)) {
			parts = append(parts, r)
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return Reader{}, &NoReaderError{Wanted: wanted, Available: available}
}

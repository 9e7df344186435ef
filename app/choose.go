package app

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"cientro/card"
	"cientro/card/atr"
)

// choose connects the one card that is meant. With several cards only the CIEs
// count; with several CIEs the user has to say which (design section 3 rule 7).
// No card but the chosen one gets more than recognition.
func (s *Service) choose(ctx context.Context, choice Choice, progress func(card.Phase)) (*target, error) {
	readers, err := s.c.Readers.Readers(ctx)
	if err != nil {
		return nil, err
	}
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

// withCards returns the readers where a card lies that could be a CIE. SAM
// slots hold a reader's own keys and are never meant.
func withCards(readers []Reader) ([]Reader, error) {
	if len(readers) == 0 {
		return nil, &NoReaderError{}
	}
	var found []Reader
	for _, r := range readers {
		if r.Present && r.Kind != ReaderSAM {
			found = append(found, r)
		}
	}
	if len(found) == 0 {
		only := ""
		if len(readers) == 1 {
			only = readers[0].Name
		}
		return nil, &NoCardError{Reader: only}
	}
	return found, nil
}

// chooseCIE recognises each card and keeps the only CIE.
func (s *Service) chooseCIE(ctx context.Context, candidates []Reader, choice Choice, progress func(card.Phase)) (*target, error) {
	var found []*target
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
		case t.recognition.Kind == atr.KindCIE:
			found = append(found, t)
		default:
			foreign = t.recognition
			t.close()
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		closeAll(found)
		return nil, &SeveralCardsError{Readers: readerNames(found)}
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

func readerNames(targets []*target) []string {
	names := make([]string, len(targets))
	for i, t := range targets {
		names[i] = t.reader.Name
	}
	return names
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

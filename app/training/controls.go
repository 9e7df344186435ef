package training

import (
	"fmt"
	"time"

	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtuallink"
)

// Insert lays the card on the reader.
func (s *Session) Insert() {
	s.mu.Lock()
	ready := s.running && !s.onReader
	if ready {
		s.lay()
	}
	s.mu.Unlock()
	if ready {
		s.tellWatchers()
	}
}

// Remove takes the card from the reader, whatever the program is doing with it.
func (s *Session) Remove() {
	s.mu.Lock()
	s.lift()
	s.mu.Unlock()
	s.tellWatchers()
}

// Choose takes the card away and lays a fresh one of another sort there, a
// moment later. The family counts for the CIE only; "" keeps the one there is.
func (s *Session) Choose(name CardName, family string) error {
	return s.exchange(func() error {
		if family == "" {
			family = s.family
		}
		return s.change(name, family)
	})
}

// Reset makes the card as new: PIN, PUK, tries and faults.
func (s *Session) Reset() error {
	return s.exchange(func() error { return s.change(s.name, s.family) })
}

// SetCodes brings the tries left to a state. The card is off the reader for a
// moment, as nobody asks a card on a reader twice how many tries it has left.
func (s *Session) SetCodes(to Codes) error {
	pin, puk, ok := to.tries(s.max())
	if !ok {
		return fmt.Errorf("%w: codes %q", virtual.ErrState, to)
	}
	return s.SetTries(pin, puk)
}

func (s *Session) max() (pin, puk int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.data == nil {
		return 0, 0
	}
	return s.data.PINTries, s.data.PUKTries
}

// SetTries sets the tries left of PIN and PUK. A card that is no CIE has none.
func (s *Session) SetTries(pin, puk int) error {
	return s.exchange(func() error {
		s.store = store.Memory() // no real card changes so, and what was seen of it is wrong now
		return s.card.SetTries(pin, puk)
	})
}

// BlockPIN leaves no try of the PIN.
func (s *Session) BlockPIN() error { return s.SetCodes(CodesPINBlocked) }

// SetFault arms a fault in the place of the one that was armed. A card that has
// to be looked at anew for it is off the reader for a moment.
func (s *Session) SetFault(f Fault) error {
	if !f.known() {
		return &UnknownFaultError{f}
	}
	s.mu.Lock()
	again := s.fault.Standing() || f.Standing() || f == FaultRemovedWhileReading
	s.mu.Unlock()
	arm := func() error {
		if s.card == nil {
			return nil
		}
		s.card.Disarm()
		s.fault = f
		return s.card.Arm(f.arming()...)
	}
	if again {
		return s.exchange(arm)
	}
	s.mu.Lock()
	err := arm()
	s.mu.Unlock()
	s.tell()
	return err
}

// SetRealistic says whether exchanges take the time of a real card.
func (s *Session) SetRealistic(realistic bool) {
	s.mu.Lock()
	s.realistic = realistic
	s.mu.Unlock()
	s.tell()
}

// exchange takes the card away, does something to it, and brings it back after
// the pause where it lay there before. do runs under mu.
func (s *Session) exchange(do func() error) error {
	s.mu.Lock()
	if !s.running {
		s.mu.Unlock()
		return nil
	}
	back := s.onReader || s.returning != nil
	s.lift()
	err := do()
	if back {
		s.returnLater()
	}
	s.mu.Unlock()
	s.tellWatchers()
	return err
}

// returnLater has the card laid there after the pause. The caller holds mu.
func (s *Session) returnLater() {
	var timer *time.Timer
	timer = time.AfterFunc(s.pause, func() {
		s.mu.Lock()
		due := s.returning == timer
		if due {
			s.lay()
		}
		s.mu.Unlock()
		if due {
			s.tellWatchers()
		}
	})
	s.returning = timer
}

// lay puts the card on the reader. The caller holds mu.
func (s *Session) lay() {
	s.stopReturning()
	if err := s.card.Insert(); err != nil {
		return // a store in memory does not fail
	}
	s.reader = virtuallink.NewReader(s.card)
	s.onReader = true
	s.stay++
	s.journal.event(EventInserted)
}

// lift takes the card away, and keeps it from coming back by itself. The caller
// holds mu.
func (s *Session) lift() {
	s.stopReturning()
	if s.card != nil {
		s.card.Remove()
	}
	s.left(EventRemoved)
}

// left notes that the card is not there any more. The caller holds mu.
func (s *Session) left(how Event) {
	if s.onReader {
		s.onReader = false
		s.stay++
		s.journal.event(how)
	}
}

func (s *Session) stopReturning() {
	if s.returning != nil {
		s.returning.Stop()
		s.returning = nil
	}
}

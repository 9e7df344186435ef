package virtual

import "fmt"

// factory is the state of a card as it leaves personalisation.
func (c *Card) factory() State {
	return State{PIN: string(c.data.PIN), PINTries: c.data.PINTries, PUKTries: c.data.PUKTries}
}

// SetTries sets the tries left, as a trainer wants them: 0 to those of a new
// card. Channel and PIN state end. No card in the world obeys such a command.
func (c *Card) SetTries(pin, puk int) error {
	return c.restate(func(s *State) {
		s.PINTries, s.PUKTries, s.BlockedForEver = pin, puk, puk == 0
	})
}

// ResetToFactory gives the card back the PIN, the PUK and the tries of its
// personalisation, also after the last wrong PUK. Only a virtual card can.
func (c *Card) ResetToFactory() error {
	return c.restate(func(s *State) {
		boots := s.Boots
		*s = c.factory()
		s.Boots = boots
	})
}

// restate changes the persistent state from outside and forgets the session.
func (c *Card) restate(change func(*State)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.foreign != nil {
		return fmt.Errorf("%w: not a CIE", ErrState)
	}
	next := c.state
	change(&next)
	if err := next.validate(c.data.PINTries, c.data.PUKTries); err != nil {
		return err
	}
	if err := c.store.Save(next); err != nil {
		return fmt.Errorf("change state of virtual card: %w", err)
	}
	c.state = next
	c.endChannel()
	return nil
}

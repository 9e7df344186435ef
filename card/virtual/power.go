package virtual

import "fmt"

// ATR is the answer to reset of the card's family, present or not.
func (c *Card) ATR() []byte { return append([]byte(nil), c.profile.ATR...) }

// Inserted says whether the card is in the field.
func (c *Card) Inserted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inserted
}

// Insert puts the card into the field, which powers it. Nothing happens if it is
// there already.
func (c *Card) Insert() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inserted {
		return nil
	}
	c.inserted = true
	return c.boot()
}

// Remove takes the card away. Transmit then fails with Removed.
func (c *Card) Remove() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leave()
}

// PowerOn powers the card and returns its answer to reset. On a powered card it
// works as Reset. The error is an *Error, or the store's.
func (c *Card) PowerOn() ([]byte, error) { return c.Reset() }

// PowerOff cuts the power: volatile state is gone. Transmit then fails with
// Unpowered until PowerOn.
func (c *Card) PowerOff() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	c.powered = false
}

// Reset resets the card and returns its answer to reset.
func (c *Card) Reset() ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.inserted {
		return nil, NewError(Removed)
	}
	if err := c.boot(); err != nil {
		return nil, err
	}
	return append([]byte(nil), c.profile.ATR...), nil
}

// boot starts with the MF current, nothing verified and one more start counted.
func (c *Card) boot() error {
	c.forget()
	c.powered = false
	if c.foreign == nil {
		next := c.state
		next.Boots++
		if err := c.store.Save(next); err != nil {
			return fmt.Errorf("power virtual card: %w", err)
		}
		c.state = next
	}
	c.powered = true
	return nil
}

// forget drops all volatile state.
func (c *Card) forget() {
	c.endChannel()
	c.directory, c.current = dfRoot, nil
}

// leave removes the card.
func (c *Card) leave() {
	c.forget()
	c.inserted, c.powered = false, false
}

package virtual

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"sync"

	"cientro/card/virtual/specimen"
)

// Config says which card to make.
type Config struct {
	// Data personalises the card. It is shared, not copied: do not change it.
	Data *specimen.Data
	// Profile is the chip family, from Profiles or ProfileByName.
	Profile Profile
	// Settings replace the family's defaults; nil keeps them.
	Settings *Settings
	// Store keeps PIN and counters over power cycles; nil forgets with the process.
	Store StateStore
	// Rand is the card's random source; nil is crypto/rand. The card draws, in
	// order: DH private key, challenge, the random part of its signature.
	Rand io.Reader
	// Observers are told of every exchange.
	Observers []Observer
}

// Card is one virtual card. All methods are safe for concurrent use; commands are
// executed one at a time. A new card lies on the reader, powered.
type Card struct {
	link sync.Mutex // one exchange at a time, observers included
	mu   sync.Mutex // everything below

	profile   Profile
	settings  Settings
	data      *specimen.Data
	store     StateStore
	random    io.Reader
	padding   map[fileID]int
	group     group
	authority struct{ n, e *big.Int }
	keys      map[keyReference]*rsaKey
	foreign   map[string]StatusWord // non-nil: a card without the application

	inserted, powered bool
	state             State
	directory         directory
	current           *elementaryFile
	session           session
	chain             *chain
	pending           *pending

	// Of the command in hand.
	fault       *armedFault
	afterAnswer func()
	operation   Operation
	entry       Entry

	faults    []*armedFault
	journal   []Entry
	counters  Counters
	observers []Observer
}

// New makes a card, loads its state and powers it. Errors wrap ErrSettings,
// ErrState or the store's error, or say what the personalisation lacks.
func New(cfg Config) (*Card, error) {
	c := &Card{
		profile: cfg.Profile.clone(), settings: cfg.Profile.Defaults(), data: cfg.Data, store: cfg.Store,
		random: cfg.Rand, counters: newCounters(), observers: append([]Observer(nil), cfg.Observers...),
	}
	if cfg.Settings != nil {
		c.settings = cfg.Settings.clone()
	}
	if c.store == nil {
		c.store = &MemoryStore{}
	}
	if c.random == nil {
		c.random = rand.Reader
	}
	if err := c.settings.Validate(); err != nil {
		return nil, err
	}
	if err := c.personalise(); err != nil {
		return nil, fmt.Errorf("personalise virtual card: %w", err)
	}
	if err := c.load(); err != nil {
		return nil, err
	}
	return c, c.Insert()
}

// personalise checks the data and prepares numbers.
func (c *Card) personalise() error {
	d := c.data
	switch {
	case d == nil:
		return errors.New("no data")
	case len(c.profile.ATR) == 0:
		return errors.New("profile without answer to reset")
	case !isReferenceData(d.PIN) || !isReferenceData(d.PUK):
		return errors.New("PIN and PUK must be 8 digits")
	case d.PINTries < 1 || d.PINTries > 15 || d.PUKTries < 1 || d.PUKTries > 15:
		return errors.New("tries must be 1 to 15") // 63Cx has room for no more
	case len(d.SNICC) != serialLength || len(d.ExtAuthCHR) != chrLength || len(d.ExtAuthCHA) != chaLength:
		return errors.New("serial number, CHR or CHA has a wrong length")
	}
	var err error
	if c.group, err = newGroup(d.DHGenerator, d.DHPrime, d.DHOrder); err != nil {
		return err
	}
	c.authority.n = new(big.Int).SetBytes(d.ExtAuthModulus)
	c.authority.e = new(big.Int).SetBytes(d.ExtAuthExponent)
	if c.authority.n.BitLen() < 1024 || c.authority.n.Bit(0) == 0 || c.authority.e.Sign() <= 0 {
		return errors.New("external authentication key is missing or too short")
	}
	c.keys = map[keyReference]*rsaKey{}
	if c.keys[keyChip], err = newRSAKey(d.ChipKey); err != nil {
		return fmt.Errorf("chip key: %w", err)
	}
	if c.keys[keyServices], err = newRSAKey(d.ServicesKey); err != nil {
		return fmt.Errorf("services key: %w", err)
	}
	if c.keys[keyHolder], err = newRSAKey(d.HolderKey); err != nil {
		return fmt.Errorf("holder key: %w", err)
	}
	c.padding = map[fileID]int{}
	for name, n := range c.settings.FilePadding {
		id, err := parseFileID(name)
		if err != nil {
			return err
		}
		c.padding[id] = n
	}
	return nil
}

// load takes the state from the store, or starts with that of a new card.
func (c *Card) load() error {
	s, err := c.store.Load()
	if errors.Is(err, fs.ErrNotExist) {
		s, err = c.factory(), nil
	}
	if err != nil {
		return fmt.Errorf("load virtual card: %w", err)
	}
	if err := s.validate(c.data.PINTries, c.data.PUKTries); err != nil {
		return err
	}
	// The power may have gone between the last PUK try and its mark.
	s.BlockedForEver = s.PUKTries == 0
	c.state = s
	return nil
}

// Profile tells the family of the card.
func (c *Card) Profile() Profile { return c.profile.clone() }

// Settings returns a copy of the settings in force.
func (c *Card) Settings() Settings {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.settings.clone()
}

// State returns a copy of the persistent state.
func (c *Card) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Verified says whether a PIN or PUK is verified at this moment.
func (c *Card) Verified(ref Reference) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.verified(ref)
}

// Transmit executes one command APDU and returns one response APDU of at least two
// bytes (a truncated answer by fault excepted). The error is an *Error. Extended
// length is accepted as in ISO 7816-4, though the application never needs it.
func (c *Card) Transmit(raw []byte) ([]byte, error) {
	c.link.Lock()
	defer c.link.Unlock()
	response, exchange, observers := c.exchange(raw)
	for _, observe := range observers {
		observe(exchange)
	}
	if exchange.Failure != nil {
		return nil, exchange.Failure
	}
	return response, nil
}

func (c *Card) exchange(raw []byte) ([]byte, Exchange, []Observer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x := Exchange{CommandLength: len(raw)}
	switch {
	case !c.inserted:
		x.Failure = NewError(Removed)
		return nil, x, nil
	case !c.powered:
		x.Failure = NewError(Unpowered)
		return nil, x, nil
	}
	c.open(raw)
	x.INS, x.Protected = c.entry.INS, c.entry.Protected
	c.operation, c.fault, c.afterAnswer = OperationNone, c.fire(x.INS, x.Protected), nil
	var response []byte
	response, x.Failure = c.misbehave(raw)
	if x.Failure != nil {
		response = nil
	}
	c.close(response, x.Failure)
	x.ResponseLength, x.Operation = len(response), c.operation
	return response, x, c.observers
}

package virtual

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// ErrState is wrapped by errors about a state that cannot belong to a card.
var ErrState = errors.New("virtual card state")

// State is what a card remembers without power. The PIN is kept readable: the
// card and everything on it are specimens, and a trainer wants to look it up.
type State struct {
	PIN      string `json:"pin"`      // 8 ASCII digits, the current one
	PINTries int    `json:"pinTries"` // tries left; 0 is blocked
	PUKTries int    `json:"pukTries"` // tries left; 0 is blocked
	// BlockedForEver is set when the last PUK try is gone and never cleared.
	BlockedForEver bool `json:"blockedForEver"`
	// Boots counts answers to reset.
	Boots uint64 `json:"boots"`
}

// StateStore keeps a State over power cycles. Save must not return before the
// state is safe: the card decrements a retry counter and saves it before it
// compares a PIN, so that pulling the power cannot gain a try.
type StateStore interface {
	// Load returns an error for which errors.Is(err, fs.ErrNotExist) holds when
	// nothing was saved yet; the card then starts from its personalisation.
	Load() (State, error)
	Save(State) error
}

// MemoryStore is a StateStore that forgets with the process. Its zero value is
// ready for use; it may be handed from card to card to imitate persistence.
type MemoryStore struct {
	mu    sync.Mutex
	state State
	saved bool
}

// Load implements StateStore.
func (m *MemoryStore) Load() (State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.saved {
		return State{}, fs.ErrNotExist
	}
	return m.state, nil
}

// Save implements StateStore.
func (m *MemoryStore) Save(s State) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state, m.saved = s, true
	return nil
}

// FileStore is a StateStore in one JSON file, mode 0600, replaced atomically.
type FileStore struct{ path string }

// NewFileStore makes a store at path. The folder must exist.
func NewFileStore(path string) *FileStore { return &FileStore{path: path} }

// Load implements StateStore. A file that is not a state is an error and is left
// where it is: a card that quietly started again would have won its tries back.
func (f *FileStore) Load() (State, error) {
	raw, err := os.ReadFile(f.path)
	if err != nil {
		return State{}, fmt.Errorf("read card state: %w", err)
	}
	var s State
	if err := json.Unmarshal(raw, &s); err != nil {
		return State{}, fmt.Errorf("%w: %s: %w", ErrState, f.path, err)
	}
	return s, nil
}

// Save implements StateStore: a temporary file in the same folder, synced, then
// renamed over the old one.
func (f *FileStore) Save(s State) (err error) {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encode card state: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.path), filepath.Base(f.path)+".*") // 0600 by CreateTemp
	if err != nil {
		return fmt.Errorf("save card state: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(append(raw, '\n'))
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), f.path)
	}
	if err != nil {
		return fmt.Errorf("save card state: %w", err)
	}
	return nil
}

// validate refuses a state no card of this personalisation can be in.
func (s State) validate(maxPIN, maxPUK int) error {
	switch {
	case !isReferenceData([]byte(s.PIN)):
		return fmt.Errorf("%w: the PIN is not 8 digits", ErrState)
	case s.PINTries < 0 || s.PINTries > maxPIN:
		return fmt.Errorf("%w: %d PIN tries of %d", ErrState, s.PINTries, maxPIN)
	case s.PUKTries < 0 || s.PUKTries > maxPUK:
		return fmt.Errorf("%w: %d PUK tries of %d", ErrState, s.PUKTries, maxPUK)
	case s.BlockedForEver && s.PUKTries > 0:
		return fmt.Errorf("%w: blocked for ever with %d PUK tries left", ErrState, s.PUKTries)
	}
	return nil
}

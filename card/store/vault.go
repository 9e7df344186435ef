package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"cientro/card/store/atomicfile"
)

// Where the vault key can be, as the marker says and Backend returns.
const (
	inKeyring = "keyring"
	inFile    = "file"
	inMemory  = "memory"
)

// keyringService is the name under which the vault key is kept, and shown by
// the system's keyring programs.
const keyringService = "CIEntro"

// keyPatience is the pause before a keyring that failed is asked again.
const keyPatience = 30 * time.Second

const markerSchema = 1

// vault is the state of the key of the holder's data.
type vault struct {
	mu      sync.Mutex
	keys    *keys
	backend string
	waiting *question // a question that has not been answered in time
	retryAt time.Time
}

// marker is the file that remembers where the vault key is.
type marker struct {
	Schema  int    `json:"schema"`
	Source  string `json:"source"`
	Account string `json:"account,omitempty"`
}

// vaultKeys returns the keys of the holder's data and where the master key is,
// or nil and "memory" when it cannot be had now.
func (s *Store) vaultKeys() (*keys, string) {
	if s.dir == "" {
		return nil, inMemory
	}
	s.vault.mu.Lock()
	defer s.vault.mu.Unlock()
	if s.vault.keys != nil {
		return s.vault.keys, s.vault.backend
	}
	if s.vault.waiting == nil && s.now().Before(s.vault.retryAt) {
		return nil, inMemory
	}
	if err := s.findVaultKey(); err != nil {
		s.vault.retryAt = s.now().Add(keyPatience)
		return nil, inMemory
	}
	return s.vault.keys, s.vault.backend
}

// findVaultKey follows the marker, or decides where the key shall be.
func (s *Store) findVaultKey() error {
	where, err := s.readMarker()
	switch {
	case err == nil && where.Source == inFile:
		return s.useLocalKey()
	case err == nil:
		master, err := s.fromKeyring(where.Account)
		if !errors.Is(err, ErrNoSecret) {
			return s.useKeyring(master, err)
		}
		// An open keyring that no longer has the key will never have it again.
		s.notify(NoticeKeyLost, vaultFile, err)
	case errors.Is(err, errNewer):
		s.notify(NoticeNewer, vaultFile, err)
		return err
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errDamaged):
		s.notify(NoticeDisk, vaultFile, err)
		return err
	}
	// Before the lock, which making the local key needs itself.
	if _, err := s.localKeys(true); err != nil {
		return err
	}
	return s.locked(keysLock, s.placeVaultKey)
}

// useLocalKey makes the local key the vault's too.
func (s *Store) useLocalKey() error {
	if _, err := s.localKeys(true); err != nil {
		return err
	}
	return s.setVault(s.master, inFile)
}

func (s *Store) useKeyring(master []byte, err error) error {
	if err != nil {
		s.notify(NoticeKeyUnavailable, vaultFile, err)
		return err
	}
	return s.setVault(master, inKeyring)
}

func (s *Store) setVault(master []byte, backend string) error {
	derived, err := deriveKeys(master, "vault")
	if err != nil {
		return err
	}
	s.vault.keys, s.vault.backend = derived, backend
	return nil
}

// fromKeyring reads the key, or picks up the answer to an earlier question.
func (s *Store) fromKeyring(account string) ([]byte, error) {
	var got *answer
	if s.vault.waiting != nil {
		if got = s.vault.waiting.late(); got == nil {
			return nil, errKeyringSlow
		}
	} else {
		q := new(question)
		got = q.ask(s.timeout, func() ([]byte, error) { return s.getKey(account) })
		if got == nil {
			s.vault.waiting = q
			return nil, errKeyringSlow
		}
	}
	s.vault.waiting = nil
	return got.master, got.err
}

func (s *Store) getKey(account string) ([]byte, error) {
	text, err := s.keyring.Get(keyringService, account)
	if err != nil {
		return nil, err
	}
	return parseKey(text)
}

// placeVaultKey decides where the key shall be: in the keyring if that answers
// in time, else in the file. The caller holds the keys lock, so two programs
// that start together decide once, and has made sure that the local key exists.
func (s *Store) placeVaultKey() error {
	// Another process may have decided while this one waited for the lock.
	where, err := s.readMarker()
	if err == nil && where.Source == inFile {
		return s.useLocalKey()
	}
	if errors.Is(err, errDamaged) {
		s.setAside(vaultFile, func() error { return err })
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	account := s.account()
	q := new(question)
	got := q.ask(s.timeout, func() ([]byte, error) { return s.newKeyringKey(account, q) })
	if got == nil {
		q.abandoned.Store(true)
		got = &answer{err: errKeyringSlow}
	}
	if got.err == nil {
		if err := s.writeMarker(marker{markerSchema, inKeyring, account}); err != nil {
			return err
		}
		return s.setVault(got.master, inKeyring)
	}
	// A marker that names the keyring stands: no second key beside the first.
	if where.Source == inKeyring {
		return s.useKeyring(nil, got.err)
	}
	if err := s.writeMarker(marker{markerSchema, inFile, ""}); err != nil {
		return err
	}
	return s.useLocalKey()
}

// newKeyringKey returns the key that the keyring has, or puts one there and
// reads it back: some keyrings take a secret and keep nothing. It runs aside.
func (s *Store) newKeyringKey(account string, q *question) ([]byte, error) {
	master, err := s.getKey(account)
	if !errors.Is(err, ErrNoSecret) && !errors.Is(err, errDamaged) {
		return master, err
	}
	if q.abandoned.Load() {
		return nil, errKeyringSlow
	}
	master = newMaster()
	if err := s.keyring.Set(keyringService, account, hex.EncodeToString(master)); err != nil {
		return nil, err
	}
	if q.abandoned.Load() {
		// The file has been chosen meanwhile: leave no key that nobody uses.
		return nil, s.keyring.Delete(keyringService, account)
	}
	kept, err := s.getKey(account)
	if err == nil && string(kept) != string(master) {
		err = errors.New("keyring returned another key")
	}
	return kept, err
}

// account names the key in the keyring by the folder, so that a second folder
// of the same user (portable use) has a key of its own.
func (s *Store) account() string {
	sum := sha256.Sum256([]byte(s.dir))
	return "card-data-" + hex.EncodeToString(sum[:6])
}

func (s *Store) readMarker() (marker, error) {
	content, err := atomicfile.Read(s.path(vaultFile), 4096)
	if errors.Is(err, atomicfile.ErrTooLarge) || errors.Is(err, atomicfile.ErrNotRegular) {
		return marker{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if err != nil {
		return marker{}, err
	}
	return parseMarker(content)
}

func parseMarker(content []byte) (marker, error) {
	if err := checkSchema(content, markerSchema); errors.Is(err, errNewer) {
		return marker{}, err
	} else if err != nil {
		return marker{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	var where marker
	if err := json.Unmarshal(content, &where); err != nil {
		return marker{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	switch {
	case where.Source == inFile:
	case where.Source == inKeyring && where.Account != "":
	default:
		return marker{}, fmt.Errorf("%w: key source %q", errDamaged, where.Source)
	}
	return where, nil
}

func (s *Store) writeMarker(where marker) error {
	content, err := json.Marshal(where)
	if err != nil {
		return err
	}
	return atomicfile.Write(s.path(vaultFile), append(content, '\n'))
}

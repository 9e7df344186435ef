package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// DefaultKeyTimeout is how long the keyring may take. A browser's login waits
// for it, so it must be shorter than a person's patience and any dialog's.
const DefaultKeyTimeout = 300 * time.Millisecond

// Options of a store; the zero value is what the programs want.
type Options struct {
	// Keyring holds the vault key; nil is the system's. See [NoKeyring].
	Keyring Keyring
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
	// KeyTimeout bounds each wait for the keyring; 0 is [DefaultKeyTimeout].
	KeyTimeout time.Duration
}

// Store remembers cards. It is safe for concurrent use, by goroutines and by
// processes that share its folder.
type Store struct {
	dir     string // empty: in memory only
	now     func() time.Time
	timeout time.Duration
	keyring Keyring
	session []byte // key of Digest, of this process alone
	sweep   sync.Once

	localMu sync.Mutex
	local   *keys
	master  []byte // the local master key, once known
	memory  *keys  // stand-in for pseudonyms when no local key can be kept

	vault vault

	recordMu sync.Mutex
	records  map[string]*Record

	noticeMu sync.Mutex
	notices  []Notice
}

// Open returns the store in the folder dir, which need not exist. It touches
// neither disk nor keyring: that happens when the first record is used, and
// what fails then shows in [Store.Notices]. The error is for an unusable dir
// name; use [Memory] then.
func Open(dir string, options Options) (*Store, error) {
	if dir == "" {
		return nil, errors.New("open card store: no folder")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := newStore(options)
	s.dir = dir
	return s, nil
}

// Memory returns a store that forgets all when the process ends: for tests and
// where there is no home.
func Memory() *Store { return newStore(Options{Keyring: NoKeyring()}) }

func newStore(options Options) *Store {
	s := &Store{
		now:     options.Now,
		timeout: options.KeyTimeout,
		keyring: options.Keyring,
		session: make([]byte, masterSize),
		records: map[string]*Record{},
	}
	rand.Read(s.session)
	if s.now == nil {
		s.now = time.Now
	}
	if s.timeout <= 0 {
		s.timeout = DefaultKeyTimeout
	}
	if s.keyring == nil {
		s.keyring = systemKeyring{}
	}
	return s
}

// Card returns the record of the card that its caller knows by this name, bytes
// of any kind (docs/decisions/0007). The same name gives the same record. Without
// a name the record is new each time and kept nowhere, so that two unknown cards
// never share one.
func (s *Store) Card(name []byte) *Record {
	if len(name) == 0 {
		return &Record{store: newStore(Options{Keyring: NoKeyring()})}
	}
	s.recordMu.Lock()
	defer s.recordMu.Unlock()
	record, ok := s.records[string(name)]
	if !ok {
		record = &Record{store: s, name: append([]byte(nil), name...)}
		s.records[string(name)] = record
	}
	return record
}

// Pseudonym returns a short name for a value, for reports and logs: the kind
// and eight hexadecimal digits of a keyed hash ("card-7f3a90c2"). The same
// value has the same pseudonym for this user and no other, and nobody without
// this user's key can tell or guess the value.
func (s *Store) Pseudonym(kind string, value []byte) string {
	return kind + "-" + hex.EncodeToString(keyed(s.pseudonymKey(), []byte(kind), value)[:4])
}

func (s *Store) pseudonymKey() []byte {
	if k, err := s.localKeys(true); err == nil {
		return k.pseudonyms
	}
	s.localMu.Lock()
	defer s.localMu.Unlock()
	if s.memory == nil {
		s.memory, _ = deriveKeys(newMaster(), "local")
	}
	return s.memory.pseudonyms
}

// Digest returns 32 bytes by which this process recognises a value it met
// before, such as a PIN a card refused. The key is this store's and never
// leaves the process: a digest found anywhere else is worth nothing.
func (s *Store) Digest(value []byte) []byte { return keyed(s.session, value) }

// Backend says where the key of the holder's data is: "keyring", "file", or
// "memory" when nothing is kept or the keyring does not hand the key over.
// It may wait for the keyring.
func (s *Store) Backend() string {
	_, backend := s.vaultKeys()
	return backend
}

// Forget removes what is remembered of one card, also its unsealed traces.
func (s *Store) Forget(name []byte) error {
	record := s.Card(name)
	record.dropMemory()
	if s.dir == "" || len(name) == 0 {
		return nil
	}
	var names []string
	local, err := s.localKeys(false)
	if err == nil && local != nil {
		names = append(names, local.fileName(name, guardExtension))
	}
	if vault, _ := s.vaultKeys(); vault != nil {
		names = append(names, vault.fileName(name, staticExt))
	}
	return errors.Join(err, s.remove(names))
}

// ForgetAll removes what is remembered of all cards, damaged files included.
// The keys stay: other programs may be using them, and pseudonyms in earlier
// reports keep their meaning.
func (s *Store) ForgetAll() error {
	s.recordMu.Lock()
	for _, record := range s.records {
		record.dropMemory()
	}
	s.recordMu.Unlock()
	if s.dir == "" {
		return nil
	}
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var names []string
	for _, entry := range entries {
		for _, extension := range []string{guardExtension, staticExt} {
			// Also name.guard.corrupt-1 and temporary files.
			if strings.Contains(entry.Name(), extension) {
				names = append(names, entry.Name())
			}
		}
	}
	return s.remove(names)
}

func (s *Store) remove(names []string) error {
	if len(names) == 0 {
		return nil
	}
	return s.locked(recordsLock, func() error {
		var failed error
		for _, name := range names {
			if err := os.Remove(s.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				failed = errors.Join(failed, err)
			}
		}
		return failed
	})
}

// Close gives back what the store holds of the system. A card marked verified
// and not cleared counts as left from now on, as it does when the process
// ends without Close.
func (s *Store) Close() error {
	s.recordMu.Lock()
	defer s.recordMu.Unlock()
	var failed error
	for _, record := range s.records {
		failed = errors.Join(failed, record.releaseAll())
	}
	return failed
}

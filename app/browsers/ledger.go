package browsers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"cientro/card/store/atomicfile"
)

// ledger remembers what was changed and how it was before, so that it can be put
// back. It lies in a folder of its own: ledger.json, and the originals, named by
// their hash.
type ledger struct {
	folder  string
	entries map[string]entry // by path
	folders []string         // that were made for them; also keys of the registry
	removed func(folder string) bool
}

// entry is one file that was changed.
type entry struct {
	// Before is the SHA-256 of the original in hexadecimal, "" where there was no
	// file; After that of what was written.
	Before string `json:"before"`
	After  string `json:"after"`
	// Found: the module was registered there already, by somebody else. Nothing
	// was written, and nothing is taken out.
	Found bool `json:"found,omitempty"`
}

type ledgerDocument struct {
	Schema  string           `json:"schema"`
	Entries map[string]entry `json:"entries"`
	Folders []string         `json:"folders,omitempty"`
}

const ledgerSchema = "cientro.browser-ledger/1"

// ErrLedger: what was kept to be put back cannot be read.
var ErrLedger = errors.New("the record of changes is damaged")

func (c Config) openLedger() (*ledger, error) {
	l := &ledger{folder: c.State, entries: map[string]entry{}, removed: c.removedFolder}
	raw, err := atomicfile.Read(l.file(), mostFile)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	var document ledgerDocument
	if err != nil || json.Unmarshal(raw, &document) != nil || document.Schema != ledgerSchema {
		return nil, errors.Join(ErrLedger, err)
	}
	if document.Entries != nil {
		l.entries = document.Entries
	}
	l.folders = document.Folders
	return l, nil
}

func (l *ledger) file() string { return filepath.Join(l.folder, "ledger.json") }

func (l *ledger) original(hash string) string { return filepath.Join(l.folder, "original-"+hash) }

func hashOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// keep records an entry, with the original where there is one.
func (l *ledger) keep(path string, e entry, original []byte) error {
	if e.Before != "" && original != nil {
		if err := atomicfile.Write(l.original(e.Before), original); err != nil {
			return err
		}
	}
	last := l.entries[path].Before
	l.entries[path] = e
	if err := l.save(); err != nil {
		return err
	}
	return l.forget(last)
}

// originalOf reads what was before, checked against its hash.
func (l *ledger) originalOf(e entry) ([]byte, error) {
	raw, err := atomicfile.Read(l.original(e.Before), mostFile)
	if err == nil && hashOf(raw) != e.Before {
		err = fmt.Errorf("original of %s: %w", e.Before[:8], ErrLedger)
	}
	return raw, err
}

// drop forgets a file, and its original.
func (l *ledger) drop(path string) error {
	before := l.entries[path].Before
	delete(l.entries, path)
	if err := l.save(); err != nil {
		return err
	}
	return l.forget(before)
}

// forget removes an original that no file has any more.
func (l *ledger) forget(hash string) error {
	if hash == "" {
		return nil
	}
	for _, e := range l.entries {
		if e.Before == hash {
			return nil
		}
	}
	if err := os.Remove(l.original(hash)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// prune removes the folders that were made and have nothing in them any more,
// innermost first.
func (l *ledger) prune() error {
	before := len(l.folders)
	slices.SortFunc(l.folders, func(a, b string) int { return len(b) - len(a) })
	l.folders = slices.DeleteFunc(slices.Compact(l.folders), l.removed)
	if len(l.folders) == before {
		return nil
	}
	return l.save()
}

// removedFolder removes a folder, or a key of the registry, that has nothing in it.
// It is true as well where somebody did so before.
func (c Config) removedFolder(path string) bool {
	if isRegistry(path) && c.Registry != nil {
		err := c.Registry.Remove(path)
		return err == nil || errors.Is(err, fs.ErrNotExist)
	}
	return os.Remove(path) == nil || !isThere(path)
}

// save writes the ledger; an empty one leaves nothing behind.
func (l *ledger) save() error {
	if len(l.entries) == 0 {
		if err := os.Remove(l.file()); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	raw, err := json.MarshalIndent(ledgerDocument{Schema: ledgerSchema, Entries: l.entries, Folders: l.folders}, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(l.file(), append(raw, '\n'))
}

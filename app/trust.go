package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"cientro/assets/csca"
	"cientro/card/sod"
	"cientro/card/store/atomicfile"
)

// Trust is the list of country signers that the user trusts: those shipped,
// and those imported, which are kept in one file.
type Trust struct {
	path  string // empty: nothing can be kept
	store *sod.Store
	// Damaged is the name under which a file that could not be understood was
	// set aside; empty if all is well.
	Damaged string
}

const (
	trustFile     = "anchors.json"
	maxTrustFile  = 2 * sod.MaxImport
	trustLockWait = 2 * time.Second
	italy         = "IT"
)

// OpenTrust reads the list in folder; empty means that nothing is kept. A file
// that cannot be understood is set aside and the shipped list holds.
func OpenTrust(folder string) (*Trust, error) {
	shipped, err := sod.ParseKeys(csca.Keys())
	if err != nil {
		return nil, err
	}
	t := &Trust{store: sod.NewStore(shipped)}
	if folder != "" {
		t.path = filepath.Join(folder, trustFile)
	}
	return t, t.load()
}

func (t *Trust) load() error {
	if t.path == "" {
		return nil
	}
	raw, err := atomicfile.Read(t.path, maxTrustFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(raw, t.store)
	}
	if err == nil {
		return nil
	}
	aside, moved := atomicfile.SetAside(t.path)
	if moved != nil {
		return &FileError{Op: FileRead, Path: t.path, Err: errors.Join(err, moved)}
	}
	t.Damaged = aside
	return nil
}

// Anchors are what a card is judged by.
func (t *Trust) Anchors() *sod.Anchors { return t.store.Anchors() }

// List returns the trusted country signers.
func (t *Trust) List() []sod.Anchor { return t.store.List() }

// Imported is what became of an import.
type Imported struct {
	Kind    sod.ImportKind
	Found   int // country signers in the file
	Italian int // of these, Italian: only they can vouch for a CIE
	Added   []sod.Anchor
	Refused []sod.Refusal
	// List is who signed a master list; nil for other kinds. It is told, never
	// taken for a reason to trust: the user's command is.
	List *sod.ListSignature
	// ListIssuer is the known country signer behind the list's signer, or nil.
	ListIssuer *sod.Anchor
}

// Import trusts the country signers in a file: PEM, DER or an ICAO master
// list. Of a master list only the Italian ones are taken, as no others count
// for a CIE. A list whose signature is wrong is refused whole.
func (t *Trust) Import(path string) (Imported, error) {
	raw, err := readBounded(path, sod.MaxImport)
	if err != nil {
		return Imported{}, err
	}
	in, err := sod.ImportAnchors(raw)
	if err != nil {
		return Imported{}, &FileError{Op: FileAnchor, Path: path, Err: err}
	}
	result := Imported{Kind: in.Kind, Found: len(in.Anchors), Refused: in.Refused, List: in.List}
	if in.List != nil {
		if in.List.State == sod.SignatureInvalid {
			return Imported{}, &FileError{Op: FileAnchor, Path: path, Err: in.List.Err}
		}
		if chain := in.List.IssuedBy(t.Anchors()); chain.Err == nil {
			result.ListIssuer = chain.Anchor
		}
	}
	wanted := wantedAnchors(in)
	for _, a := range in.Anchors {
		if a.Subject.Country() == italy {
			result.Italian++
		}
	}
	if len(wanted) == 0 {
		return Imported{}, &FileError{Op: FileAnchor, Path: path, Err: errNoAnchors}
	}
	err = t.change(func() {
		for _, a := range wanted {
			if t.store.Add(a) > 0 {
				result.Added = append(result.Added, a)
			}
		}
	})
	return result, err
}

var errNoAnchors = errors.New("no country signer that could be used")

func wantedAnchors(in sod.Import) []sod.Anchor {
	var wanted []sod.Anchor
	for _, a := range in.Anchors {
		if a.Key.Usable() == nil && (in.Kind != sod.ImportMasterList || a.Subject.Country() == italy) {
			wanted = append(wanted, a)
		}
	}
	return wanted
}

// Remove stops trusting the country signer whose identifier begins with id (8
// digits at least). It returns others that have the same key and stay trusted.
func (t *Trust) Remove(id string) (removed sod.Anchor, sameKey []sod.Anchor, err error) {
	var missing error
	err = t.change(func() { removed, sameKey, missing = t.store.Remove(id) })
	if missing != nil {
		return sod.Anchor{}, nil, &UnknownAnchorError{ID: id}
	}
	return removed, sameKey, err
}

// change changes the list as it stands on the disk now, and keeps it.
func (t *Trust) change(change func()) error {
	if t.path == "" {
		change()
		return nil
	}
	lock, err := atomicfile.Acquire(t.path+".lock", trustLockWait)
	if err != nil {
		return &FileError{Op: FileWrite, Path: t.path, Err: err}
	}
	defer func() { _ = lock.Release() }()
	if err := t.load(); err != nil {
		return err
	}
	change()
	raw, err := json.Marshal(t.store)
	if err == nil {
		err = atomicfile.Write(t.path, append(raw, '\n'))
	}
	if err != nil {
		return &FileError{Op: FileWrite, Path: t.path, Err: err}
	}
	return nil
}

// readBounded reads a file the user named, at most limit bytes of it.
func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &FileError{Op: FileRead, Path: path, Err: err}
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(raw)) > limit {
		err = fmt.Errorf("longer than %d bytes", limit)
	}
	if err != nil {
		return nil, &FileError{Op: FileRead, Path: path, Err: err}
	}
	return raw, nil
}

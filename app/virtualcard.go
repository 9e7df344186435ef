package app

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cientro/card/iso7816"
	"cientro/card/store/atomicfile"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
)

// VirtualCard is the user's card in software, kept in two files: what it is
// (path) and what it remembers without power (beside it). Everything on it is
// a specimen.
type VirtualCard struct{ path string }

// NewVirtualCard names the card whose description is, or will be, at path.
func NewVirtualCard(path string) *VirtualCard { return &VirtualCard{path} }

// VirtualOptions shape a new virtual card.
type VirtualOptions struct {
	// Profile is the chip family; empty is gemalto.
	Profile string
	// SOD is the variant of EF.SOD; empty is the family's own.
	SOD virtual.SODVariant
	// Fresh draws a new holder, keys, PIN and PUK; else it is the fixed
	// specimen, whose PIN `cientro virtual show` tells.
	Fresh bool
	// Settings replace the family's, as JSON; nil keeps them.
	Settings []byte
	Rand     io.Reader
	Now      time.Time
}

const (
	virtualSchema  = "cientro.virtual-card/1"
	defaultProfile = "gemalto"
	maxCardFile    = 2 << 20
	// virtualWait is how long one program waits while another uses the card.
	virtualWait = 10 * time.Second
)

// virtualDocument is the file at path.
type virtualDocument struct {
	Schema   string            `json:"schema"`
	Profile  string            `json:"profile"`
	Settings *virtual.Settings `json:"settings"`
	Specimen json.RawMessage   `json:"specimen"`
}

// VirtualInfo describes a virtual card. PIN and PUK are the specimen's: a
// trainer wants to look them up.
type VirtualInfo struct {
	Made     bool // false: nothing was made yet, this is what would be used
	Profile  virtual.Profile
	Settings virtual.Settings
	Holder   specimen.Holder
	State    virtual.State
	PUK      string
	PUKMax   int
	// Records are the names under which package card remembers this card: its
	// number, and its number with its chip (see card's session).
	Records [][]byte
	PINMax  int
}

// UnknownProfileError: there is no chip family, or SOD variant, of this name.
type UnknownProfileError struct{ Name string }

func (e *UnknownProfileError) Error() string { return fmt.Sprintf("unknown profile %q", e.Name) }

// ProfileNames lists the chip families a virtual card can play.
func ProfileNames() []string {
	var names []string
	for _, p := range virtual.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

// Create makes a new card, in the place of the one there is.
func (v *VirtualCard) Create(o VirtualOptions) (VirtualInfo, error) {
	doc, data, err := newVirtualDocument(o)
	if err != nil {
		return VirtualInfo{}, err
	}
	raw, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return VirtualInfo{}, fmt.Errorf("write virtual card: %w", err)
	}
	lock, err := v.lock(virtualWait)
	if err != nil {
		return VirtualInfo{}, err
	}
	defer func() { _ = lock.Release() }()
	if err := v.forgetState(); err != nil {
		return VirtualInfo{}, err
	}
	if err := atomicfile.Write(v.path, append(raw, '\n')); err != nil {
		return VirtualInfo{}, &FileError{Op: FileWrite, Path: v.path, Err: err}
	}
	return v.info(doc, data)
}

func newVirtualDocument(o VirtualOptions) (*virtualDocument, *specimen.Data, error) {
	if o.Profile == "" {
		o.Profile = defaultProfile
	}
	profile, ok := virtual.ProfileByName(o.Profile)
	if !ok {
		return nil, nil, &UnknownProfileError{o.Profile}
	}
	settings := profile.Defaults()
	if o.Settings != nil {
		if err := json.Unmarshal(o.Settings, &settings); err != nil {
			return nil, nil, fmt.Errorf("%w: %w", virtual.ErrSettings, err)
		}
	}
	if o.SOD != "" {
		settings.SODVariant = o.SOD
	}
	if err := settings.Validate(); err != nil {
		return nil, nil, err
	}
	data := specimen.Default()
	if o.Fresh {
		var err error
		if data, err = specimen.Generate(o.Rand, specimen.Options{Now: o.Now}); err != nil {
			return nil, nil, err
		}
	}
	raw, err := data.Marshal()
	if err != nil {
		return nil, nil, err
	}
	return &virtualDocument{virtualSchema, o.Profile, &settings, raw}, data, nil
}

// Show describes the card without switching it on. Where none was made yet it
// is the fixed specimen, and Made is false.
func (v *VirtualCard) Show() (VirtualInfo, error) {
	doc, data, err := v.loadOrDefault()
	if err != nil {
		return VirtualInfo{}, err
	}
	return v.info(doc, data)
}

// Reset brings PIN, PUK and their counters back to what they were when the
// card was made, also after the tenth wrong PUK.
func (v *VirtualCard) Reset() (VirtualInfo, error) {
	lock, err := v.lock(virtualWait)
	if err != nil {
		return VirtualInfo{}, err
	}
	defer func() { _ = lock.Release() }()
	doc, data, err := v.loadOrDefault()
	if err != nil {
		return VirtualInfo{}, err
	}
	if err := v.forgetState(); err != nil {
		return VirtualInfo{}, err
	}
	return v.info(doc, data)
}

// Hold puts the card on a table of one's own, for as long as release is not
// called: no other program of this user reaches it meanwhile.
func (v *VirtualCard) Hold() (c *virtual.Card, release func(), err error) {
	lock, err := v.lock(virtualWait)
	if err != nil {
		return nil, nil, err
	}
	release = func() { _ = lock.Release() }
	if c, err = v.open(); err != nil {
		release()
		return nil, nil, err
	}
	return c, release, nil
}

// open switches the card on. The caller holds the lock.
func (v *VirtualCard) open() (*virtual.Card, error) {
	doc, data, err := v.loadOrDefault()
	if err != nil {
		return nil, err
	}
	profile, ok := virtual.ProfileByName(doc.Profile)
	if !ok {
		return nil, v.damaged(&UnknownProfileError{doc.Profile})
	}
	if err := os.MkdirAll(filepath.Dir(v.path), atomicfile.FolderMode); err != nil {
		return nil, &FileError{Op: FileWrite, Path: v.path, Err: err}
	}
	c, err := virtual.New(virtual.Config{Data: data, Profile: profile, Settings: doc.Settings, Store: v.state()})
	if err != nil {
		return nil, &FileError{Op: FileCard, Path: v.statePath(), Err: err}
	}
	return c, nil
}

func (v *VirtualCard) info(doc *virtualDocument, data *specimen.Data) (VirtualInfo, error) {
	profile, ok := virtual.ProfileByName(doc.Profile)
	if !ok {
		return VirtualInfo{}, v.damaged(&UnknownProfileError{doc.Profile})
	}
	state, err := v.state().Load()
	if errors.Is(err, fs.ErrNotExist) {
		state, err = virtual.State{PIN: string(data.PIN), PINTries: data.PINTries, PUKTries: data.PUKTries}, nil
	}
	if err != nil {
		return VirtualInfo{}, &FileError{Op: FileCard, Path: v.statePath(), Err: err}
	}
	_, missing := os.Stat(v.path)
	chip := sha256.Sum256(data.IntKpub)
	number := []byte(data.Holder.NIS)
	return VirtualInfo{
		Made: missing == nil, Profile: profile, Settings: *doc.Settings, Holder: data.Holder, State: state,
		PUK: string(data.PUK), PINMax: data.PINTries, PUKMax: data.PUKTries,
		Records: [][]byte{number, slices.Concat(number, chip[:])},
	}, nil
}

func (v *VirtualCard) loadOrDefault() (*virtualDocument, *specimen.Data, error) {
	doc, data, err := v.load()
	if errors.Is(err, fs.ErrNotExist) {
		return newVirtualDocument(VirtualOptions{})
	}
	return doc, data, err
}

func (v *VirtualCard) load() (*virtualDocument, *specimen.Data, error) {
	raw, err := atomicfile.Read(v.path, maxCardFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if err != nil {
		return nil, nil, v.damaged(err)
	}
	var doc virtualDocument
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, nil, v.damaged(err)
	}
	if doc.Schema != virtualSchema || doc.Settings == nil {
		return nil, nil, v.damaged(fmt.Errorf("schema %q", doc.Schema))
	}
	data, err := specimen.Unmarshal(doc.Specimen)
	if err != nil {
		return nil, nil, v.damaged(err)
	}
	return &doc, data, nil
}

func (v *VirtualCard) damaged(err error) error {
	return &FileError{Op: FileCard, Path: v.path, Err: err}
}

func (v *VirtualCard) forgetState() error {
	if err := os.Remove(v.statePath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &FileError{Op: FileWrite, Path: v.statePath(), Err: err}
	}
	return nil
}

func (v *VirtualCard) state() *virtual.FileStore { return virtual.NewFileStore(v.statePath()) }

func (v *VirtualCard) statePath() string {
	return strings.TrimSuffix(v.path, filepath.Ext(v.path)) + ".state.json"
}

// lock keeps two programs from playing the same card at once: each would write
// back tries that the other had spent.
func (v *VirtualCard) lock(wait time.Duration) (*atomicfile.Lock, error) {
	lock, err := atomicfile.Acquire(v.path+".lock", wait)
	switch {
	case errors.Is(err, atomicfile.ErrBusy):
		return nil, &iso7816.LinkError{Kind: iso7816.LinkBusy, Err: fmt.Errorf("virtual card: %w", err)}
	case err != nil:
		return nil, &FileError{Op: FileWrite, Path: v.path + ".lock", Err: err}
	}
	return lock, nil
}

package browsers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cientro/card/store/atomicfile"
)

// Config says for whom and with what.
type Config struct {
	// OS is the system that all of it is about, as in runtime.GOOS; "" is this one.
	OS string
	// Home is the user's home folder, Root that of the system.
	Home, Root string
	// State is the folder for what is kept to be put back.
	State string
	// Module is the absolute path of the PKCS#11 library, Agent that of the
	// program that p11-kit starts.
	Module, Agent string
	// System: set up the computer for everybody, as an administrator, and not the
	// user's own profiles.
	System bool

	// Roaming and Local are the user's folders for data of programs on Windows,
	// Programs those in which programs are; what is "" is where Windows puts it.
	Roaming, Local string
	Programs       []string
	// Registry is that of Windows, nil elsewhere.
	Registry Registry
}

// Outcome is what became of a place.
type Outcome string

// The outcomes.
const (
	Unchanged Outcome = "unchanged" // it is as it should be
	Added     Outcome = "added"
	Corrected Outcome = "corrected" // it named a module of another folder
	Restored  Outcome = "restored"  // byte for byte as before
	TakenOut  Outcome = "taken-out" // others changed it since: only our part went
	Left      Outcome = "left"      // it was registered before, by somebody else
	Skipped   Outcome = "skipped"   // confined; see its State
	Refused   Outcome = "refused"   // Err says why
)

// Done is what was done with a place.
type Done struct {
	Place   Place // as it is now
	Outcome Outcome
	Err     error // a *PlaceError where Outcome is Refused
}

// ErrRunning: Firefox has the profile open.
var ErrRunning = errors.New("in use by a running browser")

// ErrForeignHome: the home folder belongs to another user.
var ErrForeignHome = errors.New("home folder of another user")

// ErrUnsupported: for this system there is no library that browsers could load.
var ErrUnsupported = errors.New("no library for browsers on this system")

// ErrManaged: a configuration profile decides what is to be changed.
var ErrManaged = errors.New("decided by a configuration profile")

// PlaceError: a place could not be changed. It is as it was.
type PlaceError struct {
	Place Place
	Err   error
}

func (e *PlaceError) Error() string { return fmt.Sprintf("%s: %v", e.Place.File, e.Err) }

// Unwrap gives the cause: ErrRunning, ErrNotUnderstood, fs.ErrPermission…
func (e *PlaceError) Unwrap() error { return e.Err }

// editor changes the text of one kind of place. Both changes give back what they
// got where there is nothing to be done.
type editor interface {
	registered(raw []byte) ([]Registration, error)
	add(raw []byte) ([]byte, error)
	takeOut(raw []byte) ([]byte, error)
}

func (c Config) editor(p Place) editor {
	switch p.Kind {
	case FirefoxPolicy:
		switch {
		case isRegistry(p.File):
			return registryBranch{p.File, c.Module}
		case strings.HasSuffix(p.File, ".plist"):
			return propertyListFile{c.Module}
		}
		return policyFile{c.Module}
	case P11Kit:
		return moduleFile{c.Agent}
	}
	return moduleList{c.Module}
}

// library is what a kind of place names.
func (c Config) library(k Kind) string {
	if k == P11Kit {
		return c.Agent
	}
	return c.Module
}

// lockWait is how long another set-up may take.
const lockWait = 5 * time.Second

// Install registers the module wherever it is not. The error is about all of it
// (a module that is not there, somebody else's home); what stood in the way of
// single places is in the list.
func (c Config) Install(ctx context.Context) ([]Done, error) {
	if err := c.missing(); err != nil {
		return nil, err
	}
	return c.each(ctx, c.install)
}

// missing: what is to be registered has to be there. For macOS nobody has written
// the library yet.
func (c Config) missing() error {
	for _, path := range []string{c.Module, c.Agent} {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || !filepath.IsAbs(path) {
			if c.system() == macOS && path == c.Module {
				return ErrUnsupported
			}
			return &MissingError{Path: path}
		}
	}
	return nil
}

// Remove takes the module out again.
func (c Config) Remove(ctx context.Context) ([]Done, error) { return c.each(ctx, c.remove) }

// MissingError: what is to be registered is not there.
type MissingError struct{ Path string }

func (e *MissingError) Error() string { return fmt.Sprintf("no file %q", e.Path) }

func (c Config) each(ctx context.Context, change func(*ledger, Place) (Outcome, error)) (all []Done, err error) {
	if !c.System && foreign(c.Home) {
		return nil, ErrForeignHome
	}
	lock, err := atomicfile.Acquire(filepath.Join(c.State, "lock"), lockWait)
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = lock.Release()
		if isFolder(c.State) && !isThere(filepath.Join(c.State, "ledger.json")) {
			_ = os.Remove(filepath.Join(c.State, "lock"))
			_ = os.Remove(c.State)
			_ = os.Remove(filepath.Dir(c.State)) // unless others keep something there
		}
	}()
	l, err := c.openLedger()
	if err != nil {
		return nil, err
	}
	for _, p := range c.concerned(l) {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		done := Done{Place: p, Outcome: Skipped}
		if p.writable() {
			if done.Outcome, err = change(l, p); err != nil {
				done.Outcome, done.Err = Refused, &PlaceError{Place: p, Err: err}
			}
			c.look(&done.Place)
		}
		all = append(all, done)
	}
	return all, l.prune()
}

// concerned are the places of this scope, and those of the ledger which are no
// place any more, as browsers were removed.
func (c Config) concerned(l *ledger) (all []Place) {
	known := map[string]bool{}
	for _, p := range c.Places() {
		known[p.File] = true
		if p.System == c.System && !p.fixed {
			all = append(all, p)
		}
	}
	for path := range l.entries {
		if !known[path] {
			p := Place{Kind: Database, Packaging: Native, System: c.System, File: path}
			switch base := filepath.Base(path); {
			case base == p11kitFile:
				p.Kind = P11Kit
			case base == policyName, base == preferencesFile, isRegistry(path):
				p.Kind = FirefoxPolicy
			}
			c.look(&p)
			all = append(all, p)
		}
	}
	return all
}

func (c Config) install(l *ledger, p Place) (Outcome, error) {
	_, known := l.entries[p.File]
	switch {
	case p.State == ByPolicy, p.State == ThroughP11Kit:
		return Unchanged, nil
	case p.State == Present && (known || p.policy): // by us, or by Firefox as told to
		return Unchanged, nil
	case p.State == Present:
		return Unchanged, l.keep(p.File, entry{Found: true}, nil)
	}
	raw, err := c.storage(p).read()
	if err != nil {
		return "", err
	}
	if p.silenced {
		return "", ErrManaged
	}
	wanted, err := c.editor(p).add(raw)
	if err != nil {
		return "", err
	}
	if p.inUse() {
		return "", ErrRunning
	}
	return c.write(l, p, raw, wanted)
}

// write puts the new text in place, and remembers the old one first: a change
// that nobody remembers cannot be undone.
func (c Config) write(l *ledger, p Place, raw, wanted []byte) (Outcome, error) {
	was, known := l.entries[p.File]
	now, original, err := c.before(was, known, p, raw)
	if err != nil {
		return "", err
	}
	now.After = hashOf(wanted)
	made, err := c.storage(p).makeFolders()
	l.folders = append(l.folders, made...)
	if err == nil {
		err = l.keep(p.File, now, original)
	}
	if err == nil {
		err = c.storage(p).replace(raw, wanted)
	}
	switch {
	case err == nil && p.State == Elsewhere:
		return Corrected, nil
	case err == nil:
		return Added, nil
	}
	if known {
		return "", errors.Join(err, l.keep(p.File, was, nil), l.prune())
	}
	return "", errors.Join(err, l.drop(p.File), l.prune())
}

// before is what is to be put back one day: the original that is known, unless
// others changed the file since; then the file without our part.
func (c Config) before(was entry, known bool, p Place, raw []byte) (entry, []byte, error) {
	switch {
	case raw == nil:
		return entry{}, nil, nil
	case known && was.After == hashOf(raw):
		return was, nil, nil // it is kept already
	case known && !was.Found:
		rest, err := c.editor(p).takeOut(raw)
		return entry{Before: hashOf(rest)}, rest, err
	}
	return entry{Before: hashOf(raw)}, raw, nil
}

// read reads a file that need not be there: then it is nil, and not empty.
func read(path string) ([]byte, error) {
	raw, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case raw == nil && err == nil:
		raw = []byte{}
	}
	return raw, err
}

func (c Config) remove(l *ledger, p Place) (Outcome, error) {
	raw, err := c.storage(p).read()
	if err != nil {
		return "", err
	}
	e, known := l.entries[p.File]
	switch {
	case known && e.Found:
		return Left, l.drop(p.File)
	case raw == nil:
		if !known {
			return Unchanged, nil
		}
		return Unchanged, l.drop(p.File)
	case known && hashOf(raw) == e.Before:
		return Unchanged, l.drop(p.File)
	}
	if known && hashOf(raw) == e.After {
		return c.restore(l, p, e, raw)
	}
	rest, err := c.editor(p).takeOut(raw)
	if err != nil {
		return "", err
	}
	if bytes.Equal(rest, raw) {
		if known {
			return Unchanged, l.drop(p.File)
		}
		return Unchanged, nil
	}
	if p.inUse() {
		return "", ErrRunning
	}
	if len(bytes.TrimSpace(rest)) == 0 && e.Before == "" {
		err = c.storage(p).remove(raw)
	} else {
		err = c.storage(p).replace(raw, rest)
	}
	if err != nil || !known {
		return TakenOut, err
	}
	return TakenOut, l.drop(p.File)
}

// restore puts the original back: nobody has touched the file since.
func (c Config) restore(l *ledger, p Place, e entry, raw []byte) (Outcome, error) {
	if p.inUse() {
		return "", ErrRunning
	}
	if e.Before == "" {
		if err := c.storage(p).remove(raw); err != nil {
			return "", err
		}
		return Restored, l.drop(p.File)
	}
	original, err := l.originalOf(e)
	if err != nil {
		return "", err
	}
	if err := c.storage(p).replace(raw, original); err != nil {
		return "", err
	}
	return Restored, l.drop(p.File)
}

func removeFile(p Place, was []byte) error {
	if err := unchanged(p.File, was); err != nil {
		return err
	}
	return os.Remove(p.File)
}

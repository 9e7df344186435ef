package browsers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"cientro/card/store/atomicfile"
)

// Config says for whom and with what.
type Config struct {
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

// ErrUnsupported: on this system browsers are set up by other means.
var ErrUnsupported = errors.New("not on this system")

// supported: the files of this package are those of Unix with a desktop.
func (c Config) supported() bool { return runtime.GOOS != "windows" && runtime.GOOS != "darwin" }

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
	for _, path := range []string{c.Module, c.Agent} {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || !filepath.IsAbs(path) {
			return nil, &MissingError{Path: path}
		}
	}
	return c.each(ctx, c.install)
}

// Remove takes the module out again.
func (c Config) Remove(ctx context.Context) ([]Done, error) { return c.each(ctx, c.remove) }

// MissingError: what is to be registered is not there.
type MissingError struct{ Path string }

func (e *MissingError) Error() string { return fmt.Sprintf("no file %q", e.Path) }

func (c Config) each(ctx context.Context, change func(*ledger, Place) (Outcome, error)) (all []Done, err error) {
	if !c.supported() {
		return nil, ErrUnsupported
	}
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
		if p.System == c.System && !p.packaged {
			all = append(all, p)
		}
	}
	for path := range l.entries {
		if !known[path] {
			p := Place{Kind: Database, Packaging: Native, System: c.System, File: path}
			switch filepath.Base(path) {
			case p11kitFile:
				p.Kind = P11Kit
			case policyName:
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
	raw, err := read(p.File)
	if err != nil {
		return "", err
	}
	wanted, err := c.editor(p).add(raw)
	if err != nil {
		return "", err
	}
	if isRunning(p.Folder()) {
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
	made, err := makeFolders(p)
	l.folders = append(l.folders, made...)
	if err == nil {
		err = l.keep(p.File, now, original)
	}
	if err == nil {
		err = replace(p, raw, wanted)
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
	raw, err := read(p.File)
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
	if isRunning(p.Folder()) {
		return "", ErrRunning
	}
	if len(bytes.TrimSpace(rest)) == 0 && e.Before == "" {
		err = removeFile(p, raw)
	} else {
		err = replace(p, raw, rest)
	}
	if err != nil || !known {
		return TakenOut, err
	}
	return TakenOut, l.drop(p.File)
}

// restore puts the original back: nobody has touched the file since.
func (c Config) restore(l *ledger, p Place, e entry, raw []byte) (Outcome, error) {
	if isRunning(p.Folder()) {
		return "", ErrRunning
	}
	if e.Before == "" {
		if err := removeFile(p, raw); err != nil {
			return "", err
		}
		return Restored, l.drop(p.File)
	}
	original, err := l.originalOf(e)
	if err != nil {
		return "", err
	}
	if err := replace(p, raw, original); err != nil {
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

package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"cientro/card/store/atomicfile"
)

const (
	maxFileSize = 1 << 20
	lockWait    = 500 * time.Millisecond
)

// WarningKind says what is wrong with a file.
type WarningKind string

// What loading can have to tell.
const (
	// WarningDamaged: the settings could not be understood and were set aside
	// under the name in Aside.
	WarningDamaged WarningKind = "damaged"
	// WarningUnreadable: the settings are there but cannot be read.
	WarningUnreadable WarningKind = "unreadable"
	// WarningValue: one setting has a value that is not a choice, and counts
	// as the default.
	WarningValue WarningKind = "value"
	// WarningNewer: the settings were written by a newer version; what this
	// one knows of them is used.
	WarningNewer WarningKind = "newer"
	// WarningPolicy: the administrator's policy, or one name in it, cannot be
	// used.
	WarningPolicy WarningKind = "policy"
)

// Warning is something the user or the help-desk should know; nothing stopped
// because of it.
type Warning struct {
	Kind  WarningKind
	Name  string // of the setting, where it is about one
	Aside string // path of the file that was set aside
	Err   error
}

// String gives the warning in a form for logs and terminals of experts.
func (w Warning) String() string {
	text := "settings " + string(w.Kind)
	if w.Name != "" {
		text += " " + w.Name
	}
	if w.Aside != "" {
		text += ", set aside as " + w.Aside
	}
	return fmt.Sprintf("%s: %v", text, w.Err)
}

// LockedError says that the administrator has decided a setting.
type LockedError struct{ Name string }

func (e *LockedError) Error() string {
	return "setting " + e.Name + " is locked by the administrator"
}

// Source is where settings come from.
type Source struct {
	// File is the path of the user's settings; empty means that there are
	// none and none can be kept.
	File string
	// Policy is the administrator's; nil is none.
	Policy Policy
}

// System returns the source for this user on this machine.
func System(paths Paths) Source {
	return Source{File: paths.SettingsFile(), Policy: SystemPolicy()}
}

// Effective is what holds: the user's settings with the policy over them.
type Effective struct {
	Settings
	locked map[string]bool
}

// Locked returns whether the administrator decided the setting of this name.
func (e Effective) Locked(name string) bool { return e.locked[name] }

// Load returns what holds now. It never fails; what cannot be used has its
// default and a warning.
func (s Source) Load() (Effective, []Warning) {
	chosen, _, warnings := s.chosen(s.lockedSetAside)
	locked, more := applyPolicy(s.policy(), &chosen)
	return Effective{chosen, locked}, append(warnings, more...)
}

// Update changes the user's own settings and returns what holds then. Several
// programs may do so at once: each change is made on what the others wrote.
// It returns a [*LockedError] when the change touches what the policy locks,
// and writes nothing then.
func (s Source) Update(change func(*Settings)) (Effective, error) {
	if s.File == "" {
		return Effective{}, fmt.Errorf("update settings: %w", ErrNoHome)
	}
	lock, err := atomicfile.Acquire(s.lockFile(), lockWait)
	if err != nil {
		return Effective{}, fmt.Errorf("update settings: %w", err)
	}
	defer lock.Release()
	chosen, file, warnings := s.chosen(s.setAside)
	for _, warning := range warnings {
		// What could not be read must not be overwritten with defaults.
		if warning.Kind == WarningUnreadable {
			return Effective{}, fmt.Errorf("update settings: %w", warning.Err)
		}
	}
	before := chosen
	locked, _ := applyPolicy(s.policy(), &before)
	after := before
	change(&after)
	if err := after.Validate(); err != nil {
		return Effective{}, fmt.Errorf("update settings: %w", err)
	}
	// The user's own choice stays under the policy, for the day it is lifted.
	own := after
	for _, f := range fields() {
		if !locked[f.name] {
			continue
		}
		if f.differs(before, after) {
			return Effective{}, &LockedError{f.name}
		}
		if err := f.copy(&own, chosen); err != nil {
			return Effective{}, err
		}
	}
	if err := s.write(file, own); err != nil {
		return Effective{}, fmt.Errorf("update settings: %w", err)
	}
	return Effective{after, locked}, nil
}

func (s Source) policy() Policy {
	if s.Policy == nil {
		return NoPolicy{}
	}
	return s.Policy
}

func (s Source) lockFile() string { return s.File + ".lock" }

// chosen returns the user's settings and the file they come from. A damaged
// file is handed to aside.
func (s Source) chosen(aside func() (string, error)) (Settings, document, []Warning) {
	chosen := Default()
	if s.File == "" {
		return chosen, nil, nil
	}
	file, version, err := s.read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return chosen, nil, nil
	case errors.Is(err, errDamaged):
		moved, failed := aside()
		if errors.Is(failed, errReplaced) {
			return s.chosen(aside)
		}
		if failed != nil {
			return chosen, nil, []Warning{{Kind: WarningUnreadable, Err: errors.Join(err, failed)}}
		}
		return chosen, nil, []Warning{{Kind: WarningDamaged, Aside: moved, Err: err}}
	case err != nil:
		return chosen, nil, []Warning{{Kind: WarningUnreadable, Err: err}}
	}
	var warnings []Warning
	if version > schema {
		warnings = append(warnings, Warning{Kind: WarningNewer, Err: fmt.Errorf("schema %d", version)})
	}
	for _, f := range fields() {
		value, ok := file[f.name]
		if !ok {
			continue
		}
		if err := f.set(&chosen, value); err != nil {
			warnings = append(warnings, Warning{Kind: WarningValue, Name: f.name, Err: err})
		}
	}
	return chosen, file, warnings
}

var (
	errDamaged  = errors.New("cannot be understood")
	errReplaced = errors.New("replaced meanwhile")
)

// read returns the settings file as it stands.
func (s Source) read() (document, int, error) {
	content, err := atomicfile.Read(s.File, maxFileSize)
	if errors.Is(err, atomicfile.ErrTooLarge) || errors.Is(err, atomicfile.ErrNotRegular) {
		return nil, 0, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if err != nil {
		return nil, 0, err
	}
	file, err := parseDocument(content)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", errDamaged, err)
	}
	version, err := file.version()
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return file, version, nil
}

// setAside moves the damaged settings away. The caller holds the lock.
func (s Source) setAside() (string, error) { return atomicfile.SetAside(s.File) }

// lockedSetAside is setAside for a reader: it takes the lock and looks again,
// as another program may have written good settings meanwhile.
func (s Source) lockedSetAside() (string, error) {
	lock, err := atomicfile.Acquire(s.lockFile(), lockWait)
	if err != nil {
		return "", err
	}
	defer lock.Release()
	if _, _, err := s.read(); !errors.Is(err, errDamaged) {
		return "", errReplaced
	}
	return s.setAside()
}

func (s Source) write(file document, chosen Settings) error {
	written, err := file.with(chosen)
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(written, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(s.File, append(content, '\n'))
}

func sortedNames(d document) []string { return slices.Sorted(maps.Keys(d)) }

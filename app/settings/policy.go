package settings

import (
	"errors"
	"io/fs"
	"runtime"

	"cientro/card/store/atomicfile"
)

// Policy gives the administrator's decisions as a JSON object with the names
// of the settings; a name that is there is locked. No policy is
// [fs.ErrNotExist].
//
// On Linux it is a file. Windows keeps decisions in the registry under
// Software\Policies\CIEntro of the local machine, macOS in the managed
// preferences of it.cientro.desktop: who reads them there, and returns the same
// object, is not written yet.
type Policy interface {
	Read() ([]byte, error)
}

// PolicyFile is a policy in a JSON file, which only the administrator can
// write.
type PolicyFile string

// Read returns the file's content.
func (p PolicyFile) Read() ([]byte, error) { return atomicfile.Read(string(p), maxFileSize) }

// NoPolicy is the policy of a machine without administrator.
type NoPolicy struct{}

// Read returns fs.ErrNotExist.
func (NoPolicy) Read() ([]byte, error) { return nil, fs.ErrNotExist }

// SystemPolicy returns the policy of this machine; on Windows and macOS none is
// read yet.
func SystemPolicy() Policy {
	switch runtime.GOOS {
	case "windows", "darwin", "ios":
		return NoPolicy{}
	}
	return PolicyFile("/etc/cientro/policy.json")
}

// applyPolicy puts the administrator's decisions over the user's and returns
// the names they lock. A policy that cannot be used locks nothing and is told:
// guessing what an administrator meant would be worse.
func applyPolicy(policy Policy, chosen *Settings) (locked map[string]bool, warnings []Warning) {
	content, err := policy.Read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, []Warning{{Kind: WarningPolicy, Err: err}}
	}
	decisions, err := parseDocument(content)
	if err != nil {
		return nil, []Warning{{Kind: WarningPolicy, Err: err}}
	}
	locked = map[string]bool{}
	for _, f := range fields() {
		value, ok := decisions[f.name]
		if !ok {
			continue
		}
		delete(decisions, f.name)
		if err := f.set(chosen, value); err != nil {
			warnings = append(warnings, Warning{Kind: WarningPolicy, Name: f.name, Err: err})
			continue
		}
		locked[f.name] = true
	}
	delete(decisions, schemaField)
	for _, name := range sortedNames(decisions) {
		warnings = append(warnings, Warning{Kind: WarningPolicy, Name: name, Err: errUnknownName})
	}
	return locked, warnings
}

var errUnknownName = errors.New("not a setting of this version")

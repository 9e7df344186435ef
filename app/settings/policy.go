package settings

import (
	"errors"
	"fmt"
	"io/fs"

	"cientro/card/store/atomicfile"
)

// Policy gives the administrator's decisions as a JSON object with the names
// of the settings; a name that is there is locked. No policy is
// [fs.ErrNotExist].
//
// Where a system keeps them is its own: Linux in a file ([LinuxPolicy]), Windows
// in the registry ([WindowsPolicy]), macOS in managed preferences ([MacPolicy]).
// [SystemPolicy] reads the one of the system it runs on.
type Policy interface {
	Read() ([]byte, error)
}

// Where the systems keep the administrator's decisions.
const (
	LinuxPolicy = "/etc/cientro/policy.json"
	// WindowsPolicy is a key below HKEY_LOCAL_MACHINE, a value each setting.
	WindowsPolicy = `Software\Policies\CIEntro`
	// MacPolicy is what configuration profiles for it.cientro.desktop come to.
	MacPolicy = "/Library/Managed Preferences/it.cientro.desktop.plist"
)

// PolicyFile is a policy in a JSON file, which only the administrator can
// write.
type PolicyFile string

// Read returns the file's content.
func (p PolicyFile) Read() ([]byte, error) { return atomicfile.Read(string(p), maxFileSize) }

// NoPolicy is the policy of a machine without administrator.
type NoPolicy struct{}

// Read returns fs.ErrNotExist.
func (NoPolicy) Read() ([]byte, error) { return nil, fs.ErrNotExist }

// SystemPolicy returns the policy of this machine.
func SystemPolicy() Policy { return systemPolicy() }

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
	for i, name := range sortedNames(decisions) {
		if i == mostUnknown {
			err := fmt.Errorf("%d more names: %w", len(decisions)-i, errUnknownName)
			warnings = append(warnings, Warning{Kind: WarningPolicy, Err: err})
			break
		}
		warnings = append(warnings, Warning{Kind: WarningPolicy, Name: shown(name), Err: errUnknownName})
	}
	return locked, warnings
}

// mostUnknown is how many unknown names are told one by one.
const mostUnknown = 20

var errUnknownName = errors.New("not a setting of this version")

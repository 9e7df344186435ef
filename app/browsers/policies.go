package browsers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The members of policies.json that name modules (Mozilla's policy templates,
// SecurityDevices): {"policies":{"SecurityDevices":{"Add":{name:path},
// "Delete":[name]}}}, or before version 114 {"SecurityDevices":{name:path}}.
const (
	policiesMember = "policies"
	devicesMember  = "SecurityDevices"
	addMember      = "Add"
	deleteMember   = "Delete"
)

// PolicyModules reads the modules of a policies.json of Firefox.
func PolicyModules(raw []byte) ([]Registration, error) {
	p, err := parsePolicies(raw)
	return p.modules, err
}

// policies is a policies.json, taken apart as far as modules go.
type policies struct {
	path    []member // of the objects on the way to the list: the root first
	old     bool     // the list is SecurityDevices itself
	list    []member // of the innermost object, where all of path is there
	modules []Registration
}

func parsePolicies(raw []byte) (policies, error) {
	p := policies{}
	if err := textual(raw); err != nil || !json.Valid(raw) {
		return p, fmt.Errorf("policies: %w", ErrNotUnderstood)
	}
	root := member{start: len(raw) - len(bytes.TrimLeft(raw, " \t\r\n")), end: len(bytes.TrimRight(raw, " \t\r\n"))}
	p.path = []member{root}
	all, err := membersOf(raw, root)
	for _, key := range []string{policiesMember, devicesMember} {
		if err != nil {
			return p, err
		}
		i := slices.IndexFunc(all, func(m member) bool { return m.key == key })
		if i < 0 {
			return p, nil
		}
		p.path = append(p.path, all[i])
		all, err = membersOf(raw, all[i])
	}
	if err != nil {
		return p, err
	}
	isNew := func(m member) bool { return m.key == addMember || m.key == deleteMember }
	p.old = len(all) > 0 && !slices.ContainsFunc(all, isNew)
	p.list = all
	if !p.old {
		p.list = nil
		if i := slices.IndexFunc(all, func(m member) bool { return m.key == addMember }); i >= 0 {
			p.path = append(p.path, all[i])
			if p.list, err = membersOf(raw, all[i]); err != nil {
				return p, err
			}
		}
	}
	for _, m := range p.list {
		var library string
		if json.Unmarshal(raw[m.start:m.end], &library) != nil {
			return p, fmt.Errorf("policies: module %q: %w", m.key, ErrNotUnderstood)
		}
		p.modules = append(p.modules, Registration{Name: m.key, Library: library})
	}
	return p, nil
}

// policyFile edits policies.json for the module whose library is given.
type policyFile struct{ library string }

func (f policyFile) registered(raw []byte) ([]Registration, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	return PolicyModules(raw)
}

func (f policyFile) add(raw []byte) ([]byte, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = []byte("{\n}\n")
	}
	p, err := parsePolicies(raw)
	if err != nil {
		return nil, err
	}
	for _, r := range p.modules {
		if r.Library == f.library {
			return raw, nil
		}
	}
	for i, r := range p.modules {
		if ours(r.Library, f.library) {
			return splice(raw, p.list[i].start, p.list[i].end, quoted(f.library)), nil
		}
	}
	missing := []string{policiesMember, devicesMember, addMember}[len(p.path)-1:]
	if p.old {
		missing = nil
	}
	inner := p.path[len(p.path)-1]
	depth := len(p.path) - 1
	value := quoted(f.library)
	keys := append(missing, freeName(p.modules))
	for i, key := range slices.Backward(keys[1:]) {
		outer := strings.Repeat(indent, depth+i+1)
		value = "{\n" + outer + indent + quoted(key) + ": " + value + "\n" + outer + "}"
	}
	return insertMember(raw, inner, depth, keys[0], value), nil
}

func (f policyFile) takeOut(raw []byte) ([]byte, error) {
	for len(raw) > 0 {
		p, err := parsePolicies(raw)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(p.modules, func(r Registration) bool { return ours(r.Library, f.library) })
		if i < 0 {
			return raw, nil
		}
		gone, all := p.list[i], p.list
		// What has nothing left in it goes too, but for "policies" itself.
		for n := len(p.path) - 1; n >= 2 && len(all) == 1; n-- {
			gone = p.path[n]
			if all, err = membersOf(raw, p.path[n-1]); err != nil {
				return nil, err
			}
		}
		raw = deleteMemberOf(raw, all, gone)
	}
	return raw, nil
}

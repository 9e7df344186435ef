package browsers

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// madeUpRegistry is one in memory: keys to names to values.
type madeUpRegistry struct {
	keys map[string]map[string]RegistryValue
	// denied forbids every change, as Windows does to who is no administrator;
	// sealed also to look.
	denied, sealed bool
}

func newRegistry() *madeUpRegistry {
	return &madeUpRegistry{keys: map[string]map[string]RegistryValue{
		machineHive: {}, userHive: {}, machineHive + `\Software`: {}, userHive + `\Software`: {},
		machineHive + `\Software\Policies`: {}, userHive + `\Software\Policies`: {},
	}}
}

func (r *madeUpRegistry) refused(key string) error {
	return &fs.PathError{Op: "registry", Path: key, Err: fs.ErrPermission}
}

// below are the keys below one.
func (r *madeUpRegistry) below(key string) (all []string) {
	for other := range r.keys {
		if strings.HasPrefix(other, key+`\`) {
			all = append(all, other)
		}
	}
	return all
}

func (r *madeUpRegistry) Values(key string) ([]RegistryValue, bool, error) {
	if r.sealed && strings.Contains(key, "Mozilla") {
		return nil, false, r.refused(key)
	}
	values, ok := r.keys[key]
	// As Windows does, in no order that anybody asked for.
	return slices.SortedFunc(maps.Values(values), func(a, b RegistryValue) int { return strings.Compare(b.Name, a.Name) }), ok, nil
}

func (r *madeUpRegistry) Set(key, name, text string) error {
	if r.denied {
		return r.refused(key)
	}
	for made := key; r.keys[made] == nil; made = made[:strings.LastIndexByte(made, '\\')] {
		r.keys[made] = map[string]RegistryValue{}
	}
	r.keys[key][strings.ToLower(name)] = RegistryValue{Name: name, Text: text}
	return nil
}

func (r *madeUpRegistry) Delete(key, name string) error {
	if r.denied {
		return r.refused(key)
	}
	delete(r.keys[key], strings.ToLower(name))
	return nil
}

func (r *madeUpRegistry) Remove(key string) error {
	switch {
	case r.denied:
		return r.refused(key)
	case r.keys[key] == nil:
		return fs.ErrNotExist
	case len(r.keys[key]) > 0 || len(r.below(key)) > 0:
		return ErrNotEmpty
	}
	delete(r.keys, key)
	return nil
}

// put writes a value that is there before the test.
func (r *madeUpRegistry) put(key string, v RegistryValue) {
	_ = r.Set(key, v.Name, v.Text)
	r.keys[key][strings.ToLower(v.Name)] = v
}

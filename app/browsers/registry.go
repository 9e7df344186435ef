package browsers

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// Registry is the part of Windows' registry that this package wants. Keys are
// written with their hive, HKEY_LOCAL_MACHINE\Software\…; what is not there is an
// fs.ErrNotExist, what Windows forbids an fs.ErrPermission.
type Registry interface {
	// Values are those of a key; ok is false where there is no such key.
	Values(key string) (values []RegistryValue, ok bool, err error)
	// Set writes a text (REG_SZ), and makes the key where it is not there.
	Set(key, name, text string) error
	// Delete deletes a value.
	Delete(key, name string) error
	// Remove deletes a key that holds nothing; of others it is an error.
	Remove(key string) error
}

// RegistryValue is a value of a key.
type RegistryValue struct {
	// Name is "" of the key's own value.
	Name string
	// Text is what a text holds.
	Text string
	// Other is anything else than a text, as regedit writes it: hex(7):…
	Other string
}

// ErrNotEmpty: a key of the registry that holds something stays.
var ErrNotEmpty = errors.New("the key is not empty")

// isRegistry tells keys of the registry from files.
func isRegistry(path string) bool {
	return strings.HasPrefix(path, machineHive+`\`) || strings.HasPrefix(path, userHive+`\`)
}

// registryStorage is what Firefox's policies say of modules in a hive. As content
// it is the text of a .reg file with the keys of SecurityDevices, in a fixed order,
// so that the same values are the same bytes.
type registryStorage struct {
	registry Registry
	key      string // of SecurityDevices
}

// keys are those that the content tells, the inner ones first, as they are deleted.
func (s registryStorage) keys() []string {
	return []string{s.key + `\` + addMember, s.key + `\` + deleteMember, s.key}
}

func (s registryStorage) read() ([]byte, error) {
	var b branch
	for _, key := range s.keys() {
		values, ok, err := s.registry.Values(key)
		if err != nil {
			return nil, err
		}
		if ok {
			b = append(b, registryKey{key, values})
		}
	}
	if len(b) == 0 {
		return nil, nil
	}
	return b.text(), nil
}

func (s registryStorage) unchanged(was []byte) error {
	now, err := s.read()
	if err == nil && (string(now) != string(was) || (now == nil) != (was == nil)) {
		err = ErrChangedMeanwhile
	}
	return err
}

// makeFolders lists the keys that [Registry.Set] will make, the outermost first.
func (s registryStorage) makeFolders() (made []string, err error) {
	for key := s.key; !strings.HasSuffix(key, `\Policies`); key = key[:strings.LastIndexByte(key, '\\')] {
		_, ok, err := s.registry.Values(key)
		if err != nil {
			return nil, err
		}
		if ok {
			break
		}
		made = append(made, key)
	}
	slices.Reverse(made)
	return made, nil
}

// replace makes the keys what content says, value by value: what is the same in
// both is not written.
func (s registryStorage) replace(was, content []byte) error {
	if err := s.unchanged(was); err != nil {
		return err
	}
	before, err := parseBranch(was)
	if err != nil {
		return err
	}
	after, err := parseBranch(content)
	if err != nil {
		return err
	}
	for _, key := range after {
		for _, v := range key.values {
			if slices.Contains(before.key(key.path).values, v) {
				continue
			}
			if v.Other != "" {
				return ErrNotUnderstood // only texts are ever written
			}
			if err := s.registry.Set(key.path, v.Name, v.Text); err != nil {
				return err
			}
		}
	}
	for _, key := range before {
		for _, v := range key.values {
			if after.key(key.path).value(v.Name) == nil {
				if err := s.registry.Delete(key.path, v.Name); err != nil {
					return err
				}
			}
		}
	}
	return s.removeKeys(before, after)
}

// removeKeys deletes the keys that content has no more. One that holds something
// that is not told there stays.
func (s registryStorage) removeKeys(before, after branch) error {
	for _, key := range s.keys() {
		if !before.has(key) || after.has(key) {
			continue
		}
		if err := s.registry.Remove(key); err != nil && !errors.Is(err, ErrNotEmpty) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (s registryStorage) remove(was []byte) error { return s.replace(was, nil) }

// registryKey is a key with its values; a branch, keys below one another.
type registryKey struct {
	path   string
	values []RegistryValue
}

type branch []registryKey

func (b branch) key(path string) registryKey {
	for _, key := range b {
		if strings.EqualFold(key.path, path) {
			return key
		}
	}
	return registryKey{path: path}
}

// has: the branch holds the key, or one below it.
func (b branch) has(path string) bool {
	return slices.ContainsFunc(b, func(key registryKey) bool {
		return strings.EqualFold(key.path, path) || strings.HasPrefix(strings.ToLower(key.path), strings.ToLower(path)+`\`)
	})
}

// value is the one of that name; Windows does not tell capitals from others.
func (k registryKey) value(name string) *RegistryValue {
	for i := range k.values {
		if strings.EqualFold(k.values[i].Name, name) {
			return &k.values[i]
		}
	}
	return nil
}

// sorted puts a branch into the order in which it is written.
func (b branch) sorted() branch {
	b = slices.Clone(b)
	for i := range b {
		b[i].values = slices.Clone(b[i].values)
		slices.SortFunc(b[i].values, func(a, b RegistryValue) int {
			return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Name, b.Name))
		})
	}
	slices.SortFunc(b, func(a, b registryKey) int { return cmp.Compare(strings.ToLower(a.path), strings.ToLower(b.path)) })
	return b
}

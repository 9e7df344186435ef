package settings

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/windows/registry"
)

func systemPolicy() Policy { return policyKey(WindowsPolicy) }

// The bounds of what is read: values that no setting has, and bytes of a value.
const (
	mostRegistryNames = 256
	mostRegistryValue = 4096
)

// policyKey is a policy in a key below HKEY_LOCAL_MACHINE, which only
// administrators and group policies can write. Programs of 32 and of 64 bits see
// the same one.
type policyKey string

// Read asks for each setting by its name, so that nothing else in the key can
// keep it from being found, and then for what else there is.
func (p policyKey) Read() ([]byte, error) {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, string(p), registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf(`HKEY_LOCAL_MACHINE\%s: %w`, string(p), err)
	}
	defer func() { _ = key.Close() }()
	var values []registryValue
	for _, name := range registryNames() {
		value, err := valueOf(key, name)
		if errors.Is(err, registry.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf(`HKEY_LOCAL_MACHINE\%s: %w`, string(p), err)
		}
		values = append(values, value)
	}
	names, _ := key.ReadValueNames(mostRegistryNames) // io.EOF says that there are no more
	for _, name := range names {
		values = append(values, registryValue{name: name})
	}
	return registryJSON(values), nil
}

// valueOf reads one value, of one that is too long only its kind.
func valueOf(key registry.Key, name string) (registryValue, error) {
	data := make([]byte, mostRegistryValue)
	n, kind, err := key.GetValue(name, data)
	if errors.Is(err, registry.ErrShortBuffer) {
		return registryValue{name: name, kind: kind}, nil
	}
	if err != nil {
		return registryValue{}, err
	}
	return registryValue{name: name, kind: kind, data: data[:n]}, nil
}

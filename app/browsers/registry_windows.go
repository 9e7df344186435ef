package browsers

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// systemRegistry is this computer's.
func systemRegistry() Registry { return windowsRegistry{} }

type windowsRegistry struct{}

// open opens a key as programs of 64 bit see it, as Firefox is one; policies are
// the same for both.
func (windowsRegistry) open(path string, access uint32) (registry.Key, error) {
	hive, below, _ := strings.Cut(path, `\`)
	root := registry.LOCAL_MACHINE
	if hive == userHive {
		root = registry.CURRENT_USER
	}
	if access&registry.SET_VALUE != 0 {
		key, _, err := registry.CreateKey(root, below, access|registry.WOW64_64KEY)
		return key, failed(path, err)
	}
	key, err := registry.OpenKey(root, below, access|registry.WOW64_64KEY)
	return key, failed(path, err)
}

// failed says which key it was.
func failed(path string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: "registry", Path: path, Err: err}
}

// mostValue bounds what is read of a value.
const mostValue = 64 << 10

func (r windowsRegistry) Values(path string) (values []RegistryValue, ok bool, err error) {
	key, err := r.open(path, registry.READ)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = key.Close() }()
	names, err := key.ReadValueNames(0)
	if err != nil {
		return nil, false, failed(path, err)
	}
	for _, name := range names {
		v := RegistryValue{Name: name}
		text, kind, err := key.GetStringValue(name)
		if err == nil && kind == registry.SZ {
			v.Text = text
		} else if v.Other, err = other(key, name); err != nil {
			return nil, false, failed(path, err)
		}
		values = append(values, v)
	}
	return values, true, nil
}

// other is a value that is no text, as regedit writes it.
func other(key registry.Key, name string) (string, error) {
	raw := make([]byte, mostValue)
	n, kind, err := key.GetValue(name, raw)
	if err != nil {
		return "", err
	}
	var bytes []string
	for _, b := range raw[:n] {
		bytes = append(bytes, fmt.Sprintf("%02x", b))
	}
	return fmt.Sprintf("hex(%x):%s", kind, strings.Join(bytes, ",")), nil
}

func (r windowsRegistry) Set(path, name, text string) error {
	key, err := r.open(path, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer func() { _ = key.Close() }()
	return failed(path, key.SetStringValue(name, text))
}

func (r windowsRegistry) Delete(path, name string) error {
	hive, err := r.open(path, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer func() { _ = hive.Close() }()
	return failed(path, hive.DeleteValue(name))
}

// Remove asks first: Windows would delete a key together with its values.
func (r windowsRegistry) Remove(path string) error {
	key, err := r.open(path, registry.READ)
	if err != nil {
		return err
	}
	info, err := key.Stat()
	_ = key.Close()
	if err != nil {
		return failed(path, err)
	}
	if info.SubKeyCount > 0 || info.ValueCount > 0 {
		return failed(path, ErrNotEmpty)
	}
	i := strings.LastIndexByte(path, '\\')
	above, err := r.open(path[:i], registry.READ)
	if err != nil {
		return err
	}
	defer func() { _ = above.Close() }()
	return failed(path, registry.DeleteKey(above, path[i+1:]))
}

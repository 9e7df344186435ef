package browsers

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// The registry of Windows, as text: `reg export` writes it, `reg import` reads
// it. Firefox takes modules from the values of RegistryKey, name to path
// (Mozilla's policy templates, SecurityDevices). Chromium's family asks Windows
// for keys, and loads no module.

// RegistryKey holds Firefox's modules, below HKEY_LOCAL_MACHINE or, for one user,
// HKEY_CURRENT_USER.
const RegistryKey = `Software\Policies\Mozilla\Firefox\SecurityDevices\Add`

// registryTitle is the first line of such a text, Windows 2000 and later.
//
//go:embed registrytitle.txt
var registryTitle string

// RegistryModules reads the modules from an export of a branch that holds the key.
func RegistryModules(export []byte) (all []Registration, err error) {
	text, err := registryText(export)
	if err != nil || text == "" {
		return nil, err
	}
	lines := strings.Split(text, "\n")
	if strings.TrimSpace(lines[0]) != registryTitle {
		return nil, fmt.Errorf("registry: %w", ErrNotUnderstood)
	}
	inside := false
	for _, line := range lines[1:] {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			_, key, _ := strings.Cut(strings.Trim(line, "[]"), `\`)
			inside = strings.EqualFold(key, RegistryKey)
			continue
		}
		name, rest, isName := registryString(line)
		if !inside || !isName {
			continue
		}
		value, after, isValue := registryString(strings.TrimPrefix(rest, "="))
		if !isValue || after != "" || !strings.HasPrefix(rest, "=") {
			return nil, fmt.Errorf("registry: value %q: %w", name, ErrNotUnderstood)
		}
		all = append(all, Registration{Name: name, Library: value})
	}
	return all, nil
}

// registryString reads a quoted string, and returns what follows.
func registryString(text string) (value, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		return "", text, false
	}
	var out strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return out.String(), text[i+1:], true
		case '\\':
			if i++; i == len(text) {
				return "", text, false
			}
		}
		out.WriteByte(text[i])
	}
	return "", text, false
}

// registryText decodes an export: UTF-16 with a mark, or UTF-8.
func registryText(raw []byte) (string, error) {
	if !bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) {
		raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
		return string(raw), textual(raw)
	}
	raw = raw[2:]
	if len(raw)%2 != 0 {
		return "", fmt.Errorf("registry: %w", ErrNotUnderstood)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	text := string(utf16.Decode(units))
	return text, textual([]byte(text))
}

// RegistryAdd returns the text to import so that Firefox loads the module, nil
// where it does already. hive is HKEY_LOCAL_MACHINE or HKEY_CURRENT_USER, export
// what there is of the branch, empty for none; its other modules stay.
func RegistryAdd(hive string, export []byte, library string) ([]byte, error) {
	all, err := RegistryModules(export)
	if err != nil {
		return nil, err
	}
	name := freeName(all)
	for _, r := range all {
		if strings.EqualFold(r.Library, library) {
			return nil, nil
		}
		if windowsOurs(r.Library, library) {
			name = r.Name
		}
	}
	return registryChange("["+hive+`\`+RegistryKey+"]", registryQuoted(name)+"="+registryQuoted(library)), nil
}

// RegistryRemove returns the text to import so that the module goes, nil where it
// is not there. The key goes with its last value.
func RegistryRemove(hive string, export []byte, library string) ([]byte, error) {
	all, err := RegistryModules(export)
	if err != nil {
		return nil, err
	}
	var gone []string
	for _, r := range all {
		if windowsOurs(r.Library, library) {
			gone = append(gone, registryQuoted(r.Name)+"=-")
		}
	}
	switch len(gone) {
	case 0:
		return nil, nil
	case len(all):
		return registryChange("[-" + hive + `\` + RegistryKey + "]"), nil
	}
	return registryChange(slices.Insert(gone, 0, "["+hive+`\`+RegistryKey+"]")...), nil
}

// windowsOurs is ours for paths of Windows, wherever this runs.
func windowsOurs(library, own string) bool {
	base := func(path string) string { return path[strings.LastIndexAny(path, `\/`)+1:] }
	return library != "" && strings.EqualFold(base(library), base(own))
}

func registryQuoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// registryChange writes UTF-16 with a mark, as regedit does.
func registryChange(lines ...string) []byte {
	text := registryTitle + "\r\n\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n"
	out := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

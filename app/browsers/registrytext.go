package browsers

import (
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// registryTitle is the first line of a .reg file, of Windows 2000 and later.
//
//go:embed registrytitle.txt
var registryTitle string

// text writes a .reg file. A key without values is written where nothing below it
// says that it is there.
func (b branch) text() []byte {
	var out strings.Builder
	out.WriteString(registryTitle + "\r\n")
	for _, key := range b.sorted() {
		below := slices.DeleteFunc(slices.Clone(b), func(other registryKey) bool { return other.path == key.path })
		if len(key.values) == 0 && below.has(key.path) {
			continue
		}
		out.WriteString("\r\n[" + key.path + "]\r\n")
		for _, v := range key.values {
			name, value := "@", v.Other
			if v.Name != "" {
				name = registryQuoted(v.Name)
			}
			if value == "" {
				value = registryQuoted(v.Text)
			}
			out.WriteString(name + "=" + value + "\r\n")
		}
	}
	return []byte(out.String() + "\r\n")
}

// parseBranch reads what text writes; nothing is no keys.
func parseBranch(raw []byte) (b branch, err error) {
	if len(raw) == 0 {
		return nil, nil
	}
	lines := strings.Split(string(raw), "\n")
	if textual(raw) != nil || strings.TrimSpace(lines[0]) != registryTitle {
		return nil, fmt.Errorf("registry: %w", ErrNotUnderstood)
	}
	for _, line := range lines[1:] {
		line = strings.TrimSuffix(line, "\r")
		switch {
		case line == "":
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			b = append(b, registryKey{path: line[1 : len(line)-1]})
		default:
			v, ok := parseRegistryValue(line)
			if !ok || len(b) == 0 {
				return nil, fmt.Errorf("registry: %q: %w", line, ErrNotUnderstood)
			}
			last := &b[len(b)-1]
			last.values = append(last.values, v)
		}
	}
	return b, nil
}

func parseRegistryValue(line string) (v RegistryValue, ok bool) {
	rest := strings.TrimPrefix(line, "@")
	if rest == line {
		if v.Name, rest, ok = registryString(line); !ok {
			return v, false
		}
	}
	rest, ok = strings.CutPrefix(rest, "=")
	if !ok || rest == "" {
		return v, false
	}
	text, after, isText := registryString(rest)
	switch {
	case isText && after == "":
		v.Text = text
	case strings.HasPrefix(rest, `"`):
		return v, false
	default:
		v.Other = rest
	}
	return v, true
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

func registryQuoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// expandable begins a text with variables of the environment, REG_EXPAND_SZ.
const expandable = "hex(2):"

// library is the path that a value names, "" where it is none. Firefox takes texts,
// and those with variables, which stand here as they are written.
func (v RegistryValue) library() string {
	digits, ok := strings.CutPrefix(v.Other, expandable)
	if !ok {
		return v.Text
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(digits, ",", ""))
	if err != nil || len(raw)%2 != 0 {
		return ""
	}
	var units []uint16
	for i := 0; i < len(raw); i += 2 {
		units = append(units, uint16(raw[i])|uint16(raw[i+1])<<8)
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// registryBranch edits the text of SecurityDevices in a hive.
type registryBranch struct{ key, library string }

// list is the key whose values are modules: Add, or SecurityDevices itself as
// before Firefox 114, where neither Add nor Delete is there; to make one would
// have Firefox pass over those.
func (r registryBranch) list(b branch) (registryKey, error) {
	list := b.key(r.key + `\` + addMember)
	if root := b.key(r.key); len(root.values) > 0 && !b.has(list.path) && !b.has(r.key+`\`+deleteMember) {
		list = root
	}
	if list.value("1") != nil {
		return list, fmt.Errorf("registry: Firefox takes a key with a value 1 for a list: %w", ErrNotUnderstood)
	}
	return list, nil
}

func (r registryBranch) registered(raw []byte) (all []Registration, err error) {
	b, err := parseBranch(raw)
	if err != nil {
		return nil, err
	}
	list, err := r.list(b)
	for _, v := range list.values {
		if library := v.library(); library != "" {
			all = append(all, Registration{Name: v.Name, Library: library})
		}
	}
	return all, err
}

func (r registryBranch) add(raw []byte) ([]byte, error) {
	b, err := parseBranch(raw)
	if err != nil {
		return nil, err
	}
	list, err := r.list(b)
	if err != nil {
		return nil, err
	}
	name := ""
	var taken []Registration
	for _, v := range list.values {
		if strings.EqualFold(v.library(), r.library) {
			return raw, nil
		}
		if ours(v.library(), r.library) {
			name = v.Name
		}
		taken = append(taken, Registration{Name: v.Name})
	}
	if name == "" {
		name = freeName(taken)
	}
	return b.with(list.path, RegistryValue{Name: name, Text: r.library}).text(), nil
}

// with is the branch with a value set.
func (b branch) with(path string, v RegistryValue) branch {
	key := b.key(path)
	key.values = append(slices.DeleteFunc(slices.Clone(key.values), func(old RegistryValue) bool { return strings.EqualFold(old.Name, v.Name) }), v)
	return append(b.without(path), key)
}

func (b branch) without(path string) branch {
	return slices.DeleteFunc(slices.Clone(b), func(key registryKey) bool { return strings.EqualFold(key.path, path) })
}

// takeOut returns the text without the module, and without a key that held nothing
// else; nothing where that was all.
func (r registryBranch) takeOut(raw []byte) ([]byte, error) {
	b, err := parseBranch(raw)
	if err != nil {
		return nil, err
	}
	list, err := r.list(b)
	if err != nil {
		return nil, err
	}
	rest := slices.DeleteFunc(slices.Clone(list.values), func(v RegistryValue) bool { return ours(v.library(), r.library) })
	switch {
	case len(rest) == len(list.values):
		return raw, nil
	case len(rest) > 0:
		return append(b.without(list.path), registryKey{list.path, rest}).text(), nil
	}
	if b = b.without(list.path); len(b) == 0 {
		return []byte{}, nil
	}
	return b.text(), nil
}

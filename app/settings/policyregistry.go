package settings

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Types of values in the registry of Windows (winnt.h).
const (
	registryNone   = 0
	registryText   = 1 // REG_SZ: UTF-16 in little-endian, mostly with a zero at its end
	registryExpand = 2 // REG_EXPAND_SZ: text with variables, which are left alone
	registryDWORD  = 4 // REG_DWORD: four bytes, little-endian
	registryQWORD  = 11
)

// registryValue is a value of a key as the system gives it; data is nil where it
// was not read.
type registryValue struct {
	name string
	kind uint32
	data []byte
}

// registryNames are the values that are asked for.
func registryNames() []string {
	names := []string{schemaField}
	for _, f := range fields() {
		names = append(names, f.name)
	}
	return names
}

// registryJSON gives the values of a key as JSON. The registry has no truth
// values and takes names in either case: 0 and 1 become false and true where a
// setting is on or off, and names those of the settings. Of several values of one
// name the first holds. What no setting can be stands there as its type, in
// brackets.
func registryJSON(values []registryValue) []byte {
	known := map[string]field{schemaField: {name: schemaField}}
	for _, f := range fields() {
		known[strings.ToLower(f.name)] = f
	}
	decisions := map[string]any{}
	for _, v := range values {
		f, ok := known[strings.ToLower(v.name)]
		if !ok {
			f.name = v.name
			if f.name == "" {
				f.name = "(Default)" // as the registry's editor calls it
			}
		}
		if _, there := decisions[f.name]; !there {
			decisions[f.name] = v.decision(ok && f.value != nil && f.boolean())
		}
	}
	return jsonOf(decisions)
}

// decision is what a value means.
func (v registryValue) decision(boolean bool) any {
	var number uint64
	switch {
	case (v.kind == registryText || v.kind == registryExpand) && v.data != nil && len(v.data)%2 == 0:
		return v.text()
	case v.kind == registryDWORD && len(v.data) == 4:
		number = uint64(binary.LittleEndian.Uint32(v.data))
	case v.kind == registryQWORD && len(v.data) == 8:
		number = binary.LittleEndian.Uint64(v.data)
	default:
		return unusable(v.typeName())
	}
	if boolean && number <= 1 {
		return number == 1
	}
	return number
}

// text ends at the first zero, where there is one.
func (v registryValue) text() string {
	var units []uint16
	for i := 0; i < len(v.data); i += 2 {
		unit := binary.LittleEndian.Uint16(v.data[i:])
		if unit == 0 {
			break
		}
		units = append(units, unit)
	}
	return string(utf16.Decode(units))
}

func (v registryValue) typeName() string {
	names := map[uint32]string{
		registryNone: "REG_NONE", registryText: "REG_SZ", registryExpand: "REG_EXPAND_SZ", 3: "REG_BINARY",
		registryDWORD: "REG_DWORD", 5: "REG_DWORD_BIG_ENDIAN", 7: "REG_MULTI_SZ", registryQWORD: "REG_QWORD",
	}
	if name, ok := names[v.kind]; ok {
		return name
	}
	return "type " + strconv.FormatUint(uint64(v.kind), 10)
}

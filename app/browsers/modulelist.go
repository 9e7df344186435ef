package browsers

import (
	"bytes"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ModuleName is how browsers list the module.
const ModuleName = "CIEntro"

// Registration is a module in a list: what it is called, and the absolute path
// of its library.
type Registration struct{ Name, Library string }

// record is one of pkcs11.txt: lines name=value, up to an empty one.
type record struct {
	Registration
	start, end               int // bytes, with the empty line after it
	libraryStart, libraryEnd int // bytes of the value
}

// recordsOf reads the records that name a library. NSS's own module has none.
func recordsOf(raw []byte) (all []record) {
	var now record
	var open bool
	finish := func(end int) {
		now.end = end
		if now.Library != "" {
			all = append(all, now)
		}
		now, open = record{}, false
	}
	for start := 0; start < len(raw); {
		end := len(raw)
		if i := bytes.IndexByte(raw[start:], '\n'); i >= 0 {
			end = start + i + 1
		}
		line := strings.TrimRight(string(raw[start:end]), "\r\n")
		switch {
		case strings.TrimSpace(line) == "":
			if open {
				finish(end)
			}
		case !open:
			now.start, open = start, true
		}
		if value, ok := strings.CutPrefix(line, "library="); ok && strings.TrimSpace(value) != "" && now.Library == "" {
			now.Library = unquoted(value)
			now.libraryStart = start + len("library=")
			now.libraryEnd = now.libraryStart + len(value)
		}
		if value, ok := strings.CutPrefix(line, "name="); ok && now.Name == "" {
			now.Name = unquoted(value)
		}
		start = end
	}
	if open {
		finish(len(raw))
	}
	return all
}

// Modules reads pkcs11.txt, the list of modules of an NSS database.
func Modules(raw []byte) (all []Registration) {
	for _, r := range recordsOf(raw) {
		all = append(all, r.Registration)
	}
	return all
}

// moduleList edits pkcs11.txt for the module whose library is given.
type moduleList struct{ library string }

func (l moduleList) registered(raw []byte) ([]Registration, error) { return Modules(raw), textual(raw) }

// add writes the record as NSS's modutil does. A record of ours that names
// another folder is corrected.
func (l moduleList) add(raw []byte) ([]byte, error) {
	if err := textual(raw); err != nil {
		return nil, err
	}
	all := recordsOf(raw)
	for _, r := range all {
		if r.Library == l.library {
			return raw, nil
		}
	}
	for _, r := range all {
		if ours(r.Library, l.library) {
			return splice(raw, r.libraryStart, r.libraryEnd, l.library), nil
		}
	}
	out := bytes.Clone(raw)
	for len(out) > 0 && !bytes.HasSuffix(out, []byte("\n\n")) {
		out = append(out, '\n')
	}
	return append(out, "library="+l.library+"\nname="+freeName(Modules(raw))+"\n\n"...), nil
}

func (l moduleList) takeOut(raw []byte) ([]byte, error) {
	if err := textual(raw); err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(recordsOf(raw)) {
		if ours(r.Library, l.library) {
			raw = splice(raw, r.start, r.end, "")
		}
	}
	return raw, nil
}

// unquoted is a value as NSS takes it: as it stands, also backslashes, unless it
// begins with a quotation mark; then a backslash stands before what is meant as it
// is (NSS, utilmod.c, nssutil_ReadSecmodDB; utilpars.c, NSSUTIL_Quote).
func unquoted(value string) string {
	if !strings.HasPrefix(value, `"`) {
		return value
	}
	var out strings.Builder
	for i := 1; i < len(value) && value[i] != '"'; i++ {
		if value[i] == '\\' && i+1 < len(value) {
			i++
		}
		out.WriteByte(value[i])
	}
	return out.String()
}

// ours: the library is this program's, wherever it lies. Names of Windows are the
// same in capitals.
func ours(library, own string) bool {
	if strings.HasSuffix(strings.ToLower(own), ".dll") {
		base := func(path string) string { return path[strings.LastIndexAny(path, `\/`)+1:] }
		return strings.EqualFold(base(library), base(own))
	}
	return library != "" && own != "" && filepath.Base(library) == filepath.Base(own)
}

// freeName is a name that no other module has: NSS wants them to differ.
func freeName(taken []Registration) string {
	name := ModuleName
	for n := 2; slices.ContainsFunc(taken, func(r Registration) bool { return strings.EqualFold(r.Name, name) }); n++ {
		name = ModuleName + " " + strconv.Itoa(n)
	}
	return name
}

// splice replaces raw[start:end]. raw stays as it is.
func splice(raw []byte, start, end int, by string) []byte {
	out := make([]byte, 0, len(raw)+len(by))
	out = append(out, raw[:start]...)
	out = append(out, by...)
	return append(out, raw[end:]...)
}

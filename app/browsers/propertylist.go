package browsers

import (
	"bytes"
	_ "embed"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cientro/app/propertylist"
)

// Property lists of macOS, as XML: Firefox reads its policies from
// /Library/Preferences/org.mozilla.firefox.plist, where EnterprisePoliciesEnabled
// is true (Mozilla's policy templates). The binary form is read, and not edited:
// `plutil -convert xml1` makes XML of it.

const enabledKey = "EnterprisePoliciesEnabled"

// ErrBinaryList: a property list is in the binary form.
var ErrBinaryList = errors.New("binary property list")

// isDevices: a name that Firefox takes for SecurityDevices or, with two strokes
// between, for what is in it (Mozilla, macOSPoliciesParser.sys.mjs, unflatten).
func isDevices(key string) bool {
	return key == devicesMember || strings.HasPrefix(key, devicesMember+"__")
}

// propertyListFile edits the property list for the module whose library is given.
type propertyListFile struct{ library string }

// registered are the modules that Firefox takes: none, where policies are not
// switched on.
func (f propertyListFile) registered(raw []byte) ([]Registration, error) {
	all, err := PropertyListModules(raw)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	root, err := propertylist.Parse(raw)
	if enabled := root.Member(enabledKey); err != nil || enabled == nil || enabled.Kind != propertylist.True {
		return nil, err
	}
	return all, nil
}

func (f propertyListFile) add(raw []byte) ([]byte, error) { return propertyListAdd(raw, f.library) }

func (f propertyListFile) takeOut(raw []byte) ([]byte, error) {
	return propertyListRemove(raw, f.library)
}

// parsePropertyList reads the root dictionary of a text that is to be edited.
func parsePropertyList(raw []byte) (propertylist.Value, error) {
	if propertylist.IsBinary(raw) {
		return propertylist.Value{}, fmt.Errorf("%w: %w", ErrNotUnderstood, ErrBinaryList)
	}
	root, err := propertylist.ParseXML(raw)
	if err != nil {
		return root, fmt.Errorf("%w: %w", ErrNotUnderstood, err)
	}
	return root, nil
}

// PropertyListModules reads the modules of Firefox's policies, in either form.
func PropertyListModules(raw []byte) ([]Registration, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	root, err := propertylist.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotUnderstood, err)
	}
	path, err := devicesPath(root)
	if err != nil || len(path) < 3 {
		return nil, err
	}
	var all []Registration
	for _, m := range path[2].Members {
		if m.Kind != propertylist.String {
			return nil, fmt.Errorf("property list: module %q: %w", m.Key, ErrNotUnderstood)
		}
		all = append(all, Registration{Name: m.Key, Library: m.Text})
	}
	return all, nil
}

// devicesPath is the root, and SecurityDevices and Add as far as they are there.
func devicesPath(root propertylist.Value) ([]propertylist.Value, error) {
	if slices.ContainsFunc(root.Members, func(m propertylist.Value) bool { return m.Key != devicesMember && isDevices(m.Key) }) {
		return nil, fmt.Errorf("property list: names of more than one part: %w", ErrNotUnderstood)
	}
	path := []propertylist.Value{root}
	for _, key := range []string{devicesMember, addMember} {
		m := path[len(path)-1].Member(key)
		if m == nil {
			break
		}
		if m.Kind != propertylist.Dict {
			return nil, fmt.Errorf("property list: %s: %w", key, ErrNotUnderstood)
		}
		path = append(path, *m)
	}
	return path, nil
}

//go:embed empty.plist
var emptyPropertyList string

// propertyListAdd returns the list with the module added, raw itself where it is
// there already; raw is empty where there is no list. What else stands in it
// keeps its bytes.
func propertyListAdd(raw []byte, library string) ([]byte, error) {
	if len(raw) == 0 {
		raw = []byte(emptyPropertyList)
	}
	all, err := PropertyListModules(raw)
	if err != nil {
		return nil, err
	}
	root, err := parsePropertyList(raw)
	if err != nil {
		return nil, err
	}
	if enabled := root.Member(enabledKey); enabled != nil && enabled.Kind != propertylist.True {
		return nil, fmt.Errorf("property list: policies are switched off: %w", ErrNotUnderstood)
	}
	path, err := devicesPath(root)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(r Registration) bool { return r.Library == library })
	if i < 0 {
		if raw, err = insertModule(raw, path, all, library); err != nil {
			return nil, err
		}
	}
	if root.Member(enabledKey) != nil {
		return raw, nil
	}
	if root, err = parsePropertyList(raw); err != nil {
		return nil, err
	}
	return insertProperty(raw, root, element("key", enabledKey)+"<true/>"), nil
}

// insertModule names the module in the list whose dictionaries are given; one of
// ours that names another folder is corrected.
func insertModule(raw []byte, path []propertylist.Value, all []Registration, library string) ([]byte, error) {
	if i := slices.IndexFunc(all, func(r Registration) bool { return ours(r.Library, library) }); i >= 0 {
		m := path[2].Members[i]
		return splice(raw, m.Place.Start, m.Place.End, element("string", library)), nil
	}
	if len(path) == 2 && len(path[1].Members) > 0 && path[1].Member(deleteMember) == nil {
		// As before Firefox 114: with a dictionary Add it would pass over those.
		return nil, fmt.Errorf("property list: modules without Add: %w", ErrNotUnderstood)
	}
	text := element("key", freeName(all)) + element("string", library)
	for n := 2; n >= len(path); n-- {
		text = element("key", []string{"", devicesMember, addMember}[n]) + "<dict>" + text + "</dict>"
	}
	return insertProperty(raw, path[len(path)-1], text), nil
}

// insertProperty puts text first into a dictionary. One that is written <dict/>
// gets an end.
func insertProperty(raw []byte, dict propertylist.Value, text string) []byte {
	if bytes.HasSuffix(raw[dict.Place.Start:dict.Place.Inside], []byte("/>")) {
		return splice(raw, dict.Place.Start, dict.Place.End, "<dict>"+text+"</dict>")
	}
	return splice(raw, dict.Place.Inside, dict.Place.Inside, "\n"+text)
}

func element(name, text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder takes everything
	return "<" + name + ">" + out.String() + "</" + name + ">"
}

// propertyListRemove returns the list without the module, and without the
// dictionaries that held nothing else.
func propertyListRemove(raw []byte, library string) ([]byte, error) {
	for {
		all, err := PropertyListModules(raw)
		i := slices.IndexFunc(all, func(r Registration) bool { return ours(r.Library, library) })
		if err != nil || i < 0 {
			return raw, err
		}
		root, err := parsePropertyList(raw)
		if err != nil {
			return nil, err
		}
		path, err := devicesPath(root)
		if err != nil {
			return nil, err
		}
		gone := path[2].Members[i]
		for n := 2; n > 0 && len(path[n].Members) == 1; n-- {
			gone = path[n]
		}
		start := gone.Place.KeyStart
		if start > 0 && raw[start-1] == '\n' {
			start-- // the line's end that adding it put there
		}
		raw = splice(raw, start, gone.Place.End, "")
	}
}

package browsers

import (
	"bytes"
	_ "embed"
	"encoding/xml"
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

// parsePropertyList reads the root dictionary of a text that is to be edited.
func parsePropertyList(raw []byte) (propertylist.Value, error) {
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

// PropertyListAdd returns the list with the module added, raw itself where it is
// there already; raw is empty where there is no list. What else stands in it
// keeps its bytes.
func PropertyListAdd(raw []byte, library string) ([]byte, error) {
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
	for i, r := range all {
		switch {
		case r.Library == library:
			return raw, nil
		case ours(r.Library, library):
			m := path[2].Members[i]
			return splice(raw, m.Place.Start, m.Place.End, element("string", library)), nil
		}
	}
	text := element("key", freeName(all)) + element("string", library)
	for n := 2; n >= len(path); n-- {
		text = element("key", []string{"", devicesMember, addMember}[n]) + "<dict>" + text + "</dict>"
	}
	inner := path[len(path)-1]
	if root.Member(enabledKey) != nil {
		return insertProperty(raw, inner, text), nil
	}
	if root, err = parsePropertyList(insertProperty(raw, inner, text)); err != nil {
		return nil, err
	}
	return insertProperty(insertProperty(raw, inner, text), root, element("key", enabledKey)+"<true/>"), nil
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

// PropertyListRemove returns the list without the module, and without the
// dictionaries that held nothing else.
func PropertyListRemove(raw []byte, library string) ([]byte, error) {
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

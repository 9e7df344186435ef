package browsers

import (
	"bytes"
	_ "embed"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Property lists of macOS, as XML: Firefox reads its policies from
// /Library/Preferences/org.mozilla.firefox.plist, where EnterprisePoliciesEnabled
// is true (Mozilla's policy templates). `plutil -convert xml1` makes XML of the
// binary form.

const enabledKey = "EnterprisePoliciesEnabled"

// property is a value of a property list, and where it stands in the text.
type property struct {
	key      string // in its dictionary
	keyStart int    // of <key>
	start    int    // of the value's element
	end      int
	inside   int // after the opening tag
	kind     string
	text     string
	members  []property // of a dict
}

// parsePropertyList reads the root dictionary.
func parsePropertyList(raw []byte) (property, error) {
	refused := fmt.Errorf("property list: %w", ErrNotUnderstood)
	if textual(raw) != nil {
		return property{}, refused
	}
	r := &propertyReader{decoder: xml.NewDecoder(bytes.NewReader(raw))}
	for {
		start, token, err := r.next()
		if err != nil {
			return property{}, refused
		}
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local == "plist" {
			continue
		}
		root, err := r.value(start, element, 0)
		if err != nil || root.kind != "dict" {
			return property{}, refused
		}
		return root, r.rest()
	}
}

type propertyReader struct{ decoder *xml.Decoder }

func (r *propertyReader) next() (start int, token xml.Token, err error) {
	start = int(r.decoder.InputOffset())
	token, err = r.decoder.Token()
	return start, token, err
}

// rest demands that the text ends as XML does.
func (r *propertyReader) rest() error {
	for {
		_, token, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if _, another := token.(xml.StartElement); err != nil || another {
			return fmt.Errorf("property list: %w", ErrNotUnderstood)
		}
	}
}

// deepest bounds how deep values lie in each other.
const deepest = 50

// value reads on to the end of an element that was opened.
func (r *propertyReader) value(start int, open xml.StartElement, depth int) (property, error) {
	v := property{start: start, kind: open.Name.Local, inside: int(r.decoder.InputOffset())}
	if depth > deepest {
		return v, ErrNotUnderstood
	}
	var key property
	var text strings.Builder
	for {
		at, token, err := r.next()
		if err != nil {
			return v, err
		}
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
			v.end, v.text = int(r.decoder.InputOffset()), text.String()
			if key.kind != "" {
				return v, ErrNotUnderstood // a name without a value
			}
			return v, nil
		case xml.StartElement:
			inner, err := r.value(at, token, depth+1)
			switch {
			case err != nil:
				return v, err
			case v.kind != "dict":
			case key.kind == "":
				if key = inner; key.kind != "key" {
					return v, ErrNotUnderstood
				}
			default:
				inner.key, inner.keyStart = key.text, key.start
				if v.member(inner.key) != nil {
					return v, ErrNotUnderstood // it stands twice
				}
				v.members = append(v.members, inner)
				key = property{}
			}
		}
	}
}

// member is the one of that name, nil where there is none.
func (v property) member(key string) *property {
	if i := slices.IndexFunc(v.members, func(m property) bool { return m.key == key }); i >= 0 {
		return &v.members[i]
	}
	return nil
}

// PropertyListModules reads the modules of Firefox's policies.
func PropertyListModules(raw []byte) ([]Registration, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	root, err := parsePropertyList(raw)
	if err != nil {
		return nil, err
	}
	path, err := devicesPath(root)
	if err != nil || len(path) < 3 {
		return nil, err
	}
	var all []Registration
	for _, m := range path[2].members {
		if m.kind != "string" {
			return nil, fmt.Errorf("property list: module %q: %w", m.key, ErrNotUnderstood)
		}
		all = append(all, Registration{Name: m.key, Library: m.text})
	}
	return all, nil
}

// devicesPath is the root, and SecurityDevices and Add as far as they are there.
func devicesPath(root property) ([]property, error) {
	path := []property{root}
	for _, key := range []string{devicesMember, addMember} {
		m := path[len(path)-1].member(key)
		if m == nil {
			break
		}
		if m.kind != "dict" {
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
	if enabled := root.member(enabledKey); enabled != nil && enabled.kind != "true" {
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
			m := path[2].members[i]
			return splice(raw, m.start, m.end, element("string", library)), nil
		}
	}
	text := element("key", freeName(all)) + element("string", library)
	for n := 2; n >= len(path); n-- {
		text = element("key", []string{"", devicesMember, addMember}[n]) + "<dict>" + text + "</dict>"
	}
	inner := path[len(path)-1]
	if root.member(enabledKey) != nil {
		return insertProperty(raw, inner, text), nil
	}
	if root, err = parsePropertyList(insertProperty(raw, inner, text)); err != nil {
		return nil, err
	}
	return insertProperty(insertProperty(raw, inner, text), root, element("key", enabledKey)+"<true/>"), nil
}

// insertProperty puts text first into a dictionary. One that is written <dict/>
// gets an end.
func insertProperty(raw []byte, dict property, text string) []byte {
	if bytes.HasSuffix(raw[dict.start:dict.inside], []byte("/>")) {
		return splice(raw, dict.start, dict.end, "<dict>"+text+"</dict>")
	}
	return splice(raw, dict.inside, dict.inside, "\n"+text)
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
		gone := path[2].members[i]
		for n := 2; n > 0 && len(path[n].members) == 1; n-- {
			gone = path[n]
		}
		start := gone.keyStart
		if start > 0 && raw[start-1] == '\n' {
			start-- // the line's end that adding it put there
		}
		raw = splice(raw, start, gone.end, "")
	}
}

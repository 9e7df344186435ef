package sod

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Attribute is one attribute of a distinguished name; Type is its short name
// (CN, OU, O, C …) or its identifier with dots.
type Attribute struct {
	Type  string
	Value string
}

// Name is a distinguished name, in the order of its encoding.
type Name []Attribute

var attributeTypes = map[oid]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C",
	"2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "street", "2.5.4.10": "O",
	"2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.42": "GN", "2.5.4.46": "dnQualifier",
	"2.5.4.97": "organizationIdentifier", "1.2.840.113549.1.9.1": "emailAddress",
	"0.9.2342.19200300.100.1.25": "DC",
}

// Get returns the first value of an attribute, or the empty string.
func (n Name) Get(attribute string) string {
	for _, a := range n {
		if a.Type == attribute {
			return a.Value
		}
	}
	return ""
}

// Country returns the C attribute in capitals. Several countries write it in
// small letters (ICAO 9303-12 section 7.1.1 wants capitals).
func (n Name) Country() string { return strings.ToUpper(n.Get("C")) }

// String writes the name in one line, in the order of its encoding, safe to
// show on a terminal: what cannot be printed becomes U+FFFD.
func (n Name) String() string {
	var b strings.Builder
	for i, a := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.Type + "=")
		for _, r := range a.Value {
			switch {
			case !unicode.IsPrint(r):
				b.WriteRune(utf8.RuneError)
			case strings.ContainsRune(`,+"\<>;`, r):
				b.WriteRune('\\')
				b.WriteRune(r)
			default:
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// Equal compares names as RFC 5280 section 7.1 asks: whatever the string
// type, the case and the spaces. The order may also be the reverse one, since
// names written as text come in both.
func (n Name) Equal(other Name) bool {
	if len(n) == 0 || len(n) != len(other) {
		return false
	}
	a, b := n.canonical(), other.canonical()
	if slices.Equal(a, b) {
		return true
	}
	slices.Reverse(b)
	return slices.Equal(a, b)
}

func (n Name) canonical() []string {
	parts := make([]string, len(n))
	for i, a := range n {
		parts[i] = strings.ToLower(a.Type) + "=" + strings.ToLower(strings.Join(strings.Fields(a.Value), " "))
	}
	return parts
}

// ParseName reads a name written as text, parts between commas, a backslash
// before a character that would end one (RFC 4514, spaces after commas allowed).
func ParseName(s string) (Name, error) {
	var name Name
	var part strings.Builder
	flush := func() error {
		kind, value, found := strings.Cut(strings.TrimSpace(part.String()), "=")
		if !found || kind == "" {
			return malformed("name %q", s)
		}
		name = append(name, Attribute{Type: strings.TrimSpace(kind), Value: strings.TrimSpace(value)})
		part.Reset()
		return nil
	}
	escaped := false
	for _, r := range s {
		switch {
		case escaped:
			part.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == ',':
			if err := flush(); err != nil {
				return nil, err
			}
		default:
			part.WriteRune(r)
		}
	}
	if escaped {
		return nil, malformed("name %q ends in a backslash", s)
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return name, nil
}

// maxAttributes bounds a name: genuine ones have up to a dozen attributes.
const maxAttributes = 64

// name reads the body of a Name (RDNSequence).
func (r *reader) name(body []byte, what string) Name {
	rdns := r.inside(body)
	var name Name
	for rdns.more() {
		rdn := rdns.enter(tagSet, what)
		for rdn.more() {
			pair := rdn.enter(tagSequence, what)
			kind := pair.oid(what)
			value := pair.next(what)
			pair.end(what)
			short, known := attributeTypes[kind]
			if !known {
				short = string(kind)
			}
			if name = append(name, Attribute{Type: short, Value: decodeString(value)}); len(name) > maxAttributes {
				r.fail(malformed("%s: too many attributes", what))
			}
		}
	}
	return name
}

// decodeString turns any of X.500's string types into UTF-8.
func decodeString(el element) string {
	switch el.tag {
	case tagBMPString:
		units := make([]uint16, 0, len(el.body)/2)
		for i := 0; i+1 < len(el.body); i += 2 {
			units = append(units, uint16(el.body[i])<<8|uint16(el.body[i+1]))
		}
		return string(utf16.Decode(units))
	case tagT61String:
		runes := make([]rune, len(el.body)) // taken as Latin-1, as everybody does
		for i, octet := range el.body {
			runes[i] = rune(octet)
		}
		return string(runes)
	default:
		return strings.ToValidUTF8(string(el.body), string(utf8.RuneError))
	}
}

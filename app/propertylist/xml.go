package propertylist

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// ParseXML reads the root dictionary of a property list in XML, and where
// everything in it stands.
func ParseXML(raw []byte) (Value, error) {
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return Value{}, malformed("no text")
	}
	r := &xmlReader{decoder: xml.NewDecoder(bytes.NewReader(raw))}
	for {
		start, token, err := r.next()
		if err != nil {
			return Value{}, malformed("%v", err)
		}
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local == "plist" {
			continue
		}
		root, err := r.value(start, element, 0)
		if err != nil {
			return Value{}, err
		}
		if root.Kind != Dict {
			return Value{}, malformed("%q at the root", root.Kind)
		}
		return root, r.rest()
	}
}

type xmlReader struct {
	decoder *xml.Decoder
	items   int
}

func (r *xmlReader) next() (start int, token xml.Token, err error) {
	start = int(r.decoder.InputOffset())
	token, err = r.decoder.Token()
	return start, token, err
}

// rest demands that the text ends as XML does.
func (r *xmlReader) rest() error {
	for {
		_, token, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if _, another := token.(xml.StartElement); err != nil || another {
			return malformed("something follows the root")
		}
	}
}

// value reads on to the end of an element that was opened.
func (r *xmlReader) value(start int, open xml.StartElement, depth int) (Value, error) {
	v := Value{Kind: Kind(open.Name.Local), Place: Place{Start: start, Inside: int(r.decoder.InputOffset())}}
	r.items++
	if depth > deepest || r.items > mostItems {
		return v, malformed("too deep or too long")
	}
	var key Value
	var text strings.Builder
	known := map[string]bool{}
	for {
		at, token, err := r.next()
		if err != nil {
			return v, malformed("%v", err)
		}
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
			v.Place.End, v.Text = int(r.decoder.InputOffset()), text.String()
			if key.Kind != "" {
				return v, malformed("%q has no value", key.Text)
			}
			return v, nil
		case xml.StartElement:
			inner, err := r.value(at, token, depth+1)
			switch {
			case err != nil:
				return v, err
			case v.Kind != Dict: // an array's, which nobody wants
			case key.Kind == "":
				if key = inner; key.Kind != keyKind {
					return v, malformed("a value without a name")
				}
			default:
				inner.Key, inner.Place.KeyStart = key.Text, key.Place.Start
				if known[inner.Key] {
					return v, malformed("%q stands twice", inner.Key)
				}
				known[inner.Key] = true
				v.Members = append(v.Members, inner)
				key = Value{}
			}
		}
	}
}

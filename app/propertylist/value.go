package propertylist

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// Kind is what a value is, by the name of its element in XML.
type Kind string

// The kinds.
const (
	Dict    Kind = "dict"
	Array   Kind = "array"
	String  Kind = "string"
	Integer Kind = "integer"
	Real    Kind = "real"
	True    Kind = "true"
	False   Kind = "false"
	Data    Kind = "data"
	Date    Kind = "date"

	// keyKind is a name in a dictionary of the XML form.
	keyKind Kind = "key"
)

// Value is one of a property list.
type Value struct {
	// Key is its name in the dictionary it stands in.
	Key  string
	Kind Kind
	// Text is what stands in a string, in decimal what an integer or a real is;
	// of data and dates it is what XML has, nothing in the binary form.
	Text string
	// Members are those of a dictionary, in its order. Of an array there are none:
	// nobody here wants them.
	Members []Value
	// Place is where it stands in a text of XML; zero in the binary form.
	Place Place
}

// Place is where a value stands in a text, in bytes.
type Place struct {
	KeyStart int // of <key>
	Start    int // of the value's element
	Inside   int // after the opening tag
	End      int
}

// Member is the one of that name, nil where there is none.
func (v Value) Member(key string) *Value {
	if i := slices.IndexFunc(v.Members, func(m Value) bool { return m.Key == key }); i >= 0 {
		return &v.Members[i]
	}
	return nil
}

// ErrMalformed: this is no property list with a dictionary at its root, or one
// beyond the bounds.
var ErrMalformed = errors.New("not a property list")

// The bounds: how deep values lie in each other, how many there are, and how many
// bytes their texts have together.
const (
	deepest   = 50
	mostItems = 20_000
	mostText  = 4 << 20
)

// IsBinary tells the binary form, which is read and not edited here.
func IsBinary(raw []byte) bool { return bytes.HasPrefix(raw, []byte(binaryTitle)) }

// Parse reads the root dictionary of a property list in either form. The error
// is an [ErrMalformed].
func Parse(raw []byte) (Value, error) {
	parse := ParseXML
	if IsBinary(raw) {
		parse = parseBinary
	}
	return parse(raw)
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

package tlv

import (
	"fmt"
	"log/slog"
)

const (
	// maxObjects bounds the siblings of one level. The fullest structure a CIE
	// sends has some twenty; the bound only stops input made to exhaust memory.
	maxObjects = 4096
	// maxDepth bounds nesting. A CIE's key objects are four deep.
	maxDepth = 32
)

// Object is one data object. Value and Raw are slices of the parsed input; Raw
// is the whole object as received, which is what hashes and MACs are taken of.
type Object struct {
	Tag        Tag
	Value, Raw []byte

	depth int
}

// Parse reads all data objects of one level. The input must hold nothing else:
// no padding, no rest. Empty input is no object and no error.
func Parse(b []byte) ([]Object, error) { return parse(b, 0) }

func parse(b []byte, depth int) ([]Object, error) {
	var objects []Object
	for offset := 0; offset < len(b); {
		if len(objects) == maxObjects {
			return nil, fmt.Errorf("at byte %d: %w", offset, ErrCount)
		}
		o, size, err := parseOne(b[offset:], depth)
		if err != nil {
			return nil, fmt.Errorf("at byte %d: %w", offset, err)
		}
		objects = append(objects, o)
		offset += size
	}
	return objects, nil
}

// ParseFirst reads one data object and returns what follows it untouched, for
// files that are longer than their content.
func ParseFirst(b []byte) (Object, []byte, error) {
	o, size, err := parseOne(b, 0)
	if err != nil {
		return Object{}, nil, err
	}
	return o, b[size:], nil
}

// Children reads the data objects inside a constructed one.
func (o Object) Children() ([]Object, error) {
	if !o.Tag.Constructed() {
		return nil, fmt.Errorf("children of %s: %w", o.Tag, ErrPrimitive)
	}
	if o.depth >= maxDepth {
		return nil, fmt.Errorf("children of %s: %w", o.Tag, ErrDepth)
	}
	children, err := parse(o.Value, o.depth+1)
	if err != nil {
		return nil, fmt.Errorf("children of %s: %w", o.Tag, err)
	}
	return children, nil
}

// Find follows a path of tags down from the siblings in b and returns the
// object at its end. At each level the first object with the tag counts; what
// stands before or after it does not matter. What does not parse is an error,
// what parses without the tag is [ErrNotFound].
func Find(b []byte, path ...Tag) (Object, error) {
	if len(path) == 0 {
		return Object{}, fmt.Errorf("find with an empty path: %w", ErrNotFound)
	}
	level, err := Parse(b)
	for i, tag := range path {
		if err != nil {
			return Object{}, err
		}
		o, ok := first(level, tag)
		if !ok {
			return Object{}, fmt.Errorf("%s: %w", pathString(path[:i+1]), ErrNotFound)
		}
		if i == len(path)-1 {
			return o, nil
		}
		level, err = o.Children()
	}
	return Object{}, err
}

func first(objects []Object, tag Tag) (Object, bool) {
	for _, o := range objects {
		if o.Tag == tag {
			return o, true
		}
	}
	return Object{}, false
}

func pathString(path []Tag) string {
	s := ""
	for i, tag := range path {
		if i > 0 {
			s += "/"
		}
		s += tag.String()
	}
	return s
}

// parseOne reads the object at the start of b and says how many bytes it took.
func parseOne(b []byte, depth int) (Object, int, error) {
	tag, header, length, err := parseHeader(b)
	if err != nil {
		return Object{}, 0, err
	}
	if uint64(length) > uint64(len(b)-header) {
		return Object{}, 0, fmt.Errorf("%s says %d bytes, %d are there: %w", tag, length, len(b)-header, ErrTruncated)
	}
	end := header + int(length)
	return Object{Tag: tag, Value: b[header:end:end], Raw: b[:end:end], depth: depth}, end, nil
}

// String shows tag and length, never the value: it may be somebody's name.
func (o Object) String() string { return fmt.Sprintf("%s (%d bytes)", o.Tag, len(o.Value)) }

// GoString is String, so that %#v shows no value either.
func (o Object) GoString() string { return o.String() }

// Format writes String for every verb.
func (o Object) Format(f fmt.State, _ rune) { fmt.Fprint(f, o.String()) }

// LogValue is String for log/slog.
func (o Object) LogValue() slog.Value { return slog.StringValue(o.String()) }

// MarshalText is String, so that JSON shows no value either.
func (o Object) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

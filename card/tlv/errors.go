package tlv

import "errors"

// What can be wrong with a data object. They arrive wrapped with the offset;
// compare with errors.Is.
var (
	// ErrTruncated: the input ends inside a tag, a length or a value.
	ErrTruncated = errors.New("data object is cut short")
	// ErrTag: padding where a tag belongs, or a tag longer than four bytes.
	ErrTag = errors.New("not a tag")
	// ErrLength: indefinite, reserved or longer than four length bytes.
	ErrLength = errors.New("length is not definite or too wide")
	// ErrCount: more siblings than any card has reason to send.
	ErrCount = errors.New("too many data objects")
	// ErrDepth: nested deeper than any card has reason to nest.
	ErrDepth = errors.New("data objects nested too deep")
	// ErrPrimitive: children were asked of an object that has none.
	ErrPrimitive = errors.New("data object is primitive")
	// ErrNotFound: no object with the tag at this level.
	ErrNotFound = errors.New("data object not found")
)

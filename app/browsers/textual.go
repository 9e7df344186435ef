package browsers

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// ErrNotUnderstood: a file of a browser is not what it should be. It is left as
// it is.
var ErrNotUnderstood = errors.New("not understood")

// textual refuses what no text file holds.
func textual(raw []byte) error {
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return ErrNotUnderstood
	}
	return nil
}

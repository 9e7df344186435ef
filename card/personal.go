package card

import (
	"fmt"
	"log/slog"
	"strings"
)

// shownTail is how much of a personal text a mask lets through: enough to tell
// two cards on a desk apart.
const shownTail = 4

// Personal is a text about a person, as the card's NIS. Every way of
// formatting it shows a mask with the last four characters; Reveal gives the
// text itself to who was asked for it.
type Personal struct{ text *string } // behind a pointer, as formatters print unexported strings

// NewPersonal wraps text.
func NewPersonal(text string) Personal { return Personal{&text} }

// Reveal returns the text.
func (p Personal) Reveal() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// String returns the mask, as in "********5216"; a text of four characters or
// less is masked whole.
func (p Personal) String() string {
	text := []rune(p.Reveal())
	if len(text) <= shownTail {
		return strings.Repeat("*", len(text))
	}
	hidden := len(text) - shownTail
	return strings.Repeat("*", hidden) + string(text[hidden:])
}

// GoString implements fmt.GoStringer.
func (p Personal) GoString() string { return p.String() }

// Format implements fmt.Formatter for every verb.
func (p Personal) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(p.String())) }

// LogValue implements slog.LogValuer.
func (p Personal) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText implements encoding.TextMarshaler, and so covers JSON.
func (p Personal) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

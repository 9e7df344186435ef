package holder

import (
	"fmt"
	"log/slog"
	"strings"
)

// mask stands for a personal text of any length, which may itself tell something.
const mask = "***"

// Personal is a text about a person. Every way of formatting it gives a mask;
// Reveal gives the text. The zero value is an absent text and formats as
// nothing.
type Personal struct {
	text *string // behind a pointer, since formatters look into unexported strings
	tail int     // characters that the mask lets through
}

// NewPersonal wraps text; its mask lets the last tail characters through, none
// where tail is 0.
func NewPersonal(text string, tail int) Personal {
	if text == "" {
		return Personal{}
	}
	return Personal{text: &text, tail: tail}
}

// Reveal returns the text, for the eyes of who asked for it.
func (p Personal) Reveal() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// Known tells whether the certificate has this text.
func (p Personal) Known() bool { return p.text != nil }

// String returns the mask, as in "***", or "*****00AA" for a document number.
func (p Personal) String() string {
	text := []rune(p.Reveal())
	switch hidden := len(text) - p.tail; {
	case len(text) == 0:
		return ""
	case p.tail == 0 || hidden < p.tail:
		return mask
	default:
		return strings.Repeat("*", hidden) + string(text[hidden:])
	}
}

// GoString implements fmt.GoStringer.
func (p Personal) GoString() string { return p.String() }

// Format implements fmt.Formatter, for every verb.
func (p Personal) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(p.String())) }

// LogValue implements slog.LogValuer.
func (p Personal) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText implements encoding.TextMarshaler, and so covers JSON and XML.
func (p Personal) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

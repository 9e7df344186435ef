package logs

import (
	"context"
	"encoding"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// dropped stands where a value was not fit for a log.
const dropped = "[dropped]"

// denied returns whether a name promises a secret or something personal. The
// spelling does not matter: fiscalCode, fiscal_code and FISCAL-CODE are one.
func denied(name string) bool {
	plain := strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(name))
	switch plain {
	case "pin", "oldpin", "newpin", "puk", "key", "data", "name", "fiscalcode", "serial", "nis", "pan":
		return true
	}
	return false
}

// Redact returns a handler that lets next see only what is fit for a log.
func Redact(next slog.Handler) slog.Handler {
	return &redacting{
		next: next,
		// A PIN, a PUK or a number of a card or document: 8 digits and more.
		// Digits inside hexadecimal, such as an ATR, stay.
		digits: regexp.MustCompile(`\b[0-9]{8,}\b`),
		// A fiscal code, also with digits replaced by letters (omocodia):
		// decree of 23 December 1976, article 6.
		fiscalCode: regexp.MustCompile(`(?i)\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b`),
	}
}

// redacting is a slog.Handler. It works on attributes before they reach the
// next handler and not in its ReplaceAttr, which sees values only after they
// were resolved: then a value that redacted itself looks like any other.
type redacting struct {
	next               slog.Handler
	digits, fiscalCode *regexp.Regexp
	// silent is true inside a group with a denied name.
	silent bool
}

func (h *redacting) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h *redacting) Handle(ctx context.Context, record slog.Record) error {
	clean := slog.NewRecord(record.Time, record.Level, h.text(record.Message), record.PC)
	record.Attrs(func(attr slog.Attr) bool {
		clean.AddAttrs(h.attr(attr))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h *redacting) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.next = h.next.WithAttrs(h.attrs(attrs))
	return &with
}

func (h *redacting) WithGroup(name string) slog.Handler {
	with := *h
	with.next = h.next.WithGroup(h.text(name))
	with.silent = h.silent || denied(name)
	return &with
}

func (h *redacting) attrs(attrs []slog.Attr) []slog.Attr {
	clean := make([]slog.Attr, len(attrs))
	for i, attr := range attrs {
		clean[i] = h.attr(attr)
	}
	return clean
}

func (h *redacting) attr(attr slog.Attr) slog.Attr {
	// A type that resolves itself knows what it may show, under any name.
	knows := attr.Value.Kind() == slog.KindLogValuer
	if (h.silent || denied(attr.Key)) && !knows {
		return slog.String(h.text(attr.Key), dropped)
	}
	return slog.Attr{Key: h.text(attr.Key), Value: h.value(attr.Value.Resolve())}
}

// value returns what may be shown of a resolved value.
func (h *redacting) value(value slog.Value) slog.Value {
	switch value.Kind() {
	case slog.KindString:
		return slog.StringValue(h.text(value.String()))
	case slog.KindGroup:
		return slog.GroupValue(h.attrs(value.Group())...)
	case slog.KindInt64, slog.KindUint64, slog.KindFloat64:
		// A number can be a PIN as well as a text can.
		if text := value.String(); h.text(text) != text {
			return slog.StringValue(dropped)
		}
		return value
	case slog.KindAny:
		return slog.StringValue(h.other(value.Any()))
	}
	return value // bool, duration, time
}

// other gives a text for a value of any other type: its own words where it has
// some, else its type. Bytes never have words.
func (h *redacting) other(value any) (text string) {
	// A method of a nil pointer may panic; a log must not.
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("[%T]", value)
		}
	}()
	switch value := value.(type) {
	case nil:
		return "null"
	case error:
		return h.text(value.Error())
	case fmt.Stringer:
		return h.text(value.String())
	case encoding.TextMarshaler:
		words, err := value.MarshalText()
		if err != nil {
			return fmt.Sprintf("[%T]", value)
		}
		return h.text(string(words))
	case []string:
		return h.text(strings.Join(value, ", "))
	case []byte:
		return dropped
	}
	return fmt.Sprintf("[%T]", value)
}

// text masks in a text what has the shape of something personal.
func (h *redacting) text(text string) string {
	text = h.digits.ReplaceAllString(text, dropped)
	return h.fiscalCode.ReplaceAllString(text, dropped)
}

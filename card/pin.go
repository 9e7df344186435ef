package card

import (
	"bytes"
	"fmt"
	"log/slog"
	"time"
)

// codeLength is the only length a PIN or PUK of the CIE may have.
const codeLength = 8

// PIN holds the 8 digits of the card's PIN. It redacts itself wherever it is
// formatted, and Wipe clears every copy, as copies share one array.
type PIN struct{ code }

// PUK holds the 8 digits of the unblocking code. It is a type of its own so
// that it can never be presented where a PIN belongs.
type PUK struct{ code }

// ParsePIN copies 8 ASCII digits out of b. It does not keep or clear b. Any
// other length or character gives a *FormatError; nothing ever goes to a card.
func ParsePIN(b []byte) (PIN, error) {
	c, err := parseCode(b, PINReference)
	return PIN{c}, err
}

// ParsePUK is ParsePIN for the PUK.
func ParsePUK(b []byte) (PUK, error) {
	c, err := parseCode(b, PUKReference)
	return PUK{c}, err
}

// code keeps its digits behind a function: formatters that look into
// unexported fields, and follow pointers where a verb does not fit, print an
// address and never digits.
type code struct{ open func() *[codeLength]byte }

func parseCode(b []byte, ref Reference) (code, error) {
	if len(b) != codeLength {
		return code{}, &FormatError{Reference: ref, Length: len(b)}
	}
	for _, d := range b {
		if d < '0' || d > '9' {
			return code{}, &FormatError{Reference: ref, Length: len(b), NotDigits: true}
		}
	}
	digits := [codeLength]byte(b)
	return code{func() *[codeLength]byte { return &digits }}, nil
}

// digits returns the digits themselves, not a copy; nil for the zero code.
func (c code) digits() []byte {
	if c.open == nil {
		return nil
	}
	return c.open()[:]
}

// Wipe overwrites the digits. A wiped code is refused by every operation.
func (c code) Wipe() { clear(c.digits()) }

// usable says whether digits are there: neither the zero value nor wiped.
func (c code) usable() bool { return c.open != nil && c.digits()[0] != 0 }

const redacted = "********"

// Format implements fmt.Formatter for every verb.
func (c code) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// String implements fmt.Stringer.
func (c code) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (c code) GoString() string { return redacted }

// LogValue implements slog.LogValuer.
func (c code) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler, and so covers JSON and XML.
func (c code) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Weakness names why a new PIN is refused; the empty string means it is good.
type Weakness string

// What makes a PIN weak: all digits equal, a run up or down, one pair or one
// quartet repeated, the old PIN again, the holder's birth date.
const (
	WeakEqualDigits     Weakness = "equal-digits"
	WeakAscending       Weakness = "ascending"
	WeakDescending      Weakness = "descending"
	WeakRepeatedPair    Weakness = "repeated-pair"
	WeakRepeatedQuartet Weakness = "repeated-quartet"
	WeakSameAsOld       Weakness = "same-as-old"
	WeakBirthDate       Weakness = "birth-date"
)

// CheckNewPIN says whether pin may become the card's PIN. old may be the zero
// PIN where it is not known (unblocking). birth is the zero time where the
// holder's birth date is not known. A weak PIN gives a *WeakPINError.
func CheckNewPIN(pin, old PIN, birth time.Time) error {
	if !pin.usable() {
		return &FormatError{Reference: PINReference}
	}
	if w := weakness(pin.digits(), old, birth); w != "" {
		return &WeakPINError{Weakness: w}
	}
	return nil
}

func weakness(d []byte, old PIN, birth time.Time) Weakness {
	switch {
	case stepsBy(d, 0):
		return WeakEqualDigits
	case stepsBy(d, 1):
		return WeakAscending
	case stepsBy(d, 9): // one down, modulo ten
		return WeakDescending
	case repeats(d, 2):
		return WeakRepeatedPair
	case repeats(d, 4):
		return WeakRepeatedQuartet
	case old.usable() && bytes.Equal(d, old.digits()):
		return WeakSameAsOld
	case !birth.IsZero() && isBirthDate(d, birth):
		return WeakBirthDate
	}
	return ""
}

// stepsBy: each digit follows the one before it by step, modulo ten, so that
// 78901234 counts as a run as 12345678 does.
func stepsBy(d []byte, step byte) bool {
	for i := 1; i < len(d); i++ {
		if (d[i]-'0'+10-(d[i-1]-'0'))%10 != step {
			return false
		}
	}
	return true
}

func repeats(d []byte, n int) bool {
	for i := n; i < len(d); i++ {
		if d[i] != d[i-n] {
			return false
		}
	}
	return true
}

// isBirthDate takes a date of a hundred years earlier as well: a fiscal code has
// two digits for the year, and who is past a hundred looks like a child.
func isBirthDate(d []byte, birth time.Time) bool {
	for _, day := range []time.Time{birth, birth.AddDate(-100, 0, 0)} {
		for _, layout := range []string{"02012006", "01022006", "20060102", "20060201"} {
			if string(d) == day.Format(layout) {
				return true
			}
		}
	}
	return false
}

package iso7816

import (
	"errors"
	"fmt"
	"log/slog"
)

// Limits of the two length codings, ISO 7816-3 section 12.1.3.
const (
	MaxShortData    = 255   // data bytes of a short command
	MaxShortNe      = 256   // expected bytes of a short command, Le 00
	MaxExtendedData = 65535 // data bytes of an extended command
	MaxExtendedNe   = 65536 // expected bytes of an extended command, Le 0000
)

// Bits of the class byte, ISO 7816-4 section 5.4.1.
const (
	CLAChaining = 0x10 // not the last part of a chained command
	CLASecured  = 0x0C // secure messaging, header authenticated
)

// ErrCommand: a command cannot be encoded or its bytes are not one. Nothing
// was sent.
var ErrCommand = errors.New("not a command APDU")

// CommandAPDU is a command before encoding, ISO 7816-3 section 12.1.1. Its
// text forms show header and lengths only: the data may be a PIN.
type CommandAPDU struct {
	CLA, INS, P1, P2 byte
	Data             []byte
	// Ne is the number of bytes expected: 0 = no Le field, 256 = Le 00 in the
	// short form, more needs the extended form.
	Ne int
}

// Bytes encodes the command: short if data and Ne allow it, else extended.
// The error is [ErrCommand].
func (c CommandAPDU) Bytes() ([]byte, error) {
	switch {
	case len(c.Data) > MaxExtendedData:
		return nil, fmt.Errorf("%d data bytes: %w", len(c.Data), ErrCommand)
	case c.Ne < 0 || c.Ne > MaxExtendedNe:
		return nil, fmt.Errorf("%d bytes expected: %w", c.Ne, ErrCommand)
	case len(c.Data) > MaxShortData || c.Ne > MaxShortNe:
		return c.extended(), nil
	default:
		return c.short(), nil
	}
}

func (c CommandAPDU) short() []byte {
	b := make([]byte, 0, 4+1+len(c.Data)+1)
	b = append(b, c.CLA, c.INS, c.P1, c.P2)
	if len(c.Data) > 0 {
		b = append(b, byte(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Ne > 0 {
		b = append(b, byte(c.Ne)) // 256 becomes 00
	}
	return b
}

func (c CommandAPDU) extended() []byte {
	b := make([]byte, 0, 4+3+len(c.Data)+2)
	b = append(b, c.CLA, c.INS, c.P1, c.P2, 0x00)
	if len(c.Data) > 0 {
		b = append(b, byte(len(c.Data)>>8), byte(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Ne > 0 {
		b = append(b, byte(c.Ne>>8), byte(c.Ne)) // 65536 becomes 0000
	}
	return b
}

// ParseCommand reads the seven forms of ISO 7816-3 section 12.1.3. Data is a
// slice of b. The error is [ErrCommand].
func ParseCommand(b []byte) (CommandAPDU, error) {
	if len(b) < 4 {
		return CommandAPDU{}, fmt.Errorf("%d bytes: %w", len(b), ErrCommand)
	}
	c := CommandAPDU{CLA: b[0], INS: b[1], P1: b[2], P2: b[3]}
	body := b[4:]
	switch {
	case len(body) == 0: // case 1
		return c, nil
	case len(body) == 1: // case 2 short
		c.Ne = ne(int(body[0]), MaxShortNe)
		return c, nil
	case body[0] != 0:
		return parseShort(c, body)
	default:
		return parseExtended(c, body)
	}
}

func parseShort(c CommandAPDU, body []byte) (CommandAPDU, error) {
	lc := int(body[0])
	switch rest := body[1:]; len(rest) - lc {
	case 0:
		c.Data = rest[:lc:lc]
		return c, nil
	case 1:
		c.Data, c.Ne = rest[:lc:lc], ne(int(rest[lc]), MaxShortNe)
		return c, nil
	}
	return CommandAPDU{}, fmt.Errorf("length Lc %d in a body of %d: %w", lc, len(body), ErrCommand)
}

func parseExtended(c CommandAPDU, body []byte) (CommandAPDU, error) {
	if len(body) < 3 {
		return CommandAPDU{}, fmt.Errorf("body of %d: %w", len(body), ErrCommand)
	}
	n, rest := int(body[1])<<8|int(body[2]), body[3:]
	if len(rest) == 0 { // case 2 extended: what was read is Le
		c.Ne = ne(n, MaxExtendedNe)
		return c, nil
	}
	switch {
	case n > 0 && len(rest) == n:
		c.Data = rest
		return c, nil
	case n > 0 && len(rest) == n+2:
		c.Data, c.Ne = rest[:n:n], ne(int(rest[n])<<8|int(rest[n+1]), MaxExtendedNe)
		return c, nil
	}
	return CommandAPDU{}, fmt.Errorf("extended length Lc %d in a body of %d: %w", n, len(body), ErrCommand)
}

// ne turns an Le field into a number: zero stands for the largest.
func ne(le, largest int) int {
	if le == 0 {
		return largest
	}
	return le
}

// String shows header and lengths: "00 20 00 81 Lc 8".
func (c CommandAPDU) String() string {
	s := fmt.Sprintf("%02X %02X %02X %02X", c.CLA, c.INS, c.P1, c.P2)
	if len(c.Data) > 0 {
		s += fmt.Sprintf(" Lc %d", len(c.Data))
	}
	if c.Ne > 0 {
		s += fmt.Sprintf(" Ne %d", c.Ne)
	}
	return s
}

// GoString is String, so that %#v shows no body either.
func (c CommandAPDU) GoString() string { return c.String() }

// Format writes String for every verb; %d and %x would print the body else.
func (c CommandAPDU) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }

// LogValue is String for log/slog.
func (c CommandAPDU) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText is String, so that JSON shows no body either.
func (c CommandAPDU) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

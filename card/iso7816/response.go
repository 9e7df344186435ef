package iso7816

import (
	"errors"
	"fmt"
	"log/slog"
)

// ErrResponse: the bytes that came back are not a response APDU.
var ErrResponse = errors.New("not a response APDU")

// ResponseAPDU is a card's answer, ISO 7816-3 section 12.1.1. Its text forms
// show length and status only: the data may be personal.
type ResponseAPDU struct {
	Data []byte
	SW   StatusWord
}

// ParseResponse splits an answer into data field and status word. Data is a
// slice of b. Drivers that collect GET RESPONSE themselves hand over long
// answers, so only the largest extended answer is a limit. The error is
// [ErrResponse].
func ParseResponse(b []byte) (ResponseAPDU, error) {
	n := len(b) - 2
	if n < 0 || n > MaxExtendedNe {
		return ResponseAPDU{}, fmt.Errorf("%d bytes: %w", len(b), ErrResponse)
	}
	sw := StatusWord(b[n])<<8 | StatusWord(b[n+1])
	if s := sw >> 12; (s != 0x6 && s != 0x9) || sw>>8 == 0x60 { // ISO 7816-3 section 10.3.3
		return ResponseAPDU{}, fmt.Errorf("status %04X: %w", uint16(sw), ErrResponse)
	}
	return ResponseAPDU{Data: b[:n:n], SW: sw}, nil
}

// Err is nil for 9000 and the status word for everything else, warnings
// included.
func (r ResponseAPDU) Err() error {
	if r.SW == SWSuccess {
		return nil
	}
	return r.SW
}

// String shows length and status: "256 bytes, 9000".
func (r ResponseAPDU) String() string {
	return fmt.Sprintf("%d bytes, %04X", len(r.Data), uint16(r.SW))
}

// GoString is String, so that %#v shows no data either.
func (r ResponseAPDU) GoString() string { return r.String() }

// Format writes String for every verb.
func (r ResponseAPDU) Format(f fmt.State, _ rune) { fmt.Fprint(f, r.String()) }

// LogValue is String for log/slog.
func (r ResponseAPDU) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText is String, so that JSON shows no data either.
func (r ResponseAPDU) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

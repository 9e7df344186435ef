package cardtest

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// Hex is bytes written as hexadecimal digits in a JSON vector.
type Hex []byte

// UnmarshalText reads the digits; blanks are skipped.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := decode(string(text))
	if err != nil {
		return err
	}
	*h = b
	return nil
}

// String is the digits, as the vectors write them.
func (h Hex) String() string { return hex.EncodeToString(h) }

// Bytes reads hexadecimal digits in a test; blanks are skipped.
func Bytes(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := decode(digits)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(digits string) ([]byte, error) {
	b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil {
		return nil, fmt.Errorf("read hexadecimal %.40q: %w", digits, err)
	}
	return b, nil
}

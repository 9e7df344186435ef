package cardtest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// FindCanary looks for a secret in bytes that should not hold it, in every
// dress in which programs let secrets out, and names the first that fits; ""
// means that it is not there.
//
// It finds the bytes themselves, hexadecimal of either case and with blanks,
// colons, dashes or 0x between, base64 at each of its three alignments with
// either alphabet, UTF-16 of either order, and lists of decimal numbers as fmt
// and JSON print byte slices. Use a secret of at least six bytes that occurs
// nowhere by chance.
func FindCanary(haystack, secret []byte) string {
	if len(secret) == 0 {
		return ""
	}
	for _, d := range dresses(secret) {
		if bytes.Contains(haystack, d.bytes) {
			return d.name
		}
	}
	lower := bytes.ToLower(haystack)
	for _, d := range hexDresses(secret) {
		if bytes.Contains(lower, d.bytes) {
			return d.name
		}
	}
	return ""
}

// AssertNoCanary fails the test if haystack holds one of the secrets in any
// dress. The secret itself is not printed.
func AssertNoCanary(t testing.TB, haystack []byte, secrets ...[]byte) {
	t.Helper()
	for i, s := range secrets {
		if dress := FindCanary(haystack, s); dress != "" {
			t.Errorf("secret %d of %d leaked as %s into %d bytes", i+1, len(secrets), dress, len(haystack))
		}
	}
}

type dress struct {
	name  string
	bytes []byte
}

func dresses(secret []byte) []dress {
	d := []dress{{"plain bytes", secret}}
	for _, enc := range []struct {
		name string
		e    *base64.Encoding
	}{{"base64", base64.RawStdEncoding}, {"URL base64", base64.RawURLEncoding}} {
		for shift := range 3 {
			if core := base64Core(enc.e, secret, shift); len(core) > 0 {
				d = append(d, dress{fmt.Sprintf("%s shifted by %d", enc.name, shift), core})
			}
		}
	}
	le, be := utf16Bytes(secret)
	d = append(d, dress{"UTF-16 little endian", le}, dress{"UTF-16 big endian", be})
	for _, sep := range []string{" ", ", ", ","} {
		d = append(d, dress{"decimal list", []byte(join(secret, "%d", sep))})
	}
	return d
}

func hexDresses(secret []byte) []dress {
	d := []dress{{"hexadecimal", []byte(hex.EncodeToString(secret))}}
	for _, sep := range []string{" ", ":", "-", ", ", ","} {
		d = append(d, dress{"hexadecimal with separators", []byte(join(secret, "%02x", sep))})
	}
	for _, sep := range []string{", ", ",", " "} {
		d = append(d, dress{"hexadecimal list", []byte(join(secret, "0x%x", sep))},
			dress{"hexadecimal list", []byte(join(secret, "0x%02x", sep))})
	}
	return append(d, dress{"escaped string", []byte(join(secret, `\x%02x`, ""))})
}

// base64Core is the part of the encoding that depends on the secret alone when
// shift unknown bytes stand before it and unknown bytes follow.
func base64Core(enc *base64.Encoding, secret []byte, shift int) []byte {
	text := []byte(enc.EncodeToString(append(make([]byte, shift), secret...)))
	first := (shift*8 + 5) / 6
	last := (shift + len(secret)) * 8 / 6
	if first >= last {
		return nil
	}
	return text[first:last]
}

func utf16Bytes(secret []byte) (le, be []byte) {
	runes := make([]rune, len(secret))
	for i, b := range secret {
		runes[i] = rune(b)
	}
	for _, u := range utf16.Encode(runes) {
		le = append(le, byte(u), byte(u>>8))
		be = append(be, byte(u>>8), byte(u))
	}
	return le, be
}

func join(secret []byte, format, sep string) string {
	parts := make([]string, len(secret))
	for i, b := range secret {
		parts[i] = fmt.Sprintf(format, b)
	}
	return strings.Join(parts, sep)
}

package cardtest_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"

	"cientro/card/cardtest"
)

// canary has bytes of every kind: digits, high bits, zero.
var canaries = map[string][]byte{
	"PIN":    []byte("48151623"),
	"key":    {0x00, 0x9F, 0xC3, 0x1D, 0x7A, 0xE0, 0x55, 0x80, 0xFB, 0x3E, 0xFF, 0x01, 0x42, 0xD8, 0x6C, 0xBF},
	"letter": []byte("SPECIMEN"),
}

func wide(secret []byte, swap bool) []byte {
	var out []byte
	var runes []rune
	for _, b := range secret {
		runes = append(runes, rune(b))
	}
	for _, u := range utf16.Encode(runes) {
		hi, lo := byte(u>>8), byte(u)
		if swap {
			hi, lo = lo, hi
		}
		out = append(out, hi, lo)
	}
	return out
}

func TestFindCanaryFindsEachDress(t *testing.T) {
	for kind, secret := range canaries {
		leaks := map[string][]byte{
			"bytes":              secret,
			"UTF-16 LE":          wide(secret, true),
			"UTF-16 BE":          wide(secret, false),
			"fmt %v":             fmt.Appendf(nil, "%v", secret),
			"fmt %d of a struct": fmt.Appendf(nil, "%d", struct{ P []byte }{secret}),
			"fmt %#v":            fmt.Appendf(nil, "%#v", secret),
			"fmt % x":            fmt.Appendf(nil, "% x", secret),
			"fmt % X":            fmt.Appendf(nil, "% X", secret),
			"fmt %# x":           fmt.Appendf(nil, "%# x", secret),
			"hex":                []byte(hex.EncodeToString(secret)),
			"HEX":                []byte(strings.ToUpper(hex.EncodeToString(secret))),
			"hex dump":           []byte(hex.Dump(secret[:8]))[:40],
			"colons":             []byte(strings.ReplaceAll(fmt.Sprintf("% X", secret), " ", ":")),
			"JSON list":          jsonList(secret),
			"JSON bytes":         jsonBytes(secret),
			"slog text":          slogText(secret),
		}
		for shift := range 3 {
			for tail := range 3 {
				b := append(append([]byte("abc")[:shift:shift], secret...), []byte("xyz")[:tail]...)
				leaks[fmt.Sprintf("base64 %d %d", shift, tail)] = []byte(base64.StdEncoding.EncodeToString(b))
				leaks[fmt.Sprintf("URL base64 %d %d", shift, tail)] = []byte(base64.URLEncoding.EncodeToString(b))
				leaks[fmt.Sprintf("raw base64 %d %d", shift, tail)] = []byte(base64.RawStdEncoding.EncodeToString(b))
			}
		}
		for name, leak := range leaks {
			t.Run(kind+"/"+name, func(t *testing.T) {
				s := secret
				if name == "hex dump" { // a dump breaks the line's run of bytes in the middle
					s = secret[:7]
				}
				hay := append(append([]byte("before it: "), leak...), " and after"...)
				assert.NotEmpty(t, cardtest.FindCanary(hay, s))
				assert.True(t, run(func(tb testing.TB) { cardtest.AssertNoCanary(tb, hay, []byte("other one"), s) }))
			})
		}
	}
}

func jsonList(secret []byte) []byte {
	var ints []int
	for _, b := range secret {
		ints = append(ints, int(b))
	}
	b, _ := json.Marshal(ints)
	return b
}

func jsonBytes(secret []byte) []byte {
	b, _ := json.Marshal(map[string]any{"padding": "x", "secret": secret})
	return b
}

func slogText(secret []byte) []byte {
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "ints", fmt.Sprint(secret))
	return []byte(b.String())
}

func TestFindCanaryKeepsQuiet(t *testing.T) {
	for kind, secret := range canaries {
		t.Run(kind, func(t *testing.T) {
			for _, hay := range []string{"", "nothing here", "4815162", "00 20 00 81 Lc 8 -> 9000", strings.Repeat("0123456789abcdef", 100)} {
				assert.Empty(t, cardtest.FindCanary([]byte(hay), secret))
				assert.False(t, run(func(tb testing.TB) { cardtest.AssertNoCanary(tb, []byte(hay), secret) }))
			}
		})
	}
	assert.Empty(t, cardtest.FindCanary([]byte("anything"), nil))
}

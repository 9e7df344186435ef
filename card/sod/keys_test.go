package sod

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// factsOf writes a certificate as the shipped file has it, with one fact replaced.
func factsOf(t testing.TB, s certSpec, field string, value any) []byte {
	t.Helper()
	c := s.parse(t)
	fact := map[string]any{
		"subject": c.Subject.String(), "issuer": c.Issuer.String(), "serial": serialText(c),
		"keyId": "", "notBefore": c.NotBefore.Format(factTime), "notAfter": c.NotAfter.Format(factTime),
		"n": c.PublicKey.RSA().N.Text(16), "e": c.PublicKey.RSA().E, "sha256": c.Fingerprint(),
	}
	if field != "" {
		fact[field] = value
	}
	b, err := json.Marshal(map[string]any{"keys": []any{fact}})
	require.NoError(t, err)
	return b
}

func TestParseKeys(t *testing.T) {
	anchors, err := ParseKeys(factsOf(t, csca(), "", nil))
	require.NoError(t, err)
	require.Len(t, anchors, 1)
	a := anchors[0]
	assert.Equal(t, OriginShipped, a.Origin)
	assert.Equal(t, csca().parse(t).Fingerprint(), a.ID)
	assert.Equal(t, "01", a.Serial)
	assert.False(t, a.Link())
	assert.Equal(t, date(2040), a.NotAfter.UTC())
	require.NoError(t, NewAnchors(anchors).Chain(ds().parse(t)).Err)
}

func TestParseKeysRefuses(t *testing.T) {
	for field, value := range map[string]any{
		"subject": "nobody", "issuer": "", "keyId": "xyz", "notBefore": "2024-01-01", "notAfter": "", "n": "-5", "e": 2, "sha256": "00",
	} {
		_, err := ParseKeys(factsOf(t, csca(), field, value))
		assert.ErrorIs(t, err, ErrMalformed, field)
	}
	for _, modulus := range []string{"", "xyz", "0", strings.Repeat("f", 100)} {
		_, err := ParseKeys(factsOf(t, csca(), "n", modulus))
		assert.ErrorIs(t, err, ErrMalformed, modulus)
	}
	_, err := ParseKeys([]byte("["))
	require.ErrorIs(t, err, ErrMalformed)
}

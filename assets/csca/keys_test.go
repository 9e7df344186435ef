package csca_test

import (
	"crypto/sha1" // #nosec G505 -- RFC 5280 section 4.2.1.2 makes key identifiers so
	"crypto/x509"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/assets/csca"
	"cientro/card/sod"
)

// TestKeys: nine certificates of five keys, all Italian, RSA 4096, usable. A
// key identifier is the SHA-1 of its key, so a single wrong digit of a modulus
// shows.
func TestKeys(t *testing.T) {
	anchors, err := sod.ParseKeys(csca.Keys())
	require.NoError(t, err)
	require.Len(t, anchors, 9)
	keys, fingerprints := make(map[string]bool), make(map[string]bool)
	for _, a := range anchors {
		assert.Equal(t, "IT", a.Subject.Country())
		assert.Equal(t, "RSA 4096", a.Key.Algorithm())
		require.NoError(t, a.Key.Usable())
		assert.True(t, a.NotBefore.Before(a.NotAfter))
		assert.Equal(t, sod.OriginShipped, a.Origin)
		assert.Len(t, a.ID, 64)
		id := sha1.Sum(x509.MarshalPKCS1PublicKey(a.Key.RSA())) // #nosec G401
		assert.Equal(t, id[:], a.KeyID, a.Serial)
		keys[string(a.KeyID)], fingerprints[a.ID] = true, true
	}
	assert.Len(t, keys, 5)
	assert.Len(t, fingerprints, 9)
}

func TestKeysIsACopy(t *testing.T) {
	clear(csca.Keys())
	_, err := sod.ParseKeys(csca.Keys())
	require.NoError(t, err)
}

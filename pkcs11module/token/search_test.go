package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
)

// TestPrivateKeyIsFoundAfterLogin: OpenSSL's engine asks for a PIN only where
// it does not find the key without one.
func TestPrivateKeyIsFoundAfterLogin(t *testing.T) {
	s := newStand(t)
	s.knowCard()
	h := s.open()
	assert.Len(t, s.find(h, of(ck.ClassCertificate)), 1)
	assert.Len(t, s.find(h, of(ck.ClassPublicKey)), 1)
	assert.Empty(t, s.find(h, of(ck.ClassPrivateKey)))
	assert.Zero(t, s.verifies())
	require.NoError(t, s.login(h, rightPIN))
	assert.Len(t, s.find(h, of(ck.ClassPrivateKey)), 1)
	other := s.open()
	assert.Len(t, s.find(other, of(ck.ClassPrivateKey)), 1, "a login is for all sessions")
	require.NoError(t, s.m.Logout(ctx, h))
	assert.Empty(t, s.find(other, of(ck.ClassPrivateKey)))
}

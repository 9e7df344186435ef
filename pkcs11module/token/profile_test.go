package token_test

import (
	"crypto"
	"crypto/x509"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
)

// The mandatory test cases of PKCS #11 Profiles, section "test cases", told
// again as the calls that they consist of; the interface calls are the C
// library's.

// TestBaselineProvider is BL-M-1: list slots, look at the token, find the
// profile object of a baseline provider, read its attributes.
func TestBaselineProvider(t *testing.T) {
	s := newStand(t)
	info, err := s.m.GetInfo(ctx)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, info.Cryptoki.Major, byte(3))
	require.Equal(t, []ck.SlotID{1}, s.slots(true, true))
	_, err = s.m.GetSlotInfo(ctx, 1)
	require.NoError(t, err)
	_, err = s.m.GetTokenInfo(ctx, 1)
	require.NoError(t, err)
	h := s.open()
	_, err = s.m.GetSessionInfo(ctx, h)
	require.NoError(t, err)
	found := s.find(h, of(ck.ClassProfile), ck.Attribute{Type: ck.AttributeProfileID, Value: ulong(ck.ProfileBaseline)})
	require.Len(t, found, 1)
	for kind, want := range map[ck.AttributeType][]byte{
		ck.AttributeClass: ulong(uint64(ck.ClassProfile)), ck.AttributeToken: yes, ck.AttributePrivate: no,
		ck.AttributeModifiable: no, ck.AttributeProfileID: ulong(ck.ProfileBaseline),
	} {
		assert.Equal(t, want, s.attribute(h, found[0], kind), "%x", kind)
	}
	assert.NotEmpty(t, s.attribute(h, found[0], ck.AttributeLabel))
	assert.NotEmpty(t, s.attribute(h, found[0], ck.AttributeUniqueID))
	require.NoError(t, s.m.CloseSession(ctx, h))
	require.NoError(t, s.m.Finalize(ctx))
}

// TestExtendedProvider is EXT-M-1: mechanisms, login and logout.
func TestExtendedProvider(t *testing.T) {
	s := newStand(t)
	list, err := s.m.GetMechanismList(ctx, 1)
	require.NoError(t, err)
	require.NotEmpty(t, list)
	for _, mechanism := range list {
		info, err := s.m.GetMechanismInfo(ctx, 1, mechanism)
		require.NoError(t, err)
		assert.NotZero(t, info.Flags)
	}
	h := s.open()
	require.Len(t, s.find(h, of(ck.ClassProfile), ck.Attribute{Type: ck.AttributeProfileID, Value: ulong(ck.ProfileExtended)}), 1)
	require.NoError(t, s.login(h, rightPIN))
	assert.Equal(t, ck.StateROUser, s.state(h))
	require.NoError(t, s.m.Logout(ctx, h))
	assert.Equal(t, ck.StateROPublic, s.state(h))
	require.NoError(t, s.m.CloseSession(ctx, h))
}

// TestAuthenticationToken is AUTH-M-1: log in, find the key pair, sign, and let
// the public key be the judge.
func TestAuthenticationToken(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	require.Len(t, s.find(h, of(ck.ClassProfile), ck.Attribute{Type: ck.AttributeProfileID, Value: ulong(ck.ProfileAuthentication)}), 1)
	found := s.find(h, of(ck.ClassPrivateKey), ck.Attribute{Type: ck.AttributeSign, Value: yes})
	require.Len(t, found, 1)
	id := s.attribute(h, found[0], ck.AttributeID)
	public := s.find(h, of(ck.ClassPublicKey), ck.Attribute{Type: ck.AttributeID, Value: id})
	require.Len(t, public, 1)
	assert.Equal(t, s.attribute(h, found[0], ck.AttributeModulus), s.attribute(h, public[0], ck.AttributeModulus))
	challenge := []byte("challenge of a server")
	require.NoError(t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}, found[0]))
	signature, _, err := s.m.Sign(ctx, h, challenge, 256)
	require.NoError(t, err)
	assertSigned(t, crypto.SHA256, digest(crypto.SHA256, challenge), signature)
	require.NoError(t, s.m.Logout(ctx, h))
}

// TestPublicCertificatesToken is CERT-M-1: without a login the certificate is
// found, and by its CKA_ID a key that belongs to it.
func TestPublicCertificatesToken(t *testing.T) {
	s := newStand(t)
	s.knowCard()
	h := s.open()
	require.Len(t, s.find(h, of(ck.ClassProfile), ck.Attribute{Type: ck.AttributeProfileID, Value: ulong(ck.ProfilePublicCertificate)}), 1)
	certificate := s.one(h, ck.ClassCertificate)
	parsed, err := x509.ParseCertificate(s.attribute(h, certificate, ck.AttributeValue))
	require.NoError(t, err)
	assert.Contains(t, parsed.Subject.CommonName, "SPC")
	id := s.attribute(h, certificate, ck.AttributeID)
	assert.NotEmpty(t, id)
	keys := append(
		s.find(h, of(ck.ClassPublicKey), ck.Attribute{Type: ck.AttributeID, Value: id}),
		s.find(h, of(ck.ClassPrivateKey), ck.Attribute{Type: ck.AttributeID, Value: id})...)
	assert.NotEmpty(t, keys)
	assert.Zero(t, s.verifies())
}

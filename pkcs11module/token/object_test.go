package token_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
	ck "cientro/pkcs11module/cryptoki"
)

var (
	yes = []byte{1}
	no  = []byte{0}
)

func specimenCertificate(t testing.TB) *x509.Certificate {
	t.Helper()
	certificate, err := x509.ParseCertificate(specimen.Default().CertCIE)
	require.NoError(t, err)
	return certificate
}

// TestObjectsBeforeAndAfterLogin: an unknown card shows profiles only until it
// was logged in to; a known one shows certificate and public key at once.
func TestObjectsBeforeAndAfterLogin(t *testing.T) {
	s := newStand(t)
	h := s.open()
	assert.Len(t, s.find(h), 3)
	promise := ck.Attribute{Type: ck.AttributeProfileID, Value: ulong(ck.ProfilePublicCertificate)}
	assert.Empty(t, s.find(h, promise), "NSS would not ask for a PIN")
	assert.Empty(t, s.find(h, of(ck.ClassCertificate)))
	require.NoError(t, s.login(h, rightPIN))
	assert.Len(t, s.find(h), 7)
	assert.Len(t, s.find(h, promise), 1)
	require.NoError(t, s.m.Logout(ctx, h))
	assert.Len(t, s.find(h), 6, "known is known; the private key is found after a login")

	require.NoError(t, s.m.Close())
	other := s.module()
	require.NoError(t, other.Initialize(ctx, nil))
	s.m = other
	before := s.verifies()
	h = s.open()
	assert.Len(t, s.find(h), 6, "also for the next host, without a PIN")
	assert.Equal(t, before, s.verifies())
}

func TestAttributes(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	x := specimenCertificate(t)
	key := x.PublicKey.(*rsa.PublicKey)
	serial, err := asn1.Marshal(x.SerialNumber)
	require.NoError(t, err)
	id := sha1.Sum(key.N.Bytes())
	from, to := []byte(x.NotBefore.UTC().Format("20060102")), []byte(x.NotAfter.UTC().Format("20060102"))
	mechanisms := bytes.Join([][]byte{ulong(1), ulong(6), ulong(0x40), ulong(0x41), ulong(0x42)}, nil)
	common := map[ck.AttributeType][]byte{
		ck.AttributeToken: yes, ck.AttributeModifiable: no, ck.AttributeCopyable: no, ck.AttributeDestroyable: no,
		ck.AttributeID: id[:], ck.AttributeSubject: x.RawSubject, ck.AttributeStartDate: from, ck.AttributeEndDate: to,
		ck.AttributePublicKeyInfo: x.RawSubjectPublicKeyInfo,
	}
	keys := map[ck.AttributeType][]byte{
		ck.AttributeKeyType: ulong(0), ck.AttributeModulus: key.N.Bytes(), ck.AttributePublicExponent: {1, 0, 1},
		ck.AttributeAllowedMechanisms: mechanisms, ck.AttributeLocal: yes, ck.AttributeDerive: no,
	}
	for class, want := range map[ck.ObjectClass][]map[ck.AttributeType][]byte{
		ck.ClassCertificate: {common, {
			ck.AttributePrivate: no, ck.AttributeCertificateType: ulong(0), ck.AttributeCertificateCategory: ulong(1),
			ck.AttributeTrusted: no, ck.AttributeIssuer: x.RawIssuer, ck.AttributeSerialNumber: serial, ck.AttributeValue: x.Raw,
		}},
		ck.ClassPublicKey: {common, keys, {
			ck.AttributePrivate: no, ck.AttributeVerify: yes, ck.AttributeEncrypt: no, ck.AttributeWrap: no, ck.AttributeModulusBits: ulong(2048),
		}},
		ck.ClassPrivateKey: {common, keys, {
			ck.AttributePrivate: yes, ck.AttributeSign: yes, ck.AttributeSignRecover: no, ck.AttributeDecrypt: no, ck.AttributeUnwrap: no,
			ck.AttributeSensitive: yes, ck.AttributeAlwaysSensitive: yes, ck.AttributeExtractable: no,
			ck.AttributeNeverExtractable: yes, ck.AttributeAlwaysAuthenticate: no, ck.AttributeWrapWithTrusted: no,
		}},
	} {
		o := s.one(h, class)
		for _, group := range want {
			for kind, value := range group {
				assert.Equal(t, value, s.attribute(h, o, kind), "class %d, attribute %x", class, kind)
				assert.Equal(t, []ck.ObjectHandle{o}, s.find(h, of(class), ck.Attribute{Type: kind, Value: value}), "%d %x", class, kind)
				assert.Empty(t, s.find(h, of(class), ck.Attribute{Type: kind, Value: append(slices.Clone(value), 0)}), "%d %x", class, kind)
				assert.Empty(t, s.find(h, of(class), ck.Attribute{Type: kind}), "%d %x", class, kind)
			}
		}
		size, err := s.m.GetObjectSize(ctx, h, o)
		require.NoError(t, err)
		assert.Greater(t, size, uint64(len(x.RawSubject)))
	}
}

func TestPrivateKeyTellsNoSecret(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	private := s.one(h, ck.ClassPrivateKey)
	for _, kind := range []ck.AttributeType{
		ck.AttributePrivateExponent, ck.AttributePrime1, ck.AttributePrime2,
		ck.AttributeExponent1, ck.AttributeExponent2, ck.AttributeCoefficient,
	} {
		_, err := s.m.GetAttribute(ctx, h, private, kind)
		assert.Equal(t, ck.RVAttributeSensitive, err)
		assert.Empty(t, s.find(h, ck.Attribute{Type: kind}), "not even an empty one is found")
	}
	_, err := s.m.GetAttribute(ctx, h, private, ck.AttributeValue)
	assert.Equal(t, ck.RVAttributeTypeInvalid, err)
}

func TestUniqueIDs(t *testing.T) {
	ids := func(s *stand) []string {
		var list []string
		h := s.logIn()
		for _, o := range s.find(h) {
			list = append(list, string(s.attribute(h, o, ck.AttributeUniqueID)))
		}
		return list
	}
	s := newStand(t)
	first := ids(s)
	require.Len(t, first, 7)
	seen := map[string]bool{}
	for _, id := range first {
		assert.False(t, seen[id], id)
		seen[id] = true
	}
	assert.ElementsMatch(t, first, ids(newStandOf(t, newCard(t, "nxp"))), "the same wherever the card is")
}

// TestHandlesOfAnotherStay: what a program remembers of a card that left never
// names anything of the next.
func TestHandlesOfAnotherStay(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	old := s.find(h)
	s.layAgain(h)
	h = s.logIn()
	for _, o := range old {
		_, err := s.m.GetAttribute(ctx, h, o, ck.AttributeClass)
		assert.Equal(t, ck.RVObjectHandleInvalid, err)
	}
}

func TestSearch(t *testing.T) {
	s := newStand(t)
	h, other := s.logIn(), s.open()
	require.NoError(t, s.m.FindObjectsInit(ctx, h, nil))
	assert.Equal(t, ck.RVOperationActive, s.m.FindObjectsInit(ctx, h, nil))
	require.NoError(t, s.m.FindObjectsInit(ctx, other, []ck.Attribute{of(ck.ClassProfile)}), "each session its own")
	var all []ck.ObjectHandle
	for _, n := range []int{0, 1, 3, 2, 5, 5, -1} {
		some, err := s.m.FindObjects(ctx, h, n)
		require.NoError(t, err)
		require.LessOrEqual(t, len(some), max(n, 0))
		all = append(all, some...)
	}
	assert.Len(t, all, 7)
	require.NoError(t, s.m.FindObjectsFinal(ctx, h))
	assert.Equal(t, ck.RVOperationNotInitialized, s.m.FindObjectsFinal(ctx, h))
	_, err := s.m.FindObjects(ctx, h, 1)
	assert.Equal(t, ck.RVOperationNotInitialized, err)
	some, err := s.m.FindObjects(ctx, other, 10)
	require.NoError(t, err)
	assert.Len(t, some, 4)

	assert.Empty(t, s.find(h, of(ck.ClassSecretKey)))
	assert.Empty(t, s.find(h, ck.Attribute{Type: 0x80000001, Value: yes}))
	assert.Len(t, s.find(h, ck.Attribute{Type: ck.AttributeToken, Value: yes}), 7)
	assert.Empty(t, s.find(h, ck.Attribute{Type: ck.AttributeToken, Value: no}))
}

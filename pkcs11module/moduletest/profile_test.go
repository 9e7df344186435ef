//go:build linux && cgo

package moduletest

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"strings"
	"testing"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

// What miekg/pkcs11, which is of version 2.40, has no names for (version 3.0).
const (
	classProfile       = 0x9
	attributeUniqueID  = 0x4
	attributeProfileID = 0x601
)

// The mandatory test cases of PKCS #11 Profiles (BL-M-1, EXT-M-1, AUTH-M-1,
// CERT-M-1), each as the calls that it consists of, in that order and in one
// life of the library. C_GetInterfaceList, C_GetInterface and C_LoginUser,
// which the Go bindings do not have, are in testdata/calls.c.

func (l *library) profile(session pkcs11.SessionHandle, id uint) {
	l.t.Helper()
	found := l.find(session, class(classProfile), pkcs11.NewAttribute(attributeProfileID, id))
	require.Len(l.t, found, 1, "profile %d", id)
	got, err := l.GetAttributeValue(session, found[0], []*pkcs11.Attribute{
		pkcs11.NewAttribute(pkcs11.CKA_CLASS, nil), pkcs11.NewAttribute(pkcs11.CKA_TOKEN, nil),
		pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, nil), pkcs11.NewAttribute(pkcs11.CKA_MODIFIABLE, nil),
		pkcs11.NewAttribute(pkcs11.CKA_LABEL, nil), pkcs11.NewAttribute(attributeUniqueID, nil),
		pkcs11.NewAttribute(attributeProfileID, nil),
	})
	require.NoError(l.t, err)
	assert.EqualValues(l.t, classProfile, number(got[0].Value))
	assert.Equal(l.t, []byte{1}, got[1].Value)
	assert.Equal(l.t, []byte{0}, got[2].Value)
	assert.Equal(l.t, []byte{0}, got[3].Value)
	assert.NotEmpty(l.t, got[4].Value)
	assert.NotEmpty(l.t, got[5].Value)
	assert.Equal(l.t, id, number(got[6].Value))
}

func TestProfiles(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	c.ClearJournal()
	t.Run("baseline provider", func(t *testing.T) { s.baselineProvider(t) })
	spent(t, c, 0, 0)
	t.Run("extended provider", func(t *testing.T) { s.extendedProvider(t) })
	spent(t, c, 1, 0)
	t.Run("authentication token", func(t *testing.T) { s.authenticationToken(t) })
	spent(t, c, 2, 0)
	t.Run("public certificates token", func(t *testing.T) { s.publicCertificatesToken(t) })
	spent(t, c, 2, 0)
	forgets(t, c)
}

func (s *stage) baselineProvider(t *testing.T) {
	l := s.load(t)
	info, err := l.GetInfo()
	require.NoError(t, err)
	assert.GreaterOrEqual(t, info.CryptokiVersion.Major, byte(2))
	assert.Zero(t, info.Flags)
	assert.Equal(t, "CIEntro", strings.TrimSpace(info.ManufacturerID))
	slot := l.token()
	all, err := l.GetSlotList(false)
	require.NoError(t, err)
	assert.Contains(t, all, slot)
	slotInfo, err := l.GetSlotInfo(slot)
	require.NoError(t, err)
	assert.Equal(t, s.daemon.Readers()[0], strings.TrimSpace(slotInfo.SlotDescription))
	assert.EqualValues(t, pkcs11.CKF_TOKEN_PRESENT|pkcs11.CKF_REMOVABLE_DEVICE|pkcs11.CKF_HW_SLOT, slotInfo.Flags)
	token, err := l.GetTokenInfo(slot)
	require.NoError(t, err)
	assert.Equal(t, "CIE (PIN di 8 cifre)", strings.TrimSpace(token.Label))
	assert.Regexp(t, "^[0-9A-Fa-f]{16}$", token.SerialNumber)
	assert.EqualValues(t, pkcs11.CKF_LOGIN_REQUIRED|pkcs11.CKF_USER_PIN_INITIALIZED|pkcs11.CKF_TOKEN_INITIALIZED, token.Flags)
	assert.EqualValues(t, []uint{8, 8}, []uint{token.MinPinLen, token.MaxPinLen})
	session := l.session(slot, readOnly)
	sessionInfo, err := l.GetSessionInfo(session)
	require.NoError(t, err)
	assert.Equal(t, pkcs11.SessionInfo{SlotID: slot, State: pkcs11.CKS_RO_PUBLIC_SESSION, Flags: readOnly}, sessionInfo)
	l.profile(session, 1)
	require.NoError(t, l.CloseSession(session))
	require.NoError(t, l.Finalize())
}

func (s *stage) extendedProvider(t *testing.T) {
	l := s.load(t)
	slot := l.token()
	mechanisms, err := l.GetMechanismList(slot)
	require.NoError(t, err)
	var kinds []uint
	for _, m := range mechanisms {
		kinds = append(kinds, m.Mechanism)
		info, err := l.GetMechanismInfo(slot, []*pkcs11.Mechanism{m})
		require.NoError(t, err)
		assert.Equal(t, pkcs11.MechanismInfo{MinKeySize: 2048, MaxKeySize: 2048, Flags: pkcs11.CKF_SIGN | pkcs11.CKF_HW}, info)
	}
	assert.ElementsMatch(t, []uint{
		pkcs11.CKM_RSA_PKCS, pkcs11.CKM_SHA1_RSA_PKCS, pkcs11.CKM_SHA256_RSA_PKCS, pkcs11.CKM_SHA384_RSA_PKCS, pkcs11.CKM_SHA512_RSA_PKCS,
	}, kinds)
	session := l.session(slot, readOnly)
	l.profile(session, 2)
	require.NoError(t, l.Login(session, pkcs11.CKU_USER, rightPIN))
	info, err := l.GetSessionInfo(session)
	require.NoError(t, err)
	assert.EqualValues(t, pkcs11.CKS_RO_USER_FUNCTIONS, info.State)
	require.NoError(t, l.Logout(session))
	info, err = l.GetSessionInfo(session)
	require.NoError(t, err)
	assert.EqualValues(t, pkcs11.CKS_RO_PUBLIC_SESSION, info.State)
}

func (s *stage) authenticationToken(t *testing.T) {
	l := s.load(t)
	session := l.loggedIn()
	l.profile(session, 3)
	keys := l.find(session, class(pkcs11.CKO_PRIVATE_KEY), pkcs11.NewAttribute(pkcs11.CKA_KEY_TYPE, uint(pkcs11.CKK_RSA)),
		pkcs11.NewAttribute(pkcs11.CKA_SIGN, true))
	require.Len(t, keys, 1)
	id := l.attribute(session, keys[0], pkcs11.CKA_ID)
	assert.NotEmpty(t, id)
	public := l.find(session, class(pkcs11.CKO_PUBLIC_KEY), pkcs11.NewAttribute(pkcs11.CKA_ID, id))
	require.Len(t, public, 1)
	key := &rsa.PublicKey{
		N: new(big.Int).SetBytes(l.attribute(session, public[0], pkcs11.CKA_MODULUS)),
		E: int(new(big.Int).SetBytes(l.attribute(session, public[0], pkcs11.CKA_PUBLIC_EXPONENT)).Int64()),
	}
	assert.True(t, key.Equal(holderKey(t)))
	for kind, want := range map[uint]byte{
		pkcs11.CKA_PRIVATE: 1, pkcs11.CKA_SENSITIVE: 1, pkcs11.CKA_EXTRACTABLE: 0, pkcs11.CKA_ALWAYS_AUTHENTICATE: 0, pkcs11.CKA_DECRYPT: 0,
	} {
		assert.Equal(t, []byte{want}, l.attribute(session, keys[0], kind), "%#x", kind)
	}
	for _, secret := range []uint{pkcs11.CKA_PRIVATE_EXPONENT, pkcs11.CKA_PRIME_1, pkcs11.CKA_COEFFICIENT} {
		_, err := l.GetAttributeValue(session, keys[0], []*pkcs11.Attribute{pkcs11.NewAttribute(secret, nil)})
		answers(t, pkcs11.CKR_ATTRIBUTE_SENSITIVE, err, secret)
	}
	l.signed(session, "challenge of a server")
	require.NoError(t, l.SignInit(session, mechanism(pkcs11.CKM_SHA256_RSA_PKCS), keys[0]))
	require.NoError(t, l.SignUpdate(session, []byte("challenge ")))
	require.NoError(t, l.SignUpdate(session, []byte("in parts")))
	signature, err := l.SignFinal(session)
	require.NoError(t, err)
	checkSignature(t, []byte("challenge in parts"), signature)
	require.NoError(t, l.Logout(session))
}

func (s *stage) publicCertificatesToken(t *testing.T) {
	l := s.load(t)
	session := l.session(l.token(), readOnly)
	l.profile(session, 4)
	certificate := l.one(session, pkcs11.CKO_CERTIFICATE)
	value := l.attribute(session, certificate, pkcs11.CKA_VALUE)
	assert.Equal(t, specimen.Default().CertCIE, value)
	parsed, err := x509.ParseCertificate(value)
	require.NoError(t, err)
	assert.Equal(t, parsed.RawSubject, l.attribute(session, certificate, pkcs11.CKA_SUBJECT))
	assert.Equal(t, parsed.RawIssuer, l.attribute(session, certificate, pkcs11.CKA_ISSUER))
	assert.EqualValues(t, pkcs11.CKC_X_509, number(l.attribute(session, certificate, pkcs11.CKA_CERTIFICATE_TYPE)))
	id := l.attribute(session, certificate, pkcs11.CKA_ID)
	assert.NotEmpty(t, id)
	public := l.find(session, class(pkcs11.CKO_PUBLIC_KEY), pkcs11.NewAttribute(pkcs11.CKA_ID, id))
	require.Len(t, public, 1)
	assert.Equal(t, holderKey(t).N.Bytes(), l.attribute(session, public[0], pkcs11.CKA_MODULUS))
}

// TestMechanisms checks what each mechanism signs, and that it signs what it
// should, at once and in parts.
func TestMechanisms(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	l := s.load(t)
	c.ClearJournal()
	session := l.loggedIn()
	key := l.key(session)
	data := []byte("to be signed by the specimen")
	for kind, hash := range map[uint]crypto.Hash{
		pkcs11.CKM_SHA1_RSA_PKCS: crypto.SHA1, pkcs11.CKM_SHA256_RSA_PKCS: crypto.SHA256,
		pkcs11.CKM_SHA384_RSA_PKCS: crypto.SHA384, pkcs11.CKM_SHA512_RSA_PKCS: crypto.SHA512,
		pkcs11.CKM_RSA_PKCS: 0,
	} {
		check := func(data, signature []byte) {
			t.Helper()
			if hash != 0 {
				h := hash.New()
				h.Write(data)
				data = h.Sum(nil)
			}
			assert.NoError(t, rsa.VerifyPKCS1v15(holderKey(t), hash, data, signature), "mechanism %#x", kind)
		}
		require.NoError(t, l.SignInit(session, mechanism(kind), key))
		signature, err := l.Sign(session, data)
		require.NoError(t, err)
		check(data, signature)

		require.NoError(t, l.SignInit(session, mechanism(kind), key))
		for _, part := range []int{0, 1, 2, 3} {
			require.NoError(t, l.SignUpdate(session, data[part*7:part*7+7]))
		}
		signature, err = l.SignFinal(session)
		require.NoError(t, err)
		check(data, signature)
	}
	// No more than a chip takes, and that all.
	full := []byte(strings.Repeat("x", 102))
	require.NoError(t, l.SignInit(session, mechanism(pkcs11.CKM_RSA_PKCS), key))
	signature, err := l.Sign(session, full)
	require.NoError(t, err)
	require.NoError(t, rsa.VerifyPKCS1v15(holderKey(t), 0, full, signature))
	require.NoError(t, l.SignInit(session, mechanism(pkcs11.CKM_RSA_PKCS), key))
	_, err = l.Sign(session, append(full, 'x'))
	answers(t, pkcs11.CKR_DATA_LEN_RANGE, err)
	for _, kind := range []uint{pkcs11.CKM_RSA_X_509, pkcs11.CKM_MD5_RSA_PKCS, pkcs11.CKM_ECDSA, pkcs11.CKM_RSA_PKCS_OAEP} {
		assert.NotEqual(t, uint(pkcs11.CKR_OK), returned(t, l.SignInit(session, mechanism(kind), key)), "%#x", kind)
		_, err := l.Sign(session, data)
		answers(t, pkcs11.CKR_OPERATION_NOT_INITIALIZED, err)
	}
	spent(t, c, 1, 0)
}

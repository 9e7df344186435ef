package token_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/virtual"
	ck "cientro/pkcs11module/cryptoki"
)

var hashes = map[ck.MechanismType]crypto.Hash{
	ck.MechanismSHA1RSAPKCS:   crypto.SHA1,
	ck.MechanismSHA256RSAPKCS: crypto.SHA256,
	ck.MechanismSHA384RSAPKCS: crypto.SHA384,
	ck.MechanismSHA512RSAPKCS: crypto.SHA512,
}

func digest(h crypto.Hash, text []byte) []byte {
	sum := h.New()
	sum.Write(text)
	return sum.Sum(nil)
}

func assertSigned(t testing.TB, h crypto.Hash, digest, signature []byte) {
	t.Helper()
	key := specimenCertificate(t).PublicKey.(*rsa.PublicKey)
	assert.NoError(t, rsa.VerifyPKCS1v15(key, h, digest, signature))
}

func TestSignatures(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	text := bytes.Repeat([]byte("Entra con CIE "), 100)
	for mechanism, hash := range hashes {
		signature, err := s.sign(h, mechanism, text)
		require.NoError(t, err)
		assertSigned(t, hash, digest(hash, text), signature)

		require.NoError(t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: mechanism}, s.one(h, ck.ClassPrivateKey)))
		for part := range bytes.Lines(bytes.ReplaceAll(text, []byte("E"), []byte("E\n"))) {
			require.NoError(t, s.m.SignUpdate(ctx, h, part))
		}
		signature, n, err := s.m.SignFinal(ctx, h, 256)
		require.NoError(t, err)
		assert.Equal(t, 256, n)
		assertSigned(t, hash, digest(hash, bytes.ReplaceAll(text, []byte("E"), []byte("E\n"))), signature)
	}
	sum := sha256.Sum256(text)
	info, err := card.DigestInfo(crypto.SHA256, sum[:])
	require.NoError(t, err)
	signature, err := s.sign(h, ck.MechanismRSAPKCS, info)
	require.NoError(t, err)
	assertSigned(t, crypto.SHA256, sum[:], signature)

	require.NoError(t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismRSAPKCS, Parameter: []byte{}}, s.one(h, ck.ClassPrivateKey)))
	require.NoError(t, s.m.SignUpdate(ctx, h, info[:10]))
	require.NoError(t, s.m.SignUpdate(ctx, h, info[10:]))
	signature, _, err = s.m.SignFinal(ctx, h, 256)
	require.NoError(t, err)
	assertSigned(t, crypto.SHA256, sum[:], signature)
	assert.Equal(t, 1, s.verifies(), "one PIN for all of them")
}

func TestLengthOfRawData(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	for n, want := range map[int]error{1: nil, 36: nil, 102: nil, 103: ck.RVDataLenRange, 245: ck.RVDataLenRange, 0: ck.RVDataLenRange} {
		before := s.rack.apdus.Load()
		signature, err := s.sign(h, ck.MechanismRSAPKCS, bytes.Repeat([]byte{7}, n))
		assert.Equal(t, want, err, "%d bytes", n)
		if err == nil {
			assertSigned(t, 0, bytes.Repeat([]byte{7}, n), signature)
		} else {
			assert.Equal(t, before, s.rack.apdus.Load())
		}
		_, _, err = s.m.Sign(ctx, h, nil, 256)
		assert.Equal(t, ck.RVOperationNotInitialized, err, "over, either way")
	}
	require.NoError(t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismRSAPKCS}, s.one(h, ck.ClassPrivateKey)))
	require.NoError(t, s.m.SignUpdate(ctx, h, make([]byte, 100)))
	assert.Equal(t, ck.RVDataLenRange, s.m.SignUpdate(ctx, h, make([]byte, 3)))
	assert.Equal(t, ck.RVOperationNotInitialized, s.m.SignUpdate(ctx, h, nil))
}

// TestRoom: asking for the length, or giving too little room, costs nothing and
// keeps the operation.
func TestRoom(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	text := []byte("text")
	before := s.rack.apdus.Load()
	require.NoError(t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}, s.one(h, ck.ClassPrivateKey)))
	for _, room := range []int{0, 1, 255} {
		signature, n, err := s.m.Sign(ctx, h, text, room)
		require.NoError(t, err)
		assert.Nil(t, signature)
		assert.Equal(t, 256, n)
	}
	assert.Equal(t, before, s.rack.apdus.Load())
	signature, n, err := s.m.Sign(ctx, h, text, 256)
	require.NoError(t, err)
	assert.Equal(t, 256, n)
	assertSigned(t, crypto.SHA256, digest(crypto.SHA256, text), signature)

	require.NoError(t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}, s.one(h, ck.ClassPrivateKey)))
	require.NoError(t, s.m.SignUpdate(ctx, h, text))
	_, n, err = s.m.SignFinal(ctx, h, 0)
	require.NoError(t, err)
	assert.Equal(t, 256, n)
	signature, _, err = s.m.SignFinal(ctx, h, 4096)
	require.NoError(t, err)
	assertSigned(t, crypto.SHA256, digest(crypto.SHA256, text), signature)
}

func TestSignInitRefuses(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	raw := &ck.Mechanism{Type: ck.MechanismRSAPKCS}
	private, public, certificate := s.one(h, ck.ClassPrivateKey), s.one(h, ck.ClassPublicKey), s.one(h, ck.ClassCertificate)
	require.NoError(t, s.m.Logout(ctx, h))
	assert.Equal(t, ck.RVUserNotLoggedIn, s.m.SignInit(ctx, h, raw, private))
	_, _, err := s.m.Sign(ctx, h, nil, 256)
	assert.Equal(t, ck.RVOperationNotInitialized, err)
	_, _, err = s.m.SignFinal(ctx, h, 256)
	assert.Equal(t, ck.RVOperationNotInitialized, err)
	require.NoError(t, s.login(h, rightPIN))
	for _, c := range []struct {
		name      string
		mechanism ck.Mechanism
		key       ck.ObjectHandle
		want      ck.RV
	}{
		{"PSS", ck.Mechanism{Type: 0xD}, private, ck.RVMechanismInvalid},
		{"raw RSA", ck.Mechanism{Type: 0x3}, private, ck.RVMechanismInvalid},
		{"MD5", ck.Mechanism{Type: 0x5}, private, ck.RVMechanismInvalid},
		{"parameter", ck.Mechanism{Type: 1, Parameter: []byte{0}}, private, ck.RVMechanismParamInvalid},
		{"no such key", ck.Mechanism{Type: 1}, private + 100, ck.RVKeyHandleInvalid},
		{"no key at all", ck.Mechanism{Type: 1}, 0, ck.RVKeyHandleInvalid},
		{"certificate", ck.Mechanism{Type: 1}, certificate, ck.RVKeyHandleInvalid},
		{"profile", ck.Mechanism{Type: 1}, s.find(h, of(ck.ClassProfile))[0], ck.RVKeyHandleInvalid},
		{"public key", ck.Mechanism{Type: 1}, public, ck.RVKeyTypeInconsistent},
	} {
		assert.Equal(t, c.want, s.m.SignInit(ctx, h, &c.mechanism, c.key), c.name)
	}
	require.NoError(t, s.m.SignInit(ctx, h, raw, private))
	assert.Equal(t, ck.RVOperationActive, s.m.SignInit(ctx, h, raw, private))
	require.NoError(t, s.m.SignInit(ctx, h, nil, 0), "cancels")
	require.NoError(t, s.m.SignInit(ctx, h, nil, 0), "what is not active is cancelled already")
	require.NoError(t, s.m.SignInit(ctx, h, raw, private))
	require.NoError(t, s.m.FindObjectsInit(ctx, h, nil))
	require.NoError(t, s.m.SessionCancel(ctx, h, ck.MechanismSign|ck.FlagFindObjects|0x100))
	require.NoError(t, s.m.FindObjectsInit(ctx, h, nil))
	assert.Equal(t, ck.RVOperationNotInitialized, s.m.SignUpdate(ctx, h, nil))
}

func TestSignAfterUpdate(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	require.NoError(t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismSHA1RSAPKCS}, s.one(h, ck.ClassPrivateKey)))
	require.NoError(t, s.m.SignUpdate(ctx, h, []byte("a")))
	_, _, err := s.m.Sign(ctx, h, []byte("b"), 256)
	assert.Equal(t, ck.RVOperationActive, err)
	_, _, err = s.m.SignFinal(ctx, h, 256)
	assert.Equal(t, ck.RVOperationNotInitialized, err, "C_Sign ends the operation")
}

// TestOperationsOfTwoSessions: each has its own, also across a signature.
func TestOperationsOfTwoSessions(t *testing.T) {
	s := newStand(t)
	h, other := s.logIn(), s.open()
	private := s.one(h, ck.ClassPrivateKey)
	for _, session := range []ck.SessionHandle{h, other} {
		require.NoError(t, s.m.SignInit(ctx, session, &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}, private))
	}
	for _, part := range []string{"one ", "after ", "the other"} {
		require.NoError(t, s.m.SignUpdate(ctx, h, []byte(part)))
		require.NoError(t, s.m.SignUpdate(ctx, other, []byte("x"+part)))
	}
	first, _, err := s.m.SignFinal(ctx, h, 256)
	require.NoError(t, err)
	second, _, err := s.m.SignFinal(ctx, other, 256)
	require.NoError(t, err)
	assertSigned(t, crypto.SHA256, digest(crypto.SHA256, []byte("one after the other")), first)
	assertSigned(t, crypto.SHA256, digest(crypto.SHA256, []byte("xone xafter xthe other")), second)
}

// TestLogoutEndsSignatures: the operation of a session does not outlive its login.
func TestLogoutEndsSignatures(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	require.NoError(t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}, s.one(h, ck.ClassPrivateKey)))
	require.NoError(t, s.m.Logout(ctx, h))
	_, _, err := s.m.Sign(ctx, h, []byte("text"), 256)
	assert.Equal(t, ck.RVOperationNotInitialized, err)
}

// TestAnotherProgramUsesTheCard: the PIN is verified again from memory where
// that cannot cost the user's last tries, and the host is logged out where it
// could.
func TestAnotherProgramUsesTheCard(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	require.NoError(t, s.reader.Reset())
	_, err := s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("again"))
	require.NoError(t, err)
	assert.Equal(t, 2, s.verifies())

	require.NoError(t, s.chip.SetTries(2, 10))
	require.NoError(t, s.reader.Reset())
	_, err = s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("no more"))
	assert.Equal(t, ck.RVUserNotLoggedIn, err)
	assert.Equal(t, ck.StateROPublic, s.state(h))
	assert.Equal(t, 2, s.verifies())
	require.NoError(t, s.login(h, rightPIN))
}

// TestPINChangedElsewhere: verified again from memory, wrong now: one try, one
// logout, never a second.
func TestPINChangedElsewhere(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	link, err := s.reader.Connect()
	require.NoError(t, err)
	stranger := card.New(link, card.Options{}) // tells our programs nothing
	r, err := stranger.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	old, err := card.ParsePIN([]byte(rightPIN))
	require.NoError(t, err)
	fresh, err := card.ParsePIN([]byte(newPIN))
	require.NoError(t, err)
	_, err = stranger.ChangePIN(ctx, old, fresh, r.Consent(card.PINReference))
	require.NoError(t, err)
	for range 3 {
		_, err = s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("x"))
		assert.Equal(t, ck.RVUserNotLoggedIn, err)
	}
	assert.Equal(t, 2, s.triesLeft())
	assert.Equal(t, ck.TokenUserPINCountLow, s.flags()&pinFlags)
	require.Equal(t, ck.RVPINIncorrect, s.login(h, rightPIN), "the user's next guess, and already refused")
	assert.Equal(t, 2, s.triesLeft())
	require.NoError(t, s.login(h, newPIN))
}

func TestSignatureFaults(t *testing.T) {
	for _, c := range []struct {
		fault virtual.Fault
		want  ck.RV
		dead  bool // the sessions too
	}{
		{virtual.Fault{Kind: virtual.FaultRemove}, ck.RVDeviceRemoved, true},
		{virtual.Fault{Kind: virtual.FaultRemoveAfter}, ck.RVDeviceRemoved, true},
		{virtual.Fault{Kind: virtual.FaultLostAfter}, ck.RVDeviceError, false},
		{virtual.Fault{Kind: virtual.FaultStatusInner, StatusWord: 0x6982}, ck.RVUserNotLoggedIn, false},
		{virtual.Fault{Kind: virtual.FaultStatusInner, StatusWord: 0x6A80}, ck.RVDeviceError, false},
	} {
		s := newStand(t)
		h := s.logIn()
		c.fault.INS = virtual.Instruction(iso7816.InternalAuthenticate(nil, 0).INS)
		require.NoError(t, s.chip.Arm(c.fault))
		_, err := s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("x"))
		assert.Equal(t, c.want, err, c.fault.Kind)
		assert.Equal(t, 1, s.verifies())
		if _, err := s.m.GetSessionInfo(ctx, h); c.dead {
			assert.Equal(t, ck.RVSessionHandleInvalid, err, c.fault.Kind)
		} else {
			assert.NoError(t, err)
		}
	}
}

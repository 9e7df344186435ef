//go:build linux && cgo

package moduletest

import (
	"testing"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type session = pkcs11.SessionHandle

// ofSession are all functions that take a session, but those that change what
// the tests here look at, with arguments that are in order.
func (l *library) ofSession(key pkcs11.ObjectHandle) map[string]func(session) error {
	sha := mechanism(pkcs11.CKM_SHA256_RSA_PKCS)
	data := []byte("data")
	label := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_LABEL, "x")}
	kind := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, nil)}
	return map[string]func(session) error{
		"CloseSession":      l.CloseSession,
		"GetSessionInfo":    func(h session) error { _, err := l.GetSessionInfo(h); return err },
		"GetOperationState": func(h session) error { _, err := l.GetOperationState(h); return err },
		"SetOperationState": func(h session) error { return l.SetOperationState(h, data, 0, 0) },
		"Login":             func(h session) error { return l.Login(h, pkcs11.CKU_USER, rightPIN) },
		"Logout":            l.Logout,
		"InitPIN":           func(h session) error { return l.InitPIN(h, rightPIN) },
		"SetPIN":            func(h session) error { return l.SetPIN(h, rightPIN, "16180339") },
		"CreateObject":      func(h session) error { _, err := l.CreateObject(h, label); return err },
		"CopyObject":        func(h session) error { _, err := l.CopyObject(h, key, label); return err },
		"DestroyObject":     func(h session) error { return l.DestroyObject(h, key) },
		"GetObjectSize":     func(h session) error { _, err := l.GetObjectSize(h, key); return err },
		"GetAttributeValue": func(h session) error { _, err := l.GetAttributeValue(h, key, kind); return err },
		"SetAttributeValue": func(h session) error { return l.SetAttributeValue(h, key, label) },
		"FindObjectsInit":   func(h session) error { return l.FindObjectsInit(h, nil) },
		"FindObjects":       func(h session) error { _, _, err := l.FindObjects(h, 1); return err },
		"FindObjectsFinal":  l.FindObjectsFinal,
		"SignInit":          func(h session) error { return l.SignInit(h, sha, key) },
		"Sign":              func(h session) error { _, err := l.Sign(h, data); return err },
		"SignUpdate":        func(h session) error { return l.SignUpdate(h, data) },
		"SignFinal":         func(h session) error { _, err := l.SignFinal(h); return err },
		"EncryptInit":       func(h session) error { return l.EncryptInit(h, sha, key) },
		"Encrypt":           func(h session) error { _, err := l.Encrypt(h, data); return err },
		"EncryptUpdate":     func(h session) error { _, err := l.EncryptUpdate(h, data); return err },
		"EncryptFinal":      func(h session) error { _, err := l.EncryptFinal(h); return err },
		"DecryptInit":       func(h session) error { return l.DecryptInit(h, sha, key) },
		"Decrypt":           func(h session) error { _, err := l.Decrypt(h, data); return err },
		"DecryptUpdate":     func(h session) error { _, err := l.DecryptUpdate(h, data); return err },
		"DecryptFinal":      func(h session) error { _, err := l.DecryptFinal(h); return err },
		"DigestInit":        func(h session) error { return l.DigestInit(h, sha) },
		"Digest":            func(h session) error { _, err := l.Digest(h, data); return err },
		"DigestUpdate":      func(h session) error { return l.DigestUpdate(h, data) },
		"DigestKey":         func(h session) error { return l.DigestKey(h, key) },
		"DigestFinal":       func(h session) error { _, err := l.DigestFinal(h); return err },
		"SignRecoverInit":   func(h session) error { return l.SignRecoverInit(h, sha, key) },
		"SignRecover":       func(h session) error { _, err := l.SignRecover(h, data); return err },
		"VerifyInit":        func(h session) error { return l.VerifyInit(h, sha, key) },
		"Verify":            func(h session) error { return l.Verify(h, data, data) },
		"VerifyUpdate":      func(h session) error { return l.VerifyUpdate(h, data) },
		"VerifyFinal":       func(h session) error { return l.VerifyFinal(h, data) },
		"VerifyRecoverInit": func(h session) error { return l.VerifyRecoverInit(h, sha, key) },
		"VerifyRecover":     func(h session) error { _, err := l.VerifyRecover(h, data); return err },
		"DigestEncrypt":     func(h session) error { _, err := l.DigestEncryptUpdate(h, data); return err },
		"DecryptDigest":     func(h session) error { _, err := l.DecryptDigestUpdate(h, data); return err },
		"SignEncrypt":       func(h session) error { _, err := l.SignEncryptUpdate(h, data); return err },
		"DecryptVerify":     func(h session) error { _, err := l.DecryptVerifyUpdate(h, data); return err },
		"GenerateKey":       func(h session) error { _, err := l.GenerateKey(h, sha, label); return err },
		"GenerateKeyPair":   func(h session) error { _, _, err := l.GenerateKeyPair(h, sha, label, label); return err },
		"WrapKey":           func(h session) error { _, err := l.WrapKey(h, sha, key, key); return err },
		"UnwrapKey":         func(h session) error { _, err := l.UnwrapKey(h, sha, key, data, label); return err },
		"DeriveKey":         func(h session) error { _, err := l.DeriveKey(h, sha, key, label); return err },
		"SeedRandom":        func(h session) error { return l.SeedRandom(h, data) },
		"GenerateRandom":    func(h session) error { _, err := l.GenerateRandom(h, 8); return err },
	}
}

// refusals are what a token answers that signs and does nothing else; of the
// rest it says that it cannot, and in no way that ends a session or a login.
var refusals = map[string]uint{
	"GetOperationState": pkcs11.CKR_STATE_UNSAVEABLE, "SetOperationState": pkcs11.CKR_SAVED_STATE_INVALID,
	"SeedRandom": pkcs11.CKR_RANDOM_NO_RNG, "GenerateRandom": pkcs11.CKR_RANDOM_NO_RNG,
	"InitPIN": pkcs11.CKR_USER_NOT_LOGGED_IN, "SetPIN": pkcs11.CKR_SESSION_READ_ONLY,
	"CopyObject": pkcs11.CKR_ACTION_PROHIBITED, "CreateObject": pkcs11.CKR_TOKEN_WRITE_PROTECTED,
	"DestroyObject": pkcs11.CKR_SESSION_READ_ONLY, "SetAttributeValue": pkcs11.CKR_SESSION_READ_ONLY,
	"Login": pkcs11.CKR_USER_ALREADY_LOGGED_IN,
	"Sign":  pkcs11.CKR_OPERATION_NOT_INITIALIZED, "SignUpdate": pkcs11.CKR_OPERATION_NOT_INITIALIZED,
	"SignFinal": pkcs11.CKR_OPERATION_NOT_INITIALIZED, "FindObjects": pkcs11.CKR_OPERATION_NOT_INITIALIZED,
	"FindObjectsFinal": pkcs11.CKR_OPERATION_NOT_INITIALIZED,
	"EncryptInit":      pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "DecryptInit": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"DigestInit": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "VerifyInit": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"SignRecoverInit": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "VerifyRecoverInit": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"GenerateKey": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "GenerateKeyPair": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"WrapKey": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "UnwrapKey": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"DeriveKey": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"Encrypt":   pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "EncryptUpdate": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "EncryptFinal": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"Decrypt": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "DecryptUpdate": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "DecryptFinal": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"Digest": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "DigestUpdate": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"DigestKey": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "DigestFinal": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"SignRecover": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "Verify": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"VerifyUpdate": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "VerifyFinal": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"VerifyRecover": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "DigestEncrypt": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"DecryptDigest": pkcs11.CKR_FUNCTION_NOT_SUPPORTED, "SignEncrypt": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
	"DecryptVerify": pkcs11.CKR_FUNCTION_NOT_SUPPORTED,
}

// TestRefusals goes through the states of a host: library not initialized, slot
// or session that is none, logged in but nothing active, read/write.
func TestRefusals(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	c.ClearJournal()
	l := s.loadOnly(t)
	calls := l.ofSession(1)
	ofSlot := func(slot uint) map[string]error {
		_, slotInfo := l.GetSlotInfo(slot)
		_, tokenInfo := l.GetTokenInfo(slot)
		_, mechanisms := l.GetMechanismList(slot)
		_, mechanismInfo := l.GetMechanismInfo(slot, mechanism(pkcs11.CKM_RSA_PKCS))
		_, open := l.OpenSession(slot, readOnly)
		return map[string]error{
			"GetSlotInfo": slotInfo, "GetTokenInfo": tokenInfo, "GetMechanismList": mechanisms, "GetMechanismInfo": mechanismInfo,
			"OpenSession": open, "CloseAllSessions": l.CloseAllSessions(slot), "InitToken": l.InitToken(slot, rightPIN, "label"),
		}
	}
	notInitialized := func() {
		for name, call := range calls {
			answers(t, pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED, call(1), name)
		}
		for name, err := range ofSlot(1) {
			answers(t, pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED, err, name)
		}
		_, err := l.GetInfo()
		answers(t, pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED, err)
		_, err = l.GetSlotList(false)
		answers(t, pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED, err)
		answers(t, pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED, l.Finalize())
	}
	notInitialized()
	assert.Empty(t, agents(t, l.home), "an agent before C_Initialize")
	require.NoError(t, l.Initialize())
	answers(t, pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED, l.Initialize())

	slot := l.token()
	for _, none := range []uint{0, slot + 100, 1<<64 - 1} {
		for name, err := range ofSlot(none) {
			answers(t, pkcs11.CKR_SLOT_ID_INVALID, err, "%s of slot %d", name, none)
		}
	}
	empty, err := l.GetSlotList(false)
	require.NoError(t, err)
	for _, other := range empty {
		if other == slot {
			continue
		}
		for name, err := range ofSlot(other) {
			if name != "GetSlotInfo" {
				answers(t, pkcs11.CKR_TOKEN_NOT_PRESENT, err, name)
			}
		}
	}
	closed := l.session(slot, readOnly)
	require.NoError(t, l.CloseSession(closed))
	for name, call := range calls {
		for _, none := range []session{0, closed, closed + 1000, 1<<64 - 1} {
			answers(t, pkcs11.CKR_SESSION_HANDLE_INVALID, call(none), "%s of session %d", name, none)
		}
	}
	_, err = l.OpenSession(slot, 0)
	answers(t, pkcs11.CKR_SESSION_PARALLEL_NOT_SUPPORTED, err)
	spent(t, c, 0, 0)
	assert.Equal(t, 3, c.State().PINTries)

	public, write := l.session(slot, readOnly), l.session(slot, readWrite)
	answers(t, pkcs11.CKR_USER_NOT_LOGGED_IN, l.Logout(public))
	require.NoError(t, l.Login(public, pkcs11.CKU_USER, rightPIN))
	key := l.key(public)
	calls = l.ofSession(key)
	for name, want := range refusals {
		answers(t, want, calls[name](public), name)
	}
	for name, want := range map[string]uint{
		"DestroyObject": pkcs11.CKR_ACTION_PROHIBITED, "SetAttributeValue": pkcs11.CKR_ACTION_PROHIBITED, "CopyObject": pkcs11.CKR_ACTION_PROHIBITED,
		"CreateObject": pkcs11.CKR_TOKEN_WRITE_PROTECTED, "InitPIN": pkcs11.CKR_USER_NOT_LOGGED_IN,
	} {
		answers(t, want, calls[name](write), "%s, read/write", name)
	}
	answers(t, pkcs11.CKR_SESSION_EXISTS, l.InitToken(slot, rightPIN, "label"))
	for _, none := range []pkcs11.ObjectHandle{0, key + 100} {
		calls := l.ofSession(none)
		for _, name := range []string{"GetObjectSize", "GetAttributeValue", "CopyObject"} {
			answers(t, pkcs11.CKR_OBJECT_HANDLE_INVALID, calls[name](public), name)
		}
		answers(t, pkcs11.CKR_KEY_HANDLE_INVALID, calls["SignInit"](public))
	}
	answers(t, pkcs11.CKR_KEY_HANDLE_INVALID, l.SignInit(public, mechanism(pkcs11.CKM_RSA_PKCS), l.one(public, pkcs11.CKO_CERTIFICATE)))
	answers(t, pkcs11.CKR_KEY_TYPE_INCONSISTENT, l.SignInit(public, mechanism(pkcs11.CKM_RSA_PKCS), l.one(public, pkcs11.CKO_PUBLIC_KEY)))
	// After all that nothing is lost.
	l.signed(public, "still logged in")
	require.NoError(t, l.CloseAllSessions(slot))
	answers(t, pkcs11.CKR_TOKEN_WRITE_PROTECTED, l.InitToken(slot, rightPIN, "label"))
	forgets(t, c)
	require.NoError(t, l.Finalize())
	notInitialized()
	spent(t, c, 1, 0)
}

// TestLoginRefusals counts what each C_Login costs that is no right PIN.
func TestLoginRefusals(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	l := s.load(t)
	h := l.session(l.token(), readWrite)
	c.ClearJournal()
	before := c.Counters().APDUs
	for _, pin := range []string{"", "4173", "417396280", "4173962", "4173962a", "٤١٧٣", "\x00\x00\x00\x00\x00\x00\x00\x00", rightPIN + "\n"} {
		answers(t, pkcs11.CKR_PIN_INCORRECT, l.Login(h, pkcs11.CKU_USER, pin), "%q", pin)
		info, err := l.GetSessionInfo(h)
		require.NoError(t, err)
		assert.EqualValues(t, pkcs11.CKS_RW_PUBLIC_SESSION, info.State)
	}
	for user, want := range map[uint]uint{
		pkcs11.CKU_SO: pkcs11.CKR_USER_TYPE_INVALID, pkcs11.CKU_CONTEXT_SPECIFIC: pkcs11.CKR_OPERATION_NOT_INITIALIZED, 7: pkcs11.CKR_USER_TYPE_INVALID,
	} {
		for _, pin := range []string{rightPIN, "85206317", ""} {
			answers(t, want, l.Login(h, user, pin), user)
		}
	}
	for _, pins := range []struct {
		old, pin string
		want     uint
	}{
		{"", "16180339", pkcs11.CKR_PIN_INCORRECT},
		{"4173", "16180339", pkcs11.CKR_PIN_INCORRECT},
		{rightPIN, "1618", pkcs11.CKR_PIN_LEN_RANGE},
		{rightPIN, "", pkcs11.CKR_PIN_LEN_RANGE},
		{rightPIN, "1618033x", pkcs11.CKR_PIN_INVALID},
		{rightPIN, "12345678", pkcs11.CKR_PIN_INVALID},
		{rightPIN, "11111111", pkcs11.CKR_PIN_INVALID},
		{rightPIN, rightPIN, pkcs11.CKR_PIN_INVALID},
	} {
		answers(t, pins.want, l.SetPIN(h, pins.old, pins.pin), "%+v", pins)
	}
	assert.Equal(t, before, c.Counters().APDUs, "commands for what is no PIN")
	spent(t, c, 0, 0)

	// Four digits, as people remember the half of the PIN that other apps ask
	// for, and then all eight: one VERIFY.
	answers(t, pkcs11.CKR_PIN_INCORRECT, l.Login(h, pkcs11.CKU_USER, "9628"))
	require.NoError(t, l.Login(h, pkcs11.CKU_USER, rightPIN))
	spent(t, c, 1, 0)
	answers(t, pkcs11.CKR_USER_ALREADY_LOGGED_IN, l.Login(h, pkcs11.CKU_USER, rightPIN))
	answers(t, pkcs11.CKR_USER_ALREADY_LOGGED_IN, l.Login(h, pkcs11.CKU_USER, ""))
	l.signed(h, "after four digits and eight")
	require.NoError(t, l.Logout(h))
	assert.False(t, c.Verified(pinReference), "after C_Logout")
	spent(t, c, 1, 0)

	// A wrong PIN that is repeated, as browsers do, is not sent again.
	for range 3 {
		answers(t, pkcs11.CKR_PIN_INCORRECT, l.Login(h, pkcs11.CKU_USER, wrongPIN))
	}
	spent(t, c, 2, 1)
	assert.Equal(t, 2, c.State().PINTries)
	token, err := l.GetTokenInfo(l.token())
	require.NoError(t, err)
	assert.NotZero(t, token.Flags&pkcs11.CKF_USER_PIN_COUNT_LOW)
	require.NoError(t, l.Login(h, pkcs11.CKU_USER, rightPIN))
	spent(t, c, 3, 1)
	assert.Equal(t, 3, c.State().PINTries)
}

// TestChangePIN is C_SetPIN as a password dialog uses it: one VERIFY of the old
// PIN, one change.
func TestChangePIN(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	l := s.load(t)
	h := l.session(l.token(), readWrite)
	c.ClearJournal()
	answers(t, pkcs11.CKR_PIN_INCORRECT, l.SetPIN(h, wrongPIN, "16180339"))
	n := c.Counters()
	assert.Equal(t, []int{1, 0, 1}, []int{n.Verify[pinReference], n.Change[pinReference], n.Wrong[pinReference]})
	c.ClearJournal()
	require.NoError(t, l.SetPIN(h, rightPIN, "16180339"))
	n = c.Counters()
	assert.Equal(t, []int{1, 1, 0}, []int{n.Verify[pinReference], n.Change[pinReference], n.Wrong[pinReference]})
	assert.False(t, c.Verified(pinReference))
	c.ClearJournal()
	answers(t, pkcs11.CKR_PIN_INCORRECT, l.Login(h, pkcs11.CKU_USER, rightPIN), "the old one")
	require.NoError(t, l.Login(h, pkcs11.CKU_USER, "16180339"))
	l.signed(h, "with the new PIN")
	spent(t, c, 2, 1)
	assert.Equal(t, 3, c.State().PINTries)
}

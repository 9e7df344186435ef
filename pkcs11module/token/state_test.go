package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
	"cientro/pkcs11module/token"
)

// ofSession are the functions that take a session, called with arguments that
// are in order but for the session.
var ofSession = map[string]func(m *token.Module, h ck.SessionHandle) error{
	"CloseSession":   func(m *token.Module, h ck.SessionHandle) error { return m.CloseSession(ctx, h) },
	"GetSessionInfo": func(m *token.Module, h ck.SessionHandle) error { _, err := m.GetSessionInfo(ctx, h); return err },
	"SessionCancel":  func(m *token.Module, h ck.SessionHandle) error { return m.SessionCancel(ctx, h, 0x40) },
	"Login": func(m *token.Module, h ck.SessionHandle) error {
		return m.Login(ctx, h, ck.UserUser, []byte(rightPIN))
	},
	"Logout":  func(m *token.Module, h ck.SessionHandle) error { return m.Logout(ctx, h) },
	"InitPIN": func(m *token.Module, h ck.SessionHandle) error { return m.InitPIN(ctx, h, []byte(newPIN)) },
	"SetPIN": func(m *token.Module, h ck.SessionHandle) error {
		return m.SetPIN(ctx, h, []byte(rightPIN), []byte(newPIN))
	},
	"FindObjectsInit":  func(m *token.Module, h ck.SessionHandle) error { return m.FindObjectsInit(ctx, h, nil) },
	"FindObjects":      func(m *token.Module, h ck.SessionHandle) error { _, err := m.FindObjects(ctx, h, 1); return err },
	"FindObjectsFinal": func(m *token.Module, h ck.SessionHandle) error { return m.FindObjectsFinal(ctx, h) },
	"GetObjectSize":    func(m *token.Module, h ck.SessionHandle) error { _, err := m.GetObjectSize(ctx, h, 1); return err },
	"GetAttribute":     func(m *token.Module, h ck.SessionHandle) error { _, err := m.GetAttribute(ctx, h, 1, 0); return err },
	"CreateObject":     func(m *token.Module, h ck.SessionHandle) error { return m.CreateObject(ctx, h, nil) },
	"CopyObject":       func(m *token.Module, h ck.SessionHandle) error { return m.CopyObject(ctx, h, 1, nil) },
	"DestroyObject":    func(m *token.Module, h ck.SessionHandle) error { return m.DestroyObject(ctx, h, 1) },
	"SetAttributeValue": func(m *token.Module, h ck.SessionHandle) error {
		return m.SetAttributeValue(ctx, h, 1, nil)
	},
	"SignInit": func(m *token.Module, h ck.SessionHandle) error {
		return m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismRSAPKCS}, 1)
	},
	"SignInit, cancel": func(m *token.Module, h ck.SessionHandle) error { return m.SignInit(ctx, h, nil, 0) },
	"Sign":             func(m *token.Module, h ck.SessionHandle) error { _, _, err := m.Sign(ctx, h, nil, 256); return err },
	"SignUpdate":       func(m *token.Module, h ck.SessionHandle) error { return m.SignUpdate(ctx, h, nil) },
	"SignFinal":        func(m *token.Module, h ck.SessionHandle) error { _, _, err := m.SignFinal(ctx, h, 256); return err },
	"Unsupported":      func(m *token.Module, h ck.SessionHandle) error { return m.Unsupported(ctx, h, rpc.CallEncryptInit) },
}

// ofSlot are the functions that take a slot.
var ofSlot = map[string]func(m *token.Module, id ck.SlotID) error{
	"GetSlotInfo":      func(m *token.Module, id ck.SlotID) error { _, err := m.GetSlotInfo(ctx, id); return err },
	"GetTokenInfo":     func(m *token.Module, id ck.SlotID) error { _, err := m.GetTokenInfo(ctx, id); return err },
	"GetMechanismList": func(m *token.Module, id ck.SlotID) error { _, err := m.GetMechanismList(ctx, id); return err },
	"GetMechanismInfo": func(m *token.Module, id ck.SlotID) error { _, err := m.GetMechanismInfo(ctx, id, 1); return err },
	"OpenSession": func(m *token.Module, id ck.SlotID) error {
		_, err := m.OpenSession(ctx, id, ck.SessionSerial)
		return err
	},
	"OpenSession, parallel": func(m *token.Module, id ck.SlotID) error { _, err := m.OpenSession(ctx, id, 0); return err },
	"CloseAllSessions":      func(m *token.Module, id ck.SlotID) error { return m.CloseAllSessions(ctx, id) },
	"InitToken":             func(m *token.Module, id ck.SlotID) error { return m.InitToken(ctx, id, nil, "") },
}

func TestNothingBeforeInitialize(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	require.NoError(t, s.m.Finalize(ctx))
	check := func(m *token.Module) {
		for name, call := range ofSession {
			assert.Equal(t, ck.RVCryptokiNotInitialized, call(m, h), name)
		}
		for name, call := range ofSlot {
			assert.Equal(t, ck.RVCryptokiNotInitialized, call(m, 1), name)
		}
		_, err := m.GetInfo(ctx)
		assert.Equal(t, ck.RVCryptokiNotInitialized, err)
		_, err = m.GetSlotList(ctx, false, true)
		assert.Equal(t, ck.RVCryptokiNotInitialized, err)
		_, err = m.WaitForSlotEvent(ctx, ck.DontBlock)
		assert.Equal(t, ck.RVCryptokiNotInitialized, err)
		assert.Equal(t, ck.RVCryptokiNotInitialized, m.Unsupported(ctx, 0, rpc.CallGenerateRandom))
		assert.Equal(t, ck.RVCryptokiNotInitialized, m.Finalize(ctx))
		assert.NoError(t, m.Close())
	}
	check(s.m)
	check(s.module())
}

func TestSessionsThatAreNone(t *testing.T) {
	s := newStand(t)
	h := s.open()
	closed := s.open()
	require.NoError(t, s.m.CloseSession(ctx, closed))
	for name, call := range ofSession {
		for _, none := range []ck.SessionHandle{h + 1000, closed, ck.SessionHandle(ck.Unavailable)} {
			assert.Equal(t, ck.RVSessionHandleInvalid, call(s.m, none), name)
		}
		if name != "Unsupported" { // where 0 stands for a call without a session
			assert.Equal(t, ck.RVSessionHandleInvalid, call(s.m, 0), name)
		}
	}
	assert.Zero(t, s.verifies())
}

func TestSlotsThatAreNone(t *testing.T) {
	s := newStand(t)
	for name, call := range ofSlot {
		for _, none := range []ck.SlotID{0, 99, ck.SlotID(ck.Unavailable)} {
			assert.Equal(t, ck.RVSlotIDInvalid, call(s.m, none), name)
		}
	}
}

// TestSessionsDieWithTheCard: and nothing else happens to who still uses them.
func TestSessionsDieWithTheCard(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	require.NoError(t, s.m.FindObjectsInit(ctx, h, nil))
	s.rack.remove(firstReader)
	s.soon("gone", func() bool { _, err := s.m.GetSessionInfo(ctx, h); return err != nil })
	for name, call := range ofSession {
		assert.Equal(t, ck.RVSessionHandleInvalid, call(s.m, h), name)
	}
	for _, name := range []string{"GetTokenInfo", "GetMechanismList", "GetMechanismInfo", "OpenSession", "CloseAllSessions", "InitToken"} {
		assert.Equal(t, ck.RVTokenNotPresent, ofSlot[name](s.m, 1), name)
	}
	assert.Equal(t, ck.RVSessionParallelNotSupport, ofSlot["OpenSession, parallel"](s.m, 1))
	assert.NoError(t, ofSlot["GetSlotInfo"](s.m, 1))
	assert.Equal(t, 1, s.verifies())
}

func TestSessions(t *testing.T) {
	s := newStand(t)
	var last ck.SessionHandle
	for i := range 100 {
		flags := ck.Flags(0)
		if i%2 == 1 {
			flags = ck.SessionRW
		}
		h := s.open(flags)
		assert.Greater(t, h, last)
		assert.Less(t, h, ck.SessionHandle(1)<<32, "a CK_ULONG on Windows")
		last = h
		info, err := s.m.GetSessionInfo(ctx, h)
		require.NoError(t, err)
		assert.Equal(t, ck.SessionInfo{
			Slot: 1, Flags: ck.SessionSerial | flags, State: map[bool]ck.State{true: ck.StateRWPublic}[flags != 0],
		}, info)
	}
	require.NoError(t, s.m.CloseAllSessions(ctx, 1))
	_, err := s.m.GetSessionInfo(ctx, last)
	assert.Equal(t, ck.RVSessionHandleInvalid, err)
	assert.Equal(t, ck.RVSessionHandleInvalid, s.m.CloseSession(ctx, last))
	for range 4096 {
		s.open()
	}
	_, err = s.m.OpenSession(ctx, 1, ck.SessionSerial)
	assert.Equal(t, ck.RVSessionCount, err)
}

func TestNothingIsWritten(t *testing.T) {
	s := newStand(t)
	readOnly, readWrite := s.logIn(), s.open(ck.SessionRW)
	certificate := s.one(readOnly, ck.ClassCertificate)
	onToken := []ck.Attribute{of(ck.ClassData), {Type: ck.AttributeToken, Value: yes}}
	inSession := []ck.Attribute{of(ck.ClassData), {Type: ck.AttributeToken, Value: no}}
	for _, c := range []struct {
		what string
		err  error
		want ck.RV
	}{
		{"create on the token", s.m.CreateObject(ctx, readOnly, onToken), ck.RVSessionReadOnly},
		{"create on the token", s.m.CreateObject(ctx, readWrite, onToken), ck.RVTokenWriteProtected},
		{"create in the session", s.m.CreateObject(ctx, readOnly, inSession), ck.RVTokenWriteProtected},
		{"create in the session", s.m.CreateObject(ctx, readOnly, nil), ck.RVTokenWriteProtected},
		{"copy", s.m.CopyObject(ctx, readOnly, certificate, nil), ck.RVActionProhibited},
		{"copy", s.m.CopyObject(ctx, readWrite, certificate, nil), ck.RVActionProhibited},
		{"copy nothing", s.m.CopyObject(ctx, readWrite, certificate+90, nil), ck.RVObjectHandleInvalid},
		{"destroy", s.m.DestroyObject(ctx, readOnly, certificate), ck.RVSessionReadOnly},
		{"destroy", s.m.DestroyObject(ctx, readWrite, certificate), ck.RVActionProhibited},
		{"destroy nothing", s.m.DestroyObject(ctx, readWrite, 0), ck.RVObjectHandleInvalid},
		{"change", s.m.SetAttributeValue(ctx, readOnly, certificate, nil), ck.RVSessionReadOnly},
		{"change", s.m.SetAttributeValue(ctx, readWrite, certificate, nil), ck.RVActionProhibited},
		{"change nothing", s.m.SetAttributeValue(ctx, readWrite, 0, nil), ck.RVObjectHandleInvalid},
	} {
		assert.Equal(t, c.want, c.err, c.what)
	}
	for _, o := range []ck.ObjectHandle{0, certificate + 90} {
		_, err := s.m.GetObjectSize(ctx, readOnly, o)
		assert.Equal(t, ck.RVObjectHandleInvalid, err)
		_, err = s.m.GetAttribute(ctx, readOnly, o, ck.AttributeClass)
		assert.Equal(t, ck.RVObjectHandleInvalid, err)
	}
}

func TestUnsupported(t *testing.T) {
	s := newStand(t)
	h := s.open()
	for call, want := range map[rpc.CallID]ck.RV{
		rpc.CallEncryptInit: ck.RVFunctionNotSupported, rpc.CallDecrypt: ck.RVFunctionNotSupported,
		rpc.CallDigestInit: ck.RVFunctionNotSupported, rpc.CallVerifyInit: ck.RVFunctionNotSupported, 9999: ck.RVFunctionNotSupported,
		rpc.CallGenerateRandom: ck.RVRandomNoRNG, rpc.CallGetOperationState: ck.RVStateUnsaveable,
		rpc.CallSetOperationState: ck.RVSavedStateInvalid,
	} {
		assert.Equal(t, want, s.m.Unsupported(ctx, h, call), "%d", call)
		assert.Equal(t, ck.RVSessionHandleInvalid, s.m.Unsupported(ctx, h+1000, call), "%d", call)
	}
}

func TestMechanisms(t *testing.T) {
	s := newStand(t)
	list, err := s.m.GetMechanismList(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, []ck.MechanismType{0x1, 0x6, 0x40, 0x41, 0x42}, list)
	for _, mechanism := range list {
		info, err := s.m.GetMechanismInfo(ctx, 1, mechanism)
		require.NoError(t, err)
		assert.Equal(t, ck.MechanismInfo{MinKeySize: 2048, MaxKeySize: 2048, Flags: ck.MechanismSign | ck.MechanismHardware}, info)
	}
	for _, mechanism := range []ck.MechanismType{0, 0x3, 0x5, 0xD, 0x43, 0x250, 0x80000000} {
		_, err := s.m.GetMechanismInfo(ctx, 1, mechanism)
		assert.Equal(t, ck.RVMechanismInvalid, err)
	}
}

package token

import (
	"bytes"
	"context"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// CreateObject: nothing can be made on a CIE, and nothing is kept beside it.
func (m *Module) CreateObject(_ context.Context, handle ck.SessionHandle, template []ck.Attribute) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.session(handle)
	switch {
	case err != nil:
		return err
	case !s.readWrite && asksForToken(template):
		return ck.RVSessionReadOnly
	}
	return ck.RVTokenWriteProtected // the one refusal among C_CreateObject's values that fits
}

func asksForToken(template []ck.Attribute) bool {
	for _, a := range template {
		if a.Type == ck.AttributeToken {
			return bytes.Equal(a.Value, boolean(true))
		}
	}
	return false
}

// CopyObject: every object has CKA_COPYABLE false.
func (m *Module) CopyObject(_ context.Context, session ck.SessionHandle, object ck.ObjectHandle, _ []ck.Attribute) error {
	return m.prohibited(session, object, false)
}

// DestroyObject: every object is on the token and has CKA_DESTROYABLE false.
func (m *Module) DestroyObject(_ context.Context, session ck.SessionHandle, object ck.ObjectHandle) error {
	return m.prohibited(session, object, true)
}

// SetAttributeValue: every object is on the token and has CKA_MODIFIABLE false.
func (m *Module) SetAttributeValue(_ context.Context, session ck.SessionHandle, object ck.ObjectHandle, _ []ck.Attribute) error {
	return m.prohibited(session, object, true)
}

func (m *Module) prohibited(handle ck.SessionHandle, object ck.ObjectHandle, writes bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, _, err := m.objectOf(handle, object)
	switch {
	case err != nil:
		return err
	case writes && !s.readWrite:
		return ck.RVSessionReadOnly
	}
	return ck.RVActionProhibited
}

// Unsupported says why a call of a kind this token does not have fails.
func (m *Module) Unsupported(_ context.Context, handle ck.SessionHandle, call rpc.CallID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.running(); err != nil {
		return err
	}
	if handle != 0 {
		if _, err := m.session(handle); err != nil {
			return err
		}
	}
	switch call {
	case rpc.CallGetOperationState:
		return ck.RVStateUnsaveable
	case rpc.CallSetOperationState:
		return ck.RVSavedStateInvalid
	case rpc.CallSeedRandom, rpc.CallGenerateRandom:
		// Before "no seed": PKCS #11 v2.40 section 5.1.6.
		return ck.RVRandomNoRNG
	}
	return ck.RVFunctionNotSupported
}

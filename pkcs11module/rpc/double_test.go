package rpc_test

import (
	"context"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// absent is a module that has nothing. Tests embed it and add what they need.
type absent struct{}

var _ rpc.Module = absent{}

const no = ck.RVFunctionFailed

func (absent) Initialize(context.Context, []byte) error { return nil }
func (absent) Finalize(context.Context) error           { return nil }
func (absent) GetInfo(context.Context) (i ck.Info, err error) {
	return i, no
}
func (absent) GetSlotList(context.Context, bool, bool) ([]ck.SlotID, error) { return nil, no }
func (absent) GetSlotInfo(context.Context, ck.SlotID) (i ck.SlotInfo, err error) {
	return i, no
}
func (absent) GetTokenInfo(context.Context, ck.SlotID) (i ck.TokenInfo, err error) {
	return i, no
}
func (absent) GetMechanismList(context.Context, ck.SlotID) ([]ck.MechanismType, error) {
	return nil, no
}
func (absent) GetMechanismInfo(context.Context, ck.SlotID, ck.MechanismType) (i ck.MechanismInfo, err error) {
	return i, no
}
func (absent) WaitForSlotEvent(context.Context, ck.Flags) (ck.SlotID, error) { return 0, no }
func (absent) OpenSession(context.Context, ck.SlotID, ck.Flags) (ck.SessionHandle, error) {
	return 0, no
}
func (absent) CloseSession(context.Context, ck.SessionHandle) error { return no }
func (absent) CloseAllSessions(context.Context, ck.SlotID) error    { return no }
func (absent) GetSessionInfo(context.Context, ck.SessionHandle) (i ck.SessionInfo, err error) {
	return i, no
}
func (absent) SessionCancel(context.Context, ck.SessionHandle, ck.Flags) error         { return no }
func (absent) Login(context.Context, ck.SessionHandle, ck.UserType, []byte) error      { return no }
func (absent) Logout(context.Context, ck.SessionHandle) error                          { return no }
func (absent) InitPIN(context.Context, ck.SessionHandle, []byte) error                 { return no }
func (absent) SetPIN(context.Context, ck.SessionHandle, []byte, []byte) error          { return no }
func (absent) InitToken(context.Context, ck.SlotID, []byte, string) error              { return no }
func (absent) FindObjectsInit(context.Context, ck.SessionHandle, []ck.Attribute) error { return no }
func (absent) FindObjects(context.Context, ck.SessionHandle, int) ([]ck.ObjectHandle, error) {
	return nil, no
}
func (absent) FindObjectsFinal(context.Context, ck.SessionHandle) error { return no }
func (absent) GetObjectSize(context.Context, ck.SessionHandle, ck.ObjectHandle) (uint64, error) {
	return 0, no
}
func (absent) GetAttribute(context.Context, ck.SessionHandle, ck.ObjectHandle, ck.AttributeType) ([]byte, error) {
	return nil, no
}
func (absent) CreateObject(context.Context, ck.SessionHandle, []ck.Attribute) error { return no }
func (absent) CopyObject(context.Context, ck.SessionHandle, ck.ObjectHandle, []ck.Attribute) error {
	return no
}
func (absent) DestroyObject(context.Context, ck.SessionHandle, ck.ObjectHandle) error { return no }
func (absent) SetAttributeValue(context.Context, ck.SessionHandle, ck.ObjectHandle, []ck.Attribute) error {
	return no
}
func (absent) SignInit(context.Context, ck.SessionHandle, *ck.Mechanism, ck.ObjectHandle) error {
	return no
}
func (absent) Sign(context.Context, ck.SessionHandle, []byte, int) ([]byte, int, error) {
	return nil, 0, no
}
func (absent) SignUpdate(context.Context, ck.SessionHandle, []byte) error { return no }
func (absent) SignFinal(context.Context, ck.SessionHandle, int) ([]byte, int, error) {
	return nil, 0, no
}
func (absent) Unsupported(context.Context, ck.SessionHandle, rpc.CallID) error { return no }

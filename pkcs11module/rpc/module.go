package rpc

import (
	"context"

	ck "cientro/pkcs11module/cryptoki"
)

// Module is the token behind the wire: one per connection, which shares no
// session, login or handle with any other. Its methods may be called at the
// same time from several goroutines. Errors are ck.RV; anything else is sent as
// CKR_GENERAL_ERROR. ctx ends when the connection does; a method that waits must
// heed it. No method keeps a slice it is given: the frame behind it is wiped
// when the call returns.
//
// What the protocol knows and this interface does not, this module cannot do:
// the server answers it by the state of session and key alone.
type Module interface {
	// Initialize comes first; reserved is C_Initialize's pReserved.
	Initialize(ctx context.Context, reserved []byte) error
	// Finalize ends everything and wakes whoever waits in WaitForSlotEvent.
	Finalize(ctx context.Context) error
	GetInfo(ctx context.Context) (ck.Info, error)

	// GetSlotList refreshes the list only where refresh is set, which is a
	// caller asking for the number (section 5.5.1).
	GetSlotList(ctx context.Context, tokenPresent, refresh bool) ([]ck.SlotID, error)
	GetSlotInfo(ctx context.Context, slot ck.SlotID) (ck.SlotInfo, error)
	GetTokenInfo(ctx context.Context, slot ck.SlotID) (ck.TokenInfo, error)
	GetMechanismList(ctx context.Context, slot ck.SlotID) ([]ck.MechanismType, error)
	GetMechanismInfo(ctx context.Context, slot ck.SlotID, mechanism ck.MechanismType) (ck.MechanismInfo, error)
	WaitForSlotEvent(ctx context.Context, flags ck.Flags) (ck.SlotID, error)

	OpenSession(ctx context.Context, slot ck.SlotID, flags ck.Flags) (ck.SessionHandle, error)
	CloseSession(ctx context.Context, session ck.SessionHandle) error
	CloseAllSessions(ctx context.Context, slot ck.SlotID) error
	GetSessionInfo(ctx context.Context, session ck.SessionHandle) (ck.SessionInfo, error)
	SessionCancel(ctx context.Context, session ck.SessionHandle, flags ck.Flags) error

	// The PINs point into the frame, which the server wipes after the call.
	Login(ctx context.Context, session ck.SessionHandle, user ck.UserType, pin []byte) error
	Logout(ctx context.Context, session ck.SessionHandle) error
	InitPIN(ctx context.Context, session ck.SessionHandle, pin []byte) error
	SetPIN(ctx context.Context, session ck.SessionHandle, old, pin []byte) error
	InitToken(ctx context.Context, slot ck.SlotID, pin []byte, label string) error

	FindObjectsInit(ctx context.Context, session ck.SessionHandle, template []ck.Attribute) error
	FindObjects(ctx context.Context, session ck.SessionHandle, most int) ([]ck.ObjectHandle, error)
	FindObjectsFinal(ctx context.Context, session ck.SessionHandle) error
	GetObjectSize(ctx context.Context, session ck.SessionHandle, object ck.ObjectHandle) (uint64, error)
	// GetAttribute returns a value, in memory form as in ck.Attribute, or
	// RVAttributeSensitive or RVAttributeTypeInvalid.
	GetAttribute(ctx context.Context, session ck.SessionHandle, object ck.ObjectHandle, attribute ck.AttributeType) ([]byte, error)

	// Objects cannot be made, copied, changed or destroyed; these say why not.
	CreateObject(ctx context.Context, session ck.SessionHandle, template []ck.Attribute) error
	CopyObject(ctx context.Context, session ck.SessionHandle, object ck.ObjectHandle, template []ck.Attribute) error
	DestroyObject(ctx context.Context, session ck.SessionHandle, object ck.ObjectHandle) error
	SetAttributeValue(ctx context.Context, session ck.SessionHandle, object ck.ObjectHandle, template []ck.Attribute) error

	// SignInit begins a signature; a nil mechanism cancels the one that is
	// active (PKCS#11 3.0).
	SignInit(ctx context.Context, session ck.SessionHandle, mechanism *ck.Mechanism, key ck.ObjectHandle) error
	// Sign and SignFinal return the signature, or, where room is less than its
	// length, only that length: the operation then stays active (section 5.2).
	Sign(ctx context.Context, session ck.SessionHandle, data []byte, room int) (signature []byte, length int, err error)
	SignUpdate(ctx context.Context, session ck.SessionHandle, part []byte) error
	SignFinal(ctx context.Context, session ck.SessionHandle, room int) (signature []byte, length int, err error)

	// Unsupported answers a call of a kind this token does not have (encrypt,
	// digest, random …): the state of the module and of the session first, as
	// the standard orders errors, then why not. session is 0 where the call has none.
	Unsupported(ctx context.Context, session ck.SessionHandle, call CallID) error
}

package rpc

import "fmt"

// CallID is a call's number on the wire.
type CallID uint32

// The calls. 66 to 87 are of PKCS#11 3.0 (p11-kit 0.25.0), 88 came with
// protocol version 1, 89 with version 2.
const (
	CallInitialize          CallID = 1
	CallFinalize            CallID = 2
	CallGetInfo             CallID = 3
	CallGetSlotList         CallID = 4
	CallGetSlotInfo         CallID = 5
	CallGetTokenInfo        CallID = 6
	CallGetMechanismList    CallID = 7
	CallGetMechanismInfo    CallID = 8
	CallInitToken           CallID = 9
	CallOpenSession         CallID = 10
	CallCloseSession        CallID = 11
	CallCloseAllSessions    CallID = 12
	CallGetSessionInfo      CallID = 13
	CallInitPIN             CallID = 14
	CallSetPIN              CallID = 15
	CallGetOperationState   CallID = 16
	CallSetOperationState   CallID = 17
	CallLogin               CallID = 18
	CallLogout              CallID = 19
	CallCreateObject        CallID = 20
	CallCopyObject          CallID = 21
	CallDestroyObject       CallID = 22
	CallGetObjectSize       CallID = 23
	CallGetAttributeValue   CallID = 24
	CallSetAttributeValue   CallID = 25
	CallFindObjectsInit     CallID = 26
	CallFindObjects         CallID = 27
	CallFindObjectsFinal    CallID = 28
	CallEncryptInit         CallID = 29
	CallEncrypt             CallID = 30
	CallEncryptUpdate       CallID = 31
	CallEncryptFinal        CallID = 32
	CallDecryptInit         CallID = 33
	CallDecrypt             CallID = 34
	CallDecryptUpdate       CallID = 35
	CallDecryptFinal        CallID = 36
	CallDigestInit          CallID = 37
	CallDigest              CallID = 38
	CallDigestUpdate        CallID = 39
	CallDigestKey           CallID = 40
	CallDigestFinal         CallID = 41
	CallSignInit            CallID = 42
	CallSign                CallID = 43
	CallSignUpdate          CallID = 44
	CallSignFinal           CallID = 45
	CallSignRecoverInit     CallID = 46
	CallSignRecover         CallID = 47
	CallVerifyInit          CallID = 48
	CallVerify              CallID = 49
	CallVerifyUpdate        CallID = 50
	CallVerifyFinal         CallID = 51
	CallVerifyRecoverInit   CallID = 52
	CallVerifyRecover       CallID = 53
	CallDigestEncryptUpdate CallID = 54
	CallDecryptDigestUpdate CallID = 55
	CallSignEncryptUpdate   CallID = 56
	CallDecryptVerifyUpdate CallID = 57
	CallGenerateKey         CallID = 58
	CallGenerateKeyPair     CallID = 59
	CallWrapKey             CallID = 60
	CallUnwrapKey           CallID = 61
	CallDeriveKey           CallID = 62
	CallSeedRandom          CallID = 63
	CallGenerateRandom      CallID = 64
	CallWaitForSlotEvent    CallID = 65
	CallLoginUser           CallID = 66
	CallSessionCancel       CallID = 67
	CallMessageEncryptInit  CallID = 68
	CallEncryptMessage      CallID = 69
	CallEncryptMessageBegin CallID = 70
	CallEncryptMessageNext  CallID = 71
	CallMessageEncryptFinal CallID = 72
	CallMessageDecryptInit  CallID = 73
	CallDecryptMessage      CallID = 74
	CallDecryptMessageBegin CallID = 75
	CallDecryptMessageNext  CallID = 76
	CallMessageDecryptFinal CallID = 77
	CallMessageSignInit     CallID = 78
	CallSignMessage         CallID = 79
	CallSignMessageBegin    CallID = 80
	CallSignMessageNext     CallID = 81
	CallMessageSignFinal    CallID = 82
	CallMessageVerifyInit   CallID = 83
	CallVerifyMessage       CallID = 84
	CallVerifyMessageBegin  CallID = 85
	CallVerifyMessageNext   CallID = 86
	CallMessageVerifyFinal  CallID = 87
	CallInitToken2          CallID = 88
	CallDeriveKey2          CallID = 89
)

// String gives the function's name in the standard, or the number of a call
// that does not exist.
func (c CallID) String() string {
	if call, ok := callOf(c); ok {
		return call.name
	}
	return fmt.Sprintf("call %d", uint32(c))
}

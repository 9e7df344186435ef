package cryptoki

import "fmt"

// RV is CK_RV, a return value. It is an error in Go; success is a nil error,
// never an RV of 0.
type RV uint32

// The return values that this module gives (PKCS#11 section 3.6 and annex).
const (
	OK                          RV = 0x00
	RVCancel                    RV = 0x01
	RVHostMemory                RV = 0x02
	RVSlotIDInvalid             RV = 0x03
	RVGeneralError              RV = 0x05
	RVFunctionFailed            RV = 0x06
	RVArgumentsBad              RV = 0x07
	RVNoEvent                   RV = 0x08
	RVCantLock                  RV = 0x0A
	RVAttributeReadOnly         RV = 0x10
	RVAttributeSensitive        RV = 0x11
	RVAttributeTypeInvalid      RV = 0x12
	RVAttributeValueInvalid     RV = 0x13
	RVActionProhibited          RV = 0x1B
	RVDataInvalid               RV = 0x20
	RVDataLenRange              RV = 0x21
	RVDeviceError               RV = 0x30
	RVDeviceMemory              RV = 0x31
	RVDeviceRemoved             RV = 0x32
	RVFunctionCanceled          RV = 0x50
	RVFunctionNotParallel       RV = 0x51
	RVFunctionNotSupported      RV = 0x54
	RVKeyHandleInvalid          RV = 0x60
	RVKeyTypeInconsistent       RV = 0x63
	RVKeyFunctionNotPermitted   RV = 0x68
	RVMechanismInvalid          RV = 0x70
	RVMechanismParamInvalid     RV = 0x71
	RVObjectHandleInvalid       RV = 0x82
	RVOperationActive           RV = 0x90
	RVOperationNotInitialized   RV = 0x91
	RVPINIncorrect              RV = 0xA0
	RVPINInvalid                RV = 0xA1
	RVPINLenRange               RV = 0xA2
	RVPINExpired                RV = 0xA3
	RVPINLocked                 RV = 0xA4
	RVSessionClosed             RV = 0xB0
	RVSessionCount              RV = 0xB1
	RVSessionHandleInvalid      RV = 0xB3
	RVSessionParallelNotSupport RV = 0xB4
	RVSessionReadOnly           RV = 0xB5
	RVSessionExists             RV = 0xB6
	RVSessionReadOnlyExists     RV = 0xB7
	RVSessionRWSOExists         RV = 0xB8
	RVTemplateIncomplete        RV = 0xD0
	RVTemplateInconsistent      RV = 0xD1
	RVTokenNotPresent           RV = 0xE0
	RVTokenNotRecognized        RV = 0xE1
	RVTokenWriteProtected       RV = 0xE2
	RVUserAlreadyLoggedIn       RV = 0x100
	RVUserNotLoggedIn           RV = 0x101
	RVUserPINNotInitialized     RV = 0x102
	RVUserTypeInvalid           RV = 0x103
	RVRandomSeedNotSupported    RV = 0x120
	RVRandomNoRNG               RV = 0x121
	RVBufferTooSmall            RV = 0x150
	RVSavedStateInvalid         RV = 0x160
	RVStateUnsaveable           RV = 0x180
	RVCryptokiNotInitialized    RV = 0x190
	RVCryptokiAlreadyInit       RV = 0x191
	RVFunctionRejected          RV = 0x200
	RVOperationCancelFailed     RV = 0x202
)

func (v RV) Error() string { return fmt.Sprintf("CK_RV 0x%X", uint32(v)) }

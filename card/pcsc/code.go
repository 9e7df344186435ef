package pcsc

import "fmt"

// Code is what a PC/SC function returned, for a help-desk to look up. It is an
// error value: errors.Is(err, CodeReset) holds through any wrapping.
type Code uint32

// Codes that this package decides on (PC/SC specification part 5; winscard.h).
const (
	CodeInternal           Code = 0x80100001
	CodeCancelled          Code = 0x80100002
	CodeInvalidHandle      Code = 0x80100003
	CodeInvalidParameter   Code = 0x80100004
	CodeNoMemory           Code = 0x80100006
	CodeInsufficientBuffer Code = 0x80100008
	CodeUnknownReader      Code = 0x80100009
	CodeTimeout            Code = 0x8010000A
	CodeSharingViolation   Code = 0x8010000B
	CodeNoSmartcard        Code = 0x8010000C
	CodeProtoMismatch      Code = 0x8010000F
	CodeNotReady           Code = 0x80100010
	CodeInvalidValue       Code = 0x80100011
	CodeSystemCancelled    Code = 0x80100012
	CodeCommError          Code = 0x80100013
	CodeNotTransacted      Code = 0x80100016
	CodeReaderUnavailable  Code = 0x80100017
	CodeShutdown           Code = 0x80100018
	CodePCITooSmall        Code = 0x80100019
	CodeNoService          Code = 0x8010001D
	CodeServiceStopped     Code = 0x8010001E
	CodeUnexpected         Code = 0x8010001F
	CodeNoReaders          Code = 0x8010002E
	CodeCommDataLost       Code = 0x8010002F
	CodeServerTooBusy      Code = 0x80100031
	CodeUnresponsive       Code = 0x80100066
	CodeUnpowered          Code = 0x80100067
	CodeReset              Code = 0x80100068
	CodeRemoved            Code = 0x80100069
	CodeSecurityViolation  Code = 0x8010006A
)

// Error gives the code's name in winscard.h and its number.
func (c Code) Error() string {
	if name, ok := codeNames[c]; ok {
		return fmt.Sprintf("%s (%08X)", name, uint32(c))
	}
	return fmt.Sprintf("PC/SC error %08X", uint32(c))
}

// codeNames is kept here because the texts of the system's libraries differ
// and, on pcsc-lite, sit in a buffer that all threads share.
var codeNames = map[Code]string{
	CodeInternal:           "SCARD_F_INTERNAL_ERROR",
	CodeCancelled:          "SCARD_E_CANCELLED",
	CodeInvalidHandle:      "SCARD_E_INVALID_HANDLE",
	CodeInvalidParameter:   "SCARD_E_INVALID_PARAMETER",
	CodeNoMemory:           "SCARD_E_NO_MEMORY",
	CodeInsufficientBuffer: "SCARD_E_INSUFFICIENT_BUFFER",
	CodeUnknownReader:      "SCARD_E_UNKNOWN_READER",
	CodeTimeout:            "SCARD_E_TIMEOUT",
	CodeSharingViolation:   "SCARD_E_SHARING_VIOLATION",
	CodeNoSmartcard:        "SCARD_E_NO_SMARTCARD",
	CodeProtoMismatch:      "SCARD_E_PROTO_MISMATCH",
	CodeNotReady:           "SCARD_E_NOT_READY",
	CodeInvalidValue:       "SCARD_E_INVALID_VALUE",
	CodeSystemCancelled:    "SCARD_E_SYSTEM_CANCELLED",
	CodeCommError:          "SCARD_F_COMM_ERROR",
	CodeNotTransacted:      "SCARD_E_NOT_TRANSACTED",
	CodeReaderUnavailable:  "SCARD_E_READER_UNAVAILABLE",
	CodeShutdown:           "SCARD_P_SHUTDOWN",
	CodePCITooSmall:        "SCARD_E_PCI_TOO_SMALL",
	CodeNoService:          "SCARD_E_NO_SERVICE",
	CodeServiceStopped:     "SCARD_E_SERVICE_STOPPED",
	CodeUnexpected:         "SCARD_E_UNEXPECTED", // SCARD_E_UNSUPPORTED_FEATURE on pcsc-lite
	CodeNoReaders:          "SCARD_E_NO_READERS_AVAILABLE",
	CodeCommDataLost:       "SCARD_E_COMM_DATA_LOST",
	CodeServerTooBusy:      "SCARD_E_SERVER_TOO_BUSY",
	CodeUnresponsive:       "SCARD_W_UNRESPONSIVE_CARD",
	CodeUnpowered:          "SCARD_W_UNPOWERED_CARD",
	CodeReset:              "SCARD_W_RESET_CARD",
	CodeRemoved:            "SCARD_W_REMOVED_CARD",
	CodeSecurityViolation:  "SCARD_W_SECURITY_VIOLATION",
}

// serviceLost tells the codes after which a context is good for nothing: the
// daemon went away, or the system slept.
func serviceLost(err error) bool {
	switch code(err) {
	case CodeNoService, CodeServiceStopped, CodeInvalidHandle, CodeShutdown, CodeSystemCancelled,
		CodeCommError, CodeInternal:
		return true
	}
	return false
}

package virtual

import (
	"fmt"
	"strconv"
)

// StatusWord is SW1 SW2 of a response APDU (ISO 7816-4 section 5.6). In JSON it
// is written as four hexadecimal digits.
type StatusWord uint16

// The status words this card gives.
const (
	swOK                StatusWord = 0x9000
	swEndOfFile         StatusWord = 0x6282 // fewer bytes than asked for
	swAuthFailed        StatusWord = 0x6300
	swMemoryFailure     StatusWord = 0x6581
	swWrongLength       StatusWord = 0x6700
	swNoChannel         StatusWord = 0x6881
	swNoSM              StatusWord = 0x6882
	swLastExpected      StatusWord = 0x6883
	swNoChaining        StatusWord = 0x6884
	swSecurityStatus    StatusWord = 0x6982
	swBlocked           StatusWord = 0x6983
	swConditions        StatusWord = 0x6985
	swNoCurrentFile     StatusWord = 0x6986
	swSMMissing         StatusWord = 0x6987
	swSMWrong           StatusWord = 0x6988
	swWrongData         StatusWord = 0x6A80
	swNotFound          StatusWord = 0x6A82
	swWrongP1P2         StatusWord = 0x6A86
	swReferenceNotFound StatusWord = 0x6A88
	swWrongOffset       StatusWord = 0x6B00
	swWrongLe           StatusWord = 0x6C00
	swInstruction       StatusWord = 0x6D00
	swClass             StatusWord = 0x6E00
	swNoDiagnosis       StatusWord = 0x6F00
)

// String gives four hexadecimal digits.
func (s StatusWord) String() string { return fmt.Sprintf("%04X", uint16(s)) }

// MarshalText implements encoding.TextMarshaler.
func (s StatusWord) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *StatusWord) UnmarshalText(text []byte) error {
	v, err := strconv.ParseUint(string(text), 16, 16)
	if err != nil || len(text) != 4 {
		return fmt.Errorf("status word %q: want four hexadecimal digits", text)
	}
	*s = StatusWord(v)
	return nil
}

// success is true for 9000 and the warnings 61xx and 62xx.
func (s StatusWord) success() bool { return s == swOK || s>>8 == 0x61 || s>>8 == 0x62 }

func (s StatusWord) bytes() []byte { return []byte{byte(s >> 8), byte(s)} }

// withLength puts a length into the second byte; 256 and more are written 00.
func (s StatusWord) withLength(n int) StatusWord {
	if n > 255 {
		n = 0
	}
	return s&0xFF00 | StatusWord(n)
}

// Instruction is an INS byte, written in JSON as two hexadecimal digits.
type Instruction byte

// The instructions this card knows (ISO 7816-4 and 7816-8).
const (
	insVerify        Instruction = 0x20
	insMSE           Instruction = 0x22
	insChange        Instruction = 0x24
	insPSO           Instruction = 0x2A
	insResetRetry    Instruction = 0x2C
	insExternalAuth  Instruction = 0x82
	insGetChallenge  Instruction = 0x84
	insInternalAuth  Instruction = 0x88
	insSelect        Instruction = 0xA4
	insReadBinary    Instruction = 0xB0
	insReadBinaryOdd Instruction = 0xB1
	insGetResponse   Instruction = 0xC0
	insGetData       Instruction = 0xCB
)

// String gives two hexadecimal digits.
func (i Instruction) String() string { return fmt.Sprintf("%02X", byte(i)) }

// MarshalText implements encoding.TextMarshaler.
func (i Instruction) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *Instruction) UnmarshalText(text []byte) error {
	v, err := strconv.ParseUint(string(text), 16, 8)
	if err != nil || len(text) != 2 {
		return fmt.Errorf("instruction %q: want two hexadecimal digits", text)
	}
	*i = Instruction(v)
	return nil
}

// Reference is the P2 of a PIN command, 81 for the PIN and 82 for the PUK, written
// in JSON as two hexadecimal digits.
type Reference byte

// String gives two hexadecimal digits.
func (r Reference) String() string { return fmt.Sprintf("%02X", byte(r)) }

// MarshalText implements encoding.TextMarshaler.
func (r Reference) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Reference) UnmarshalText(text []byte) error {
	v, err := strconv.ParseUint(string(text), 16, 8)
	if err != nil || len(text) != 2 {
		return fmt.Errorf("reference %q: want two hexadecimal digits", text)
	}
	*r = Reference(v)
	return nil
}

package atr

import "errors"

// Errors of [Decode]. Each comes with the part of the ATR that could be read.
var (
	// ErrEmpty says that there is no byte at all: a mute card.
	ErrEmpty = errors.New("ATR: empty")
	// ErrTooLong says that there are more bytes than ISO/IEC 7816-3 section
	// 8.2.1 allows (TS and 32 more).
	ErrTooLong = errors.New("ATR: longer than 33 bytes")
	// ErrConvention says that the first byte is neither 3B nor 3F.
	ErrConvention = errors.New("ATR: unknown convention byte")
	// ErrTruncated says that announced bytes are missing (the check byte
	// apart, which some readers and tools drop).
	ErrTruncated = errors.New("ATR: truncated")
	// ErrTrailing says that bytes follow where the ATR should end.
	ErrTrailing = errors.New("ATR: trailing bytes")
)

// maxLength is TS and 32 more (ISO/IEC 7816-3 section 8.2.1).
const maxLength = 33

// TCK is what became of the check byte (ISO/IEC 7816-3 section 8.2.5).
type TCK int

// States of the check byte.
const (
	// TCKAbsent: only T=0 is announced, there must be none.
	TCKAbsent TCK = iota
	// TCKRight: present, and the exclusive-or of all bytes after TS is zero.
	TCKRight
	// TCKWrong: present, but the sum does not come out.
	TCKWrong
	// TCKMissing: it should be there and is not; seen in the field, harmless.
	TCKMissing
)

// ATR is a decoded Answer To Reset.
type ATR struct {
	// Raw is a copy of the whole, 0 to 33 bytes.
	Raw []byte
	// Inverse is set when TS is 3F.
	Inverse bool
	// Protocols are the T values of TD1, TD2 …, in their order; empty means
	// T=0 by default.
	Protocols []byte
	// Historical are the historical bytes, 0 to 15; fewer than announced if
	// the ATR is truncated.
	Historical []byte
	// TCK tells whether the check byte is there and right.
	TCK TCK
}

// Decode reads an ATR as a reader or a list of cards gives it. A missing or
// wrong check byte is no error, see [ATR.TCK]. With any other fault the part
// read so far comes along with the error.
func Decode(raw []byte) (ATR, error) {
	if len(raw) == 0 {
		return ATR{}, ErrEmpty
	}
	if len(raw) > maxLength {
		return ATR{}, ErrTooLong
	}
	a := ATR{Raw: append([]byte(nil), raw...), Inverse: raw[0] == 0x3F}
	if raw[0] != 0x3B && raw[0] != 0x3F {
		return a, ErrConvention
	}
	if len(raw) == 1 {
		return a, ErrTruncated
	}
	at, checked, ok := a.readInterfaceBytes()
	if !ok {
		return a, ErrTruncated
	}
	count := int(raw[1] & 0x0F)
	if len(raw)-at < count {
		a.Historical = a.Raw[at:]
		return a, ErrTruncated
	}
	a.Historical = a.Raw[at : at+count]
	return a, a.readCheckByte(a.Raw[at+count:], checked)
}

// readInterfaceBytes walks TA1, TB1, TC1, TD1, TA2 … and returns where the
// historical bytes begin and whether a check byte must follow them.
func (a *ATR) readInterfaceBytes() (at int, checked, ok bool) {
	at = 2
	for present := a.Raw[1] >> 4; ; {
		for bit := byte(1); bit < 8; bit <<= 1 { // TA, TB, TC
			if present&bit != 0 {
				at++
			}
		}
		if present&8 == 0 {
			return at, checked, at <= len(a.Raw)
		}
		if at >= len(a.Raw) {
			return at, checked, false
		}
		td := a.Raw[at]
		at++
		a.Protocols = append(a.Protocols, td&0x0F)
		checked = checked || td&0x0F != 0
		present = td >> 4
	}
}

func (a *ATR) readCheckByte(rest []byte, checked bool) error {
	if !checked {
		if len(rest) > 0 {
			return ErrTrailing
		}
		return nil
	}
	if len(rest) == 0 {
		a.TCK = TCKMissing
		return nil
	}
	sum := byte(0)
	for _, b := range a.Raw[1 : len(a.Raw)-len(rest)+1] {
		sum ^= b
	}
	a.TCK = TCKRight
	if sum != 0 {
		a.TCK = TCKWrong
	}
	if len(rest) > 1 {
		return ErrTrailing
	}
	return nil
}

// contactless: PC/SC part 3 has readers announce T=0 and T=1 and nothing else.
func (a ATR) contactless() bool {
	return len(a.Raw) >= 4 && a.Raw[0] == 0x3B && a.Raw[1]>>4 == 8 && a.Raw[2] == 0x80 && a.Raw[3] == 0x01
}

// Storage is what a reader says of a card without ISO 7816-4 commands (PC/SC
// part 3 section 3.1.3.2.3.2).
type Storage struct {
	// Standard is the byte SS: 03 is ISO 14443 A part 3, 11 FeliCa.
	Standard byte
	// Name is the card name NNNN: 0001 MIFARE Classic 1K, 0003 Ultralight …
	Name uint16
}

// Storage reads the storage card object 4F 0C A000000306 SS NNNN, if it is
// there.
func (a ATR) Storage() (Storage, bool) {
	const object = "\x80\x4F\x0C\xA0\x00\x00\x03\x06"
	h := a.Historical
	if len(h) < 11 || string(h[:8]) != object {
		return Storage{}, false
	}
	return Storage{Standard: h[8], Name: uint16(h[9])<<8 | uint16(h[10])}, true
}

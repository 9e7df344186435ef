package training

import (
	"bytes"

	"cientro/card/iso7816"
)

// target is the public thing that a plain command names in its data field: an
// application or a data object. It is all that is ever kept of a data field,
// and only where it is one of these.
type target string

// The targets. The empty one is anything else.
const (
	targetIAS      target = "ias"
	targetCIE      target = "cie"
	targetICAO     target = "icao"
	targetCNS      target = "cns"
	targetPPSE     target = "ppse"
	targetRoot     target = "root"
	targetDomain   target = "domain"    // parameters of the key exchange
	targetKey      target = "key"       // the chip's public key of this key exchange
	targetTerminal target = "terminal"  // the key that checks the program's certificate
	targetPINTries target = "pin-tries" // the retry counters
	targetPUKTries target = "puk-tries"
)

// applications are the names by which SELECT opens them (ISO 7816-5 section 8;
// ICAO 9303-10 section 3.11; EMV Book 1 section 12.2 for payment).
var applications = []struct {
	name []byte
	is   target
}{
	{[]byte{0xA0, 0x00, 0x00, 0x00, 0x30, 0x80, 0x00, 0x00, 0x00, 0x09, 0x81, 0x60, 0x01}, targetIAS},
	{[]byte{0xA0, 0x00, 0x00, 0x00, 0x00, 0x39}, targetCIE},
	{[]byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}, targetICAO},
	{[]byte{0xA0, 0x00, 0x00, 0x05, 0x30, 0x00, 0x0B, 0x10, 0x40, 0x01, 0x02, 0x1A}, targetCNS},
	{[]byte("2PAY.SYS.DDF01"), targetPPSE},
}

// objects are the beginnings of the header lists (tag 4D, ISO 7816-4 section
// 8.4.4) by which GET DATA asks for the card's data objects, after its length.
var objects = []struct {
	list []byte
	is   target
}{
	{[]byte{0x70, 0x08, 0xBF, 0xA1, 0x01}, targetDomain}, // one value
	{[]byte{0x70, 0x06, 0xBF, 0xA1, 0x01}, targetDomain}, // all
	{[]byte{0xA6, 0x02, 0x91}, targetKey},
	{[]byte{0x70, 0x06, 0xBF, 0x81, 0x01}, targetPINTries},
	{[]byte{0x70, 0x06, 0xBF, 0x81, 0x02}, targetPUKTries},
}

// askedFor recognises the target of a plain command. A protected one hides it.
func askedFor(command []byte) target {
	if len(command) < 4 || command[0]&iso7816.CLASecured != 0 {
		return ""
	}
	var data []byte
	if len(command) > headerAndLc {
		data = command[headerAndLc:]
		if n := int(command[4]); n <= len(data) {
			data = data[:n]
		}
	}
	switch command[1] {
	case iso7816.INSSelect:
		return askedApplication(command[2], data)
	case iso7816.INSGetDataOdd:
		return askedObject(data)
	}
	return ""
}

func askedApplication(p1 byte, data []byte) target {
	switch p1 {
	case 0x00: // by file identifier
		if len(data) == 0 || bytes.Equal(data, []byte{0x3F, 0x00}) {
			return targetRoot
		}
	case 0x04: // by name
		for _, a := range applications {
			if bytes.Equal(data, a.name) {
				return a.is
			}
		}
	}
	return ""
}

func askedObject(data []byte) target {
	const headerList = 0x4D
	if len(data) < 2 || data[0] != headerList {
		return ""
	}
	list := data[2:]
	for _, o := range objects {
		if bytes.HasPrefix(list, o.list) {
			return o.is
		}
	}
	if bytes.Contains(list, []byte{0xBF, 0xA0, 0x04}) {
		return targetTerminal
	}
	return ""
}

package iso7816

// Instruction codes, ISO 7816-4 section 5.5 and ISO 7816-8 section 11.
const (
	INSVerify               = 0x20
	INSMSE                  = 0x22
	INSChangeReferenceData  = 0x24
	INSPSO                  = 0x2A
	INSResetRetryCounter    = 0x2C
	INSExternalAuthenticate = 0x82
	INSGetChallenge         = 0x84
	INSInternalAuthenticate = 0x88
	INSSelect               = 0xA4
	INSReadBinary           = 0xB0
	INSReadBinaryOdd        = 0xB1
	INSGetResponse          = 0xC0
	INSGetData              = 0xCA
	INSGetDataOdd           = 0xCB
)

// P2 of SELECT, ISO 7816-4 section 11.1.1.
const (
	SelectFCP    = 0x04 // return the file control parameters
	SelectNoData = 0x0C // return nothing
)

const (
	maxReadOffset    = 0x7FFF // READ BINARY with P1-P2 as offset
	maxReadOffsetSFI = 0xFF   // READ BINARY with P1 as short file id
	maxSFI           = 30
)

// IsPINCommand says whether an instruction presents or sets a PIN or PUK:
// VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER. Such a command is never
// repeated and its body never shown.
func IsPINCommand(ins byte) bool {
	return ins == INSVerify || ins == INSChangeReferenceData || ins == INSResetRetryCounter
}

// SelectAID selects an application by its identifier of 5 to 16 bytes, P1 04
// (ISO 7816-4 section 11.1.1). p2 is SelectNoData or SelectFCP; no Le.
func SelectAID(aid []byte, p2 byte) CommandAPDU {
	return CommandAPDU{INS: INSSelect, P1: 0x04, P2: p2, Data: aid}
}

// SelectMF selects the root in the four-byte form 00A40000
// (ISO 7816-4 section 11.1.1).
func SelectMF() CommandAPDU { return CommandAPDU{INS: INSSelect} }

// SelectEF selects an elementary file under the current DF by its identifier,
// P1 02 (ISO 7816-4 section 11.1.1). p2 is SelectNoData or SelectFCP; no Le.
func SelectEF(fid uint16, p2 byte) CommandAPDU {
	return CommandAPDU{INS: INSSelect, P1: 0x02, P2: p2, Data: []byte{byte(fid >> 8), byte(fid)}}
}

// ReadBinary reads up to ne bytes of the current EF from an offset of at most
// 7FFF (ISO 7816-4 section 11.2.3). Beyond it the offset would turn into a
// short file id, so the command does not encode.
func ReadBinary(offset, ne int) CommandAPDU {
	if offset < 0 || offset > maxReadOffset {
		ne = -1
	}
	return CommandAPDU{INS: INSReadBinary, P1: byte(offset >> 8), P2: byte(offset), Ne: ne}
}

// ReadBinarySFI selects the EF with a short identifier of 1 to 30 and reads
// from an offset of at most FF (ISO 7816-4 section 11.2.3). Other values give
// a command that does not encode.
func ReadBinarySFI(sfi byte, offset, ne int) CommandAPDU {
	if sfi < 1 || sfi > maxSFI || offset < 0 || offset > maxReadOffsetSFI {
		ne = -1
	}
	return CommandAPDU{INS: INSReadBinary, P1: 0x80 | sfi, P2: byte(offset), Ne: ne}
}

// GetData asks for data objects of the current DF by an extended header list,
// 00CB3FFF (ISO 7816-4 section 11.4.3). tagList is the whole 4D object.
func GetData(tagList []byte, ne int) CommandAPDU {
	return CommandAPDU{INS: INSGetDataOdd, P1: 0x3F, P2: 0xFF, Data: tagList, Ne: ne}
}

// GetResponse fetches n bytes of an answer, 1 to 256 (ISO 7816-4 section
// 11.7.1). [Send] and [Fetch] do it by themselves.
func GetResponse(n int) CommandAPDU { return CommandAPDU{INS: INSGetResponse, Ne: n} }

// MSESet sets a component of the security environment; p1 says for what use,
// p2 names the template: A4 authentication, A6 key agreement, B6 signature
// (ISO 7816-4 section 11.5.11).
func MSESet(p1, p2 byte, data []byte) CommandAPDU {
	return CommandAPDU{INS: INSMSE, P1: p1, P2: p2, Data: data}
}

// Verify presents a PIN or PUK (ISO 7816-4 section 11.5.6). Without data it
// asks for the state of the reference. A wrong presentation spends a try.
func Verify(ref byte, data []byte) CommandAPDU {
	return CommandAPDU{INS: INSVerify, P2: ref, Data: data}
}

// ChangeReferenceData replaces a PIN; data is the old one followed by the new
// one (ISO 7816-4 section 11.5.7, P1 00). A wrong old one spends a try.
func ChangeReferenceData(ref byte, data []byte) CommandAPDU {
	return CommandAPDU{INS: INSChangeReferenceData, P2: ref, Data: data}
}

// ResetRetryCounter gives a blocked PIN its tries back (ISO 7816-4 section
// 11.5.10). p1: 00 data is PUK and new PIN, 01 PUK, 02 new PIN, 03 no data.
func ResetRetryCounter(p1, ref byte, data []byte) CommandAPDU {
	return CommandAPDU{INS: INSResetRetryCounter, P1: p1, P2: ref, Data: data}
}

// GetChallenge asks for n random bytes (ISO 7816-4 section 11.5.3).
func GetChallenge(n int) CommandAPDU { return CommandAPDU{INS: INSGetChallenge, Ne: n} }

// InternalAuthenticate has the card compute over data with the key of the
// current security environment (ISO 7816-4 section 11.5.2). ne 0 sends no Le.
func InternalAuthenticate(data []byte, ne int) CommandAPDU {
	return CommandAPDU{INS: INSInternalAuthenticate, Data: data, Ne: ne}
}

// ExternalAuthenticate proves knowledge of a key to the card (ISO 7816-4
// section 11.5.4).
func ExternalAuthenticate(data []byte) CommandAPDU {
	return CommandAPDU{INS: INSExternalAuthenticate, Data: data}
}

// PSOVerifyCertificate hands a card-verifiable certificate to the card, P1 00
// P2 AE (ISO 7816-8 section 11.10).
func PSOVerifyCertificate(data []byte) CommandAPDU {
	return CommandAPDU{INS: INSPSO, P2: 0xAE, Data: data}
}

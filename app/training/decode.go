package training

import (
	"fmt"

	"cientro/app/messages"
	"cientro/card/iso7816"
	"cientro/card/virtual"
)

// decode puts an exchange into words. It is a pure function of the header, the
// status word and what was asked for by name.
func decode(e virtual.Entry, asked target) Line {
	l := Line{
		Header:    fmt.Sprintf("%02X %02X %02X %02X", e.CLA, byte(e.INS), e.P1, e.P2),
		Protected: e.Protected, Chained: e.CLA&iso7816.CLAChaining != 0, What: command(e, asked), Mood: MoodPlain,
	}
	if e.Failure == "" && e.StatusWord != 0 {
		l.StatusWord = status(e).String()
	}
	l.Answer = answer(e)
	if trouble(e) {
		l.Mood = MoodTrouble
	}
	if e.Fault != "" {
		l.Fault = plain("training.fired." + string(e.Fault))
	}
	return l
}

// command says what a command does.
func command(e virtual.Entry, asked target) messages.Phrase {
	switch byte(e.INS) {
	case iso7816.INSSelect:
		return selection(e, asked)
	case iso7816.INSReadBinary:
		return reading(e)
	case iso7816.INSReadBinaryOdd:
		return plain("training.read.next")
	case iso7816.INSGetData, iso7816.INSGetDataOdd:
		if asked == "" {
			return plain("training.data.other")
		}
		return plain("training.data." + string(asked))
	case iso7816.INSVerify, iso7816.INSChangeReferenceData, iso7816.INSResetRetryCounter:
		return code(e)
	case iso7816.INSMSE:
		return environment(e)
	case iso7816.INSPSO:
		if e.P1 == 0x00 && e.P2 == 0xAE {
			return plain("training.command.certificate")
		}
		return plain("training.command.crypto")
	case iso7816.INSExternalAuthenticate:
		return plain("training.command.external")
	case iso7816.INSInternalAuthenticate:
		return plain("training.command.internal")
	case iso7816.INSGetChallenge:
		return plain("training.command.challenge")
	case iso7816.INSGetResponse:
		return plain("training.command.response")
	}
	return messages.Phrase{Key: "training.command.unknown", Values: messages.Values{"INS": e.INS.String()}}
}

// selection: SELECT, ISO 7816-4 section 11.1.1.
func selection(e virtual.Entry, asked target) messages.Phrase {
	switch {
	case asked != "":
		return plain("training.select." + string(asked))
	case e.P1 == 0x04:
		return plain("training.select.other")
	case e.P1 == 0x00 && !e.DataPresent:
		return plain("training.select.root")
	}
	return plain("training.select.file")
}

// files by their short identifiers, of the root and of the CIE application.
var files = map[byte]string{
	0x1B: "dh", 0x1C: "sn", 0x1D: "atr", 0x1E: "dir",
	0x01: "id", 0x02: "serial", 0x03: "certificate", 0x04: "chip", 0x05: "services", 0x06: "sod",
}

// reading: READ BINARY, ISO 7816-4 section 11.2.3. With the first bit of P1 it
// names a file by its short identifier.
func reading(e virtual.Entry) messages.Phrase {
	if e.P1&0x80 != 0 {
		name, known := files[e.P1&0x1F]
		if !known {
			name = "other"
		}
		return plain("training.file." + name)
	}
	if offset := int(e.P1)<<8 | int(e.P2); offset > 0 {
		return messages.Phrase{Key: "training.read.next"}
	}
	return plain("training.read.first")
}

// code: the commands that present or set a PIN or PUK, ISO 7816-4 sections
// 11.5.6, 11.5.7 and 11.5.10.
func code(e virtual.Entry) messages.Phrase {
	name := "pin"
	if e.P2 == pukReference {
		name = "puk"
	}
	switch {
	case e.INS == iso7816.INSChangeReferenceData:
		return plain("training.change." + name)
	case e.INS == iso7816.INSResetRetryCounter:
		return plain("training.unblock." + name)
	case asksTries(e):
		return plain("training.query." + name)
	}
	return plain("training.verify." + name)
}

const pukReference = 0x82

// asksTries: a VERIFY without data asks how many tries are left.
func asksTries(e virtual.Entry) bool { return e.INS == iso7816.INSVerify && !e.DataPresent }

// environment: MANAGE SECURITY ENVIRONMENT, ISO 7816-4 section 11.5.11.
func environment(e virtual.Entry) messages.Phrase {
	switch uint16(e.P1)<<8 | uint16(e.P2) {
	case 0x41A6:
		return plain("training.mse.exchange")
	case 0x81B6:
		return plain("training.mse.check")
	case 0x81A4:
		return plain("training.mse.terminal")
	case 0x41A4:
		return plain("training.mse.sign")
	}
	return plain("training.mse.other")
}

package pcsc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/card/pcsc"
)

func TestKindOf(t *testing.T) {
	for name, want := range map[string]pcsc.Kind{
		// As reported by people, letter by letter.
		"BIT4ID miniLector AIR NFC v3":                                     pcsc.KindContactless,
		"BIT4ID miniLector AIR NFC v3 0":                                   pcsc.KindContactless,
		"BIT4ID mLector AIR DI… CLESS":                                     pcsc.KindContactless,
		"bit4id miniLector-EVO 00 00":                                      pcsc.KindContact,
		"ACS ACR122U":                                                      pcsc.KindContactless,
		"ACS ACR122U PICC Interface 00 00":                                 pcsc.KindContactless,
		"ACS ACR122 0":                                                     pcsc.KindContactless,
		"ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00":         pcsc.KindContactless,
		"ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00":          pcsc.KindSAM,
		"ACS ACR1581 1S Dual Reader [ACR1581 1S Dual Reader PICC] 00 00":   pcsc.KindContactless,
		"ACS ACR1581 1S Dual Reader [ACR1581 1S Dual Reader ICC] 01 00":    pcsc.KindContact,
		"ACS ACR1581 1S Dual Reader [ACR1581 1S Dual Reader SAM] 02 00":    pcsc.KindSAM,
		"ACS ACR1552 1S CL Reader [ACR1552 CL Reader PICC] 00 00":          pcsc.KindContactless,
		"ACS ACR1552 1S CL Reader [ACR1552 CL Reader SAM] 01 00":           pcsc.KindSAM,
		"REINER SCT cyberJack RFID basis":                                  pcsc.KindContactless,
		"Generic EMV Smartcard Reader":                                     pcsc.KindUnknown,
		"Generic EMV Smartcard Reader 01":                                  pcsc.KindUnknown,
		"Alcor Link AK9567 00 00":                                          pcsc.KindUnknown,
		"Alcor Link AK9567 [Contactless Card Reader] 01 00":                pcsc.KindContactless,
		"Identiv uTrust 3700 F":                                            pcsc.KindContactless,
		"ACS ACR38U":                                                       pcsc.KindContact,
		"Virtual PCD 00 00":                                                pcsc.KindVirtual,
		"Virtual PCD 00 01":                                                pcsc.KindVirtual,
		"Identiv uTrust 4701 F Dual Interface Reader [Contactless] 00 00":  pcsc.KindContactless,
		"SCM Microsystems Inc. SCL3711 reader & NFC device [SCL3711] 00 0": pcsc.KindContactless,
		"Broadcom Corp Contacted SmartCard 0":                              pcsc.KindContact,
		"Feitian R502 [R502 Contact-less Reader] 01 00":                    pcsc.KindContactless,
		// Words inside words are no slot words.
		"SAMSUNG Reader":    pcsc.KindUnknown,
		"Clever Card 2":     pcsc.KindUnknown,
		"Vicctoria Reader":  pcsc.KindUnknown,
		"":                  pcsc.KindUnknown,
		"[":                 pcsc.KindUnknown,
		"]PICC[":            pcsc.KindContactless,
		"Reader [ICC] PICC": pcsc.KindContact,
	} {
		assert.Equal(t, want, pcsc.KindOf(name), name)
	}
}

func TestCarriesCIE(t *testing.T) {
	for kind, want := range map[pcsc.Kind]bool{
		pcsc.KindContactless: true, pcsc.KindVirtual: true, pcsc.KindUnknown: true,
		pcsc.KindContact: false, pcsc.KindSAM: false,
	} {
		assert.Equal(t, want, kind.CarriesCIE(), kind)
	}
}

func FuzzKindOf(f *testing.F) {
	f.Add("ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00")
	f.Add("\x00[\xff")
	f.Fuzz(func(t *testing.T, name string) {
		if pcsc.KindOf(name) == "" {
			t.Error("no kind")
		}
	})
}

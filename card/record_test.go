package card_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"cientro/card/store"
	"cientro/card/virtual/specimen"
)

func hexBytes(digits string) []byte {
	return must(hex.DecodeString(strings.ReplaceAll(digits, " ", "")))
}

// specimenNIS is the number of the fixed specimen.
var specimenNIS = string(specimen.Default().IDServizi)

// record is what the program in front of the desk remembers of the very chip:
// it is kept by number and chip key.
func (d *desk) record() *store.Record {
	sum := sha256.Sum256(specimen.Default().IntKpub)
	return d.memory.Card(append([]byte(specimenNIS), sum[:]...))
}

// shelf is what it remembers of the number.
func (d *desk) shelf() *store.Record { return d.memory.Card([]byte(specimenNIS)) }

package card_test

import (
	"encoding/hex"
	"strings"

	"cientro/card/virtual/specimen"
)

func hexBytes(digits string) []byte {
	return must(hex.DecodeString(strings.ReplaceAll(digits, " ", "")))
}

// specimenNIS is the number of the fixed specimen, by which it is remembered.
var specimenNIS = string(specimen.Default().IDServizi)

package specimen

import _ "embed"

//go:embed specimen.json
var specimenJSON []byte

// Default returns the fixed specimen: SPECIMEN PROVA, document CA00000AA, PIN
// 41739628, PUK 85206317, certificate valid from 2025 to 2035. Each call
// returns a copy of its own. The document is renewed with
//
//	go test ./card/virtual/specimen -run TestDefault -update
func Default() *Data {
	d, err := Unmarshal(specimenJSON)
	if err != nil { // the file is part of the program and has its own test
		panic("specimen: embedded document: " + err.Error())
	}
	return d
}

package main

import (
	"bytes"
	"encoding/binary"
	"image"
)

// icnsParts are the sizes that macOS shows, each a PNG under the name that Apple's
// iconutil gives it; those of 32, 64, 256 and 512 pixels stand for half the size on
// a screen of double density as well.
var icnsParts = []struct {
	name string
	size int
}{
	{"icp4", 16}, {"icp5", 32}, {"ic11", 32}, {"ic12", 64}, {"ic07", 128}, {"ic13", 256}, {"ic08", 256}, {"ic14", 512}, {"ic09", 512},
}

// icnsFile returns an icon of macOS with every size.
func icnsFile(drawing image.Image) ([]byte, error) {
	const header = 8
	var parts bytes.Buffer
	for _, part := range icnsParts {
		scaled, err := scale(drawing, part.size)
		if err != nil {
			return nil, err
		}
		content, err := pngFile(scaled)
		if err != nil {
			return nil, err
		}
		parts.WriteString(part.name)
		put(&parts, binary.BigEndian, uint32(header+len(content)))
		parts.Write(content)
	}
	var out bytes.Buffer
	out.WriteString("icns")
	put(&out, binary.BigEndian, uint32(header+parts.Len()))
	return append(out.Bytes(), parts.Bytes()...), nil
}

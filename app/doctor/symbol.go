package doctor

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// Symbol is the support code as a QR code, true for a dark module, with the four
// light modules around it that readers want (ISO/IEC 18004 section 6.3.8). Its
// error correction is M: 15 in a hundred may be lost. All signs of a support code
// are alphanumeric ones, so it takes version 8, 57 modules, at most.
func (r Report) Symbol() ([][]bool, error) {
	symbol, err := qrcode.New(r.SupportCode(), qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("make a QR code: %w", err)
	}
	return symbol.Bitmap(), nil
}

// Ink is how a symbol is drawn with characters.
type Ink int

// The inks.
const (
	// InkDark fills the dark modules: right where text is dark on light, as on
	// paper and in most editors.
	InkDark Ink = iota
	// InkLight fills the light ones: right on a dark terminal without colours.
	InkLight
	// InkColour says black and white in ISO 6429 colours of the fixed palette:
	// right on any terminal that has them.
	InkColour
)

// Drawn draws modules in lines of characters, two rows of modules in each, which
// come out square as a terminal's characters are twice as high as wide.
func Drawn(modules [][]bool, ink Ink) string {
	var out strings.Builder
	for y := 0; y < len(modules); y += 2 {
		if ink == InkColour {
			out.WriteString("\x1b[38;5;16;48;5;231m")
		}
		for x := range modules[y] {
			upper, lower := modules[y][x], y+1 < len(modules) && modules[y+1][x]
			if ink == InkLight {
				upper, lower = !upper, !lower
			}
			out.WriteString(halfBlock(upper, lower))
		}
		if ink == InkColour {
			out.WriteString("\x1b[0m")
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func halfBlock(upper, lower bool) string {
	switch {
	case upper && lower:
		return "█"
	case upper:
		return "▀"
	case lower:
		return "▄"
	}
	return " "
}

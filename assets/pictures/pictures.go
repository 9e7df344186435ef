// Package pictures holds the drawings of the guide: our own, no state emblem.
//
// They are SVG of 560 by 170 units in the colours of the light look; who shows
// them puts the colours of the look in their place. [Colours] lists the only ones
// that a drawing may use. A drawing has no words: they stand beside it, in the
// language of the window.
//
// It refuses to know what shows them; ui/guide does.
package pictures

import "embed"

// Width and Height of every drawing.
const (
	Width  = 560
	Height = 170
)

//go:embed *.svg
var files embed.FS

// Colour is what a colour of a drawing stands for.
type Colour string

// The colours.
const (
	Ink     Colour = "#14252e" // lines
	Primary Colour = "#1b5a72" // what it is about
	Surface Colour = "#ffffff" // paper, cards
	Faint   Colour = "#c8d5da" // lines that only divide
	Soft    Colour = "#dde7eb" // things
	Good    Colour = "#1a6b3b"
	Bad     Colour = "#ab2117"
)

// Colours lists them.
func Colours() []Colour { return []Colour{Ink, Primary, Surface, Faint, Soft, Good, Bad} }

// SVG returns a drawing by its name, and whether there is one.
func SVG(name string) ([]byte, bool) {
	raw, err := files.ReadFile(name + ".svg")
	return raw, err == nil
}

package programicon

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"io"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
)

const (
	maxSVG       = 128 << 10 // bytes
	mostElements = 4000
	deepestSVG   = 64
	drawnPixels  = 256 // of the longer side
	mostUnits    = 1 << 16
)

var errSVG = errors.New("not an SVG that is drawn here")

// drawSVG draws an SVG with what Fyne draws them with. It is no part of the window
// and may take its time: how long drawing takes cannot be told beforehand.
func drawSVG(data []byte) (image.Image, error) {
	if err := harmless(data); err != nil {
		return nil, err
	}
	icon, err := oksvg.ReadReplacingCurrentColor(bytes.NewReader(data), "#808080")
	if err != nil {
		return nil, err
	}
	wide, high := icon.ViewBox.W, icon.ViewBox.H
	if !(wide >= 1 && wide <= mostUnits && high >= 1 && high <= mostUnits) { // nor NaN
		return nil, errSVG
	}
	longer := max(wide, high)
	width, height := int(drawnPixels*wide/longer), int(drawnPixels*high/longer)
	if width < leastPixels || height < leastPixels {
		return nil, errSVG
	}
	icon.SetTarget(0, 0, float64(width), float64(height))
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	icon.Draw(rasterx.NewDasher(width, height, rasterx.NewScannerGV(width, height, picture, picture.Bounds())), 1)
	return picture, nil
}

// harmless looks for what would not end: "use", which may draw itself, dashes,
// which may be without length, and more elements than an icon has.
func harmless(data []byte) error {
	tokens := xml.NewDecoder(bytes.NewReader(data))
	depth, elements := 0, 0
	for {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) && elements > 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			elements++
			if elements == 1 && t.Name.Local != "svg" || t.Name.Local == "use" || depth > deepestSVG ||
				elements > mostElements || dashed(t.Attr) {
				return errSVG
			}
		case xml.EndElement:
			depth--
		case xml.CharData: // a style sheet
			if strings.Contains(string(t), "dasharray") {
				return errSVG
			}
		}
	}
}

func dashed(attributes []xml.Attr) bool {
	for _, a := range attributes {
		if a.Name.Local == "stroke-dasharray" && strings.TrimSpace(a.Value) != "none" {
			return true
		}
		if a.Name.Local != "style" {
			continue
		}
		for property := range strings.SplitSeq(a.Value, ";") {
			name, value, _ := strings.Cut(property, ":")
			if strings.Contains(name, "dasharray") && strings.TrimSpace(value) != "none" {
				return true
			}
		}
	}
	return false
}

package qr

import (
	"fmt"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	qrcode "github.com/skip2/go-qrcode"
)

const (
	quiet  = 4   // modules of white around the code (ISO/IEC 18004 section 6.3.8)
	module = 5   // the least size of a module in Fyne's units
	least  = 220 // the least size of the whole, which is large enough at arm's length
)

// Code is a widget that shows a text as a QR code.
type Code struct {
	widget.BaseWidget
	text    string
	modules [][]bool // true is black; without the quiet zone
}

// New makes the code of a text, with error correction of level M (15 %). A text
// that does not fit a QR code is an error.
func New(text string) (*Code, error) {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("make a QR code: %w", err)
	}
	q.DisableBorder = true
	c := &Code{text: text, modules: q.Bitmap()}
	c.ExtendBaseWidget(c)
	return c, nil
}

// Text returns what the code says.
func (c *Code) Text() string { return c.text }

// MinSize is part of fyne.CanvasObject.
func (c *Code) MinSize() fyne.Size {
	return fyne.NewSquareSize(max(least, float32(c.across()*module)))
}

// across is how many modules the code has from edge to edge, the quiet zone
// included.
func (c *Code) across() int { return len(c.modules) + 2*quiet }

// CreateRenderer is part of fyne.Widget.
func (c *Code) CreateRenderer() fyne.WidgetRenderer {
	raster := canvas.NewRaster(c.draw)
	raster.ScaleMode = canvas.ImageScalePixels
	return widget.NewSimpleRenderer(raster)
}

// draw paints the code into width times height pixels: each module is the same
// whole number of pixels wide and high, and what is left over is white.
func (c *Code) draw(width, height int) image.Image {
	white, black := color.Gray{Y: 0xff}, color.Gray{}
	picture := image.NewGray(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = white.Y
	}
	size := min(width, height) / c.across()
	left, top := (width-size*len(c.modules))/2, (height-size*len(c.modules))/2
	for y := range size * len(c.modules) {
		for x := range size * len(c.modules) {
			if c.modules[y/size][x/size] {
				picture.SetGray(left+x, top+y, black)
			}
		}
	}
	return picture
}

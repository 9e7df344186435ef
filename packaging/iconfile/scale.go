package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
)

// scale returns a square picture in a smaller size. Each new pixel is the mean of
// the area that it covers, parts of pixels included; colours are weighed by how
// opaque they are, so that no dark rim appears around the drawing.
func scale(from image.Image, size int) (*image.NRGBA, error) {
	bounds := from.Bounds()
	if bounds.Dx() != bounds.Dy() || size < 1 || size > bounds.Dx() {
		return nil, fmt.Errorf("no size of %d pixels from %d by %d", size, bounds.Dx(), bounds.Dy())
	}
	exact := image.NewRGBA64(image.Rect(0, 0, bounds.Dx(), bounds.Dy())) // colours times alpha
	draw.Draw(exact, exact.Bounds(), from, bounds.Min, draw.Src)
	to := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			to.SetNRGBA(x, y, mean(exact, x, y, size))
		}
	}
	return to, nil
}

// mean counts in fractions of a pixel, 1/size each way: whole numbers, which every
// processor adds up alike.
func mean(from *image.RGBA64, x, y, size int) color.NRGBA {
	width := from.Rect.Dx()
	var red, green, blue, alpha, area uint64
	for row := y * width / size; row*size < (y+1)*width; row++ {
		for column := x * width / size; column*size < (x+1)*width; column++ {
			part := covered(column, x, width, size) * covered(row, y, width, size)
			c := from.RGBA64At(column, row)
			red, green, blue, alpha = red+part*uint64(c.R), green+part*uint64(c.G), blue+part*uint64(c.B), alpha+part*uint64(c.A)
			area += part
		}
	}
	if alpha == 0 {
		return color.NRGBA{}
	}
	level := func(sum uint64) uint8 { return uint8((sum*255 + alpha/2) / alpha) }
	return color.NRGBA{R: level(red), G: level(green), B: level(blue), A: uint8((alpha/area + 128) / 257)}
}

// covered is how much of an old pixel a new one covers in one direction, in 1/size.
func covered(old, now, width, size int) uint64 {
	begin, end := max(old*size, now*width), min((old+1)*size, (now+1)*width)
	return uint64(max(end-begin, 0))
}

// Command icons writes the icon in the sizes that desktops look for, scaled from
// the drawing that the programs carry: the same bytes on every computer.
//
//	icons DIR
//
// makes DIR/16x16/apps/it.cientro.desktop.png and so on (Icon Theme
// Specification 0.13).
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"

	"cientro/assets/icons"
)

const name = "it.cientro.desktop.png"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: icons DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "icons:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	drawing, err := png.Decode(bytes.NewReader(icons.PNG))
	if err != nil {
		return err
	}
	for _, size := range []int{16, 22, 24, 32, 48, 64, 128, 256, 512} {
		var out bytes.Buffer
		if err := png.Encode(&out, scaled(drawing, size)); err != nil {
			return err
		}
		folder := filepath.Join(dir, fmt.Sprintf("%dx%d", size, size), "apps")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), out.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// scaled makes each pixel the mean of those that it covers, in whole numbers.
func scaled(from image.Image, size int) image.Image {
	bounds := from.Bounds()
	to := image.NewRGBA64(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			to.SetRGBA64(x, y, mean(from, bounds, x, y, size))
		}
	}
	if size == bounds.Dx() {
		return from
	}
	small := image.NewNRGBA(to.Bounds())
	for y := range size {
		for x := range size {
			small.Set(x, y, to.At(x, y))
		}
	}
	return small
}

// mean weighs the pixels by how much of them lies below the new one: sides are
// counted in parts of 1/size of an old pixel.
func mean(from image.Image, bounds image.Rectangle, x, y, size int) color.RGBA64 {
	var r, g, b, a, all uint64
	for _, row := range covered(y, bounds.Dy(), size) {
		for _, column := range covered(x, bounds.Dx(), size) {
			weight := row.parts * column.parts
			cr, cg, cb, ca := from.At(bounds.Min.X+column.at, bounds.Min.Y+row.at).RGBA()
			r, g, b, a = r+uint64(cr)*weight, g+uint64(cg)*weight, b+uint64(cb)*weight, a+uint64(ca)*weight
			all += weight
		}
	}
	return color.RGBA64{R: uint16(r / all), G: uint16(g / all), B: uint16(b / all), A: uint16(a / all)}
}

type share struct {
	at    int
	parts uint64
}

// covered lists which of `length` old pixels the new one number i of size covers.
func covered(i, length, size int) (shares []share) {
	begin, end := i*length, (i+1)*length
	for at := begin / size; at*size < end; at++ {
		parts := min(end, (at+1)*size) - max(begin, at*size)
		shares = append(shares, share{at, uint64(parts)})
	}
	return shares
}

package programicon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"path"
	"strings"
)

const (
	maxPicture  = 512 << 10 // bytes
	leastPixels = 16        // of width and height
	mostPixels  = 1024
)

// picture returns the icon that a desktop entry names: an absolute path, or a name
// to be looked for in the theme that every other one is built on, and among the
// pictures without a theme (Icon Theme Specification, "Icon Lookup").
func (s System) picture(ctx context.Context, icon string) (image.Image, error) {
	for _, file := range s.candidates(icon) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if picture, err := s.draw(file); err == nil {
			return picture, nil
		}
	}
	return nil, fmt.Errorf("no picture %.80q", icon)
}

// candidates are the files that may be the picture, the best first.
func (s System) candidates(icon string) []string {
	if path.IsAbs(icon) {
		return []string{icon}
	}
	if strings.ContainsAny(icon, "/\x00") {
		return nil
	}
	// Old entries name a file.
	name := strings.TrimSuffix(strings.TrimSuffix(icon, ".png"), ".svg")
	var all []string
	each := func(file string) {
		for _, data := range s.Data {
			all = append(all, path.Join(data, file))
		}
	}
	for _, size := range []int{256, 192, 128, 96, 72, 64, 48} {
		each(fmt.Sprintf("icons/hicolor/%dx%d/apps/%s.png", size, size, name))
	}
	each("icons/hicolor/scalable/apps/" + name + ".svg")
	each("icons/hicolor/512x512/apps/" + name + ".png")
	each("pixmaps/" + name + ".png")
	each("pixmaps/" + name + ".svg")
	return all
}

func (s System) draw(file string) (image.Image, error) {
	switch path.Ext(file) {
	case ".png":
		data, err := s.read(file, maxPicture)
		if err != nil {
			return nil, err
		}
		return drawPNG(data)
	case ".svg":
		data, err := s.read(file, maxSVG)
		if err != nil {
			return nil, err
		}
		return drawSVG(data)
	}
	return nil, errors.New("neither PNG nor SVG")
}

// drawPNG decodes a PNG once its header has said that it is not too large.
func drawPNG(data []byte) (image.Image, error) {
	header, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if !inBounds(header.Width) || !inBounds(header.Height) {
		return nil, fmt.Errorf("a picture of %d by %d pixels", header.Width, header.Height)
	}
	return png.Decode(bytes.NewReader(data))
}

func inBounds(pixels int) bool { return leastPixels <= pixels && pixels <= mostPixels }

package programicon

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const drawing = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 16">` +
	`<g style="stroke:none;stroke-dasharray:none"><rect x="0" y="0" width="16" height="16" fill="#ff0000" stroke-dasharray="none"/></g></svg>`

func TestWhichPicture(t *testing.T) {
	const theme = "usr/share/icons/hicolor/"
	tests := []struct {
		name, icon string
		files      fstest.MapFS
		want       int
	}{
		{"the largest that is no poster", "a", fstest.MapFS{
			theme + "48x48/apps/a.png": painted(t, 48), theme + "256x256/apps/a.png": painted(t, 256), theme + "512x512/apps/a.png": painted(t, 512),
		}, 256},
		{"the nearer folder", "a", fstest.MapFS{
			theme + "64x64/apps/a.png": painted(t, 64), "usr/local/share/icons/hicolor/64x64/apps/a.png": painted(t, 63),
		}, 63},
		{"a drawing before a poster", "a", fstest.MapFS{
			theme + "scalable/apps/a.svg": file(strings.ReplaceAll(drawing, "0 0 32 16", "0 0 16 32")), theme + "512x512/apps/a.png": painted(t, 512),
		}, drawnPixels / 2},
		{"a poster before none", "a", fstest.MapFS{theme + "512x512/apps/a.png": painted(t, 512)}, 512},
		{"without a theme", "a", fstest.MapFS{"usr/share/pixmaps/a.png": painted(t, 40)}, 40},
		{"named as a file", "a.png", fstest.MapFS{"usr/share/pixmaps/a.png": painted(t, 40)}, 40},
		{"a path", "/opt/a/a.png", fstest.MapFS{"opt/a/a.png": painted(t, 100)}, 100},
		{"a path to a drawing", "/opt/a/a.svg", fstest.MapFS{"opt/a/a.svg": file(drawing)}, drawnPixels},
		{"a path to something else", "/opt/a/a.xpm", fstest.MapFS{"opt/a/a.xpm": painted(t, 100)}, 0},
		{"a part of a path", "../../a", fstest.MapFS{"usr/share/pixmaps/a.png": painted(t, 40), "usr/a.png": painted(t, 40)}, 0},
		{"a broken one is passed over", "a", fstest.MapFS{
			theme + "128x128/apps/a.png": file("\x89PNG\r\n\x1a\n"), theme + "48x48/apps/a.png": painted(t, 48),
		}, 48},
		{"too many bytes", "/a.png", fstest.MapFS{"a.png": file(string(painted(t, 64).Data) + strings.Repeat("x", maxPicture))}, 0},
		{"too large", "/a.png", fstest.MapFS{"a.png": painted(t, mostPixels+1)}, 0},
		{"too small", "/a.png", fstest.MapFS{"a.png": painted(t, leastPixels-1)}, 0},
		{"a pipe", "/a.png", fstest.MapFS{"a.png": {Data: painted(t, 64).Data, Mode: fs.ModeNamedPipe | 0o644}}, 0},
		{"a folder", "/a.png", fstest.MapFS{"a.png": {Mode: fs.ModeDir | 0o755}}, 0},
	}
	for _, tt := range tests {
		tt.files["usr/bin/a"] = program()
		tt.files["usr/share/applications/a.desktop"] = desktop("a", tt.icon)
		assert.Equal(t, tt.want, width(t, tt.files, "/usr/bin/a"), tt.name)
	}
}

// TestSizeIsReadFirst: a header that promises a billion pixels costs nothing.
func TestSizeIsReadFirst(t *testing.T) {
	data := bytes.Clone(painted(t, 64).Data)
	header := data[12:29] // type and content of IHDR
	binary.BigEndian.PutUint32(header[4:], 1<<30)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(header))
	_, err := drawPNG(data)
	assert.ErrorContains(t, err, fmt.Sprint(1<<30))
}

func TestDrawing(t *testing.T) {
	picture, err := drawSVG([]byte(drawing))
	require.NoError(t, err)
	require.Equal(t, image.Rect(0, 0, drawnPixels, drawnPixels/2), picture.Bounds())
	red, _, _, opaque := picture.At(drawnPixels/4, drawnPixels/4).RGBA()
	assert.Equal(t, []uint32{0xffff, 0xffff}, []uint32{red, opaque}, "the left half is red")
	_, _, _, opaque = picture.At(drawnPixels*3/4, drawnPixels/4).RGBA()
	assert.Zero(t, opaque, "and the right one empty")
}

func TestHostileDrawings(t *testing.T) {
	svg := func(attributes, content string) string {
		return "<svg " + attributes + ">" + content + "</svg>"
	}
	const square = `viewBox="0 0 16 16"`
	for name, text := range map[string]string{
		"empty":             "",
		"no SVG":            "<html></html>",
		"cut off":           drawing[:len(drawing)-4],
		"no size":           svg("", ""),
		"no height":         svg(`viewBox="0 0 16 0"`, ""),
		"not a number":      svg(`viewBox="0 0 NaN NaN"`, ""),
		"endless":           svg(`viewBox="0 0 Inf Inf"`, ""),
		"turned round":      svg(`viewBox="0 0 -16 16"`, ""),
		"huge":              svg(`viewBox="0 0 1e9 1e9"`, ""),
		"a line":            svg(`viewBox="0 0 1000 1"`, ""),
		"a size that grows": svg(square, svg(`viewBox="0 0 1e9 1e9"`, "")),
		"draws itself":      svg(square, `<defs><g id="a"><use href="#a"/></g></defs><use href="#a"/>`),
		"dots":              svg(square, `<path d="M0 0H9" stroke="#000" stroke-dasharray="0"/>`),
		"styled dots":       svg(square, `<path d="M0 0H9" style="fill:none; stroke-dasharray:1e-9"/>`),
		"hidden dots":       svg(square, `<path d="M0 0H9" style="stroke-d&#97;sharray:1e-9"/>`),
		"dots in a sheet":   svg(square, `<defs><style>.a{stroke-dasharray:0}</style></defs>`),
		"deep":              svg(square, strings.Repeat("<g>", deepestSVG)+strings.Repeat("</g>", deepestSVG)),
		"many":              svg(square, strings.Repeat("<g/>", mostElements)),
		"an entity":         `<!DOCTYPE svg [<!ENTITY a "b">]>` + svg(square, "&a;"),
	} {
		_, err := drawSVG([]byte(text))
		assert.Error(t, err, name)
	}
}

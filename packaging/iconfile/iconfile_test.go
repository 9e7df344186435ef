package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/assets/icons"
)

func TestScaleTakesTheMeanOfWhatItCovers(t *testing.T) {
	drawing := image.NewNRGBA(image.Rect(0, 0, 3, 3))
	for y := range 3 {
		for x := range 3 {
			drawing.SetNRGBA(x, y, color.NRGBA{R: uint8(30 * x), G: 90, A: 255})
		}
	}
	scaled, err := scale(drawing, 2)
	require.NoError(t, err)
	// One and a half columns each: (0 + 30/2) / 1.5 and (30/2 + 60) / 1.5.
	assert.Equal(t, color.NRGBA{R: 10, G: 90, A: 255}, scaled.NRGBAAt(0, 0))
	assert.Equal(t, color.NRGBA{R: 50, G: 90, A: 255}, scaled.NRGBAAt(1, 1))
}

func TestWhatCannotBeSeenHasNoColour(t *testing.T) {
	drawing := image.NewNRGBA(image.Rect(0, 0, 2, 2))
	drawing.SetNRGBA(0, 0, color.NRGBA{R: 200, A: 255})
	drawing.SetNRGBA(1, 1, color.NRGBA{B: 255}) // blue, and not there
	scaled, err := scale(drawing, 1)
	require.NoError(t, err)
	assert.Equal(t, color.NRGBA{R: 200, A: 64}, scaled.NRGBAAt(0, 0))
	empty, err := scale(image.NewNRGBA(image.Rect(0, 0, 4, 4)), 2)
	require.NoError(t, err)
	assert.Zero(t, empty.NRGBAAt(1, 1))
}

func TestScaleRefuses(t *testing.T) {
	for _, bounds := range []image.Rectangle{image.Rect(0, 0, 4, 5), image.Rect(0, 0, 1, 1), image.Rect(0, 0, 0, 0)} {
		_, err := scale(image.NewNRGBA(bounds), 2)
		assert.Error(t, err, "%v", bounds)
	}
	_, err := scale(image.NewNRGBA(image.Rect(0, 0, 4, 4)), 0)
	assert.Error(t, err)
}

func drawing(t *testing.T) image.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(icons.PNG))
	require.NoError(t, err)
	return picture
}

// TestIco reads the file as the format says: directory, bitmaps, one PNG.
func TestIco(t *testing.T) {
	file, err := icoFile(drawing(t))
	require.NoError(t, err)
	require.Equal(t, []byte{0, 0, 1, 0, byte(len(icoSizes)), 0}, file[:6])
	next := 6 + 16*len(icoSizes)
	for i, size := range icoSizes {
		entry := file[6+16*i:]
		assert.EqualValues(t, size%256, entry[0])
		assert.EqualValues(t, size%256, entry[1])
		length, offset := int(binary.LittleEndian.Uint32(entry[8:])), int(binary.LittleEndian.Uint32(entry[12:]))
		require.Equal(t, next, offset, "%d pixels begin where the former end", size)
		next += length
		content := file[offset : offset+length]
		want, err := scale(drawing(t), size)
		require.NoError(t, err)
		if size == 256 {
			got, err := png.Decode(bytes.NewReader(content))
			require.NoError(t, err)
			assert.Equal(t, want.Pix, got.(*image.NRGBA).Pix)
			continue
		}
		assert.EqualValues(t, 2*size, binary.LittleEndian.Uint32(content[8:]), "height of picture and mask")
		last := content[40 : 40+4*size]
		assert.Equal(t, want.NRGBAAt(size/2, size-1), color.NRGBA{B: last[2*size], G: last[2*size+1], R: last[2*size+2], A: last[2*size+3]})
		mask := content[40+4*size*size:]
		require.Len(t, mask, size*((size+31)/32*4))
		assert.Equal(t, want.NRGBAAt(0, size-1).A < 128, mask[0]&0x80 != 0, "corner of %d pixels", size)
	}
	assert.Len(t, file, next)
}

func TestIcns(t *testing.T) {
	file, err := icnsFile(drawing(t))
	require.NoError(t, err)
	require.Equal(t, "icns", string(file[:4]))
	require.EqualValues(t, len(file), binary.BigEndian.Uint32(file[4:]))
	rest := file[8:]
	for _, part := range icnsParts {
		length := binary.BigEndian.Uint32(rest[4:])
		assert.Equal(t, part.name, string(rest[:4]))
		picture, err := png.Decode(bytes.NewReader(rest[8:length]))
		require.NoError(t, err)
		assert.Equal(t, image.Rect(0, 0, part.size, part.size), picture.Bounds())
		rest = rest[length:]
	}
	assert.Empty(t, rest)
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	ico, icns := filepath.Join(folder, "a.ico"), filepath.Join(folder, "a.icns")
	require.NoError(t, run([]string{ico, icns}, icons.PNG))
	for _, file := range []string{ico, icns} {
		first, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, run([]string{file}, icons.PNG))
		second, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, first, second)
	}
	assert.Error(t, run(nil, icons.PNG))
	assert.Error(t, run([]string{"a.png"}, icons.PNG))
	assert.Error(t, run([]string{ico}, []byte("no picture")))
	assert.Error(t, run([]string{filepath.Join(folder, "none", "a.ico")}, icons.PNG))
	var small bytes.Buffer
	require.NoError(t, png.Encode(&small, image.NewNRGBA(image.Rect(0, 0, 48, 48))))
	assert.Error(t, run([]string{ico}, small.Bytes()), "it does not enlarge")
	assert.Error(t, run([]string{icns}, small.Bytes()))
}

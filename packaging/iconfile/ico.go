package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
)

// icoSizes are those that Windows shows somewhere: title bar, lists, desktop, at
// the usual scales of the screen.
var icoSizes = []int{16, 20, 24, 32, 40, 48, 64, 256}

// icoLargest is the size that is a PNG within the file; the others are bitmaps,
// which every program can read. (Microsoft Learn, "Icons", Vista and later.)
const icoLargest = 256

// icoFile returns an icon of Windows with every size.
func icoFile(drawing image.Image) ([]byte, error) {
	const header, entry = 6, 16
	var directory, pictures bytes.Buffer
	put(&directory, binary.LittleEndian, uint16(0), uint16(1), uint16(len(icoSizes)))
	for _, size := range icoSizes {
		scaled, err := scale(drawing, size)
		if err != nil {
			return nil, err
		}
		content := bitmap(scaled)
		if size == icoLargest {
			if content, err = pngFile(scaled); err != nil {
				return nil, err
			}
		}
		side := uint8(size % icoLargest)
		offset := header + entry*len(icoSizes) + pictures.Len()
		put(&directory, binary.LittleEndian, side, side, uint8(0), uint8(0), uint16(1), uint16(32),
			uint32(len(content)), uint32(offset))
		pictures.Write(content)
	}
	return append(directory.Bytes(), pictures.Bytes()...), nil
}

// bitmap is a BITMAPINFOHEADER with twice the height, the pixels from the last row
// up as blue, green, red and alpha, and a mask of one bit a pixel for programs that
// know no alpha.
func bitmap(picture *image.NRGBA) []byte {
	const headerSize = 40
	size := picture.Bounds().Dx()
	maskRow := (size + 31) / 32 * 4
	var out bytes.Buffer
	put(&out, binary.LittleEndian, uint32(headerSize), int32(size), int32(2*size), uint16(1), uint16(32),
		uint32(0), uint32(size*size*4+size*maskRow), int32(0), int32(0), uint32(0), uint32(0))
	mask := make([]byte, size*maskRow)
	for row := range size {
		y := size - 1 - row
		for x := range size {
			c := picture.NRGBAAt(x, y)
			out.Write([]byte{c.B, c.G, c.R, c.A})
			if c.A < 128 {
				mask[row*maskRow+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	out.Write(mask)
	return out.Bytes()
}

func pngFile(picture image.Image) ([]byte, error) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err := encoder.Encode(&out, picture)
	return out.Bytes(), err
}

// put writes numbers; a buffer takes everything.
func put(out *bytes.Buffer, order binary.ByteOrder, numbers ...any) {
	for _, number := range numbers {
		_ = binary.Write(out, order, number)
	}
}

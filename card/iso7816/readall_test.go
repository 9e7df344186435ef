package iso7816_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// efCard holds one file and ends it in one of the ways that cards have.
type efCard struct {
	file  []byte
	fill  int // zero bytes after the content
	piece int // bytes an answer carries at most
	end   func(answer []byte, atEnd bool) iso7816.ResponseAPDU
	reads int
}

func (c *efCard) read(offset int) (iso7816.ResponseAPDU, error) {
	c.reads++
	all := append(bytes.Clone(c.file), make([]byte, c.fill)...)
	if offset > len(all) {
		return iso7816.ResponseAPDU{SW: iso7816.SWWrongOffset}, nil
	}
	end := min(offset+c.piece, len(all))
	return c.end(all[offset:end], offset+c.piece > len(all)), nil
}

// ends are the four forms of the end of a file, plus fill that hides it.
var ends = map[string]func([]byte, bool) iso7816.ResponseAPDU{
	"6282 with data": func(b []byte, end bool) iso7816.ResponseAPDU {
		if end {
			return iso7816.ResponseAPDU{Data: b, SW: 0x6282}
		}
		return iso7816.ResponseAPDU{Data: b, SW: 0x9000}
	},
	"9000 short, then 6B00": func(b []byte, _ bool) iso7816.ResponseAPDU {
		if len(b) == 0 {
			return iso7816.ResponseAPDU{SW: 0x6B00}
		}
		return iso7816.ResponseAPDU{Data: b, SW: 0x9000}
	},
	"9000 short, then 9000 empty": func(b []byte, _ bool) iso7816.ResponseAPDU {
		return iso7816.ResponseAPDU{Data: b, SW: 0x9000}
	},
	"9000 short, then 6282 empty": func(b []byte, _ bool) iso7816.ResponseAPDU {
		if len(b) == 0 {
			return iso7816.ResponseAPDU{SW: 0x6282}
		}
		return iso7816.ResponseAPDU{Data: b, SW: 0x9000}
	},
}

func TestReadAllTakesEveryEnd(t *testing.T) {
	for name, end := range ends {
		for _, size := range []int{4, 127, 128, 129, 256, 270, 2852} {
			for _, piece := range []int{1, 100, 128, 224, 256} {
				for _, fill := range []int{0, 1, 200} {
					if size/piece > 1000 {
						continue
					}
					t.Run(fmt.Sprintf("%s, %d+%d by %d", name, size, fill, piece), func(t *testing.T) {
						body := bytes.Repeat([]byte{0xA5}, size)
						file := tlv.Encode(0x30, body)
						card := &efCard{file: file, fill: fill, piece: piece, end: end}
						got, err := iso7816.ReadAll(card.read, 16384, iso7816.WholeObject)
						require.NoError(t, err)
						require.Equal(t, file, got)
						need := (len(file) + piece - 1) / piece
						assert.Equal(t, need, card.reads, "not one APDU more than needed")

						got, err = iso7816.ReadAll((&efCard{file: file, piece: piece, end: end}).read, 16384, nil)
						require.NoError(t, err)
						require.Equal(t, file, got, "also without knowing the length")
					})
				}
			}
		}
	}
}

func TestReadAllExactly(t *testing.T) {
	card := &efCard{file: []byte("123456789012"), fill: 20, piece: 256, end: ends["6282 with data"]}
	got, err := iso7816.ReadAll(card.read, 64, iso7816.Exactly(12))
	require.NoError(t, err)
	assert.Equal(t, "123456789012", string(got))
	assert.Equal(t, 1, card.reads)
}

func TestReadAllRefuses(t *testing.T) {
	gone := errors.New("gone")
	whole := tlv.Encode(0x30, make([]byte, 500))
	answers := func(rs ...iso7816.ResponseAPDU) func(int) (iso7816.ResponseAPDU, error) {
		return func(int) (iso7816.ResponseAPDU, error) {
			if len(rs) == 0 {
				return iso7816.ResponseAPDU{}, gone
			}
			r := rs[0]
			rs = rs[1:]
			return r, nil
		}
	}
	ok := func(b []byte) iso7816.ResponseAPDU { return iso7816.ResponseAPDU{Data: b, SW: 0x9000} }
	for name, c := range map[string]struct {
		read   func(int) (iso7816.ResponseAPDU, error)
		limit  int
		want   func([]byte) int
		err    error
		offset int
	}{
		"link":                         {answers(ok(whole[:100])), 1000, iso7816.WholeObject, gone, 100},
		"status":                       {answers(ok(whole[:100]), iso7816.ResponseAPDU{SW: 0x6982}), 1000, iso7816.WholeObject, iso7816.SWSecurityStatus, 100},
		"6700":                         {answers(iso7816.ResponseAPDU{SW: 0x6700}), 1000, iso7816.WholeObject, iso7816.SWWrongLength, 0},
		"6Cxx left over":               {answers(iso7816.ResponseAPDU{SW: 0x6C05}), 1000, nil, iso7816.StatusWord(0x6C05), 0},
		"cut at 6282":                  {answers(iso7816.ResponseAPDU{Data: whole[:100], SW: 0x6282}), 1000, iso7816.WholeObject, iso7816.ErrFileShort, 100},
		"cut at 6B00":                  {answers(ok(whole[:100]), iso7816.ResponseAPDU{SW: 0x6B00}), 1000, iso7816.WholeObject, iso7816.ErrFileShort, 100},
		"cut at empty 9000":            {answers(ok(whole[:100]), ok(nil)), 1000, iso7816.WholeObject, iso7816.ErrFileShort, 100},
		"empty though exact":           {answers(ok(nil)), 1000, iso7816.Exactly(9), iso7816.ErrFileShort, 0},
		"says it is too large":         {answers(ok(whole[:100])), 503, iso7816.WholeObject, iso7816.ErrFileTooLarge, 100},
		"says 4 GB":                    {answers(ok([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})), 1000, iso7816.WholeObject, iso7816.ErrFileTooLarge, 6},
		"is too large":                 {answers(ok(make([]byte, 60)), ok(make([]byte, 60))), 100, nil, iso7816.ErrFileTooLarge, 120},
		"is too large at its end":      {answers(iso7816.ResponseAPDU{Data: make([]byte, 101), SW: 0x6282}), 100, nil, iso7816.ErrFileTooLarge, 101},
		"a byte at a time without end": {func(int) (iso7816.ResponseAPDU, error) { return ok([]byte{0x42}), nil }, 1 << 20, nil, iso7816.ErrEndless, 1024},
		"too large for an offset":      {func(int) (iso7816.ResponseAPDU, error) { return ok(make([]byte, 30000)), nil }, 1 << 20, nil, iso7816.ErrFileTooLarge, 60000},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := iso7816.ReadAll(c.read, c.limit, c.want)
			require.ErrorIs(t, err, c.err)
			assert.Nil(t, got)
			var at *iso7816.ReadError
			require.ErrorAs(t, err, &at)
			assert.Equal(t, c.offset, at.Offset)
			assert.Contains(t, err.Error(), fmt.Sprintf("at offset %d: ", c.offset))
		})
	}
}

// The last byte that READ BINARY can address is read and nothing is asked of
// the next.
func TestReadAllUpToTheLastOffset(t *testing.T) {
	file := make([]byte, 0x8000)
	card := &efCard{file: file, piece: 256, end: ends["6282 with data"]}
	got, err := iso7816.ReadAll(card.read, 1<<20, nil)
	require.NoError(t, err)
	assert.Equal(t, file, got)
	assert.Equal(t, 128, card.reads)
}

// The read function owns Le, so falling back from E0 to 80 on 6700 is its own
// affair and ReadAll goes on at the same offset.
func TestReadAllWithFallback(t *testing.T) {
	file := tlv.Encode(0x30, make([]byte, 300))
	ne, card := 224, &transmitFunc{f: func(_ int, c []byte) ([]byte, error) {
		offset, le := int(c[2])<<8|int(c[3]), int(c[4])
		if le > 128 {
			return []byte{0x67, 0x00}, nil
		}
		return append(bytes.Clone(file[offset:min(offset+le, len(file))]), 0x90, 0x00), nil
	}}
	got, err := iso7816.ReadAll(func(offset int) (iso7816.ResponseAPDU, error) {
		r, err := iso7816.Send(card, iso7816.ReadBinary(offset, ne))
		if err == nil && r.SW == iso7816.SWWrongLength && ne > 128 {
			ne = 128
			return iso7816.Send(card, iso7816.ReadBinary(offset, ne))
		}
		return r, err
	}, 4096, iso7816.WholeObject)
	require.NoError(t, err)
	assert.Equal(t, file, got)
	assert.Equal(t, 4, card.n, "one refused and three that read")
}

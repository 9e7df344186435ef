package browserdemo

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dump makes an X window dump of the kind Xvfb writes.
func dump(width, height, colours int, pixels []uint32) []byte {
	fields := make([]uint32, 25)
	fields[0], fields[1], fields[2] = 100+60, 7, 2
	fields[4], fields[5] = uint32(width), uint32(height)
	fields[11], fields[12], fields[19] = 32, uint32(4*width), uint32(colours)
	var raw []byte
	for _, f := range fields {
		raw = binary.BigEndian.AppendUint32(raw, f)
	}
	raw = append(raw, make([]byte, 60+12*colours)...) // the window's name, the colours
	for _, p := range pixels {
		raw = binary.LittleEndian.AppendUint32(raw, p)
	}
	return raw
}

func TestParseXWD(t *testing.T) {
	picture, err := parseXWD(dump(2, 1, 256, []uint32{0x00FF8001, 0x000000FF}))
	require.NoError(t, err)
	assert.Equal(t, 2, picture.Rect.Dx())
	assert.Equal(t, []byte{0xFF, 0x80, 0x01, 0xFF, 0, 0, 0xFF, 0xFF}, picture.Pix)
	whole := dump(2, 2, 1, make([]uint32, 4))
	for name, raw := range map[string][]byte{
		"nothing": nil, "header only": whole[:100], "cut short": whole[:len(whole)-1],
		"another version": change(whole, 1, 6), "another format": change(whole, 2, 1), "too wide": change(whole, 4, 1<<15),
		"stride too small": change(whole, 12, 4), "header beyond the end": change(whole, 0, 1<<30), "colours": change(whole, 19, 1<<17),
	} {
		_, err := parseXWD(raw)
		assert.ErrorIs(t, err, ErrXWD, name)
	}
}

func change(raw []byte, field int, value uint32) []byte {
	out := append([]byte(nil), raw...)
	binary.BigEndian.PutUint32(out[4*field:], value)
	return out
}

func FuzzParseXWD(f *testing.F) {
	f.Add(dump(2, 1, 0, []uint32{1, 2}))
	f.Add(dump(1, 1, 256, []uint32{0xFFFFFF}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if picture, err := parseXWD(raw); err == nil {
			assert.LessOrEqual(t, 4*picture.Rect.Dx()*picture.Rect.Dy(), len(raw))
		}
	})
}

func TestCookieFile(t *testing.T) {
	one, two := cookieFile(), cookieFile()
	assert.Equal(t, "\xff\xff\x00\x00\x00\x00\x00\x12MIT-MAGIC-COOKIE-1\x00\x10", string(one[:len(one)-16]))
	assert.NotEqual(t, one, two)
}

func TestPromptsByTitle(t *testing.T) {
	assert.True(t, Window{Title: "Password Required - Mozilla Firefox"}.IsPrompt(Firefox))
	assert.True(t, Window{Title: "Unlock Security Device"}.IsPrompt(Chromium))
	assert.False(t, Window{Title: "Unlock Security Device"}.IsPrompt(Firefox))
	assert.False(t, Window{Title: "Mozilla Firefox"}.IsPrompt(Firefox))
}

func TestShownIn(t *testing.T) {
	s := &Server{journal: newJournal()}
	s.journal.add(Event{Kind: EventLogin, Login: &Login{Code: "ABC346"}})
	s.journal.add(Event{Kind: EventLogin, Login: &Login{Code: "DEF789"}})
	for title, want := range map[string][2]bool{
		"Logged in · DEF789 — Mozilla Firefox": {true, true}, "ABC346": {true, false}, "Mozilla Firefox": {},
	} {
		for i := range want {
			assert.Equal(t, want[i], s.ShownIn(i+1)(Window{Title: title}), title)
		}
	}
}

package tlv_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/tlv"
)

func TestEncode(t *testing.T) {
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{
		"no value":       {tlv.Encode(0x91), "9100"},
		"several values": {tlv.Encode(0x82, []byte{1}, nil, []byte{2, 3}), "8203010203"},
		"chip DH key":    {tlv.Encode(0x4D, tlv.Encode(0xA6, []byte{0x02}, tlv.Encode(0x91))), "4D05A603029100"},
		"long tags":      {tlv.Encode(0x7F49, tlv.Encode(0xBFA101)), "7F4904BFA10100"},
		"four tag bytes": {tlv.Encode(0xBF818201), "BF81820100"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, cardtest.Bytes(t, c.want), c.got) })
	}
}

func TestEncodeUsesTheShortestLength(t *testing.T) {
	for n, header := range map[int]string{
		0: "8700", 0x7F: "877F", 0x80: "878180", 0xFF: "8781FF",
		0x100: "87820100", 0xFFFF: "8782FFFF", 0x10000: "8783010000", 0x1000000: "878401000000",
	} {
		want := cardtest.Bytes(t, header)
		value := bytes.Repeat([]byte{0x5A}, n)
		got := tlv.Encode(0x87, value)
		require.Equal(t, want, got[:len(want)], "%d bytes", n)
		require.Len(t, got, len(want)+n)

		o, rest, err := tlv.ParseFirst(got)
		require.NoError(t, err)
		assert.Empty(t, rest)
		assert.Len(t, o.Value, n)
	}
}

func TestTotalLength(t *testing.T) {
	for name, c := range map[string]struct {
		in    string
		total int64
		ok    bool
	}{
		"nothing":               {"", 0, false},
		"tag alone":             {"30", 0, false},
		"length cut":            {"3082", 0, false},
		"header, value to come": {"3082010A", 270, true},
		"whole":                 {"0401AA", 3, true},
		"more than whole":       {"0401AA0000", 3, true},
		"not an object":         {"0000", 0, false},
		"largest":               {"3084FFFFFFFF", 6 + 0xFFFFFFFF, true},
	} {
		t.Run(name, func(t *testing.T) {
			total, ok := tlv.TotalLength(cardtest.Bytes(t, c.in))
			assert.Equal(t, c.ok, ok)
			assert.Equal(t, c.total, total)
		})
	}
}

func TestTag(t *testing.T) {
	for tag, c := range map[tlv.Tag]struct {
		text        string
		constructed bool
	}{
		0x02: {"02", false}, 0x30: {"30", true}, 0x82: {"82", false}, 0x4D: {"4D", false}, 0xA6: {"A6", true},
		0x5F20: {"5F20", false}, 0x7F49: {"7F49", true}, 0xBFA101: {"BFA101", true}, 0xBF818201: {"BF818201", true},
	} {
		assert.Equal(t, c.text, tag.String())
		assert.Equal(t, c.constructed, tag.Constructed(), tag.String())
	}
}

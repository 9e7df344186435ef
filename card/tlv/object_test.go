package tlv_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/tlv"
)

// dhAnswer is the shape of the CIE's answer to GET DATA for all DH parameters,
// with short values.
const dhAnswer = "70 0F BFA101 0B A3 09 970102 98020102 9900"

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		tags []tlv.Tag
		lens []int
	}{
		"nothing":                  {"", nil, nil},
		"one":                      {"8201AA", []tlv.Tag{0x82}, []int{1}},
		"empty value":              {"9900", []tlv.Tag{0x99}, []int{0}},
		"siblings":                 {"80020112 82010183021004", []tlv.Tag{0x80, 0x82, 0x83}, []int{2, 1, 2}},
		"two tag bytes":            {"7F4900 5F2001AA", []tlv.Tag{0x7F49, 0x5F20}, []int{0, 1}},
		"three tag bytes":          {"BFA10100", []tlv.Tag{0xBFA101}, []int{0}},
		"four tag bytes":           {"BF81820100", []tlv.Tag{0xBF818201}, []int{0}},
		"length 81":                {"87 81 80" + strings.Repeat("11", 128), []tlv.Tag{0x87}, []int{128}},
		"length 82":                {"87 82 0100" + strings.Repeat("11", 256), []tlv.Tag{0x87}, []int{256}},
		"length wider than needed": {"87 84 00000002 AABB", []tlv.Tag{0x87}, []int{2}},
		"private class":            {"DF3000", []tlv.Tag{0xDF30}, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			in := cardtest.Bytes(t, c.in)
			objects, err := tlv.Parse(in)
			require.NoError(t, err)
			require.Len(t, objects, len(c.tags))
			var joined []byte
			for i, o := range objects {
				assert.Equal(t, c.tags[i], o.Tag)
				assert.Len(t, o.Value, c.lens[i])
				assert.True(t, bytes.HasSuffix(o.Raw, o.Value))
				joined = append(joined, o.Raw...)
			}
			assert.Equal(t, hex.EncodeToString(in), hex.EncodeToString(joined), "the raw objects are the input")
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"tag alone":                {"82", tlv.ErrTruncated},
		"long tag cut":             {"7F", tlv.ErrTruncated},
		"long tag cut later":       {"BFA1", tlv.ErrTruncated},
		"five tag bytes":           {"BF8182830100", tlv.ErrTag},
		"tag number with zeros":    {"BF800100", tlv.ErrTag},
		"padding 00":               {"0000", tlv.ErrTag},
		"padding FF":               {"FFFF", tlv.ErrTag},
		"padding between":          {"9900 00 9900", tlv.ErrTag},
		"padding after":            {"8201AA 00", tlv.ErrTag},
		"indefinite length":        {"30 80 0101FF 0000", tlv.ErrLength},
		"five length bytes":        {"30 85 0000000001 00", tlv.ErrLength},
		"reserved length":          {"30 FF", tlv.ErrLength},
		"length cut":               {"30 82 01", tlv.ErrTruncated},
		"value cut":                {"82 02 AA", tlv.ErrTruncated},
		"largest length":           {"82 84 FFFFFFFF", tlv.ErrTruncated},
		"length with the sign bit": {"82 84 80000000 AA", tlv.ErrTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			objects, err := tlv.Parse(cardtest.Bytes(t, c.in))
			require.ErrorIs(t, err, c.want)
			assert.Nil(t, objects)
		})
	}
}

func TestParseBoundsSiblings(t *testing.T) {
	one := []byte{0x80, 0x00}
	_, err := tlv.Parse(bytes.Repeat(one, 4096))
	require.NoError(t, err)
	_, err = tlv.Parse(bytes.Repeat(one, 4097))
	require.ErrorIs(t, err, tlv.ErrCount)
}

func TestParseFirstLeavesTheRest(t *testing.T) {
	o, rest, err := tlv.ParseFirst(cardtest.Bytes(t, "3003020101 000000"))
	require.NoError(t, err)
	assert.Equal(t, tlv.Tag(0x30), o.Tag)
	assert.Equal(t, cardtest.Bytes(t, "3003020101"), o.Raw)
	assert.Equal(t, []byte{0, 0, 0}, rest)

	_, _, err = tlv.ParseFirst(nil)
	require.ErrorIs(t, err, tlv.ErrTruncated)
}

// A slice of the input must not let an append write into the neighbour.
func TestObjectsDoNotOverwriteEachOther(t *testing.T) {
	in := cardtest.Bytes(t, "8001AA 8101BB")
	objects, err := tlv.Parse(in)
	require.NoError(t, err)
	_ = append(objects[0].Value, 0xEE)
	_ = append(objects[0].Raw, 0xEE)
	assert.Equal(t, cardtest.Bytes(t, "8001AA 8101BB"), in)
}

func TestChildren(t *testing.T) {
	o, err := tlv.Find(cardtest.Bytes(t, dhAnswer), 0x70, 0xBFA101, 0xA3)
	require.NoError(t, err)
	children, err := o.Children()
	require.NoError(t, err)
	require.Len(t, children, 3)
	assert.Equal(t, []byte{1, 2}, children[1].Value)

	_, err = children[0].Children()
	require.ErrorIs(t, err, tlv.ErrPrimitive)

	broken, _, err := tlv.ParseFirst(cardtest.Bytes(t, "A3 02 9705"))
	require.NoError(t, err)
	_, err = broken.Children()
	require.ErrorIs(t, err, tlv.ErrTruncated)
}

func TestChildrenBoundsDepth(t *testing.T) {
	nested := []byte{}
	for range 60 {
		nested = tlv.Encode(0x30, nested)
	}
	objects, err := tlv.Parse(nested)
	depth := 0
	for ; err == nil && depth < 100; depth++ {
		objects, err = objects[0].Children()
	}
	require.ErrorIs(t, err, tlv.ErrDepth)
	assert.Equal(t, 33, depth)
}

func TestFindGoesByTagNotByPosition(t *testing.T) {
	for name, in := range map[string]string{
		"order of the specification": dhAnswer,
		"other order":                "70 0F BFA101 0B A3 09 9900 98020102 970102",
		"strangers before":           "8000 70 13 8102BEEF BFA101 0B A3 09 9900 98020102 970102",
	} {
		t.Run(name, func(t *testing.T) {
			o, err := tlv.Find(cardtest.Bytes(t, in), 0x70, 0xBFA101, 0xA3, 0x98)
			require.NoError(t, err)
			assert.Equal(t, []byte{1, 2}, o.Value)
		})
	}
}

func TestFindRefuses(t *testing.T) {
	in := cardtest.Bytes(t, dhAnswer)
	for name, c := range map[string]struct {
		in   []byte
		path []tlv.Tag
		want error
	}{
		"no path":             {in, nil, tlv.ErrNotFound},
		"nothing":             {nil, []tlv.Tag{0x70}, tlv.ErrNotFound},
		"first level":         {in, []tlv.Tag{0x71}, tlv.ErrNotFound},
		"last level":          {in, []tlv.Tag{0x70, 0xBFA101, 0xA3, 0x96}, tlv.ErrNotFound},
		"through a primitive": {in, []tlv.Tag{0x70, 0xBFA101, 0xA3, 0x98, 0x01}, tlv.ErrPrimitive},
		"broken top":          {[]byte{0x70, 0x05}, []tlv.Tag{0x70}, tlv.ErrTruncated},
		"broken below":        {[]byte{0x70, 0x01, 0x81}, []tlv.Tag{0x70, 0x81}, tlv.ErrTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tlv.Find(c.in, c.path...)
			require.ErrorIs(t, err, c.want)
		})
	}
	_, err := tlv.Find(in, 0x70, 0xBFA102)
	assert.EqualError(t, err, "70/BFA102: data object not found")
}

func TestObjectTextHidesTheValue(t *testing.T) {
	canary := []byte("AX12345ZZ")
	o, _, err := tlv.ParseFirst(tlv.Encode(0x5F20, canary))
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "o", o)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b"} {
		fmt.Fprintf(&log, verb, o)
		fmt.Fprintf(&log, verb, &o)
		fmt.Fprintf(&log, verb, []tlv.Object{o})
	}
	asJSON, err := json.Marshal(map[string]any{"o": o})
	require.NoError(t, err)
	log.Write(asJSON)
	cardtest.AssertNoCanary(t, log.Bytes(), canary)
	assert.Equal(t, "5F20 (9 bytes)", o.String())
	assert.Equal(t, o.String(), o.GoString())
}

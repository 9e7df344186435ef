package propertylist

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fixture was written by another implementation, Python's plistlib.
func fixture(t testing.TB, name string) []byte {
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return raw
}

func TestBothFormsSayTheSame(t *testing.T) {
	for _, name := range []string{"all.xml.plist", "all.binary.plist"} {
		root, err := Parse(fixture(t, name))
		require.NoError(t, err, name)
		for key, want := range map[string]Value{
			"finalTry":      {Kind: String, Text: "deny"},
			"triesQuery":    {Kind: False},
			"pinPadShuffle": {Kind: True},
			"textSize":      {Kind: Integer, Text: "150"},
			"negative":      {Kind: Integer, Text: "-7"},
			"big":           {Kind: Integer, Text: "1099511627776"},
			"huge":          {Kind: Integer, Text: "18446744073709551615"},
			"real":          {Kind: Real, Text: "1.5"},
			"città":         {Kind: String, Text: "perché 🪪"},
			"long":          {Kind: String, Text: strings.Repeat("x", 40)},
		} {
			m := root.Member(key)
			require.NotNil(t, m, "%s %s", name, key)
			assert.Equal(t, want, Value{Kind: m.Kind, Text: m.Text}, "%s %s", name, key)
		}
		assert.Equal(t, Date, root.Member("date").Kind)
		assert.Equal(t, Data, root.Member("data").Kind)
		assert.Equal(t, Array, root.Member("list").Kind)
		assert.Equal(t, "c", root.Member("deep").Member("a").Member("b").Text)
		assert.Nil(t, root.Member("absent"))
		assert.Len(t, root.Members, 14)
	}
}

func TestPlacesInXML(t *testing.T) {
	text := `<plist><dict><!-- x --><key>a</key> <string>b &amp; c</string></dict></plist>`
	root, err := ParseXML([]byte(text))
	require.NoError(t, err)
	a := root.Members[0]
	assert.Equal(t, "b & c", a.Text)
	assert.Equal(t, "<key>a</key> <string>b &amp; c</string>", text[a.Place.KeyStart:a.Place.End])
	assert.Equal(t, "<string>b &amp; c</string>", text[a.Place.Start:a.Place.End])
	assert.Equal(t, "b &amp; c</string>", text[a.Place.Inside:a.Place.End])
}

func TestMalformedXML(t *testing.T) {
	for _, raw := range []string{
		"", "<plist>", "<plist/>", "text", "\x00", "\xff", "<plist><array/></plist>", "<plist><dict><string/></dict></plist>",
		"<plist><dict><key>a</key></dict></plist>", "<plist><dict><key>a</key><true/><key>a</key><true/></dict></plist>",
		"<plist><dict/></plist><plist/>", "<plist><dict><key>&all;</key><true/></dict></plist>",
		strings.Repeat("<dict><key>a</key>", deepest+2), "<dict>" + strings.Repeat("<key/>", 3),
		"<dict><key>a</key><array>" + strings.Repeat("<true/>", mostItems) + "</array></dict>",
	} {
		_, err := Parse([]byte(raw))
		assert.ErrorIs(t, err, ErrMalformed, "%.40q", raw)
	}
}

// list writes the binary form of objects, of which the first is the root.
func list(objects ...string) []byte {
	out := []byte(binaryTitle)
	var table []byte
	for _, o := range objects {
		table = binary.BigEndian.AppendUint16(table, uint16(len(out)))
		out = append(out, o...)
	}
	trailer := make([]byte, trailerLength)
	trailer[6], trailer[7] = 2, 1
	binary.BigEndian.PutUint64(trailer[8:], uint64(len(objects)))
	binary.BigEndian.PutUint64(trailer[24:], uint64(len(out)))
	return append(append(out, table...), trailer...)
}

func TestBinary(t *testing.T) {
	root, err := Parse(list("\xD1\x01\x02", "\x51a", "\x14"+strings.Repeat("\x00", 15)+"\x07"))
	require.NoError(t, err)
	assert.Equal(t, []Value{{Key: "a", Kind: Integer, Text: "7"}}, root.Members)
	root, err = Parse(list("\xD1\x01\x02", "\x51a", "\x22\x3f\xc0\x00\x00"))
	require.NoError(t, err)
	assert.Equal(t, []Value{{Key: "a", Kind: Real, Text: "1.5"}}, root.Members)
}

func TestMalformedBinary(t *testing.T) {
	for name, raw := range map[string][]byte{
		"title alone":          []byte(binaryTitle),
		"no dictionary":        list("\x09"),
		"within itself":        list("\xD1\x01\x00", "\x51a"),
		"a name twice":         list("\xD2\x01\x01\x02\x02", "\x51a", "\x09"),
		"a name that is none":  list("\xD1\x01\x01", "\x09"),
		"no such name":         list("\xD1\x07\x01", "\x51a"),
		"no such value":        list("\xD1\x01\x07", "\x51a"),
		"names beyond the end": list("\xDF\x11\x40"),
		"many names":           list("\xDF\x13\x7f\xff\xff\xff\xff\xff\xff\xff"),
		"text beyond the end":  list("\xD1\x01\x02", "\x51a", "\x5F\x10\x40"),
		"long text":            list("\xD1\x01\x02", "\x51a", "\x6F\x13\xff\xff\xff\xff\xff\xff\xff\xff"),
		"text of no ASCII":     list("\xD1\x01\x02", "\x51a", "\x51\xff"),
		"a length of words":    list("\xD1\x01\x02", "\x51a", "\x5F\x51a"),
		"a length too long":    list("\xD1\x01\x02", "\x51a", "\x5F\x14"),
		"no length":            list("\xD1\x01\x02", "\x51a", "\x5F"),
		"a number too long":    list("\xD1\x01\x02", "\x51a", "\x15"),
		"a number cut off":     list("\xD1\x01\x02", "\x51a", "\x13\x00"),
		"without bounds":       list("\xD1\x01\x02", "\x51a", "\x14\x01"+strings.Repeat("\x00", 15)),
		"an odd real":          list("\xD1\x01\x02", "\x51a", "\x21\x00\x00"),
		"a real cut off":       list("\xD1\x01\x02", "\x51a", "\x23\x00\x00"),
		"null":                 list("\xD1\x01\x02", "\x51a", "\x00"),
		"a reference of keys":  list("\xD1\x01\x02", "\x51a", "\x80\x01"),
		"data beyond the end":  list("\xD1\x01\x02", "\x51a", "\x4F\x10\xff"),
		"an array beyond":      list("\xD1\x01\x02", "\x51a", "\xAF\x13\xff\xff\xff\xff\xff\xff\xff\xff"),
	} {
		_, err := Parse(raw)
		assert.ErrorIs(t, err, ErrMalformed, name)
	}
	good := fixture(t, "all.binary.plist")
	for at, name := range map[int]string{6: "entries", 7: "references", 8: "count", 15: "count", 16: "root", 24: "table", 31: "table"} {
		raw := bytes.Clone(good)
		raw[len(raw)-trailerLength+at] = 0xEE
		_, err := Parse(raw)
		assert.ErrorIs(t, err, ErrMalformed, "%s at %d", name, at)
	}
	for length := range good {
		_, err := Parse(good[:length])
		assert.ErrorIs(t, err, ErrMalformed, "the first %d bytes", length)
	}
}

// Each dictionary names the next one ten times: small to write, endless to
// read.
func TestDictionariesThatMultiply(t *testing.T) {
	var objects []string
	keys := "\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17"
	for n := range 14 {
		objects = append(objects, "\xDA"+keys+strings.Repeat(string(rune(n+1)), 10))
	}
	for n := range 10 {
		objects = append(objects, "\x51"+string(rune('a'+n)))
	}
	raw := list(objects...)
	require.Less(t, len(raw), 512)
	_, err := Parse(raw)
	require.ErrorIs(t, err, ErrMalformed)
	assert.ErrorContains(t, err, "too long")
}

func FuzzParse(f *testing.F) {
	f.Add(fixture(f, "all.xml.plist"))
	f.Add(fixture(f, "all.binary.plist"))
	f.Add(list("\xD1\x01\x02", "\x51a", "\x14\x00"))
	f.Add([]byte("<dict><key>a</key><array><true/></array></dict>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		root, err := Parse(raw)
		if err != nil {
			return
		}
		if root.Kind != Dict {
			t.Fatal(root.Kind)
		}
		known := map[string]bool{}
		for _, m := range root.Members {
			if known[m.Key] {
				t.Fatalf("%q twice", m.Key)
			}
			known[m.Key] = true
			if p := m.Place; p != (Place{}) && (p.KeyStart > p.Start || p.Start >= p.End || p.End > len(raw)) {
				t.Fatalf("%q is at %v of %d", m.Key, p, len(raw))
			}
		}
	})
}

package iso7816_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
)

// forms are the seven encodings of ISO 7816-3 section 12.1.3.
func forms() map[string]struct {
	c    iso7816.CommandAPDU
	wire string
} {
	long := bytes.Repeat([]byte{0xAB}, 256)
	return map[string]struct {
		c    iso7816.CommandAPDU
		wire string
	}{
		"case 1":                {iso7816.CommandAPDU{CLA: 0, INS: 0xA4}, "00A40000"},
		"case 2 short":          {iso7816.CommandAPDU{INS: 0xB0, Ne: 0x80}, "00B0000080"},
		"case 2 short, 256":     {iso7816.CommandAPDU{INS: 0xB0, P1: 1, Ne: 256}, "00B0010000"},
		"case 2 extended":       {iso7816.CommandAPDU{INS: 0xB0, Ne: 257}, "00B00000 00 0101"},
		"case 2 extended, all":  {iso7816.CommandAPDU{INS: 0xB0, Ne: 65536}, "00B00000 00 0000"},
		"case 3 short":          {iso7816.CommandAPDU{INS: 0xA4, P1: 2, P2: 4, Data: []byte{0x10, 0x03}}, "00A4020402 1003"},
		"case 3 short, full":    {iso7816.CommandAPDU{CLA: 0x10, INS: 0x22, Data: long[:255]}, "10220000FF" + strings.Repeat("AB", 255)},
		"case 3 extended":       {iso7816.CommandAPDU{INS: 0x22, Data: long}, "00220000 00 0100" + strings.Repeat("AB", 256)},
		"case 4 short":          {iso7816.CommandAPDU{INS: 0xCB, P1: 0x3F, P2: 0xFF, Data: []byte{0x4D, 0x00}, Ne: 256}, "00CB3FFF02 4D00 00"},
		"case 4 extended":       {iso7816.CommandAPDU{INS: 0x22, Data: []byte{1}, Ne: 65536}, "00220000 00 0001 01 0000"},
		"case 4 extended, both": {iso7816.CommandAPDU{INS: 0x22, Data: long, Ne: 300}, "00220000 00 0100" + strings.Repeat("AB", 256) + "012C"},
	}
}

func TestCommandBytesAndBack(t *testing.T) {
	for name, c := range forms() {
		t.Run(name, func(t *testing.T) {
			wire := cardtest.Bytes(t, c.wire)
			got, err := c.c.Bytes()
			require.NoError(t, err)
			assert.Equal(t, wire, got)

			back, err := iso7816.ParseCommand(wire)
			require.NoError(t, err)
			assert.Equal(t, c.c, back)
		})
	}
}

func TestCommandThatDoesNotEncode(t *testing.T) {
	for name, c := range map[string]iso7816.CommandAPDU{
		"too much data":         {Data: make([]byte, 65536)},
		"negative Ne":           {Ne: -1},
		"Ne too large":          {Ne: 65537},
		"offset negative":       iso7816.ReadBinary(-1, 128),
		"offset would be SFI":   iso7816.ReadBinary(0x8000, 128),
		"SFI 0":                 iso7816.ReadBinarySFI(0, 0, 128),
		"SFI 31":                iso7816.ReadBinarySFI(31, 0, 128),
		"SFI, offset too large": iso7816.ReadBinarySFI(1, 256, 128),
		"SFI, offset negative":  iso7816.ReadBinarySFI(1, -1, 128),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Bytes()
			require.ErrorIs(t, err, iso7816.ErrCommand)

			script := cardtest.NewScript(t) // takes no command at all
			_, err = iso7816.Send(script, c)
			require.ErrorIs(t, err, iso7816.ErrCommand)
			assert.False(t, iso7816.Reached(err))
		})
	}
}

func TestParseCommandRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":                      "",
		"header cut":                   "00A400",
		"Lc beyond the body":           "00A40000 03 AABB",
		"bytes after Le":               "00A40000 01 AA 00 00",
		"extended, cut":                "00A40000 00 01",
		"extended, Lc 0 with data":     "00A40000 00 0000 AA",
		"extended, Lc beyond the body": "00A40000 00 0003 AABB",
		"extended, one byte of Le":     "00A40000 00 0001 AA 00",
		"extended, bytes after Le":     "00A40000 00 0001 AA 0000 00",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := iso7816.ParseCommand(cardtest.Bytes(t, in))
			require.ErrorIs(t, err, iso7816.ErrCommand)
		})
	}
}

// The builders give the commands of the CIE's specification byte for byte.
func TestBuilders(t *testing.T) {
	pin, puk := []byte("12345678"), []byte("87654321")
	for want, c := range map[string]iso7816.CommandAPDU{
		"00A4040C0DA0000000308000000009816001": iso7816.SelectAID(cardtest.Bytes(t, "A0000000308000000009816001"), iso7816.SelectNoData),
		"00A40000":                             iso7816.SelectMF(),
		"00A40204021003":                       iso7816.SelectEF(0x1003, iso7816.SelectFCP),
		"00A4020C02D004":                       iso7816.SelectEF(0xD004, iso7816.SelectNoData),
		"00B0018080":                           iso7816.ReadBinary(0x180, 128),
		"00B07FFF00":                           iso7816.ReadBinary(0x7FFF, 256),
		"00B09B0000":                           iso7816.ReadBinarySFI(0x1B, 0, 256),
		"00B081FFE0":                           iso7816.ReadBinarySFI(1, 255, 224),
		"00CB3FFF064D04A6029100":               iso7816.GetData(cardtest.Bytes(t, "4D04A6029100"), 0),
		"00CB3FFF064D04A602910000":             iso7816.GetData(cardtest.Bytes(t, "4D04A6029100"), 256),
		"00C0000023":                           iso7816.GetResponse(0x23),
		"00C0000000":                           iso7816.GetResponse(256),
		"002241A406800102840181":               iso7816.MSESet(0x41, 0xA4, cardtest.Bytes(t, "800102840181")),
		"00200081083132333435363738":           iso7816.Verify(0x81, pin),
		"00200081":                             iso7816.Verify(0x81, nil),
		"002400811031323334353637383837363534333231": iso7816.ChangeReferenceData(0x81, append(bytes.Clone(pin), puk...)),
		"002C0281083132333435363738":                 iso7816.ResetRetryCounter(0x02, 0x81, pin),
		"002C0381":                                   iso7816.ResetRetryCounter(0x03, 0x81, nil),
		"0084000008":                                 iso7816.GetChallenge(8),
		"0088000002AABB":                             iso7816.InternalAuthenticate([]byte{0xAA, 0xBB}, 0),
		"0088000002AABB00":                           iso7816.InternalAuthenticate([]byte{0xAA, 0xBB}, 256),
		"0082000001CC":                               iso7816.ExternalAuthenticate([]byte{0xCC}),
		"002A00AE01DD":                               iso7816.PSOVerifyCertificate([]byte{0xDD}),
	} {
		got, err := c.Bytes()
		require.NoError(t, err)
		assert.Equal(t, want, fmt.Sprintf("%X", got))
	}
}

func TestIsPINCommand(t *testing.T) {
	for ins := range 256 {
		want := ins == 0x20 || ins == 0x24 || ins == 0x2C
		assert.Equal(t, want, iso7816.IsPINCommand(byte(ins)), "%02X", ins)
		if want {
			assert.False(t, iso7816.Repeatable(byte(ins)), "%02X spends a try", ins)
		}
	}
	for _, ins := range []byte{0xB0, 0xB1, 0xCA, 0xCB, 0xC0, 0x84} {
		assert.True(t, iso7816.Repeatable(ins), "%02X", ins)
	}
	assert.False(t, iso7816.Repeatable(0x88))
}

// verbs are all ways fmt prints a value; none may show a body.
var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%U", "% x", "%t"}

func TestTextHidesBodies(t *testing.T) {
	pin := []byte("48151623")
	c := iso7816.Verify(0x81, pin)
	r := iso7816.ResponseAPDU{Data: pin, SW: 0x9000}
	var out bytes.Buffer
	for _, v := range verbs {
		for _, x := range []any{c, &c, r, &r, []any{c, r}, struct{ C iso7816.CommandAPDU }{c}} {
			fmt.Fprintf(&out, v, x)
		}
	}
	fmt.Fprint(&out, c.GoString(), r.GoString())
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "c", c, "r", r)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "c", c, "r", r)
	asJSON, err := json.Marshal([]any{c, r, &c, &r})
	require.NoError(t, err)
	out.Write(asJSON)

	cardtest.AssertNoCanary(t, out.Bytes(), pin)
	assert.Equal(t, "00 20 00 81 Lc 8", c.String())
	assert.Equal(t, "00 B0 01 80 Ne 128", iso7816.ReadBinary(0x180, 128).String())
	assert.Equal(t, "8 bytes, 9000", r.String())
}

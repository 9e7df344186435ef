package virtual

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseCommand(t *testing.T) {
	long := make([]byte, 300)
	for _, c := range []struct {
		name string
		raw  []byte
		ok   bool
		data int
		ne   int
	}{
		{"empty", nil, false, 0, 0},
		{"three bytes", unhex(t, "00A400"), false, 0, 0},
		{"case 1", unhex(t, "00A40000"), true, 0, 0},
		{"case 2", unhex(t, "00B0000080"), true, 0, 128},
		{"case 2, Le 00", unhex(t, "00B0000000"), true, 0, 256},
		{"case 3", unhex(t, "00A40204021003"), true, 2, 0},
		{"case 4", unhex(t, "00A4020402100300"), true, 2, 256},
		{"short data", unhex(t, "00A402040310"), false, 0, 0},
		{"long data", unhex(t, "00A40204011000FF"), false, 0, 0},
		{"case 2 extended", unhex(t, "00B00000000100"), true, 0, 256},
		{"case 2 extended, Le 0000", unhex(t, "00B00000000000"), true, 0, 65536},
		{"extended, Lc zero", unhex(t, "00B0000000000000"), false, 0, 0},
		{"extended, two bytes", unhex(t, "00B000000001"), false, 0, 0},
		{"case 3 extended", append(unhex(t, "0088000000012C"), long...), true, 300, 0},
		{"case 4 extended", append(append(unhex(t, "0088000000012C"), long...), 1, 0), true, 300, 256},
		{"case 4 extended, one Le byte", append(append(unhex(t, "0088000000012C"), long...), 1), false, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd, ok := parseCommand(c.raw)
			require.Equal(t, c.ok, ok)
			if ok {
				require.Len(t, cmd.data, c.data)
				require.Equal(t, c.ne, cmd.ne)
			}
		})
	}
}

func TestClassByte(t *testing.T) {
	card := newCard(t, vectorData(t), "gemalto", nil, nil)
	for command, want := range map[string]string{
		"80A40000":   "6e00",
		"01A40000":   "6881",
		"04A40000":   "6882",
		"00FF0000":   "6d00",
		"FFCA000000": "6e00",
		"00":         "6700",
	} {
		require.Equal(t, want, send(t, card, command), command)
	}
}

func TestTLV(t *testing.T) {
	for _, bad := range []string{"", "5F", "5F81", "5F8181", "81", "8181", "8182", "818201", "8183010000", "8102AA", "81840000"} {
		_, ok := readObjects(unhex(t, bad))
		require.Equal(t, bad == "", ok, bad)
	}
	_, ok := readObjects(unhex(t, "810101810102"))
	require.False(t, ok, "a tag twice")
	require.Equal(t, unhex(t, "BFA10100"), tlv(0xBFA101))
	require.Equal(t, []byte{0x87, 0x81, 0x80}, tlv(0x87, make([]byte, 128))[:3])
	require.Equal(t, []byte{0x87, 0x82, 0x01, 0x00}, tlv(0x87, make([]byte, 256))[:4])
}

func TestTextForms(t *testing.T) {
	var sw StatusWord
	require.NoError(t, sw.UnmarshalText([]byte("63C2")))
	require.Equal(t, StatusWord(0x63C2), sw)
	require.Error(t, sw.UnmarshalText([]byte("63C")))
	require.Error(t, sw.UnmarshalText([]byte("ZZZZ")))
	var ins Instruction
	require.NoError(t, ins.UnmarshalText([]byte("2c")))
	require.Equal(t, insResetRetry, ins)
	require.Error(t, ins.UnmarshalText([]byte("2")))
	var ref Reference
	require.NoError(t, ref.UnmarshalText([]byte("82")))
	require.Equal(t, refPUK, ref)
	require.Error(t, ref.UnmarshalText([]byte("x")))
}

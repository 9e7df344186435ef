package virtual

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// sequence is a specimen file of n bytes with known content.
func sequence(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i * 7)
	}
	return out
}

// fileCard has a file 1001 of 300 bytes, selected.
func fileCard(t *testing.T, adjust func(*Settings)) (*Card, []byte) {
	t.Helper()
	data := vectorData(t)
	data.IDServizi = sequence(300)
	card := newCard(t, data, "nxp", adjust, nil)
	require.Equal(t, "9000", send(t, card, "00A4040C06A00000000039"))
	return card, data.IDServizi
}

func TestReadBinary(t *testing.T) {
	card, content := fileCard(t, nil)
	body := func(from, n int, sw string) string { return hex.EncodeToString(content[from:from+n]) + sw }
	for _, c := range []struct{ command, want string }{
		{"00B0000080", "6986"},
		{"00B0810010", body(0, 16, "9000")},
		{"00B0001010", body(16, 16, "9000")},
		{"00B0000000", body(0, 256, "9000")},
		{"00B0000080", body(0, 128, "9000")},
		{"00B00000E0", body(0, 224, "9000")},
		{"00B0010000", body(256, 44, "6282")},
		{"00B001002C", body(256, 44, "9000")},
		{"00B0012C01", "6b00"},
		{"00B0012D01", "6b00"},
		{"00B0000000012C", body(0, 300, "9000")},
		{"00B00000000000", body(0, 300, "6282")},
		{"00B081FF10", body(255, 16, "9000")},
		{"00B09F0010", "6a82"},
		{"00B0A10010", "6a86"},
		{"00B00000", "6700"},
		{"00B000000110", "6700"},
		{"00B10000045402000010", "530e" + body(0, 14, "9000")},
		{"00B10001045402001000", "5381fd" + body(16, 253, "9000")},
		{"00B1100104540200F0" + "80", "533c" + body(240, 60, "6282")},
		{"00B110010354010A" + "08", "5306" + body(10, 6, "9000")},
		{"00B1000005540200000020", "6a80"},
		{"00B10000045502000010", "6a80"},
		{"00B10000055402000001" + "10", "6a80"},
		{"00B1000002540010", "6a80"},
		{"00B10000045402000002", "6700"},
		{"00B10000045402000082", "537f" + body(0, 127, "9000")},
		{"00B1FFFF045402000010", "6a82"},
		{"00B1001E045402000010", "6a82"},
		{"00B10000045402012C10", "6b00"},
	} {
		require.Equal(t, c.want, send(t, card, c.command), c.command)
	}
}

func TestEndOfFile(t *testing.T) {
	tail := func(content []byte) string { return hex.EncodeToString(content[256:]) }
	for _, c := range []struct {
		style                 EndOfFile
		short, atEnd, past    string
		shortOdd, unspecified string
	}{
		{EndOfFileWarning, "%s6282", "6b00", "6b00", "532c%s6282", "%s6282"},
		{EndOfFileShort, "%s9000", "6b00", "6b00", "532c%s9000", "%s9000"},
		{EndOfFileEmpty, "%s9000", "9000", "6b00", "532c%s9000", "%s9000"},
		{EndOfFileWrongLe, "6c2c", "6b00", "6b00", "6c2e", "%s9000"},
	} {
		t.Run(string(c.style), func(t *testing.T) {
			card, content := fileCard(t, func(s *Settings) { s.EndOfFile, s.EndOfFileSM = c.style, EndOfFileWarning })
			fill := func(format string) string {
				if len(format) == 4 {
					return format
				}
				return fmt.Sprintf(format, tail(content))
			}
			require.Equal(t, hex.EncodeToString(content[:128])+"9000", send(t, card, "00B0810080"))
			require.Equal(t, fill(c.short), send(t, card, "00B0010080"))
			require.Equal(t, fill(c.unspecified), send(t, card, "00B0010000"))
			require.Equal(t, fill(c.shortOdd), send(t, card, "00B10000045402010080"))
			require.Equal(t, c.atEnd, send(t, card, "00B0012C80"))
			require.Equal(t, c.past, send(t, card, "00B0012D80"))
		})
		t.Run(string(c.style)+" protected", func(t *testing.T) {
			card, content := fileCard(t, func(s *Settings) { s.EndOfFileSM = c.style })
			x := newTerminal(t, card).agree()
			data, sw := x.do("00B0810080")
			require.Equal(t, hex.EncodeToString(content[:128])+"9000", data+hex.EncodeToString(sw.bytes()))
			data, sw = x.do("00B0010080")
			require.Equal(t, data+hex.EncodeToString(sw.bytes()), func() string {
				if len(c.short) == 4 {
					return c.short
				}
				return fmt.Sprintf(c.short, tail(content))
			}())
			_, sw = x.do("00B0012C80")
			require.Equal(t, c.atEnd, hex.EncodeToString(sw.bytes()))
		})
	}
}

func TestReadLimits(t *testing.T) {
	for over, want := range map[OverLimit]string{OverLimitShort: "data", OverLimitLe: "6c80", OverLimitLength: "6700"} {
		card, content := fileCard(t, func(s *Settings) { s.ReadLimit, s.ReadLimitSM, s.OverLimit = 0x80, 0x40, over })
		if want == "data" {
			want = hex.EncodeToString(content[:128]) + "9000"
		}
		require.Equal(t, want, send(t, card, "00B0810000"))
		require.Equal(t, hex.EncodeToString(content[:128])+"9000", send(t, card, "00B0810080"))
		if over == OverLimitShort {
			require.Equal(t, hex.EncodeToString(content[256:])+"6282", send(t, card, "00B0010000"))
		}
		x := newTerminal(t, card).agree()
		data, sw := x.do("00B0810041")
		if over == OverLimitShort {
			require.Equal(t, hex.EncodeToString(content[:64]), data)
		} else {
			require.NotEqual(t, swOK, sw)
		}
		data, sw = x.do("00B0810040")
		require.Equal(t, swOK, sw)
		require.Equal(t, hex.EncodeToString(content[:64]), data)
	}
}

func TestLongReadUnderSecureMessaging(t *testing.T) {
	card, content := fileCard(t, nil)
	x := newTerminal(t, card).agree()
	data, sw := x.do("00B0810000")
	require.Equal(t, swOK, sw)
	require.Equal(t, hex.EncodeToString(content[:256]), data)
	require.Len(t, x.body, 283)
	require.Equal(t, 1, card.Counters().GetResponses-1, "one for the key, one for the file")
	data, sw = x.do("00B0810" + "0E7")
	require.Equal(t, swOK, sw)
	require.Len(t, x.body, 0xFA)
	require.Equal(t, hex.EncodeToString(content[:0xE7]), data)
	data, sw = x.do("00B10001045402000000")
	require.Equal(t, swOK, sw)
	require.Equal(t, "5381fd"+hex.EncodeToString(content[:253]), data)
	require.Equal(t, byte(doCryptogramOdd), x.body[0])
}

func TestFilePaddingAndAccess(t *testing.T) {
	data := vectorData(t)
	for _, certNeedsPIN := range []bool{true, false} {
		card := newCard(t, data, "nxp", func(s *Settings) {
			s.FilePadding = map[string]int{"1002": 7, "1003": 9}
			s.CertNeedsPIN = certNeedsPIN
		}, nil)
		require.Equal(t, "9000", send(t, card, "00A4040C06A00000000039"))
		for _, clear := range []string{"00B0820009", "00B0830010"} {
			require.Equal(t, "6982", send(t, card, clear))
		}
		x := newTerminal(t, card).agree()
		for _, before := range []string{"00B0820009", "00B0830010"} {
			_, sw := x.do(before)
			require.Equal(t, swSecurityStatus, sw, "before device authentication")
		}
		x.proveTerminal()
		require.True(t, x.challengeChip())
		_, sw := x.do("00B0820009")
		require.Equal(t, swSecurityStatus, sw, "before the PIN")
		_, sw = x.do("00B0830010")
		require.Equal(t, certNeedsPIN, sw == swSecurityStatus)
		_, sw = x.do("00200081083132333435363738")
		require.Equal(t, swOK, sw)
		serial, sw := x.raw(unhex(t, "00B0820010"))
		require.Equal(t, swOK, sw)
		require.Equal(t, append(append([]byte(nil), data.Seriale...), make([]byte, 7)...), serial)
		var cert []byte
		for {
			part, sw := x.raw(append(unhex(t, "00B0"), byte(len(cert)>>8), byte(len(cert)), 0xE0))
			if len(cert) == 0 {
				part, sw = x.raw(unhex(t, "00B08300E0"))
			}
			cert = append(cert, part...)
			if sw == swEndOfFile {
				break
			}
			require.Equal(t, swOK, sw)
		}
		require.True(t, bytes.Equal(append(append([]byte(nil), data.CertCIE...), make([]byte, 9)...), cert))
	}
}

func TestSODVariant(t *testing.T) {
	data := vectorData(t)
	for variant, want := range map[SODVariant][]byte{SODSHA256: data.SODSHA256, SODSHA512: data.SODSHA512} {
		card := newCard(t, data, "nxp", func(s *Settings) { s.SODVariant = variant }, nil)
		send(t, card, "00A4040C06A00000000039")
		out := transmit(t, card, unhex(t, "00B08600000000"))
		require.True(t, bytes.Equal(want, out[:len(out)-2]))
	}
}

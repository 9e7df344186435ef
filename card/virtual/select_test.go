package virtual

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSelect(t *testing.T) {
	const ias, cie, icao = "00A4040C0DA0000000308000000009816001", "00A4040C06A00000000039", "00A4040C07A0000002471001"
	for _, c := range []struct {
		name, profile string
		commands      []string
		want          string
	}{
		{"IAS AID", "gemalto", []string{ias}, "9000"},
		{"IAS AID on NXP", "nxp", []string{ias}, "6a82"},
		{"MF, bare", "nxp", []string{"00A40000"}, "9000"},
		{"MF, ISO", "nxp", []string{"00A4000C023F00"}, "9000"},
		{"CIE AID", "nxp", []string{cie}, "9000"},
		{"CIE AID, P2 00", "nxp", []string{"00A4040006A00000000039"}, "9000"},
		{"CIE AID, FCP", "nxp", []string{"00A4040406A00000000039"}, "620b8201388406a000000000399000"},
		{"CIE AID, FCI with Le", "nxp", []string{"00A4040006A0000000003900"}, "6f088406a000000000399000"},
		{"MF, FCP", "nxp", []string{"00A40004023F0000"}, "62078201388302" + "3f009000"},
		{"prefix of the AID", "nxp", []string{"00A4040C05A000000000"}, "6a82"},
		{"no AID", "nxp", []string{"00A4040C"}, "6a82"},
		{"ICAO application", "nxp", []string{icao}, "9000"},
		{"ICAO application absent", "zero-historical", []string{icao}, "6a82"},
		{"ICAO file", "nxp", []string{icao, "00A4020C02011E"}, "6982"},
		{"ICAO file by SFI", "nxp", []string{icao, "00B09E0004"}, "6982"},
		{"EF in the root", "nxp", []string{"00A4020C02D003"}, "9000"},
		{"EF, FCP", "nxp", []string{cie, "00A40204021002"}, "620b80020009820101830210029000"},
		{"EF, full FCP", "stm", []string{cie, "00A40204021002"}, "6f1b8002000982010183021002" + "8801108a0105a1088c0201919c0201919000"},
		{"EF, full FCP, free", "stm", []string{cie, "00A40204021001"}, "6f1b8002000c82010183021001" + "8801088a0105a1088c0201009c0201009000"},
		{"EF by P1 00", "nxp", []string{cie, "00A4000C021001"}, "9000"},
		{"EF, FCP behind 61xx", "gemalto2", []string{cie, "00A40204021002"}, "610d"},
		{"EF unknown", "nxp", []string{cie, "00A4020C021234"}, "6a82"},
		{"CIE file from the root", "nxp", []string{"00A4020C021001"}, "6a82"},
		{"root file from the CIE", "nxp", []string{cie, "00A4020C02D003"}, "6a82"},
		{"EF, three bytes", "nxp", []string{cie, "00A4020C03100100"}, "6700"},
		{"P1 08", "nxp", []string{"00A4080C023F00"}, "6a86"},
		{"P2 08", "nxp", []string{"00A40008023F00"}, "6a86"},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := newCard(t, vectorData(t), c.profile, func(s *Settings) { s.FilePadding = nil }, nil)
			var got string
			for _, command := range c.commands {
				got = send(t, card, command)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestForeignCard(t *testing.T) {
	card := NewForeign(unhex(t, "3B80800101"), map[string]uint16{
		"A000000247 1001": 0x9000, "3f00": 0x6A86, "": 0x9000, "A0000000031010": 0,
	})
	require.Equal(t, unhex(t, "3B80800101"), card.ATR())
	require.Equal(t, "9000", send(t, card, "00A4040C07A0000002471001"))
	require.Equal(t, "6a82", send(t, card, "00A4040C06A00000000039"))
	require.Equal(t, "6a82", send(t, card, "00A4040C0DA0000000308000000009816001"))
	require.Equal(t, "6a86", send(t, card, "00A4000C023F00"))
	require.Equal(t, "9000", send(t, card, "00A40000"))
	require.Equal(t, "6d00", send(t, card, "00CB3FFF064D04A6029100"))
	require.Equal(t, "6d00", send(t, card, "00200081083132333435363738"))
	require.Equal(t, "6700", send(t, card, "00A4"))
	_, err := card.Transmit(unhex(t, "00A4040007A0000000031010"))
	require.ErrorIs(t, err, NewError(LinkLost))
	require.Equal(t, 6, card.Counters().Selects)
	atr, err := card.Reset()
	require.NoError(t, err)
	require.Equal(t, card.ATR(), atr)
	card.Remove()
	_, err = card.Transmit(unhex(t, "00A40000"))
	require.ErrorIs(t, err, NewError(Removed))
	require.NoError(t, card.Insert())
	require.Equal(t, "9000", send(t, card, "00A40000"))
}

func TestForeignProfiles(t *testing.T) {
	names := map[string]bool{}
	for _, p := range ForeignProfiles() {
		require.False(t, names[p.Name])
		names[p.Name] = true
		card := p.Card()
		require.Equal(t, p.Name, card.Profile().Name)
		require.Equal(t, p.ATR, card.ATR())
		check := byte(0)
		for _, b := range p.ATR[1:] {
			check ^= b
		}
		require.Zero(t, check, p.Name)
		out, err := card.Transmit(unhex(t, "00A4040C06A00000000039"))
		if err == nil {
			require.NotEqual(t, []byte{0x90, 0x00}, out, "%s is no CIE", p.Name)
		}
		out, err = card.Transmit(unhex(t, "00A4040C07A0000002471001"))
		require.Equal(t, strings.HasPrefix(p.Name, "passport") || p.Name == "luxembourg", err == nil && out[0] == 0x90, p.Name)
		_, ok := ForeignProfileByName(p.Name)
		require.True(t, ok)
	}
	_, ok := ForeignProfileByName("cie")
	require.False(t, ok)
	card, _ := ForeignProfileByName("mifare-classic")
	require.Equal(t, "6e00", send(t, card.Card(), "00A40000"))
}

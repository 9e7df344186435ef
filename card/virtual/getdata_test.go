package virtual

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	askDH       = "00CB3FFF0A4D087006BFA10102A380"
	askG        = "00CB3FFF0C4D0A7008BFA10104A3029700"
	askExtAuth  = "00CB3FFF0B4D097007BFA004037F4980"
	askChipKey  = "00CB3FFF064D04A6029100"
	askPIN      = "00CB3FFF0A4D087006BF810102A080"
	askPUK      = "00CB3FFF0A4D087006BF810202A080"
	askPUKLeft  = "00CB3FFF0C4D0A7008BF810204A0029B00"
	askPINSizes = "00CB3FFF0B4D097007BF8101037F4180"
)

func TestDomainParameterForms(t *testing.T) {
	data := vectorData(t)
	for mode, want := range map[DHParameters][2]bool{DHSplit: {false, true}, DHOneShot: {true, false}, DHBoth: {true, true}} {
		card := newCard(t, data, "nxp", func(s *Settings) { s.DHParameters = mode }, nil)
		_, sw := whole(t, card, unhex(t, askDH))
		require.Equal(t, want[0], sw == swOK, "%s one-shot", mode)
		_, sw = whole(t, card, unhex(t, askG))
		require.Equal(t, want[1], sw == swOK, "%s split", mode)
		if !want[0] || !want[1] {
			continue
		}
		body, _ := whole(t, card, unhex(t, askDH))
		want := tlv(0x70, tlv(0xBFA101, tlv(0xA3, tlv(0x97, data.DHGenerator), tlv(0x98, data.DHPrime), tlv(0x99, data.DHOrder))))
		require.Equal(t, want, body)
	}
}

func TestGetData(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	for command, want := range map[string]string{
		askPIN:                               "700cbf810108a0069a01039b01039000",
		askPUK:                               "700cbf810208a0069a010a9b010a9000",
		askPUKLeft:                           "7009bf810205a0039b010a9000",
		askPINSizes:                          "700dbf8101097f41068001088101089000",
		askChipKey:                           "6a88",
		"00CB3FFF0A4D087006BFA10202A380":     "6a88",
		"00CB3FFF0C4D0A7008BFA10104A3029600": "6a88",
		"00CB3FFF0A4D087006BFA10102A381":     "6a88",
		"00CB3FFF0C4D0A7008BFA10104A302" + "9702":    "6a88",
		"00CB3FFF0A4D087006BFA10102" + "A0" + "80":   "6a88",
		"00CB3FFF094D077005BFA10101" + "A3":          "6a88",
		"00CB3FFF024D00":                             "6a88",
		"00CB3FFF0A4E087006BFA10102A380":             "6a80",
		"00CB3FFF0B4D087006BFA10102A38000":           "6a80",
		"00CB3FFF":                                   "6a80",
		"00CB00000A4D087006BFA10102A380":             "6a86",
		"00CB3FFF104D0E7006BF810102A0807006BF810202": "6a88",
		"00CB3FFF0A4D097006BFA10102A380":             "6a80",
	} {
		require.Equal(t, want, send(t, card, command), command)
	}
	require.Equal(t, "9000", send(t, card, "00A4040C06A00000000039"))
	x := newTerminal(t, card).agree()
	answer, sw := x.do(askPIN + "00")
	require.Equal(t, swOK, sw)
	require.Equal(t, "700cbf810108a0069a01039b0103", answer)
	require.Equal(t, byte(doCryptogramOdd), x.body[0])

	silent := newCard(t, vectorData(t), "nxp", func(s *Settings) { s.CountersByGetData = false }, nil)
	require.Equal(t, "6a88", send(t, silent, askPIN))
}

func TestLeAndGetResponse(t *testing.T) {
	data := vectorData(t)
	full := tlv(0x70, tlv(0xBFA101, tlv(0xA3, tlv(0x97, data.DHGenerator)))) // 274 bytes
	require.Len(t, full, 274)
	digits := hex.EncodeToString(full)
	for _, c := range []struct {
		name     string
		adjust   func(*Settings)
		commands []string
		want     string
	}{
		{"no Le", nil, []string{askG}, digits[:512] + "6112"},
		{"Le 00", nil, []string{askG + "00"}, digits[:512] + "6112"},
		{"extended Le", nil, []string{"00CB3FFF00000C" + askG[10:] + "0200"}, digits + "9000"},
		{"no Le, 61xx", func(s *Settings) { s.NoLe = NoLe61xx }, []string{askG}, "6100"},
		{"no Le, 61xx, Le 00", func(s *Settings) { s.NoLe = NoLe61xx }, []string{askG + "00"}, digits[:512] + "6112"},
		{"61xx, then all", func(s *Settings) { s.NoLe = NoLe61xx }, []string{askG, "00C0000000"}, digits[:512] + "6112"},
		{"short Le", nil, []string{askG + "10"}, "6c00"},
		{"short Le, 61xx", func(s *Settings) { s.ShortLe = ShortLeMore }, []string{askG + "10"}, digits[:32] + "6100"},
		{"short Le, exact", nil, []string{askPIN + "05"}, "6c0e"},
		{"Le refused", func(s *Settings) { s.GetDataRefusesLe = true }, []string{askG + "00"}, "6700"},
		{"Le refused, none given", func(s *Settings) { s.GetDataRefusesLe = true }, []string{askG}, digits[:512] + "6112"},
		{"rest", nil, []string{askG, "00C0000012"}, digits[512:] + "9000"},
		{"rest, without Le", nil, []string{askG, "00C00000"}, digits[512:] + "9000"},
		{"rest in parts", nil, []string{askG, "00C0000010"}, digits[512:544] + "6102"},
		{"rest, last part", nil, []string{askG, "00C0000010", "00C0000002"}, digits[544:] + "9000"},
		{"rest, too much", nil, []string{askG, "00C0000013"}, "6c12"},
		{"rest, too much, again", nil, []string{askG, "00C0000013", "00C0000012"}, digits[512:] + "9000"},
		{"rest, other class", nil, []string{askG, "0CC0000012"}, "6e00"},
		{"rest, parameters", nil, []string{askG, "00C0010012"}, "6a86"},
		{"rest, data", nil, []string{askG, "00C00000011200"}, "6700"},
		{"nothing left", nil, []string{askG, "00C0000012", "00C0000012"}, "6985"},
		{"dropped by a command", nil, []string{askG, "00A40000", "00C0000012"}, "6985"},
		{"nothing there", nil, []string{"00C0000000"}, "6985"},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := newCard(t, data, "nxp", c.adjust, nil)
			var got string
			for _, command := range c.commands {
				got = send(t, card, command)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestGetResponseClassUnderSecureMessaging(t *testing.T) {
	for setting, want := range map[GetResponseCLA][2]bool{
		GetResponseAny: {true, true}, GetResponse00: {true, false}, GetResponse0C: {false, true},
	} {
		for i, cla := range []string{"00", "0C"} {
			card, _ := fileCard(t, func(s *Settings) { s.GetResponseCLA = setting })
			x := newTerminal(t, card).agree()
			first := transmit(t, card, x.protect(unhex(t, "00B0810000")))
			require.Equal(t, []byte{0x61, 27}, first[256:])
			rest := send(t, card, cla+"C000001B")
			if !want[i] {
				require.Equal(t, "6e00", rest)
				continue
			}
			_, sw := x.open(append(first[:256], unhex(t, rest)[:27]...))
			require.Equal(t, swOK, sw)
		}
	}
}

func TestExternalAuthenticationKey(t *testing.T) {
	data := vectorData(t)
	card := newCard(t, data, "nxp", nil, nil)
	body, sw := whole(t, card, unhex(t, askExtAuth))
	require.Equal(t, swOK, sw)
	require.Equal(t, tlv(0x70, tlv(0xBFA004, tlv(0x7F49, tlv(0x81, data.ExtAuthModulus), tlv(0x82, data.ExtAuthExponent),
		tlv(0x5F20, data.ExtAuthCHR), tlv(0x5F4C, data.ExtAuthCHA)))), body)
}

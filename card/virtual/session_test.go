package virtual

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

const readNIS = "00B081000C"

func TestProtectedCommandWithoutSession(t *testing.T) {
	for profile, want := range map[string]string{"nxp": "6987", "stm": "6882"} {
		card := newCard(t, vectorData(t), profile, nil, nil)
		require.Equal(t, want, send(t, card, "0CB000000D9701808E08000000000000000000"))
	}
}

func TestDamagedCommandsEndTheSession(t *testing.T) {
	for name, c := range map[string]struct {
		damage func([]byte) []byte
		want   string
	}{
		"bad MAC":        {func(b []byte) []byte { b[len(b)-2] ^= 1; return b }, "6988"},
		"bad cryptogram": {func(b []byte) []byte { b[9] ^= 1; return b }, "6988"},
		"other header":   {func(b []byte) []byte { b[3] ^= 1; return b }, "6988"},
		"no MAC": {func(b []byte) []byte {
			b[4] -= 10
			return append(b[:len(b)-11], 0)
		}, "6987"},
		"short MAC": {func(b []byte) []byte {
			b[4]--
			b[len(b)-10]--
			return append(b[:len(b)-2], 0)
		}, "6988"},
		"after the MAC": {func(b []byte) []byte {
			b[4] += 3
			return append(b[:len(b)-1], 0x97, 1, 0, 0)
		}, "6988"},
		"empty":        {func(b []byte) []byte { return b[:4] }, "6987"},
		"unknown tag":  {func(b []byte) []byte { b[5] = 0x81; return b }, "6988"},
		"85 at even":   {func(b []byte) []byte { b[5] = 0x85; return b }, "6988"},
		"indicator 02": {func(b []byte) []byte { b[7] = 2; return b }, "6988"},
		"truncated":    {func(b []byte) []byte { b[6] = 0x7F; return b }, "6988"},
		"bad length":   {func(b []byte) []byte { return b[:len(b)-3] }, "6700"},
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", nil, nil)
			x := login(t, card)
			damaged := c.damage(x.protect(unhex(t, "00A4020C021001")))
			require.Equal(t, unhex(t, c.want), transmit(t, card, damaged))
			require.Nil(t, card.session.channel)
			require.False(t, card.session.pinVerified)
			require.Equal(t, unhex(t, "6987"), transmit(t, card, x.protect(unhex(t, readNIS))))
		})
	}
}

// TestCarefullyBrokenObjects signs what is wrong, so that only the parser can tell.
func TestCarefullyBrokenObjects(t *testing.T) {
	for name, objects := range map[string]string{
		"97 before 87":       "970180" + "87090162F59C15B552D6D8",
		"97 twice":           "970180" + "970180",
		"97 of three bytes":  "9703000000",
		"97 empty":           "9700",
		"cryptogram of 7":    "87080162626262626262",
		"cryptogram empty":   "870101",
		"87 without content": "8700",
		"indicator 02":       "",
		"padding not there":  "",
	} {
		t.Run(name, func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", nil, nil)
			send(t, card, "00A4040C06A00000000039")
			x := newTerminal(t, card).agree()
			raw := unhex(t, objects)
			switch name {
			case "padding not there":
				raw = tlv(doCryptogram, []byte{1}, cbc(x.s.encryption, bytes.Repeat([]byte{0x11}, 8), true))
			case "indicator 02":
				raw = tlv(doCryptogram, []byte{2}, cbc(x.s.encryption, pad8(unhex(t, "1001")), true))
			}
			x.s.ssc++
			header := []byte{0x0C, 0xA4, 0x02, 0x0C}
			ssc := []byte{0, 0, 0, 0, 0, 0, 0, byte(x.s.ssc)}
			mac := x.s.mac.sum(pad8(append(pad8(append(ssc, header...)), raw...)))
			body := append(raw, tlv(doMAC, mac)...)
			command := append(append(append(header, byte(len(body))), body...), 0)
			require.Equal(t, []byte{0x69, 0x88}, transmit(t, card, command))
		})
	}
}

func TestReplayedCommandIsRefused(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	send(t, card, "00A4040C06A00000000039")
	x := newTerminal(t, card).agree()
	command := x.protect(unhex(t, readNIS))
	_, sw := x.open(transmit(t, card, command)[:33])
	require.Equal(t, swOK, sw)
	require.Equal(t, []byte{0x69, 0x88}, transmit(t, card, command))
}

func TestCaseOneWithAndWithoutLe(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	x := connect(t, card)
	_, sw := x.do("00200081")
	require.Equal(t, StatusWord(0x63C3), sw)
	_, sw = x.do("0020008100")
	require.Equal(t, StatusWord(0x63C3), sw)
}

func TestForeignCommands(t *testing.T) {
	for _, c := range []struct {
		command    string
		setting    ForeignCommand
		wantChange bool
	}{
		{"00B081000C", ForeignCommandEnds, true},
		{"00FF0000", ForeignCommandEnds, true},
		{askPIN, ForeignCommandEnds, true},
		{askChipKey, ForeignCommandEnds, true},
		{"00A4040C06A00000000039", ForeignCommandEnds, true},
		{"00A4040C06A00000000099", ForeignCommandEnds, true},
		{"00A40000", ForeignCommandKept, true},
		{"80000000", ForeignCommandKept, true},
		{"00C0000000", ForeignCommandEnds, false},
		{"00B081000C", ForeignCommandKept, false},
		{askPIN, ForeignCommandKept, false},
		{askChipKey, ForeignCommandKept, false},
	} {
		t.Run(string(c.setting)+" "+c.command, func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", func(s *Settings) { s.ForeignCommand = c.setting }, nil)
			x := login(t, card)
			send(t, card, c.command)
			if c.wantChange {
				require.Nil(t, card.session.channel)
				require.False(t, card.session.pinVerified)
				require.False(t, card.session.deviceAuthenticated)
				return
			}
			_, sw := x.do("00B0820009")
			require.Equal(t, swOK, sw, "channel and PIN state are alive")
		})
	}
}

func TestChipKeyMayBeAskedAgainBeforeUse(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	send(t, card, "00A4040C06A00000000039")
	x := newTerminal(t, card).agree()
	again, sw := whole(t, card, unhex(t, askChipKey))
	require.Equal(t, swOK, sw)
	require.Equal(t, x.chip, again[8:])
	_, sw = x.do(readNIS)
	require.Equal(t, swOK, sw)
	require.Equal(t, "6a88", send(t, card, askChipKey), "not after use")
	require.Nil(t, card.session.channel)
	x.agree()
	send(t, card, askPIN)
	require.Nil(t, card.session.channel, "another object is a foreign command")
}

func TestSelectUnderSecureMessaging(t *testing.T) {
	card := newCard(t, vectorData(t), "gemalto", nil, nil)
	x := login(t, card)
	_, sw := x.do("00A4040C06A00000000039")
	require.Equal(t, swOK, sw)
	_, sw = x.do("00B0820009")
	require.Equal(t, swOK, sw, "same application: PIN state stays")
	_, sw = x.do("00A40000")
	require.Equal(t, swOK, sw)
	_, sw = x.do("00A4040C06A00000000039")
	require.Equal(t, swOK, sw)
	_, sw = x.do("00B0820009")
	require.Equal(t, swSecurityStatus, sw, "another application ended the PIN state")
	_, sw = x.do("00200081083132333435363738")
	require.Equal(t, swOK, sw, "device authentication stays")
}

func TestResetEndsEverything(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	x := login(t, card)
	_, err := card.Reset()
	require.NoError(t, err)
	require.Equal(t, []byte{0x69, 0x87}, transmit(t, card, x.protect(unhex(t, readNIS))))
	require.Equal(t, "9000", send(t, card, "00A4020C02D003"), "the MF is current")
	require.Equal(t, "9000", send(t, card, "00A4040C06A00000000039"))
	require.Equal(t, uint64(2), card.State().Boots)
}

func TestKeyAgreementRefusals(t *testing.T) {
	data := vectorData(t)
	card := newCard(t, data, "nxp", nil, nil)
	good := append(unhex(t, "80019B83018191820100"), data.DHGenerator...)
	mse := func(data []byte) string {
		out := append([]byte{0, 0x22, 0x41, 0xA6, 0, byte(len(data) >> 8), byte(len(data))}, data...)
		return hexOf(transmit(t, card, out))
	}
	change := func(at int, to byte) []byte {
		out := bytes.Clone(good)
		out[at] = to
		return out
	}
	require.Equal(t, "9000", mse(good))
	require.Equal(t, "6a80", mse(change(2, 0x9A)))
	require.Equal(t, "6a88", mse(change(5, 0x82)))
	require.Equal(t, "6a80", mse(append(good[:10:10], make([]byte, 256)...)), "zero")
	require.Equal(t, "6a80", mse(append(unhex(t, "80019B830181918200FF"), good[11:]...)), "short")
	require.Equal(t, "6a80", mse(append(good[:10:10], data.DHPrime...)), "p")
	one := append(good[:10:10], make([]byte, 256)...)
	one[len(one)-1] = 1
	require.Equal(t, "6a80", mse(one))
	outside := append(good[:10:10], make([]byte, 256)...)
	outside[len(outside)-1] = 2
	require.Equal(t, "6a80", mse(outside), "outside the subgroup")
	require.Equal(t, "6a80", mse(good[:6]))
	require.Equal(t, "6a80", mse([]byte{0x80}))
	require.Equal(t, "6a86", send(t, card, "0022414106800102840183"))
	require.Equal(t, "6a80", send(t, card, "002241A6"))

	x := newTerminal(t, card).agree()
	_, sw := x.do("002241A60980019B830181910100")
	require.Equal(t, swConditions, sw)
}

func TestForcedLeadingZeros(t *testing.T) {
	for _, c := range []zeros{{1, 0}, {0, 1}, {2, 0}, {0, 2}, {1, 1}} {
		card := newCard(t, vectorData(t), "nxp", func(s *Settings) {
			s.LeadingZerosPublic, s.LeadingZerosSecret = c.public, c.secret
		}, &counterReader{})
		send(t, card, "00A4040C06A00000000039")
		x := newTerminal(t, card).agree()
		require.Equal(t, make([]byte, c.public), x.chip[:c.public])
		require.Equal(t, make([]byte, c.secret), card.session.agreement.secret[:c.secret])
		_, sw := x.do(readNIS)
		require.Equal(t, swOK, sw)
	}
}

func TestUselessRandomSource(t *testing.T) {
	data := vectorData(t)
	for _, random := range []*bytes.Reader{bytes.NewReader(nil), bytes.NewReader(make([]byte, 32*256))} {
		card := newCard(t, data, "nxp", nil, random)
		mse := append(append([]byte{0, 0x22, 0x41, 0xA6, 0, 1, 10}, unhex(t, "80019B83018191820100")...), data.DHGenerator...)
		require.Equal(t, "6f00", hexOf(transmit(t, card, mse)))
	}
	card := newCard(t, data, "nxp", nil, bytes.NewReader(nil))
	require.Equal(t, "6f00", send(t, card, "0084000008"))
}

// TestCryptogramTagFollowsTheInstruction: 85 without indicator at odd INS, 87 with
// it at even INS, and never the other way round.
func TestCryptogramTagFollowsTheInstruction(t *testing.T) {
	key := make([]byte, 16)
	for _, c := range []struct {
		ins  Instruction
		tag  uint32
		want bool
	}{{0xB1, 0x85, true}, {0xB1, 0x87, false}, {0xB0, 0x87, true}, {0xB0, 0x85, false}} {
		s, err := newChannel(key, key, 1)
		require.NoError(t, err)
		cryptogram := cbc(s.encryption, pad8([]byte{0x54, 0x01, 0x00}), true)
		if c.tag == doCryptogram {
			cryptogram = append([]byte{1}, cryptogram...)
		}
		objects := tlv(c.tag, cryptogram)
		input := pad8(append(pad8([]byte{0, 0, 0, 0, 0, 0, 0, 2, 0x0C, byte(c.ins), 0, 0}), objects...))
		data := append(objects, tlv(doMAC, s.mac.sum(input))...)
		_, sw := s.unwrap(command{cla: 0x0C, ins: c.ins, data: data})
		require.Equal(t, c.want, sw == swOK, "%s %X", c.ins, c.tag)
	}
}

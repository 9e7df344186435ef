package virtual

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFaultsWithoutAnswer(t *testing.T) {
	for _, c := range []struct {
		kind     FaultKind
		want     Kind
		executed bool
	}{
		{FaultRemove, Removed, false},
		{FaultRemoveAfter, Removed, true},
		{FaultReset, WasReset, false},
		{FaultResetAfter, WasReset, true},
		{FaultLostBefore, LinkLost, false},
		{FaultLostAfter, LinkLost, true},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", nil, nil)
			x := connect(t, card)
			require.NoError(t, card.Arm(Fault{Kind: c.kind, INS: insVerify}))
			_, sw := x.do(readNIS)
			require.Equal(t, swOK, sw, "another instruction")
			out, err := card.Transmit(x.protect(unhex(t, wrongPIN)))
			require.Nil(t, out)
			require.ErrorIs(t, err, NewError(c.want))
			require.Equal(t, c.executed, card.State().PINTries == 2)
			require.Equal(t, map[bool]int{true: 1}[c.executed], card.Counters().Presentations[refPIN])
			require.Equal(t, 1, card.Counters().Verify[refPIN])
			require.Empty(t, card.Armed(), "one shot")
			journal := card.Journal()
			last := journal[len(journal)-1]
			require.Equal(t, c.kind, last.Fault)
			require.Equal(t, c.want.String(), last.Failure)
			switch c.want {
			case Removed:
				_, err = card.Transmit(unhex(t, readNIS))
				require.ErrorIs(t, err, NewError(Removed))
				require.NoError(t, card.Insert())
			case WasReset:
				require.Nil(t, card.session.channel)
				require.Equal(t, uint64(2), card.State().Boots)
			case LinkLost:
				require.NotNil(t, card.session.channel)
			}
			require.Equal(t, "9000", send(t, card, "00A4040C06A00000000039"))
		})
	}
}

func TestFaultsInTheAnswer(t *testing.T) {
	const read = "00B0810008"
	nis := []byte("12345678")
	for _, c := range []struct {
		fault Fault
		check func(t *testing.T, x *testTerminal, out []byte)
	}{
		{Fault{Kind: FaultBadMAC}, func(t *testing.T, x *testTerminal, out []byte) {
			out[len(out)-3] ^= 0xFF
			data, sw := x.open(out[:len(out)-2])
			require.Equal(t, swOK, sw)
			require.Equal(t, nis, data)
			_, sw = x.do(read)
			require.Equal(t, swOK, sw, "the card's own counter is right")
		}},
		{Fault{Kind: FaultBadSSC}, func(t *testing.T, x *testTerminal, out []byte) {
			x.s.ssc++
			data, sw := x.open(out[:len(out)-2])
			require.Equal(t, swOK, sw)
			require.Equal(t, nis, data)
			x.s.ssc--
			_, sw = x.do(read)
			require.Equal(t, swOK, sw)
		}},
		{Fault{Kind: FaultStatusPlain, StatusWord: 0x6F00}, func(t *testing.T, x *testTerminal, out []byte) {
			require.Equal(t, []byte{0x6F, 0x00}, out)
			require.Nil(t, x.card.session.channel)
		}},
		{Fault{Kind: FaultStatusInner, StatusWord: 0x6985}, func(t *testing.T, x *testTerminal, out []byte) {
			data, sw := x.open(out[:len(out)-2])
			require.Empty(t, data)
			require.Equal(t, swConditions, sw)
			_, sw = x.do(read)
			require.Equal(t, swOK, sw)
		}},
		{Fault{Kind: FaultTruncated, Length: 5}, func(t *testing.T, x *testTerminal, out []byte) {
			require.Len(t, out, 5)
			require.Equal(t, byte(doCryptogram), out[0])
		}},
		{Fault{Kind: FaultTruncated, Length: 5000}, func(t *testing.T, x *testTerminal, out []byte) {
			require.Len(t, out, 35)
		}},
		{Fault{Kind: FaultOversized}, func(t *testing.T, x *testTerminal, out []byte) {
			require.Len(t, out, 335)
			_, sw := x.open(out[:33])
			require.Equal(t, swOK, sw)
			require.Equal(t, []byte{0x90, 0x00}, out[333:])
		}},
		{Fault{Kind: FaultRandom}, func(t *testing.T, x *testTerminal, out []byte) { require.Len(t, out, 32) }},
		{Fault{Kind: FaultRandom, Length: 2}, func(t *testing.T, x *testTerminal, out []byte) { require.Len(t, out, 2) }},
	} {
		t.Run(string(c.fault.Kind), func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", nil, &counterReader{})
			x := connect(t, card)
			require.NoError(t, card.Arm(c.fault))
			c.check(t, x, transmit(t, card, x.protect(unhex(t, read))))
		})
	}
}

func TestFaultCounting(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	send(t, card, "00A4040C06A00000000039")
	require.NoError(t, card.Arm(Fault{Kind: FaultStatusPlain, StatusWord: 0x6F01, At: 3}))
	require.NotEqual(t, "6f01", send(t, card, readNIS))
	require.NotEqual(t, "6f01", send(t, card, readNIS))
	require.Equal(t, "6f01", send(t, card, readNIS))
	require.NotEqual(t, "6f01", send(t, card, readNIS))

	require.NoError(t, card.Arm(Fault{Kind: FaultStatusPlain, StatusWord: 0x6F02, INS: insReadBinary, At: 2, Repeat: true}))
	send(t, card, "00A40000")
	send(t, card, "00A4040C06A00000000039")
	require.NotEqual(t, "6f02", send(t, card, readNIS))
	require.Equal(t, "6f02", send(t, card, readNIS))
	require.Equal(t, "6f02", send(t, card, readNIS))
	require.Len(t, card.Armed(), 1)
	card.Disarm()
	require.Empty(t, card.Armed())
	require.NotEqual(t, "6f02", send(t, card, readNIS))

	// Kinds about protected answers wait for one; the inner status comes in clear without a session.
	require.NoError(t, card.Arm(Fault{Kind: FaultBadMAC}, Fault{Kind: FaultStatusInner, StatusWord: 0x6A82, INS: insReadBinary}))
	require.Equal(t, "6a82", send(t, card, readNIS))
	require.Len(t, card.Armed(), 1)
	send(t, card, readNIS)
	require.Len(t, card.Armed(), 1)
}

func TestFaultRefusals(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	for _, f := range []Fault{
		{}, {Kind: "explode"}, {Kind: FaultStatusPlain}, {Kind: FaultStatusInner}, {Kind: FaultRandom, Length: -1},
		{Kind: FaultRandom, Length: 1 << 20}, {Kind: FaultRemove, At: -1}, {Kind: FaultTamperedFile, File: "SOD"},
	} {
		require.ErrorIs(t, card.Arm(Fault{Kind: FaultRemove}, f), ErrSettings)
		require.Empty(t, card.Armed(), "all or nothing")
	}
}

func TestFaultsSurviveJSON(t *testing.T) {
	in := []Fault{{Kind: FaultStatusInner, INS: insVerify, StatusWord: 0x63C1, At: 2, Repeat: true}, {Kind: FaultTamperedFile, File: "1003", Offset: -1}}
	raw, err := json.Marshal(in)
	require.NoError(t, err)
	require.Equal(t, `[{"kind":"status-inner","at":2,"ins":"20","repeat":true,"statusWord":"63C1"},{"kind":"tampered-file","file":"1003","offset":-1}]`, string(raw))
	var out []Fault
	require.NoError(t, json.Unmarshal(raw, &out))
	require.Equal(t, in, out)
}

func TestTamperedFile(t *testing.T) {
	data := vectorData(t)
	card := newCard(t, data, "nxp", nil, nil)
	send(t, card, "00A4040C06A00000000039")
	sod := bytes.Clone(data.SODSHA512)
	read := func(command string) []byte {
		out := transmit(t, card, unhex(t, command))
		return out[:len(out)-2]
	}
	require.NoError(t, card.Arm(Fault{Kind: FaultTamperedFile, Offset: 10}))
	sod[10] ^= 0xFF
	require.Equal(t, sod, read("00B08600000000"))
	require.NoError(t, card.Arm(Fault{Kind: FaultTamperedFile, Offset: -1}, Fault{Kind: FaultTamperedFile, File: "1001", Offset: 99}))
	sod[len(sod)-1] ^= 0xFF
	require.Equal(t, sod, read("00B08600000000"))
	require.Equal(t, data.IDServizi, read(readNIS), "beyond the end nothing is changed")
	card.Disarm()
	require.Equal(t, data.SODSHA512, read("00B08600000000"), "the specimen was not touched")
}

func TestForeignChipKey(t *testing.T) {
	data := vectorData(t)
	card := newCard(t, data, "nxp", nil, nil)
	require.NoError(t, card.Arm(Fault{Kind: FaultForeignChipKey}))
	connect(t, card) // device authentication holds with the key that 1004 shows
	card.Disarm()
	send(t, card, "00A4040C06A00000000039")
	require.NoError(t, card.Arm(Fault{Kind: FaultForeignChipKey}))
	out := transmit(t, card, unhex(t, "00B08400000000"))
	require.True(t, bytes.Equal(data.ServiziKpub, out[:len(out)-2]))
}

func TestFailedAuthentication(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	require.NoError(t, card.Arm(Fault{Kind: FaultFailedAuthentication}))
	send(t, card, "00A4040C06A00000000039")
	send(t, card, "002241A406800102840183")
	require.Len(t, transmit(t, card, unhex(t, "00880000083132333435363738")), 258)
	require.Len(t, card.Armed(), 1, "the services key is not meant")
	x := newTerminal(t, card).agree().proveTerminal()
	require.False(t, x.challengeChip())
	require.Empty(t, card.Armed())
}

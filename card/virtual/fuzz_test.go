package virtual

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzTransmit sends any bytes, before a session, in a session, and as the content
// of well-made protected commands. The card must answer or give a typed error, and
// no try may go but by a well-formed presentation under secure messaging.
func FuzzTransmit(f *testing.F) {
	for _, seed := range []string{
		"", "00", "00A40000", "00A4040C06A00000000039", "00B0810080", "00B10001045402000000", askDH, askPIN, askChipKey,
		"102241A60180", "00C0000000", "0CC0000000", "0CB000000D9701808E08000000000000000000", emptyPIN, rightPIN, wrongPIN,
		changePIN, resetNew, setHolderKey, "00880000083132333435363738", "002A00AE057F21024200", "0084000008", "00B00000000000",
		"0088000000012C00", "80CA9F7F00", "0020008208303030303030303000", "002281B606800141830184", "FF",
	} {
		f.Add(unhex(f, seed), uint8(0))
		f.Add(unhex(f, seed), uint8(1))
		f.Add(unhex(f, seed), uint8(2))
	}
	data := vectorData(f)
	// One session serves all runs: each gets its own copy of card and terminal.
	model := newCard(f, data, "nxp", nil, &counterReader{})
	terminal := connect(f, model)
	f.Fuzz(func(t *testing.T, raw []byte, mode uint8) {
		settings := func(s *Settings) {
			if mode&4 != 0 {
				s.ForeignCommand, s.NoLe = ForeignCommandKept, NoLe61xx
			}
		}
		card := newCard(t, data, "nxp", settings, &counterReader{})
		x := &testTerminal{t: t, card: card}
		if mode&3 != 0 {
			mine, its := *terminal.s, *model.session.channel
			x.s = &mine
			card.session, card.directory = model.session, dfCIE
			card.session.channel = &its
		}
		before := card.State()
		send := raw
		cmd, ok := parseCommand(raw)
		wrap := mode&3 >= 2 && ok && len(cmd.data) < 200 && cmd.cla&^claChain == 0
		if wrap {
			send = x.protect(raw)
		}
		out, err := card.Transmit(send)
		var failure *Error
		switch {
		case err != nil:
			require.True(t, errors.As(err, &failure))
		case len(out) < 2:
			t.Fatalf("answer of %d bytes", len(out))
		}
		after := card.State()
		presentation := wrap && (cmd.ins == insVerify && len(cmd.data) == 8 || cmd.ins == insChange && len(cmd.data) == 16)
		if !presentation {
			require.Equal(t, before, after)
		}
		require.GreaterOrEqual(t, after.PINTries, 2)
		require.GreaterOrEqual(t, after.PUKTries, 9)
		_, err = card.Transmit(unhex(t, "00C0000000"))
		require.NoError(t, err)
		_, err = card.Transmit(raw)
		require.NoError(t, err)
		require.Equal(t, after, card.State(), "the second time it is no protected command of ours")
	})
}

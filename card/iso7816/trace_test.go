package iso7816_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
)

var _ iso7816.Transmitter = (*iso7816.Trace)(nil)

// clock advances by a step at each look.
func clock(step time.Duration) func() time.Time {
	now := time.Unix(0, 0)
	return func() time.Time { now = now.Add(step); return now }
}

func TestTraceTellsHeaderAndLengths(t *testing.T) {
	var text bytes.Buffer
	trace := &iso7816.Trace{
		Next: cardtest.NewScript(t,
			cardtest.Step{Command: "00A4040C06A00000000039", Response: "9000"},
			cardtest.Step{Command: "0CB000000D9701808E0807195250AE4C18E600", Response: "990290008E083FEFD3A8EC2B465F 9000"},
			cardtest.Step{Command: "10220000021234", Response: "6A80"},
			cardtest.Step{Command: "00840000", Err: &iso7816.LinkError{Kind: iso7816.LinkRemoved}},
			cardtest.Step{Command: "80FF000008", Response: "90"},
			cardtest.Step{Command: "0000", Response: "6700"},
		),
		Emit: iso7816.WriteTrace(&text), Clock: clock(12300 * time.Microsecond),
	}
	for _, c := range []string{"00A4040C06A00000000039", "0CB000000D9701808E0807195250AE4C18E600", "10220000021234", "00840000", "80FF000008", "0000"} {
		_, _ = trace.Transmit(cardtest.Bytes(t, c))
	}
	assert.Equal(t, strings.TrimLeft(`
00 A4 04 0C  SELECT  Lc 6 -> 0 bytes 9000  12.3ms
0C B0 00 00  READ BINARY  secured  Lc 13  Ne 256 -> 14 bytes 9000  12.3ms
10 22 00 00  MSE  chained  Lc 2 -> 0 bytes 6A80  12.3ms
00 84 00 00  GET CHALLENGE -> card was removed  12.3ms
80 FF 00 00  Ne 8 -> 1 bytes: not a response APDU  12.3ms
00 00 00 00 -> 0 bytes 6700  12.3ms
`, "\n"), text.String())
}

func TestTracePassesThrough(t *testing.T) {
	gone := errors.New("gone")
	trace := &iso7816.Trace{Next: cardtest.NewScript(t, cardtest.Step{Response: "AABB9000"}, cardtest.Step{Err: gone})}
	got, err := trace.Transmit([]byte{0, 0xB0, 0, 0, 2})
	require.NoError(t, err)
	assert.Equal(t, []byte{0xAA, 0xBB, 0x90, 0x00}, got)
	_, err = trace.Transmit([]byte{0, 0xB0, 0, 0, 2})
	require.ErrorIs(t, err, gone)
}

// secretTalk is a conversation in which the canary stands where bodies must
// never be shown, on a real card.
var secretTalk = []struct{ command, response string }{
	{"0020008108 %s", "9000"},
	{"0024008110 %[1]s %[1]s", "63C2"},
	{"002C028108 %s", "9000"},
	{"1020008108 %s", "9000"},
	{"0020008100", "%s 6108"},
	{"00C0000008", "%s 9000"}, // continues a PIN command
	{"00C0000008", "%s 9000"}, // and goes on
	{"0CB000000A %s 0000 00", "%s 6108"},
	{"00C0000008", "%s 9000"}, // continues a secured command
	{"0CC0000008", "%s 9000"},
	{"04CB3FFF08 %s", "9000"}, // the other forms of secured classes
	{"08CB3FFF08 %s", "9000"},
	{"00200081FF %s", "9000"}, // not a command at all
	{"00C0000008", "%s 9000"},
}

func talk(t *testing.T, bodies, virtual bool, secret []byte) (entries []iso7816.Entry) {
	var steps []cardtest.Step
	digits := hex.EncodeToString(secret)
	fill := func(s string) string {
		if strings.Contains(s, "%") {
			return fmt.Sprintf(s, digits)
		}
		return s
	}
	for _, e := range secretTalk {
		steps = append(steps, cardtest.Step{Command: fill(e.command), Response: fill(e.response)})
	}
	trace := &iso7816.Trace{
		Next: cardtest.NewScript(t, steps...), Bodies: bodies, Virtual: virtual,
		Emit: func(e iso7816.Entry) { entries = append(entries, e) },
	}
	for _, s := range steps {
		_, err := trace.Transmit(cardtest.Bytes(t, s.Command))
		require.NoError(t, err)
	}
	return entries
}

func dump(entries []iso7816.Entry) []byte {
	var out bytes.Buffer
	for _, e := range entries {
		for _, v := range verbs {
			fmt.Fprintf(&out, v+"\n", e)
		}
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "e", e)
		iso7816.WriteTrace(&out)(e)
	}
	return out.Bytes()
}

func TestTraceNeverShowsSecrets(t *testing.T) {
	secret := []byte("48151623")
	for _, mode := range []struct{ bodies, virtual bool }{{false, false}, {true, false}, {false, true}} {
		t.Run(fmt.Sprintf("%+v", mode), func(t *testing.T) {
			entries := talk(t, mode.bodies, mode.virtual, secret)
			require.Len(t, entries, len(secretTalk))
			for i, e := range entries {
				assert.Empty(t, e.Command, secretTalk[i].command)
				assert.Empty(t, e.Response, secretTalk[i].command)
			}
			cardtest.AssertNoCanary(t, dump(entries), secret)
		})
	}
	t.Run("explicitly virtual", func(t *testing.T) {
		entries := talk(t, true, true, secret)
		assert.Equal(t, secret, entries[0].Command)
		assert.Equal(t, secret, entries[8].Response)
		var out bytes.Buffer
		for _, e := range entries { // slog keeps silent even then
			slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "e", e)
		}
		cardtest.AssertNoCanary(t, out.Bytes(), secret)
	})
}

func TestTraceBodies(t *testing.T) {
	var text bytes.Buffer
	trace := &iso7816.Trace{
		Next: cardtest.Pairs(t, "00A40204021003", "620B 6101", "00C0000001", "AA 9000", "0020008101 31", "9000", "00C0000001", "31 9000", "00B0000002", "AABB 9000"),
		Emit: iso7816.WriteTrace(&text), Bodies: true, Clock: clock(time.Millisecond),
	}
	for _, c := range []string{"00A40204021003", "00C0000001", "002000810131", "00C0000001", "00B0000002"} {
		_, err := trace.Transmit(cardtest.Bytes(t, c))
		require.NoError(t, err)
	}
	assert.Equal(t, strings.TrimLeft(`
00 A4 02 04  SELECT  Lc 2 -> 2 bytes 6101  1.0ms
  > 10 03
  < 62 0B
00 C0 00 00  GET RESPONSE  Ne 1 -> 1 bytes 9000  1.0ms
  < AA
00 20 00 81  VERIFY  Lc 1 -> 0 bytes 9000  1.0ms
00 C0 00 00  GET RESPONSE  Ne 1 -> 1 bytes 9000  1.0ms
00 B0 00 00  READ BINARY  Ne 2 -> 2 bytes 9000  1.0ms
  < AA BB
`, "\n"), text.String())
}

// What a Trace emitted must not change when the carrier reuses its buffers.
func TestTraceCopiesBodies(t *testing.T) {
	buffer := []byte{0xAA, 0x90, 0x00}
	var got iso7816.Entry
	trace := &iso7816.Trace{
		Next: &transmitFunc{f: func(int, []byte) ([]byte, error) { return buffer, nil }},
		Emit: func(e iso7816.Entry) { got = e }, Bodies: true,
	}
	_, err := trace.Transmit([]byte{0, 0xB0, 0, 0, 1})
	require.NoError(t, err)
	buffer[0] = 0x55
	assert.Equal(t, []byte{0xAA}, got.Response)
	assert.GreaterOrEqual(t, got.Duration, time.Duration(0))
}

func TestTraceLogValue(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Info("apdu", "e", iso7816.Entry{INS: 0xA4, P1: 4, Lc: 6, SW: 0x6A82, Duration: time.Second, Err: errors.New("oops")})
	assert.Contains(t, out.String(), "e.header=00A40400 e.lc=6 e.ne=0 e.length=0 e.sw=6A82 e.duration=1s e.err=oops")
}

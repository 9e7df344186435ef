package iso7816_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
)

func TestSendBringsTheAnswer(t *testing.T) {
	long := strings.Repeat("AB", 256)
	for name, c := range map[string]struct {
		c      iso7816.CommandAPDU
		script []string
		data   int
		sw     iso7816.StatusWord
	}{
		"success":                               {iso7816.SelectMF(), []string{"00A40000", "9000"}, 0, 0x9000},
		"refusal is no error":                   {iso7816.SelectEF(0x1002, 4), []string{"00A40204021002", "6A82"}, 0, 0x6A82},
		"warning with data":                     {iso7816.ReadBinary(0, 128), []string{"00B0000080", "AABB6282"}, 2, 0x6282},
		"long answer in one piece":              {iso7816.ReadBinary(0, 256), []string{"00B0000000", strings.Repeat("AB", 291) + "9000"}, 291, 0x9000},
		"Ne above 256 asks for 256":             {iso7816.ReadBinary(0, 1000), []string{"00B0000000", "AA9000"}, 1, 0x9000},
		"one GET RESPONSE":                      {iso7816.GetChallenge(8), []string{"0084000008", "6108", "00C0000008", "0102030405060708 9000"}, 8, 0x9000},
		"GET RESPONSE, several":                 {iso7816.GetChallenge(8), []string{"0084000008", long + "6100", "00C0000000", long + "6102", "00C0000002", "AABB 9000"}, 514, 0x9000},
		"GET RESPONSE ends in another word":     {iso7816.GetChallenge(8), []string{"0084000008", "AA6102", "00C0000002", "BB 6282"}, 2, 0x6282},
		"GET RESPONSE with 6Cxx":                {iso7816.GetChallenge(8), []string{"0084000008", "6110", "00C0000010", "6C08", "00C0000008", "0102030405060708 9000"}, 8, 0x9000},
		"GET RESPONSE in clear keeps its class": {iso7816.GetChallenge(8), []string{"0084000008", "6110", "00C0000010", "6E00"}, 0, 0x6E00},
		"6Cxx, once":                            {iso7816.ReadBinary(0, 256), []string{"00B0000000", "6C0A", "00B000000A", strings.Repeat("00", 10) + "9000"}, 10, 0x9000},
		"6Cxx on a command without Le":          {iso7816.GetData([]byte{0x4D, 0}, 0), []string{"00CB3FFF024D00", "6C03", "00CB3FFF024D0003", "0102039000"}, 3, 0x9000},
		"6Cxx twice":                            {iso7816.ReadBinary(0, 256), []string{"00B0000000", "6C0A", "00B000000A", "6C05"}, 0, 0x6C05},
		"6Cxx then 61xx":                        {iso7816.GetChallenge(8), []string{"0084000008", "6C10", "0084000010", "6101", "00C0000001", "AA9000"}, 1, 0x9000},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := iso7816.Send(cardtest.Pairs(t, c.script...), c.c)
			require.NoError(t, err)
			assert.Len(t, r.Data, c.data)
			assert.Equal(t, c.sw, r.SW)
		})
	}
}

// A command that can spend a try, or that does something, goes out exactly once
// whatever the card says about lengths.
func TestSendNeverRepeatsWhatCouldSpendATry(t *testing.T) {
	pin := []byte("12345678")
	for name, c := range map[string]iso7816.CommandAPDU{
		"VERIFY":                iso7816.Verify(0x81, pin),
		"VERIFY without data":   iso7816.Verify(0x81, nil),
		"VERIFY PUK":            iso7816.Verify(0x82, pin),
		"CHANGE":                iso7816.ChangeReferenceData(0x81, pin),
		"RESET RETRY COUNTER":   iso7816.ResetRetryCounter(2, 0x81, pin),
		"INTERNAL AUTHENTICATE": iso7816.InternalAuthenticate(pin, 256),
		"EXTERNAL AUTHENTICATE": iso7816.ExternalAuthenticate(pin),
		"SELECT":                iso7816.SelectMF(),
		"MSE":                   iso7816.MSESet(0x41, 0xA4, pin),
	} {
		for _, sw := range []string{"6C08", "6C00", "6700", "6F00"} {
			t.Run(name+" "+sw, func(t *testing.T) {
				r, err := iso7816.Send(cardtest.NewScript(t, cardtest.Step{Response: sw}), c)
				require.NoError(t, err)
				assert.Equal(t, sw, fmt.Sprintf("%04X", uint16(r.SW)))
			})
		}
	}
}

func TestSendChains(t *testing.T) {
	data := make([]byte, 600)
	for i := range data {
		data[i] = byte(i)
	}
	part := func(from, to int) string { return fmt.Sprintf("%X", data[from:to]) }
	for name, c := range map[string]struct {
		n      int
		ne     int
		script []string
		sw     iso7816.StatusWord
	}{
		"255 is one command": {255, 0, []string{"002241A6FF" + part(0, 255), "9000"}, 0x9000},
		"256":                {256, 0, []string{"102241A6FF" + part(0, 255), "9000", "002241A601" + part(255, 256), "9000"}, 0x9000},
		"510 in two full parts, Le on the last": {510, 256, []string{
			"102241A6FF" + part(0, 255), "9000", "002241A6FF" + part(255, 510) + "00", "9000"}, 0x9000},
		"600": {600, 0, []string{"102241A6FF" + part(0, 255), "9000", "102241A6FF" + part(255, 510), "6102",
			"002241A65A" + part(510, 600), "6A80"}, 0x6A80},
		"refused": {600, 0, []string{"102241A6FF" + part(0, 255), "6884"}, 0x6884},
		"6Cxx on the last part is not repeated": {256, 0, []string{
			"102241A6FF" + part(0, 255), "9000", "002241A601" + part(255, 256), "6C08"}, 0x6C08},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := iso7816.MSESet(0x41, 0xA6, data[:c.n])
			cmd.Ne = c.ne
			r, err := iso7816.Send(cardtest.Pairs(t, c.script...), cmd)
			require.NoError(t, err)
			assert.Equal(t, c.sw, r.SW)
		})
	}
	// Even a command that reads is not repeated as the stump of its chain.
	c := iso7816.GetData(data[:256], 0)
	r, err := iso7816.Send(cardtest.NewScript(t, cardtest.Step{Response: "9000"}, cardtest.Step{Response: "6C08"}), c)
	require.NoError(t, err)
	assert.Equal(t, iso7816.StatusWord(0x6C08), r.SW)
}

func TestSendKnowsThatSomethingWasSent(t *testing.T) {
	busy := &iso7816.LinkError{Kind: iso7816.LinkBusy} // this APDU was not sent
	for name, c := range map[string]struct {
		c     iso7816.CommandAPDU
		steps []string
		want  bool
	}{
		"first APDU":   {iso7816.SelectMF(), nil, false},
		"first part":   {iso7816.MSESet(0x41, 0xA6, make([]byte, 300)), nil, false},
		"middle part":  {iso7816.MSESet(0x41, 0xA6, make([]byte, 600)), []string{"9000"}, true},
		"last part":    {iso7816.MSESet(0x41, 0xA6, make([]byte, 300)), []string{"9000"}, true},
		"repeat":       {iso7816.ReadBinary(0, 256), []string{"6C08"}, true},
		"GET RESPONSE": {iso7816.Verify(0x81, []byte("12345678")), []string{"6108"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var steps []cardtest.Step
			for _, r := range c.steps {
				steps = append(steps, cardtest.Step{Response: r})
			}
			_, err := iso7816.Send(cardtest.NewScript(t, append(steps, cardtest.Step{Err: busy})...), c.c)
			require.ErrorIs(t, err, iso7816.ErrBusy)
			assert.Equal(t, c.want, iso7816.Reached(err))
		})
	}
}

func TestSendPassesOnGarbage(t *testing.T) {
	for _, answer := range []string{"", "90", "0000", "FFC2"} {
		_, err := iso7816.Send(cardtest.NewScript(t, cardtest.Step{Response: answer}), iso7816.SelectMF())
		require.ErrorIs(t, err, iso7816.ErrResponse, answer)
	}
	_, err := iso7816.Send(cardtest.Pairs(t, "00A40000", "6102", "00C0000002", "AA"), iso7816.SelectMF())
	require.ErrorIs(t, err, iso7816.ErrResponse)
}

// transmitFunc answers by a function and counts.
type transmitFunc struct {
	f func(n int, command []byte) ([]byte, error)
	n int
}

func (t *transmitFunc) Transmit(command []byte) ([]byte, error) {
	t.n++
	return t.f(t.n, command)
}

// A card that never stops is stopped.
func TestEndlessAnswers(t *testing.T) {
	answer := func(size int, sw ...byte) func(int, []byte) ([]byte, error) {
		return func(int, []byte) ([]byte, error) { return append(make([]byte, size), sw...), nil }
	}
	for name, c := range map[string]struct {
		f    func(int, []byte) ([]byte, error)
		most int // commands at most
	}{
		"61xx without data":       {answer(0, 0x61, 0x10), 2},
		"61xx with one byte each": {answer(1, 0x61, 0x01), 513},
		"61xx with 256 each":      {answer(256, 0x61, 0x00), 258},
		"61xx with 65536 each":    {answer(65536, 0x61, 0x00), 2},
		"6Cxx to GET RESPONSE": {func(_ int, c []byte) ([]byte, error) {
			if c[1] == 0xC0 {
				return []byte{0x6C, 0x01}, nil
			}
			return []byte{0x61, 0x01}, nil
		}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			card := &transmitFunc{f: c.f}
			_, err := iso7816.Send(card, iso7816.Verify(0x81, nil))
			if name == "6Cxx to GET RESPONSE" {
				require.NoError(t, err) // that is an answer: 6C01
			} else {
				require.ErrorIs(t, err, iso7816.ErrEndless)
			}
			assert.LessOrEqual(t, card.n, c.most)
		})
	}
}

func TestFetch(t *testing.T) {
	for name, c := range map[string]struct {
		r      iso7816.ResponseAPDU
		script []string
		data   string
		sw     iso7816.StatusWord
	}{
		"nothing to fetch": {iso7816.ResponseAPDU{Data: []byte{1}, SW: 0x9000}, nil, "01", 0x9000},
		"class 00":         {iso7816.ResponseAPDU{Data: []byte{1}, SW: 0x6102}, []string{"00C0000002", "0203 9000"}, "010203", 0x9000},
		"class 0C on 6E00": {iso7816.ResponseAPDU{SW: 0x6100}, []string{"00C0000000", "6E00", "0CC0000000", "01 6101", "0CC0000001", "02 9000"}, "0102", 0x9000},
		"class 0C on 6882": {iso7816.ResponseAPDU{SW: 0x6101}, []string{"00C0000001", "6882", "0CC0000001", "01 9000"}, "01", 0x9000},
		"neither class":    {iso7816.ResponseAPDU{SW: 0x6101}, []string{"00C0000001", "6E00", "0CC0000001", "6E00"}, "", 0x6E00},
		"another refusal":  {iso7816.ResponseAPDU{SW: 0x6101}, []string{"00C0000001", "6985"}, "", 0x6985},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := iso7816.Fetch(cardtest.Pairs(t, c.script...), c.r)
			require.NoError(t, err)
			assert.Equal(t, c.data, fmt.Sprintf("%X", r.Data))
			assert.Equal(t, c.sw, r.SW)
		})
	}
	gone := errors.New("gone")
	for _, steps := range [][]cardtest.Step{
		{{Err: gone}},
		{{Response: "6C01"}, {Err: gone}},
		{{Response: "6E00"}, {Err: gone}},
	} {
		_, err := iso7816.Fetch(cardtest.NewScript(t, steps...), iso7816.ResponseAPDU{SW: 0x6101})
		require.ErrorIs(t, err, gone)
	}
}

// Collecting must not write into the slice that the first answer came in.
func TestFetchLeavesTheFirstPieceAlone(t *testing.T) {
	buffer := []byte{1, 2, 0xEE, 0xEE, 0xEE, 0xEE}
	_, err := iso7816.Fetch(cardtest.Pairs(t, "00C0000002", "0304 9000"), iso7816.ResponseAPDU{Data: buffer[:2], SW: 0x6102})
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 0xEE, 0xEE, 0xEE, 0xEE}, buffer)
}

// The clear half of the recorded sessions, GET RESPONSE and chaining included.
func TestSendReplaysTheClearPartOfASession(t *testing.T) {
	for _, name := range []string{cardtest.FlowSingleDH, cardtest.FlowSplitDH} {
		t.Run(name, func(t *testing.T) {
			flow := cardtest.LoadFlow(t, name)
			clear := 0
			for len(flow.Exchanges[clear].SSCBefore) == 0 {
				clear++
			}
			require.Greater(t, clear, 10)
			script := flow.Replay(t, 0, clear)
			for script.Played() < clear {
				sent := script.Played()
				first, err := iso7816.ParseCommand(flow.Exchanges[sent].Command)
				require.NoError(t, err)
				// Undo the chaining of the record, Send has to find it again.
				for i := sent; flow.Exchanges[i].Command[0]&iso7816.CLAChaining != 0; i++ {
					next, err := iso7816.ParseCommand(flow.Exchanges[i+1].Command)
					require.NoError(t, err)
					first.Data = append(bytes.Clone(first.Data), next.Data...)
				}
				first.CLA &^= iso7816.CLAChaining
				r, err := iso7816.Send(script, first)
				require.NoError(t, err)
				last := flow.Exchanges[script.Played()-1].Response
				assert.Equal(t, []byte(last[len(last)-2:]), []byte{byte(r.SW >> 8), byte(r.SW)})
			}
		})
	}
}

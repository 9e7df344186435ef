package iso7816_test

import (
	"bytes"
	"errors"
	"testing"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
)

// FuzzParseCommand holds: what parses encodes again to a command that parses to
// the same, and a short form comes back byte for byte.
func FuzzParseCommand(f *testing.F) {
	for _, c := range forms() {
		f.Add(cardtest.Bytes(f, c.wire))
	}
	for _, e := range cardtest.LoadFlow(f, cardtest.FlowSplitDH).Exchanges {
		f.Add([]byte(e.Command))
	}
	f.Add([]byte{0, 0xA4, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := iso7816.ParseCommand(b)
		if err != nil {
			if !errors.Is(err, iso7816.ErrCommand) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		again, err := c.Bytes()
		if err != nil {
			t.Fatalf("%v does not encode: %v", c, err)
		}
		if len(b) > 4 && b[4] != 0 && !bytes.Equal(b, again) {
			t.Fatalf("%x became %x", b, again)
		}
		c2, err := iso7816.ParseCommand(again)
		if err != nil || c2.Ne != c.Ne || !bytes.Equal(c2.Data, c.Data) {
			t.Fatalf("%x is not stable: %v", b, err)
		}
	})
}

// FuzzParseResponse holds: data and status tile the input.
func FuzzParseResponse(f *testing.F) {
	for _, e := range cardtest.LoadFlow(f, cardtest.FlowSingleDH).Exchanges {
		f.Add([]byte(e.Response))
	}
	f.Add([]byte{})
	f.Add([]byte{0x90})
	f.Add([]byte{0xFF, 0xC2})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := iso7816.ParseResponse(b)
		if err != nil {
			if !errors.Is(err, iso7816.ErrResponse) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if !bytes.Equal(append(bytes.Clone(r.Data), byte(r.SW>>8), byte(r.SW)), b) {
			t.Fatal("data and status are not the input")
		}
		_, _ = r.SW.Error(), r.String()
	})
}

// hostile is a card whose answers are cut from fuzz input: a length byte, then
// so many bytes. When the input is used up it starts again.
type hostile struct {
	input []byte
	pos   int
	sent  [][]byte
}

func (h *hostile) Transmit(command []byte) ([]byte, error) {
	h.sent = append(h.sent, bytes.Clone(command))
	if len(h.input) == 0 {
		return nil, nil
	}
	if h.pos >= len(h.input) {
		h.pos = 0
	}
	n := int(h.input[h.pos])
	h.pos++
	end := min(h.pos+n, len(h.input))
	answer := h.input[h.pos:end]
	h.pos = end
	return answer, nil
}

// FuzzSend holds, against a card that answers anything: it ends, within the
// bounds, all that follows the command is GET RESPONSE, and a PIN command is
// sent once.
func FuzzSend(f *testing.F) {
	f.Add([]byte{2, 0x61, 0x10})
	f.Add([]byte{2, 0x61, 0x10, 3, 0xAA, 0x61, 0x01})
	f.Add([]byte{2, 0x6C, 0x08, 2, 0x6C, 0x08})
	f.Add([]byte{4, 0xAA, 0xBB, 0x90, 0x00})
	f.Add([]byte{2, 0x61, 0x00, 2, 0x6E, 0x00, 2, 0x68, 0x82})
	f.Fuzz(func(t *testing.T, input []byte) {
		pin := iso7816.Verify(0x81, []byte("12345678"))
		card := &hostile{input: input}
		r, err := iso7816.Send(card, pin)
		checkBounds(t, card, r, err)
		for _, c := range card.sent[1:] {
			if c[1] != iso7816.INSGetResponse {
				t.Fatalf("after VERIFY came %x", c)
			}
		}
		card = &hostile{input: input}
		r, err = iso7816.Send(card, iso7816.ReadBinary(0, 256))
		checkBounds(t, card, r, err)

		card = &hostile{input: input}
		r, err = iso7816.Fetch(card, iso7816.ResponseAPDU{SW: 0x6100})
		checkBounds(t, card, r, err)
	})
}

func checkBounds(t *testing.T, card *hostile, r iso7816.ResponseAPDU, err error) {
	t.Helper()
	// Each round may take a repeat for 6Cxx; command, its repeat and the switch
	// of class come on top.
	if len(card.sent) > 2*512+4 {
		t.Fatalf("%d commands", len(card.sent))
	}
	if err == nil && len(r.Data) > 65536 {
		t.Fatalf("%d bytes collected", len(r.Data))
	}
	if err != nil && !errors.Is(err, iso7816.ErrResponse) && !errors.Is(err, iso7816.ErrEndless) {
		t.Fatalf("untyped error %v", err)
	}
}

func BenchmarkSend(b *testing.B) {
	answer := append(make([]byte, 256), 0x90, 0x00)
	card := &transmitFunc{f: func(int, []byte) ([]byte, error) { return answer, nil }}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := iso7816.Send(card, iso7816.ReadBinary(0, 256)); err != nil {
			b.Fatal(err)
		}
	}
}

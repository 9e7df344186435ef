package card_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/ias"
	"cientro/card/iso7816"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// A link or a card with something wrong in it.

// crooked is a Link with something wrong in it.
type crooked struct {
	card.Link
	transmit func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error)
	end      func(reset bool, next func(bool) error) error
	begin    func(reset bool, err error) (bool, error)
}

func (l *crooked) Transmit(command []byte) ([]byte, error) {
	if l.transmit != nil {
		return l.transmit(command, l.Link.Transmit)
	}
	return l.Link.Transmit(command)
}

func (l *crooked) Begin(ctx context.Context) (bool, error) {
	reset, err := l.Link.Begin(ctx)
	if l.begin != nil {
		return l.begin(reset, err)
	}
	return reset, err
}

func (l *crooked) End(reset bool) error {
	if l.end != nil {
		return l.end(reset, l.Link.End)
	}
	return l.Link.End(reset)
}

// bend connects as one program would, over a link that f has bent.
func (d *desk) bend(f func(*crooked)) *card.Card {
	d.t.Helper()
	link, err := d.reader.Connect()
	require.NoError(d.t, err)
	bent := &crooked{Link: link}
	f(bent)
	return card.New(bent, d.o)
}

// answering replaces the answer to each protected command of an instruction;
// executed says whether the card gets the command all the same.
func answering(ins byte, sw uint16, executed bool) func(*crooked) {
	return func(l *crooked) {
		l.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
			if command[0]&0x0C != 0x0C || command[1] != ins {
				return next(command)
			}
			if executed {
				if _, err := next(command); err != nil {
					return nil, err
				}
			}
			return []byte{byte(sw >> 8), byte(sw)}, nil
		}
	}
}

// A length near 4 GiB, on a 32-bit system too: GOARCH=386.
func TestHugeFileLength(t *testing.T) {
	file := append([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xF0}, make([]byte, 250)...)
	send := func(iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
		return iso7816.ResponseAPDU{Data: slices.Clone(file), SW: iso7816.SWSuccess}, nil
	}
	assert.NotPanics(t, func() {
		_, err := ias.NewFiles(send, ias.ChunkClear).Read(ias.EFIntKpub)
		assert.Error(t, err)
	})
}

// What a card calls its number goes to screens and logs.
func TestNumberIsDigits(t *testing.T) {
	d := newDesk(t, "gemalto")
	data := *specimen.Default()
	data.IDServizi = []byte("99000000\x1b[2J")
	chip, err := virtual.New(virtual.Config{Data: &data, Profile: d.chip.Profile()})
	require.NoError(t, err)
	d.chip, d.reader = chip, virtuallink.NewReader(chip)
	r, err := d.open().Inspect(ctx, card.PINReference)
	if err == nil {
		assert.NotContains(t, r.NIS.String(), "\x1b")
	}
}

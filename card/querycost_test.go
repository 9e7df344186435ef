package card_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtuallink"
)

// What it may cost to ask a card for its tries.

func hidesCount(s *virtual.Settings) { s.WrongPINHidesCount = true }

// elsewhere runs f as on another computer, which asks no card for its tries.
func (d *desk) elsewhere(f func()) {
	kept := d.o
	d.o.Store, d.o.QueryTries = store.Memory(), false
	f()
	d.o = kept
}

// A chip on which asking costs, and which answers 6300.
func TestQueryThatHidesItsPrice(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyCosts), hidesCount)
	for range 3 {
		d.inspect(card.PINReference)
	}
	assert.Equal(t, 1, d.counted().empty)
	assert.Equal(t, 2, d.chip.State().PINTries, "three looks at a card must not block its PIN")
}

// A refusal in other words says nothing of the price either.
func TestRefusedQueryIsNotRepeated(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
	for range 3 {
		d.inspect(card.PINReference)
	}
	assert.Equal(t, 1, d.counted().empty)
}

// A price that was set off by a success elsewhere.
func TestQueryPriceThatLooksLikeNone(t *testing.T) {
	for failures, name := range map[int]string{1: "as last seen", 2: "more than last seen"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyCosts))
			d.o.QueryTries = false
			for range failures {
				_, err := d.verify(wrongPIN)
				require.Error(t, err)
			}
			d.elsewhere(func() {
				_, err := d.verify(rightPIN)
				require.NoError(t, err)
			})
			require.Equal(t, 3, d.chip.State().PINTries)
			d.o.QueryTries = true
			for range 3 {
				d.inspect(card.PINReference)
			}
			assert.LessOrEqual(t, d.counted().empty, 1)
			assert.GreaterOrEqual(t, d.chip.State().PINTries, 2, "at most one try is ever lost to asking")
		})
	}
}

// Asking may cost the last try where the last try is all that is left.
func TestNoQueryOnTheLastTry(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyCosts))
	d.o.QueryTries = false
	for range 2 {
		_, err := d.verify(wrongPIN)
		require.Error(t, err)
	}
	d.o.QueryTries = true
	d.inspect(card.PINReference)
	assert.Equal(t, 1, d.chip.State().PINTries, "a look has blocked the PIN")
}

// A program killed while the question is on its way.
func TestKilledWhileAsking(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyCosts))
	c := d.bend(func(l *crooked) {
		l.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
			answer, err := next(command)
			if d.counted().empty > 0 {
				panic("killed")
			}
			return answer, err
		}
	})
	assert.Panics(t, func() { _, _ = c.Inspect(ctx, card.PINReference) })
	d.reader = virtuallink.NewReader(d.chip) // whatever the dead program held is free
	d.inspect(card.PINReference)
	assert.Equal(t, 1, d.counted().empty)
}

// The answers of a channel that ends are nobody's: a chip that answers a
// question in clear is still a card.
func TestPlainAnswerToAReadDoesNotLoseTheCard(t *testing.T) {
	t.Run("GET DATA", func(t *testing.T) {
		d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyFree))
		d.o.QueryTries = false
		r, err := d.bend(answering(0xCB, 0x6A88, false)).Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		assert.Equal(t, card.SourceUnknown, r.PIN.Source)
	})
	t.Run("empty VERIFY", func(t *testing.T) {
		d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyFree))
		for range 2 {
			_, err := d.bend(answering(0x20, 0x6982, true)).Inspect(ctx, card.PINReference)
			assert.NoError(t, err)
		}
		assert.LessOrEqual(t, d.counted().empty, 1)
	})
}

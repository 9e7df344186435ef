package card_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
)

// How an operation ends, also one that ends badly.

// A panic where the PIN is verified: the card must not stay so, nor the reader
// be held.
func TestPanicWithAVerifiedPIN(t *testing.T) {
	d := newDesk(t, "gemalto")
	link, err := d.reader.Connect()
	require.NoError(t, err)
	c := card.New(link, d.o)
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	boots := d.chip.State().Boots
	assert.Panics(t, func() {
		_ = c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(*card.Holder) error { panic("a bug") })
	})
	assert.Greater(t, d.chip.State().Boots, boots, "card left with a verified PIN")

	soon, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	other, err := d.reader.Connect()
	require.NoError(t, err)
	_, err = card.New(other, d.o).Recognise(soon)
	assert.NoError(t, err, "transaction left open")
}

// Nothing is known of the card yet when the operation fails.
func TestUnblockWithoutACard(t *testing.T) {
	d := newDesk(t, "gemalto")
	r, err := d.open().Inspect(ctx, card.PUKReference)
	require.NoError(t, err)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	assert.NotPanics(t, func() {
		_, err = d.open().UnblockPIN(cancelled, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
	})
	assert.ErrorIs(t, err, context.Canceled)
}

// The PIN is changed; that the card could not be reset behind it, or was reset
// by others, is no reason to say that it is not.
func TestChangeIsDoneWhateverTheEnd(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.bend(func(l *crooked) {
		l.end = func(reset bool, next func(bool) error) error {
			if err := next(reset); err != nil || !reset {
				return err
			}
			return &iso7816.LinkError{Kind: iso7816.LinkReset}
		}
	})
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	_, err = c.ChangePIN(ctx, d.pin(rightPIN), d.pin(newPIN), agreed(r, card.PINReference))
	assert.NoError(t, err, "the card was reset, which is all that was wanted")
	assert.Equal(t, counts{verify: 1, change: 1}, d.counted())
}

// A reset that failed is owed, by this program first of all.
func TestFailedResetIsOwed(t *testing.T) {
	failing := func(times *int) func(*crooked) {
		return func(l *crooked) {
			l.end = func(reset bool, next func(bool) error) error {
				if reset && *times > 0 {
					*times--
					_ = next(false)
					return &iso7816.LinkError{Kind: iso7816.LinkLost}
				}
				return next(reset)
			}
		}
	}
	verified := func(t *testing.T) (*desk, *card.Card) {
		d := newDesk(t, "gemalto")
		memory, err := store.Open(t.TempDir(), store.Options{Keyring: store.NoKeyring()})
		require.NoError(t, err)
		t.Cleanup(func() { _ = memory.Close() })
		d.memory, d.o.Store = memory, memory
		once := 1
		c := d.bend(failing(&once))
		r, err := c.Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		_, _ = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
		return d, c
	}
	t.Run("by Close", func(t *testing.T) {
		d, c := verified(t)
		boots := d.chip.State().Boots
		require.NoError(t, c.Close())
		assert.Greater(t, d.chip.State().Boots, boots)
	})
	t.Run("by the next session of the same process", func(t *testing.T) {
		d, _ := verified(t)
		boots := d.chip.State().Boots
		d.inspect(card.PINReference)
		assert.Greater(t, d.chip.State().Boots, boots)
	})
}

// Program A resets the card, B begins and marks it before A has noted the
// reset, B is killed.
func TestMarkOfAnotherProgramStands(t *testing.T) {
	folder := t.TempDir()
	program := func() *store.Store {
		s, err := store.Open(folder, store.Options{Keyring: store.NoKeyring()})
		require.NoError(t, err)
		return s
	}
	a, b, c := program(), program(), program()
	number := []byte(specimenNIS)
	mark := a.Card(number).Mark()
	require.NoError(t, mark.Set())
	require.NoError(t, b.Card(number).Mark().Set())
	require.NoError(t, mark.Clear())
	require.NoError(t, b.Close()) // killed
	assert.True(t, c.Card(number).WasLeftVerified())
}

// ChannelError says of itself that no PIN command went out.
func TestChannelBreaksAfterThePIN(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	err = c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
		require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultBadMAC}))
		_, err := h.Sign(ctx, []byte("text"))
		return err
	})
	require.Error(t, err)
	var channel *card.ChannelError
	assert.False(t, errors.As(err, &channel), "%v", err)
}

package card_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// What of a card's answers, or of their loss, counts for the next question.

// spendPUK presents wrong PUKs until only left are left, as last seen.
func (d *desk) spendPUK(left int) {
	d.t.Helper()
	for d.chip.State().PUKTries > left {
		_, err := d.unblock(wrongPUK, newPIN)
		require.Error(d.t, err)
	}
	require.Equal(d.t, left, d.inspect(card.PUKReference).PUK.Left)
}

// An answer that is lost may have cost a try: the next question must count it.
func TestLostPUKAnswerIsCounted(t *testing.T) {
	for name, before := range map[string]int{"never seen": -1, "four last seen": 4} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
			if before > 0 {
				d.spendPUK(before)
			}
			c := d.open()
			r, err := c.Inspect(ctx, card.PUKReference)
			require.NoError(t, err)
			require.Equal(t, card.ConfirmNothing, r.PUK.Requires())
			require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultLostAfter, INS: 0x20}))
			_, err = c.UnblockPIN(ctx, d.puk(wrongPUK), d.pin(newPIN), agreed(r, card.PUKReference))
			var outcome *card.OutcomeError
			require.ErrorAs(t, err, &outcome)
			assert.Equal(t, card.ConfirmPUK, d.inspect(card.PUKReference).PUK.Requires())
		})
	}
}

// No number that the card never told is "last seen".
func TestLastSeenWasSeen(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
	_, err := d.unblock(rightPUK, newPIN)
	require.NoError(t, err)
	assert.Equal(t, card.SourceUnknown, d.inspect(card.PUKReference).PUK.Source)
}

// The second command of a change went out; nobody vouches for the refusal.
func TestPlainRefusalOfTheSecondCommand(t *testing.T) {
	for _, sw := range []uint16{0x63C2, 0x6300, 0x6983, 0x6984} {
		d := newDesk(t, "gemalto")
		c := d.bend(answering(0x24, sw, true))
		r, err := c.Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		_, err = c.ChangePIN(ctx, d.pin(rightPIN), d.pin(newPIN), agreed(r, card.PINReference))
		var outcome *card.OutcomeError
		assert.ErrorAs(t, err, &outcome, "change, %04X", sw)

		d = newDesk(t, "gemalto")
		c = d.bend(answering(0x2C, sw, true))
		r, err = c.Inspect(ctx, card.PUKReference)
		require.NoError(t, err)
		_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
		assert.ErrorAs(t, err, &outcome, "unblock, %04X", sw)
	}
}

// A word that nobody vouches for may warn; it may not reassure, nor close the
// card for ever.
func TestPlainAnswerIsNotEvidence(t *testing.T) {
	t.Run("more tries than before", func(t *testing.T) {
		d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
		d.spendPUK(2)
		c := d.bend(answering(0x20, 0x63CF, false))
		r, err := c.Inspect(ctx, card.PUKReference)
		require.NoError(t, err)
		_, err = c.UnblockPIN(ctx, d.puk(wrongPUK), d.pin(newPIN), agreed(r, card.PUKReference))
		require.Error(t, err)
		assert.LessOrEqual(t, d.inspect(card.PUKReference).PUK.Left, 2)
	})
	t.Run("PUK blocked", func(t *testing.T) {
		d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
		c := d.bend(answering(0x20, 0x6983, false))
		r, err := c.Inspect(ctx, card.PUKReference)
		require.NoError(t, err)
		_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
		require.Error(t, err)
		_, err = d.unblock(rightPUK, newPIN)
		assert.NoError(t, err, "one word in clear has closed the PUK on this computer for good")
	})
}

// Chips that hide the count: ten is a guess, and so is what is left of it.
func TestGuessedPUKIsNotBlocked(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused), hidesCount)
	data := *specimen.Default()
	data.PUKTries = 15
	settings := d.chip.Settings()
	chip, err := virtual.New(virtual.Config{Data: &data, Profile: d.chip.Profile(), Settings: &settings})
	require.NoError(t, err)
	d.chip, d.reader = chip, virtuallink.NewReader(chip)
	for range 10 {
		_, err := d.unblock(wrongPUK, newPIN)
		require.Error(t, err)
	}
	_, err = d.unblock(rightPUK, newPIN)
	assert.NoError(t, err)
}

// A presentation that never left is no failure.
func TestNotSentIsNotFailed(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
	_, err := d.verify(rightPIN)
	require.NoError(t, err)
	c := d.bend(func(l *crooked) {
		l.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
			if command[0] == 0x0C && command[1] == 0x20 && len(command) > 20 {
				return nil, &iso7816.LinkError{Kind: iso7816.LinkBusy}
			}
			return next(command)
		}
	})
	d.o.QueryTries = false
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	require.ErrorIs(t, err, iso7816.ErrBusy)
	assert.Equal(t, card.ConfirmNothing, d.inspect(card.PINReference).PIN.Requires())
}

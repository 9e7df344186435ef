package card_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/store"
	"cientro/card/virtual"
)

// silent is a chip that does not tell counters by GET DATA.
func silent(empty virtual.EmptyVerify) func(*virtual.Settings) {
	return func(s *virtual.Settings) {
		s.CountersByGetData = false
		s.EmptyVerify = empty
		if empty == virtual.EmptyVerifyRefused {
			s.EmptyVerifyRefusal = 0x6982
		}
	}
}

func (d *desk) inspect(refs ...card.Reference) *card.Report {
	d.t.Helper()
	r, err := d.open().Inspect(ctx, refs...)
	require.NoError(d.t, err)
	return r
}

func TestGetDataIsAskedFirst(t *testing.T) {
	d := newDesk(t, "gemalto")
	r := d.inspect(card.PINReference, card.PUKReference)
	assert.Equal(t, card.SourceCard, r.PIN.Source)
	assert.Equal(t, card.SourceCard, r.PUK.Source)
	assert.Zero(t, d.counted().empty, "a read cannot spend; no query")
}

func TestFreeQueryIsAskedOnceAnOperation(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyFree))
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(t, err)
	assert.Equal(t, 3, r.PIN.Left)
	assert.Equal(t, card.SourceCard, r.PIN.Source)
	assert.Equal(t, card.SourceUnknown, r.PUK.Source, "the PUK is never asked")
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	require.NoError(t, err)
	assert.Equal(t, 1, d.counted().empty)
	assert.Equal(t, 1, d.counted().verify)

	// And it follows the counter.
	_, err = d.verify(wrongPIN)
	require.Error(t, err)
	r = d.inspect(card.PINReference)
	assert.Equal(t, 2, r.PIN.Left)
	assert.False(t, r.TriesQueryUnsafe)
}

func TestRefusedQueryLeavesTheCounterUnknown(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
	r := d.inspect(card.PINReference)
	assert.Equal(t, card.SourceUnknown, r.PIN.Source)
	assert.Equal(t, card.StateUnknown, r.PIN.State())
	assert.Equal(t, card.ConfirmNothing, r.PIN.Requires(), "never seen: one VERIFY is allowed")

	_, err := d.verify(wrongPIN)
	var wrong *card.PINError
	require.ErrorAs(t, err, &wrong)
	r = d.inspect(card.PINReference)
	assert.Equal(t, card.SourceLastSeen, r.PIN.Source)
	assert.Equal(t, 2, r.PIN.Left)
	assert.Equal(t, card.ConfirmLastTry, r.PIN.Requires(), "a failure of ours since the last success")
	_, err = d.verify(rightPIN)
	require.NoError(t, err)
	assert.Equal(t, card.ConfirmNothing, d.inspect(card.PINReference).PIN.Requires())
}

func TestQueryCanBeTurnedOff(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyFree))
	d.o.QueryTries = false
	assert.Equal(t, card.SourceUnknown, d.inspect(card.PINReference).PIN.Source)
	assert.Zero(t, d.counted().empty)
}

// TestQueryThatCosts: at most one try is ever lost to asking.
func TestQueryThatCosts(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyCosts))
	r := d.inspect(card.PINReference)
	assert.Equal(t, 2, r.PIN.Left)
	assert.True(t, r.TriesQueryUnsafe)
	for range 3 {
		assert.Equal(t, 2, d.inspect(card.PINReference).PIN.Left)
	}
	_, err := d.verify(rightPIN)
	require.NoError(t, err)
	assert.Equal(t, 3, d.inspect(card.PINReference).PIN.Left, "seen after the success")
	assert.Equal(t, 1, d.counted().empty)
	assert.Equal(t, 3, d.chip.State().PINTries)
}

// The same on a card that was seen full before, as after an update of the
// program: the value falls without a failure.
func TestQueryThatCostsOnAKnownCard(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyCosts))
	d.o.QueryTries = false
	_, err := d.verify(rightPIN)
	require.NoError(t, err)
	d.o.QueryTries = true
	assert.True(t, d.inspect(card.PINReference).TriesQueryUnsafe)
	d.inspect(card.PINReference)
	assert.Equal(t, 1, d.counted().empty)
	assert.Equal(t, 2, d.chip.State().PINTries)
}

// TestLostQueryIsNotRepeated: who never got the answer cannot know the price.
func TestLostQueryIsNotRepeated(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyFree))
	require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultLostAfter, INS: 0x20}))
	_, err := d.open().Inspect(ctx, card.PINReference)
	require.Error(t, err)
	r := d.inspect(card.PINReference)
	assert.Equal(t, card.SourceUnknown, r.PIN.Source)
	assert.Equal(t, 1, d.counted().empty)
}

// TestWhereAWrongPINShows: the three forms of the answer mean the same.
func TestWhereAWrongPINShows(t *testing.T) {
	for _, form := range []virtual.WrongPINAnswer{virtual.WrongPINInner, virtual.WrongPINOuterWithBody, virtual.WrongPINOuterPlain} {
		t.Run(string(form), func(t *testing.T) {
			d := newDesk(t, "gemalto", func(s *virtual.Settings) { s.WrongPINAnswer = form })
			for _, left := range []int{2, 1} {
				_, err := d.verify(wrongPIN)
				var wrong *card.PINError
				require.ErrorAs(t, err, &wrong)
				assert.Equal(t, left, wrong.TriesLeft)
			}
			_, err := d.verify(wrongPIN)
			var blocked *card.BlockedError
			require.ErrorAs(t, err, &blocked)
			assert.True(t, blocked.JustNow)
			_, err = d.unblock(wrongPUK, newPIN)
			var wrong *card.PINError
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, 9, wrong.TriesLeft)
			_, err = d.unblock(rightPUK, newPIN)
			require.NoError(t, err)
			assert.Equal(t, counts{verify: 5, reset: 1}, d.counted())
		})
	}
}

func TestChipsThatHideTheCount(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused), func(s *virtual.Settings) { s.WrongPINHidesCount = true })
	_, err := d.verify(wrongPIN)
	var wrong *card.PINError
	require.ErrorAs(t, err, &wrong)
	assert.Equal(t, card.UnknownTries, wrong.TriesLeft)
	r := d.inspect(card.PINReference)
	assert.Equal(t, card.ConfirmLastTry, r.PIN.Requires())
	_, err = d.open().VerifyPIN(ctx, d.pin(rightPIN), r.Consent(card.PINReference))
	assert.Equal(t, card.ReasonLastTry, reasonOf(t, err))
	assert.Equal(t, 1, d.counted().verify)
}

func TestBlockedInOtherWords(t *testing.T) {
	for _, sw := range []virtual.StatusWord{0x6983, 0x6984, 0x6982} {
		t.Run(sw.String(), func(t *testing.T) {
			d := newDesk(t, "gemalto", func(s *virtual.Settings) { s.LastTry = 0x6983; s.BlockedAnswer = sw })
			for range 2 {
				_, err := d.verify(wrongPIN)
				require.Error(t, err)
			}
			_, err := d.verify(wrongPIN)
			var blocked *card.BlockedError
			require.ErrorAs(t, err, &blocked)
			assert.True(t, blocked.JustNow)
		})
	}
	// A blocked PIN that only the VERIFY tells.
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused), func(s *virtual.Settings) { s.BlockedAnswer = 0x6984 })
	for range 3 {
		_, err := d.verify(wrongPIN)
		require.Error(t, err)
	}
	d.memory = store.Memory()
	d.o.Store = d.memory // another computer, that has never seen this card
	_, err := d.verify(rightPIN)
	var blocked *card.BlockedError
	require.ErrorAs(t, err, &blocked)
	assert.False(t, blocked.JustNow)
}

// TestUnconfirmedCounter: the number shown came from a query; the channel died
// while the person typed, so that nobody can say whether it still holds.
func TestUnconfirmedCounter(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyFree))
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NoError(t, d.reader.Reset())
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	assert.Equal(t, card.ReasonCounterChanged, reasonOf(t, err))
	assert.Equal(t, counts{empty: 1}, d.counted())
	r, err = c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	require.NoError(t, err)
}

// TestChannelThatDiedIsRebuilt: a reset while the person types is an ordinary
// event where the card tells its counter.
func TestChannelThatDiedIsRebuilt(t *testing.T) {
	d := newDesk(t, "nxp")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NoError(t, d.reader.Reset())
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	require.NoError(t, err)
	assert.Equal(t, 1, d.counted().verify)

	// The channel ended by another program's plain command, without a reset.
	r, err = c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	_, err = d.open().Recognise(ctx)
	require.NoError(t, err)
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	require.NoError(t, err)
	assert.Equal(t, 2, d.counted().verify)
}

// TestCardIsLeftClean: after any operation nobody inherits a verified PIN, and
// a card that a killed program left behind is reset first.
func TestCardIsLeftClean(t *testing.T) {
	d := newDesk(t, "gemalto")
	boots := d.chip.State().Boots
	_, err := d.verify(rightPIN)
	require.NoError(t, err)
	assert.Equal(t, boots+1, d.chip.State().Boots, "reset at the end")
	_, err = d.verify(wrongPIN)
	require.Error(t, err)
	assert.Equal(t, boots+2, d.chip.State().Boots)
	d.inspect(card.PINReference)
	assert.Equal(t, boots+2, d.chip.State().Boots, "a look leaves the card as it is")

	record := d.shelf()
	killed := record.Mark()
	require.NoError(t, killed.Set())
	require.NoError(t, killed.Leave())
	d.inspect(card.PINReference)
	assert.Equal(t, boots+3, d.chip.State().Boots)
	assert.False(t, record.WasLeftVerified())
}

func TestEpochFollowsChanges(t *testing.T) {
	d := newDesk(t, "gemalto")
	record := d.record()
	_, err := d.verify(rightPIN)
	require.NoError(t, err)
	before := record.Epoch()
	_, err = d.change(wrongPIN, newPIN)
	require.Error(t, err)
	assert.Equal(t, before, record.Epoch(), "no CHANGE went out")
	_, err = d.change(rightPIN, newPIN)
	require.NoError(t, err)
	assert.Greater(t, record.Epoch(), before)
}

// A program that is killed while the card works on the new PIN leaves behind that
// the old one may not be it any more.
func TestEpochIsRaisedBeforeTheChange(t *testing.T) {
	for ins, set := range map[virtual.Instruction]func(*desk) error{
		0x24: func(d *desk) error { _, err := d.change(rightPIN, newPIN); return err },
		0x2C: func(d *desk) error { _, err := d.unblock(rightPUK, newPIN); return err },
	} {
		d := newDesk(t, "gemalto")
		record, looked := d.record(), false
		before := record.Epoch()
		d.chip.Observe(func(e virtual.Exchange) {
			if e.INS == ins {
				looked = true
				assert.Greater(t, record.Epoch(), before)
			}
		})
		require.NoError(t, set(d))
		assert.True(t, looked)
	}
}

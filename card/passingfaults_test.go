package card_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/virtual"
)

// One fault, or one word that no MAC protects, must not be held against a card
// for good. Each case here is one that the table of faults_test.go has found or
// could not reach.

// TestUnblockPINWithoutARecognisedCard: the very first APDU fails, so that not
// even the card's number is known.
func TestUnblockPINWithoutARecognisedCard(t *testing.T) {
	d := newDesk(t, "gemalto")
	require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultLostBefore}))
	require.NotPanics(t, func() {
		_, err := d.open().UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), card.Consent{})
		require.ErrorIs(t, err, iso7816.ErrLost)
	})
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	require.NotPanics(t, func() {
		_, err := d.open().UnblockPIN(cancelled, d.puk(rightPUK), d.pin(newPIN), card.Consent{})
		require.ErrorIs(t, err, context.Canceled)
	})
	require.Equal(t, counts{}, d.counted())
}

// TestUnprotectedBlockedIsNoVerdictForEver: a status word that no MAC protects
// may be believed for a moment. It must not keep a PUK from its card for ever.
func TestUnprotectedBlockedIsNoVerdictForEver(t *testing.T) {
	for _, sw := range []virtual.StatusWord{0x63C0, 0x6983, 0x6984} {
		t.Run(sw.String(), func(t *testing.T) {
			d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
			require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultStatusPlain, INS: iso7816.INSVerify, StatusWord: sw, At: 1}))
			c := d.open()
			d.o.QueryTries = false
			r, err := c.Inspect(ctx, card.PUKReference)
			require.NoError(t, err)
			_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
			require.Error(t, err)
			require.Equal(t, 10, d.chip.State().PUKTries, "the card never saw it")
			_, err = d.unblock(rightPUK, newPIN)
			require.NoError(t, err)
		})
	}
}

// TestPassingFaultIsNoVerdict: a read that failed once must not make a card
// count as not genuine for as long as the program runs.
func TestPassingFaultIsNoVerdict(t *testing.T) {
	for name, fault := range map[string]virtual.Fault{
		"chip out of order for once":   {Kind: virtual.FaultStatusPlain, StatusWord: 0x6F00, INS: iso7816.INSInternalAuthenticate},
		"a spoiled byte in a key file": {Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto")
			require.NoError(t, d.chip.Arm(fault))
			c := d.open()
			_, _ = c.Inspect(ctx) // a refusal or an error, as the fault is
			d.chip.Disarm()
			r, err := c.Inspect(ctx, card.PINReference)
			require.NoError(t, err)
			require.Nil(t, r.Refusal)
			_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
			require.NoError(t, err)
		})
	}
}

// TestOnePlainAnswerDoesNotHideTheCounters: a word that no MAC protects must
// not teach this computer for good that the card has no counters to read. They
// are what keeps a consent honest, and what spares the card an empty VERIFY.
func TestOnePlainAnswerDoesNotHideTheCounters(t *testing.T) {
	for _, sw := range []virtual.StatusWord{0x6300, 0x6700, 0x6883, 0x6A80, 0x6A88, 0x6F00} {
		t.Run(sw.String(), func(t *testing.T) {
			d := newDesk(t, "gemalto")
			known := d.inspect(card.PINReference, card.PUKReference)
			require.Equal(t, card.SourceCard, known.PUK.Source)
			// The last but one APDU of a known card's Inspect asks for the PIN's counter.
			clean := d.apdus
			d.inspect(card.PINReference, card.PUKReference)
			clean = d.apdus - clean
			require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultStatusPlain, StatusWord: sw, At: clean - 1}))
			_, _ = d.open().Inspect(ctx, card.PINReference, card.PUKReference)
			require.Empty(t, d.chip.Armed(), "the fault struck")
			for range 2 {
				r := d.inspect(card.PINReference, card.PUKReference)
				require.Equal(t, card.SourceCard, r.PIN.Source)
				require.Equal(t, card.SourceCard, r.PUK.Source)
			}
		})
	}
}

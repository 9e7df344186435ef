package card_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
)

// What a second look at the code that sends PIN and PUK doubted.

// forgetful opens a folder that takes no record of any card, as a new process
// would: where its files go stands something else.
func forgetful(t *testing.T) *store.Store {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "records.lock"), 0o700))
	s, err := store.Open(folder, store.Options{Keyring: store.NoKeyring()})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	require.Error(t, s.Card([]byte(specimenNIS)).SetQuerySafety(store.SafetyAsked))
	return s
}

// A disk that is full or read-only: what cannot be written down cannot be
// known to the next program, which would ask again, and pay again.
func TestNoQueryThatCannotBeWrittenDown(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyCosts))
	for range 3 {
		d.o.Store = forgetful(t)
		d.inspect(card.PINReference)
	}
	assert.LessOrEqual(t, d.counted().empty, 1)
	assert.GreaterOrEqual(t, d.chip.State().PINTries, 2, "three looks at a card must not block its PIN")
}

// A question that was asked before the channel broke under it is not asked
// again in the channel that takes its place.
func TestQueryInADyingChannelGoesOutOnce(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyCosts))
	c := d.bend(func(l *crooked) {
		l.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
			answer, err := next(command)
			if command[0] == 0x0C && command[1] == 0x20 {
				answer[len(answer)-3] ^= 1 // its MAC
			}
			return answer, err
		}
	})
	_, err := c.Inspect(ctx) // the channel stands, nothing was asked
	require.NoError(t, err)
	_, err = c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	d.inspect(card.PINReference)
	assert.Equal(t, 1, d.counted().empty)
	assert.Equal(t, 2, d.chip.State().PINTries)
}

// Asking was free; then other software failed a PIN. That looks like a price,
// and is taken for one.
func TestFreeQueryAndAFailureElsewhere(t *testing.T) {
	d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyFree))
	require.False(t, d.inspect(card.PINReference).TriesQueryUnsafe)
	d.elsewhere(func() {
		_, err := d.verify(wrongPIN)
		require.Error(t, err)
	})
	r := d.inspect(card.PINReference)
	assert.True(t, r.TriesQueryUnsafe)
	assert.Equal(t, 2, r.PIN.Left)
	asked := d.counted().empty
	d.inspect(card.PINReference)
	assert.Equal(t, asked, d.counted().empty)
}

// A chip may have its reasons to answer a read in clear, today or every day. It
// is still the holder's card: it loses its counters, not its PIN.
func TestCounterAnsweredInClearDoesNotLoseTheCard(t *testing.T) {
	for _, sw := range []uint16{0x6982, 0x6985, 0x6987, 0x6988, 0x6A88, 0x6D00} {
		for _, told := range []bool{false, true} {
			name := iso7816.StatusWord(sw).Error() + map[bool]string{true: " from a card that told"}[told]
			t.Run(name, func(t *testing.T) {
				d := newDesk(t, "gemalto")
				d.o.QueryTries = false
				if told {
					require.Equal(t, card.SourceCard, d.inspect(card.PINReference).PIN.Source)
				}
				c := d.bend(answering(0xCB, sw, false))
				for range 2 {
					r, err := c.Inspect(ctx, card.PINReference)
					require.NoError(t, err)
					require.Nil(t, r.Refusal)
					assert.NotEqual(t, card.SourceCard, r.PIN.Source)
					_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
					require.NoError(t, err)
				}
				assert.Equal(t, 2, d.counted().verify)
			})
		}
	}
}

// Other software spoke to the card while a person typed, twice in a card's
// life. That the channel was dead says nothing of the question.
func TestInterferenceHidesNoCounters(t *testing.T) {
	d := newDesk(t, "gemalto")
	broken := 0
	c := d.bend(func(l *crooked) {
		l.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
			if broken > 0 && command[0] == 0x0C && command[1] == 0xCB {
				broken--
				return []byte{0x6D, 0x00}, nil
			}
			return next(command)
		}
	})
	for range 4 {
		r, err := c.Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		require.Equal(t, card.SourceCard, r.PIN.Source)
		broken = 1
		_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
		require.NoError(t, err)
	}
}

// A presentation that never left changes nothing of what is known, an earlier
// failure of ours included.
func TestNotSentForgivesNoFailure(t *testing.T) {
	d := newDesk(t, "gemalto")
	_, err := d.verify(wrongPIN)
	require.Error(t, err)
	c := d.bend(func(l *crooked) {
		l.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
			if command[0] == 0x0C && command[1] == 0x20 {
				return nil, &iso7816.LinkError{Kind: iso7816.LinkBusy}
			}
			return next(command)
		}
	})
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	require.ErrorIs(t, err, iso7816.ErrBusy)
	require.Equal(t, 1, d.counted().verify)
	seen, ok := d.record().Counter(byte(card.PINReference))
	require.True(t, ok)
	assert.Equal(t, 2, seen.TriesLeft)
	assert.True(t, seen.FailedSince, "a failure of ours since the last success")
}

// Nothing is presented by RESET RETRY COUNTER: no answer to it says that a code
// was wrong, or sends a person who holds the PUK back to the PUK.
func TestRefusedUnblockingIsNoWrongPIN(t *testing.T) {
	for _, sw := range []virtual.StatusWord{0x6300, 0x63C0, 0x63C2, 0x6983, 0x6984, 0x6982} {
		t.Run(sw.String(), func(t *testing.T) {
			d := newDesk(t, "gemalto")
			for range 3 {
				_, err := d.verify(wrongPIN)
				require.Error(t, err)
			}
			c := d.open()
			r, err := c.Inspect(ctx, card.PUKReference)
			require.NoError(t, err)
			require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultStatusInner, StatusWord: sw, INS: 0x2C}))
			_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
			var refused *card.RefusedError
			require.ErrorAs(t, err, &refused)
			assert.EqualValues(t, sw, refused.SW)
			require.NotNil(t, refused.Now)
			assert.Equal(t, 0, refused.Now.Left)
			assert.Equal(t, counts{verify: 4, reset: 1}, d.counted())
		})
	}
}

// A card that was taken away owes no reset, and closing it is no failure.
func TestCloseOfACardThatIsGone(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.bend(func(l *crooked) {
		l.end = func(reset bool, next func(bool) error) error {
			_ = next(false)
			if reset {
				return &iso7816.LinkError{Kind: iso7816.LinkLost}
			}
			return nil
		}
	})
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	require.NoError(t, err)
	require.True(t, d.shelf().WasLeftVerified())
	d.chip.Remove()
	assert.NoError(t, c.Close())
	assert.False(t, d.shelf().WasLeftVerified())
}

// An operation inside another is a mistake of the caller. It must not make the
// outer one forget that a code went out.
func TestOperationInsideAnother(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	err = c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(*card.Holder) error {
		soon, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		_, err := c.Recognise(soon)
		require.ErrorIs(t, err, iso7816.ErrBusy)
		return &iso7816.LinkError{Kind: iso7816.LinkReset, Sent: true}
	})
	assert.ErrorIs(t, err, iso7816.ErrReset, "and not what starting again would have brought")
	assert.Equal(t, counts{verify: 1}, d.counted())
}

// A program may use the holder's key as long as it likes: the bound is against
// a card that never ends, not against a day's work.
func TestHolderMayWorkLong(t *testing.T) {
	if testing.Short() {
		t.Skip("some thousand commands")
	}
	d := newDesk(t, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NoError(t, c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
		start := d.apdus
		for d.apdus-start < 2100 {
			if _, err := h.Sign(ctx, bytes.Repeat([]byte{1}, 32)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestCertificateThatDiffers: the certificate alone is not what the SOD signs.
// It is shown to who accepts the card as it is, and to nobody else.
func TestCertificateThatDiffers(t *testing.T) {
	proven := false
	read := func(d *desk) (err error) {
		c := d.open()
		r, err := c.Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		require.Nil(t, r.Refusal)
		err = c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
			certificate, err := h.Certificate(ctx)
			proven = err == nil && h.Proves(certificate)
			return err
		})
		var refused *card.NotGenuineError
		if errors.As(err, &refused) && !refused.Overridable {
			assert.ErrorIs(t, c.RememberOverride(), card.ErrNothingToAccept, "what cannot be accepted for good is not called so")
		}
		return err
	}
	d := newDesk(t, "gemalto")
	require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1003", Offset: -5}))
	var refused *card.NotGenuineError
	require.ErrorAs(t, read(d), &refused)
	assert.Equal(t, card.StepCertificate, refused.Step)
	assert.False(t, refused.Overridable, "nothing to remember")
	d.o.AcceptUnproven = true
	require.NoError(t, read(d))
	assert.False(t, proven)
	d.o.AcceptUnproven = false
	d.chip.Disarm()
	require.NoError(t, read(d), "what differed was not remembered")
	assert.True(t, proven)
	require.NoError(t, read(d))
	assert.True(t, proven, "also the one remembered")
}

// TestCertificateThatDiffersOnAnAcceptedCard: who accepted the card for good, for
// another file, sees the certificate, but never as a proven one, and it is not
// remembered.
func TestCertificateThatDiffersOnAnAcceptedCard(t *testing.T) {
	d := newDesk(t, "gemalto")
	require.NoError(t, d.chip.Arm(
		virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40},
		virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1003", Offset: -5},
	))
	c := d.open()
	_, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NoError(t, c.RememberOverride())
	c = d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.Nil(t, r.Refusal, "accepted for good")
	require.NoError(t, c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
		certificate, err := h.Certificate(ctx)
		if err == nil {
			assert.False(t, h.Proves(certificate))
		}
		return err
	}))
	r, err = d.open().Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	assert.Nil(t, r.Certificate, "not remembered")
}

// TestCertificateThatDiffersAndIsNone: what the SOD does not sign is called so,
// also where nothing can be made of it.
func TestCertificateThatDiffersAndIsNone(t *testing.T) {
	d := newDesk(t, "gemalto")
	require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1003", Offset: 8}))
	read := func() error {
		c := d.open()
		r, err := c.Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		return c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
			_, err := h.Certificate(ctx)
			return err
		})
	}
	var refused *card.NotGenuineError
	require.ErrorAs(t, read(), &refused)
	assert.Equal(t, card.StepCertificate, refused.Step)
	d.o.AcceptUnproven = true
	var interrupted *card.InterruptedError
	require.ErrorAs(t, read(), &interrupted)
}

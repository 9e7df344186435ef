package card_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/ias"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

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

// twin is another card, with keys of its own, that shows the specimen's number.
var twin = sync.OnceValues(func() (*specimen.Data, error) {
	return specimen.Generate(rand.Reader, specimen.Options{NIS: specimenNIS, PIN: []byte(rightPIN), PUK: []byte(rightPUK)})
})

// newTwin lays the twin on a reader of its own, before a program with the
// memory of d.
func (d *desk) newTwin() *desk {
	d.t.Helper()
	data, err := twin()
	require.NoError(d.t, err)
	settings := d.chip.Settings()
	chip, err := virtual.New(virtual.Config{Data: data, Profile: d.chip.Profile(), Settings: &settings})
	require.NoError(d.t, err)
	return &desk{t: d.t, chip: chip, reader: virtuallink.NewReader(chip), memory: d.memory, o: d.o}
}

// elsewhere runs f as on another computer, which asks no card for its tries.
func (d *desk) elsewhere(f func()) {
	kept := d.o
	d.o.Store, d.o.QueryTries = store.Memory(), false
	f()
	d.o = kept
}

func hidesCount(s *virtual.Settings) { s.WrongPINHidesCount = true }

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

	soon, cancel := context.WithTimeout(ctx, time.Second)
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
	require.NoError(t, a.Card(number).MarkVerified())
	require.NoError(t, b.Card(number).MarkVerified())
	require.NoError(t, a.Card(number).ClearVerified())
	require.NoError(t, b.Close()) // killed
	assert.True(t, c.Card(number).WasLeftVerified())
}

// spendPUK presents wrong PUKs until only left are left, as last seen.
func (d *desk) spendPUK(left int) {
	d.t.Helper()
	for d.chip.State().PUKTries > left {
		_, err := d.unblock(wrongPUK, newPIN)
		require.Error(d.t, err)
	}
	require.Equal(d.t, left, d.inspect(card.PUKReference).PUK.Left)
}

// What another card with this number says of its counters, proven or not, is
// nothing about this one.
func TestOtherCardsTeachNothing(t *testing.T) {
	tells := func(t *testing.T, d *desk) *desk {
		other := newDesk(t, "gemalto") // tells 10 PUK tries
		other.memory, other.o.Store = d.memory, d.memory
		return other
	}
	for name, visit := range map[string]func(*testing.T, *desk){
		"foreign chip key": func(t *testing.T, d *desk) {
			other := tells(t, d)
			require.NoError(t, other.chip.Arm(virtual.Fault{Kind: virtual.FaultForeignChipKey}))
			require.NotNil(t, other.inspect(card.PINReference, card.PUKReference).Refusal)
		},
		"forged SOD": func(t *testing.T, d *desk) {
			other := tells(t, d).newTwin()
			require.NoError(t, other.chip.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, Offset: -20}))
			require.NotNil(t, other.inspect(card.PINReference, card.PUKReference).Refusal)
		},
		"SOD and keys of its own": func(t *testing.T, d *desk) {
			tells(t, d).newTwin().inspect(card.PINReference, card.PUKReference)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto", silent(virtual.EmptyVerifyRefused))
			d.spendPUK(2)
			visit(t, d)
			r := d.inspect(card.PUKReference)
			assert.Equal(t, 2, r.PUK.Left)
			assert.Equal(t, card.ConfirmPUK, r.PUK.Requires())
		})
	}
}

// What was remembered of a card with the same number must not lock out this
// one, whatever it was that the other had different.
func TestRememberedTwinDoesNotLockOut(t *testing.T) {
	t.Run("keys", func(t *testing.T) {
		d := newDesk(t, "gemalto")
		d.newTwin().inspect(card.PINReference)
		r, err := d.open().Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		assert.Nil(t, r.Refusal)
	})
	for name, alter := range map[string]func(map[string]any){
		"external authentication key": func(p map[string]any) {
			p["Authenticator"].(map[string]any)["CHR"] = []byte("another CHR!")
		},
		"authority": func(p map[string]any) {
			modulus := bytes.Repeat([]byte{0xFF}, 256)
			p["Authenticator"].(map[string]any)["Modulus"] = modulus
		},
		"generator":         func(p map[string]any) { p["Domain"].(map[string]any)["G"] = []byte{2} },
		"nothing there":     func(p map[string]any) { p["Authenticator"] = nil },
		"SOD of a stranger": func(p map[string]any) { p["SOD"] = []byte{0x77, 0} },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto")
			d.inspect(card.PINReference)
			record := d.memory.Card([]byte(specimenNIS))
			remembered, ok := record.Static()
			require.True(t, ok)
			var p map[string]any
			require.NoError(t, json.Unmarshal(remembered, &p))
			alter(p)
			require.NoError(t, record.SetStatic(must(json.Marshal(p))))
			assert.NotPanics(t, func() {
				for range 2 {
					r, err := d.open().Inspect(ctx, card.PINReference)
					if assert.NoError(t, err) {
						assert.Nil(t, r.Refusal)
					}
				}
			})
		})
	}
}

// The chip that was shown is the chip that gets the code, whatever number
// another one shows.
func TestConsentIsForOneChip(t *testing.T) {
	d := newDesk(t, "gemalto")
	other := d.newTwin()
	d.o.Store = store.Memory()
	first := d.open()
	r, err := first.Inspect(ctx, card.PINReference)
	require.NoError(t, err)

	t.Run("another handle", func(t *testing.T) {
		other.o.Store = store.Memory()
		_, err := other.open().VerifyPIN(ctx, other.pin(rightPIN), agreed(r, card.PINReference))
		assert.ErrorIs(t, err, card.ErrOtherCard)
		assert.Zero(t, other.counted().verify)
	})
	t.Run("the same handle", func(t *testing.T) {
		other := d.newTwin()
		swapped := false
		otherLink, err := other.reader.Connect()
		require.NoError(t, err)
		c := d.bend(func(l *crooked) {
			l.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
				if swapped {
					return otherLink.Transmit(command)
				}
				return next(command)
			}
			l.begin = func(reset bool, err error) (bool, error) { return reset || swapped, err }
		})
		r, err := c.Inspect(ctx, card.PINReference)
		require.NoError(t, err)
		swapped = true
		_, err = c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
		assert.ErrorIs(t, err, card.ErrOtherCard)
		assert.Zero(t, other.counted().verify)
	})
}

// To accept a card is to accept its chip, not whatever shows its number.
func TestOverrideIsForOneChip(t *testing.T) {
	d := newDesk(t, "gemalto")
	require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40}))
	c := d.open()
	_, err := c.Inspect(ctx)
	require.NoError(t, err)
	require.NoError(t, c.RememberOverride())

	// Number and SOD of the accepted card, which anybody can read, and a key of
	// one's own.
	forger := newDesk(t, "gemalto")
	forger.o.Store = d.memory
	require.NoError(t, forger.chip.Arm(virtual.Fault{Kind: virtual.FaultForeignChipKey}))
	_, err = forger.verify(rightPIN)
	var refused *card.NotGenuineError
	require.ErrorAs(t, err, &refused)
	assert.Zero(t, forger.counted().verify)
}

// Refusal nil says that PIN and PUK may go to the card.
func TestRefusalFollowsTheOverride(t *testing.T) {
	d := newDesk(t, "gemalto")
	require.NoError(t, d.chip.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40}))
	d.o.AcceptUnproven = true
	assert.Nil(t, d.inspect().Refusal)
}

func TestOverrideNeedsSomethingToOverride(t *testing.T) {
	for name, fault := range map[string]virtual.Fault{
		"proven":     {Kind: virtual.FaultLostAfter, At: 1 << 20},
		"forged SOD": {Kind: virtual.FaultTamperedFile, Offset: -20},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "gemalto")
			require.NoError(t, d.chip.Arm(fault))
			c := d.open()
			_, err := c.Inspect(ctx)
			require.NoError(t, err)
			assert.Error(t, c.RememberOverride())
			assert.False(t, d.memory.Card([]byte(specimenNIS)).Override())
		})
	}
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

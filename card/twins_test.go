package card_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// Cards that show the number of another one, and what was accepted of one chip.

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

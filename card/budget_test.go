package card_test

import (
	"crypto"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/virtual"
)

// TestBudgets holds the number of APDUs of each operation to its bound, on every
// chip family.
func TestBudgets(t *testing.T) {
	for _, profile := range virtual.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			t.Parallel()
			// One more read for a virtual card's external authentication key, whose
			// exponent is as long as its modulus.
			const largerKey = 1
			// A card that wants Le or sends 6100 first costs what it costs; the
			// budgets are for those that answer at once.
			d := newDesk(t, profile.Name, func(s *virtual.Settings) {
				s.NoLe, s.FilePadding, s.ReadLimit, s.ReadLimitSM = virtual.NoLeData, nil, 0, 0
				s.GetDataRefusesLe, s.GetResponseCLA, s.ShortLe = false, virtual.GetResponseAny, virtual.ShortLeMore
				s.DHParameters = virtual.DHBoth
			})
			for _, visit := range []struct {
				name                                 string
				status, look, verify, change, unlock int
			}{{"unknown", 4, 46 + largerKey, 48 + largerKey, 50 + largerKey, 50 + largerKey}, {"known", 4, 20, 21, 22, 22}} {
				forget := func() {
					if visit.name == "unknown" {
						require.NoError(t, d.memory.Forget([]byte(specimenNIS)))
					}
				}
				within := func(what string, budget int, operation func()) {
					forget()
					d.apdus = 0
					operation()
					assert.LessOrEqual(t, d.apdus, budget, "%s, %s card", what, visit.name)
				}
				within("status", visit.status, func() {
					_, err := d.open().Recognise(ctx)
					require.NoError(t, err)
				})
				within("card", visit.look, func() { d.inspect(card.PINReference, card.PUKReference) })
				within("verify", visit.verify, func() {
					_, err := d.verify(rightPIN)
					require.NoError(t, err)
				})
				within("change", visit.change, func() {
					_, err := d.change(rightPIN, newPIN)
					require.NoError(t, err)
				})
				within("unblock", visit.unlock, func() {
					c := d.open()
					r, err := c.Inspect(ctx, card.PUKReference)
					require.NoError(t, err)
					_, err = c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(rightPIN), agreed(r, card.PUKReference))
					require.NoError(t, err)
				})
			}
			eachFurtherSignature(t, d)
		})
	}
}

func eachFurtherSignature(t *testing.T, d *desk) {
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	digest := sha256.Sum256(nil)
	info, err := card.DigestInfo(crypto.SHA256, digest[:])
	require.NoError(t, err)
	require.NoError(t, c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
		for range 2 {
			d.apdus = 0
			_, err := h.Sign(ctx, info)
			require.NoError(t, err)
			assert.LessOrEqual(t, d.apdus, 3)
		}
		return nil
	}))
}

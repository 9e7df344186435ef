package card_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/sod"
	"cientro/card/virtual"
)

// TestEveryFamily plays every operation on every chip family with both kinds
// of SOD, and counts the commands that can spend a try.
func TestEveryFamily(t *testing.T) {
	for _, profile := range virtual.Profiles() {
		for _, variant := range []virtual.SODVariant{virtual.SODSHA256, virtual.SODSHA512} {
			t.Run(profile.Name+"/"+string(variant), func(t *testing.T) {
				t.Parallel()
				playEverything(t, newDesk(t, profile.Name, func(s *virtual.Settings) { s.SODVariant = variant }))
			})
		}
	}
}

func playEverything(t *testing.T, d *desk) {
	spent := counts{}
	step := func(name string, want counts) {
		t.Helper()
		now := d.counted()
		got := counts{now.verify - spent.verify, now.change - spent.change, now.reset - spent.reset, 0}
		assert.Equal(t, want, got, name)
		spent = now
	}

	tries, err := d.verify(rightPIN)
	require.NoError(t, err)
	assert.Equal(t, 3, tries.Left)
	step("right PIN", counts{verify: 1})

	for left := 2; left > 0; left-- {
		_, err = d.verify(wrongPIN)
		var wrong *card.PINError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, card.PINError{Reference: card.PINReference, TriesLeft: left}, *wrong)
		step("wrong PIN", counts{verify: 1})
	}
	_, err = d.verify(wrongPIN)
	var blocked *card.BlockedError
	require.ErrorAs(t, err, &blocked)
	assert.Equal(t, card.BlockedError{Reference: card.PINReference, JustNow: true}, *blocked)
	step("third wrong PIN", counts{verify: 1})

	if d.chip.Settings().CountersByGetData {
		_, err = d.verify(rightPIN)
		require.ErrorAs(t, err, &blocked)
		assert.False(t, blocked.JustNow)
		step("blocked PIN", counts{}) // the card says so: nothing is sent
	}

	_, err = d.unblock(wrongPUK, newPIN)
	var wrong *card.PINError
	require.ErrorAs(t, err, &wrong)
	assert.Equal(t, card.PINError{Reference: card.PUKReference, TriesLeft: 9}, *wrong)
	step("wrong PUK", counts{verify: 1})

	tries, err = d.unblock(rightPUK, newPIN)
	require.NoError(t, err)
	assert.Equal(t, card.PINReference, tries.Reference)
	assert.Equal(t, 3, tries.Left)
	step("unblock", counts{verify: 1, reset: 1})

	_, err = d.change(newPIN, rightPIN)
	require.NoError(t, err)
	step("change", counts{verify: 1, change: 1})
	_, err = d.change(wrongPIN, newPIN)
	require.ErrorAs(t, err, &wrong)
	step("change with a wrong PIN", counts{verify: 1})

	certificateAndSignature(t, d)
	step("certificate and two signatures", counts{verify: 1})

	for left := 9; left > 0; left-- {
		_, err = d.unblock(wrongPUK, newPIN)
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, left, wrong.TriesLeft)
		step("wrong PUK", counts{verify: 1})
	}
	_, err = d.unblock(wrongPUK, newPIN)
	require.ErrorAs(t, err, &blocked)
	assert.Equal(t, card.PUKReference, blocked.Reference)
	step("tenth wrong PUK", counts{verify: 1})
	_, err = d.unblock(rightPUK, newPIN)
	require.ErrorAs(t, err, &blocked)
	step("PUK blocked for ever", counts{})

	assert.Zero(t, d.chip.Counters().EmptyVerify[0x82], "empty VERIFY on the PUK")
	assert.Equal(t, 0, d.chip.State().PUKTries)
}

func certificateAndSignature(t *testing.T, d *desk) {
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NoError(t, c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
		certificate, err := h.Certificate(ctx)
		require.NoError(t, err)
		assert.Equal(t, "SPECIMEN", certificate.Surname.Reveal())
		for _, text := range []string{"a challenge", "another"} {
			digest := sha256.Sum256([]byte(text))
			info, err := card.DigestInfo(crypto.SHA256, digest[:])
			require.NoError(t, err)
			signature, err := h.Sign(ctx, info)
			require.NoError(t, err)
			require.NoError(t, rsa.VerifyPKCS1v15(certificate.PublicKey(), crypto.SHA256, digest[:], signature))
		}
		return nil
	}))
	r, err = d.open().Inspect(ctx, card.PINReference)
	require.NoError(t, err)
	require.NotNil(t, r.Certificate, "remembered")
	assert.Equal(t, sod.HashOK, r.SOD.Hashes[sod.GroupCertCIE])
}

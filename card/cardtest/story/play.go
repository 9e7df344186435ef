package story

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/sod"
)

// Play plays the whole story on a fresh specimen.
func Play(t *testing.T, s Stage) {
	p := &play{Stage: s, T: t}
	p.pinOperations()
	p.unblockAndChange()
	p.certificateAndSignatures()
	p.tenWrongPUKs()
	assert.Zero(t, s.Chip.Counters().EmptyVerify[0x82], "empty VERIFY on the PUK")
	assert.Equal(t, 0, s.Chip.State().PUKTries)
}

type play struct {
	Stage
	*testing.T
	before Counts
}

// cost compares what the last step sent with what it may send.
func (p *play) cost(step string, verify, change, reset int) {
	p.Helper()
	now := p.Counted()
	assert.Equal(p, Counts{Verify: verify, Change: change, Reset: reset},
		Counts{Verify: now.Verify - p.before.Verify, Change: now.Change - p.before.Change, Reset: now.Reset - p.before.Reset}, step)
	p.before = now
}

func (p *play) refused(err error, ref card.Reference, left int) {
	p.Helper()
	var wrong *card.PINError
	require.ErrorAs(p, err, &wrong)
	assert.Equal(p, card.PINError{Reference: ref, TriesLeft: left}, *wrong)
}

func (p *play) blocked(err error, ref card.Reference, justNow bool) {
	p.Helper()
	var blocked *card.BlockedError
	require.ErrorAs(p, err, &blocked)
	assert.Equal(p, card.BlockedError{Reference: ref, JustNow: justNow}, *blocked)
}

func (p *play) pinOperations() {
	tries, err := p.Verify(p, RightPIN)
	require.NoError(p, err)
	assert.Equal(p, 3, tries.Left)
	p.cost("right PIN", 1, 0, 0)

	for left := 2; left > 0; left-- {
		_, err = p.Verify(p, WrongPIN)
		p.refused(err, card.PINReference, left)
		p.cost("wrong PIN", 1, 0, 0)
	}
	_, err = p.Verify(p, WrongPIN)
	p.blocked(err, card.PINReference, true)
	p.cost("third wrong PIN", 1, 0, 0)

	if p.Chip.Settings().CountersByGetData {
		_, err = p.Verify(p, RightPIN)
		p.blocked(err, card.PINReference, false)
		p.cost("blocked PIN", 0, 0, 0) // the card says so: nothing is sent
	}
}

func (p *play) unblockAndChange() {
	_, err := p.Unblock(p, WrongPUK, NewPIN)
	p.refused(err, card.PUKReference, 9)
	p.cost("wrong PUK", 1, 0, 0)

	tries, err := p.Unblock(p, RightPUK, NewPIN)
	require.NoError(p, err)
	assert.Equal(p, card.PINReference, tries.Reference)
	assert.Equal(p, 3, tries.Left)
	p.cost("unblock", 1, 0, 1)

	_, err = p.Change(p, NewPIN, RightPIN)
	require.NoError(p, err)
	p.cost("change", 1, 1, 0)
	_, err = p.Change(p, WrongPIN, NewPIN)
	p.refused(err, card.PINReference, 2)
	p.cost("change with a wrong PIN", 1, 0, 0)
}

func (p *play) certificateAndSignatures() {
	ctx := context.Background()
	c := p.Open(p)
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(p, err)
	require.NoError(p, c.WithPIN(ctx, PIN(p, RightPIN), Agreed(r, card.PINReference), func(h *card.Holder) error {
		certificate, err := h.Certificate(ctx)
		require.NoError(p, err)
		assert.Equal(p, "SPECIMEN", certificate.Surname.Reveal())
		for _, text := range []string{"a challenge", "another"} {
			digest := sha256.Sum256([]byte(text))
			info, err := card.DigestInfo(crypto.SHA256, digest[:])
			require.NoError(p, err)
			signature, err := h.Sign(ctx, info)
			require.NoError(p, err)
			require.NoError(p, rsa.VerifyPKCS1v15(certificate.PublicKey(), crypto.SHA256, digest[:], signature))
		}
		return nil
	}))
	p.cost("certificate and two signatures", 1, 0, 0)

	r, err = p.Open(p).Inspect(ctx, card.PINReference)
	require.NoError(p, err)
	require.NotNil(p, r.Certificate, "remembered")
	assert.Equal(p, sod.HashOK, r.SOD.Hashes[sod.GroupCertCIE])
}

func (p *play) tenWrongPUKs() {
	for left := 9; left > 0; left-- {
		_, err := p.Unblock(p, WrongPUK, NewPIN)
		p.refused(err, card.PUKReference, left)
		p.cost("wrong PUK", 1, 0, 0)
	}
	_, err := p.Unblock(p, WrongPUK, NewPIN)
	p.blocked(err, card.PUKReference, true)
	p.cost("tenth wrong PUK", 1, 0, 0)
	_, err = p.Unblock(p, RightPUK, NewPIN)
	p.blocked(err, card.PUKReference, false)
	p.cost("PUK blocked for ever", 0, 0, 0)
}

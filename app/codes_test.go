package app

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wandering is a person who answers codes with errors now and then.
type wandering struct {
	*answers
	errs  map[int]error // by the number of the question, from 0
	ready int
}

func (a *wandering) Secret(ctx context.Context, q SecretQuestion) ([]byte, error) {
	number := len(a.asked)
	if err := a.errs[number]; err != nil {
		a.asked = append(a.asked, q)
		return nil, err
	}
	return a.answers.Secret(ctx, q)
}

func (a *wandering) Ready() { a.ready++ }

func (a *wandering) order() (asked []Secret) {
	for _, q := range a.asked {
		asked = append(asked, q.Secret)
	}
	return asked
}

// TestBackBetweenCodes: from the repetition to the new PIN, from there to what is
// presented, and what was typed first is typed again.
func TestBackBetweenCodes(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	ask := &wandering{
		answers: person(wrongPIN, newPIN, rightPIN, newPIN, newPIN),
		errs:    map[int]error{2: ErrBack, 3: ErrBack},
	}
	_, err := b.service().ChangePIN(within(t), Choice{}, ask)
	require.NoError(t, err)
	assert.Equal(t, []Secret{
		SecretPIN, SecretNewPIN, SecretNewPINAgain, SecretNewPIN,
		SecretPIN, SecretNewPIN, SecretNewPINAgain,
	}, ask.order())
	for _, q := range ask.asked {
		assert.NoError(t, q.Refused, "going back is no mistake")
	}
	assert.Equal(t, [3]int{1, 1, 0}, pinCommands(c))
	assert.Equal(t, 3, c.State().PINTries, "the wrong PIN that was taken back went nowhere")
	assert.Equal(t, 1, ask.ready)
	for _, secret := range ask.given {
		assert.Equal(t, make([]byte, len(secret)), secret)
	}
}

// TestForgottenCodes are asked for again from the first, which says why.
func TestForgottenCodes(t *testing.T) {
	for _, at := range []int{1, 2} {
		b := newBench(t)
		c := b.cie("desk", nil)
		ask := &wandering{answers: person(wrongPUK, newPIN), errs: map[int]error{at: ErrForgotten}}
		if at == 1 {
			ask.answers.secrets = []string{wrongPUK}
		}
		ask.answers.secrets = append(ask.answers.secrets, rightPUK, newPIN, newPIN)
		_, err := b.service().UnblockPIN(within(t), Choice{}, ask)
		require.NoError(t, err)
		require.ErrorIs(t, ask.asked[at+1].Refused, ErrForgotten)
		assert.Equal(t, SecretPUK, ask.asked[at+1].Secret)
		assert.Equal(t, [3]int{1, 0, 1}, pinCommands(c))
	}
}

// TestBackFromTheFirstCode leads out, and nothing was sent.
func TestBackFromTheFirstCode(t *testing.T) {
	b := newBench(t)
	c := b.cie("desk", nil)
	ask := &wandering{answers: person(), errs: map[int]error{0: ErrBack}}
	_, err := b.service().VerifyPIN(within(t), Choice{}, ask)
	assert.Equal(t, "STOP-001", ProblemOf(err).Code)
	assert.Zero(t, pinCommands(c))
	assert.Zero(t, ask.ready)
}

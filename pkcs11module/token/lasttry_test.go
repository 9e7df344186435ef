package token_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

// allowing is a Consenter that always gives one answer.
func allowing(yes bool) func(*token.Options) {
	return func(o *token.Options) {
		o.LastTry = answer(func(context.Context, token.Question) (bool, error) { return yes, nil })
	}
}

type answer func(context.Context, token.Question) (bool, error)

func (a answer) LastTry(ctx context.Context, q token.Question) (bool, error) { return a(ctx, q) }

const pinFlags = ck.TokenUserPINCountLow | ck.TokenUserPINFinalTry | ck.TokenUserPINLocked

func (s *stand) flags() ck.Flags {
	s.t.Helper()
	before := s.rack.apdus.Load()
	info, err := s.m.GetTokenInfo(ctx, 1)
	require.NoError(s.t, err)
	require.Equal(s.t, before, s.rack.apdus.Load(), "C_GetTokenInfo asks the card nothing")
	return info.Flags
}

func TestLastTry(t *testing.T) {
	for _, c := range []struct {
		name     string
		answer   answer
		want     ck.RV
		asked    int
		verify   int
		nobody   bool
		loggedIn bool
	}{
		{name: "consent", want: ck.OK, asked: 1, verify: 1, loggedIn: true,
			answer: func(context.Context, token.Question) (bool, error) { return true, nil }},
		{name: "denied by rule", want: ck.RVFunctionRejected, asked: 1,
			answer: func(context.Context, token.Question) (bool, error) { return false, nil }},
		{name: "cancelled", want: ck.RVFunctionCanceled, asked: 1,
			answer: func(context.Context, token.Question) (bool, error) { return false, token.ErrCancelled }},
		{name: "no window", want: ck.RVFunctionRejected, asked: 1,
			answer: func(context.Context, token.Question) (bool, error) { return true, errors.New("no display") }},
		{name: "nobody to ask", want: ck.RVFunctionRejected, nobody: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			var s *stand
			s = newStand(t, func(o *token.Options) {
				if !c.nobody {
					o.LastTry = answer(func(ctx context.Context, q token.Question) (bool, error) {
						asked++
						assert.Equal(t, 1, q.Tries.Left)
						assert.Equal(t, firstReader, q.Reader)
						link, err := s.reader.Connect()
						require.NoError(t, err)
						short, cancel := context.WithTimeout(ctx, 30*time.Second)
						defer cancel()
						_, err = link.Begin(short)
						require.NoError(t, err, "no transaction is held while a person thinks")
						require.NoError(t, link.End(false))
						return c.answer(ctx, q)
					})
				}
			})
			require.NoError(t, s.chip.SetTries(1, 10))
			h := s.open()
			err := s.login(h, rightPIN)
			if c.want == ck.OK {
				require.NoError(t, err)
			} else {
				require.Equal(t, c.want, err)
			}
			assert.Equal(t, c.asked, asked)
			assert.Equal(t, c.verify, s.verifies())
			if !c.loggedIn {
				assert.Equal(t, 1, s.triesLeft())
				assert.Equal(t, ck.TokenUserPINCountLow|ck.TokenUserPINFinalTry, s.flags()&pinFlags)
			}
		})
	}
}

// TestLastTryOfSetPIN: changing the PIN obeys the same rule.
func TestLastTryOfSetPIN(t *testing.T) {
	s := newStand(t, allowing(false))
	require.NoError(t, s.chip.SetTries(1, 10))
	h := s.open(ck.SessionRW)
	assert.Equal(t, ck.RVFunctionRejected, s.m.SetPIN(ctx, h, []byte(wrongPIN), []byte(newPIN)))
	assert.Zero(t, s.verifies())
}

// TestCounterRisesWhileAsked: another program had a PIN accepted while the user
// was asked.
func TestCounterRisesWhileAsked(t *testing.T) {
	var tries []int
	var s *stand
	s = newStand(t, func(o *token.Options) {
		o.LastTry = answer(func(_ context.Context, q token.Question) (bool, error) {
			tries = append(tries, q.Tries.Left)
			if len(tries) == 1 {
				require.NoError(t, s.chip.SetTries(3, 10))
			}
			return true, nil
		})
	})
	require.NoError(t, s.chip.SetTries(1, 10))
	h := s.open()
	require.NoError(t, s.login(h, rightPIN), "more tries than shown is no reason to ask again")
	assert.Equal(t, []int{1}, tries)
	assert.Equal(t, 1, s.verifies())
}

func TestCardRemovedWhileAsked(t *testing.T) {
	asked := make(chan struct{})
	s := newStand(t, func(o *token.Options) {
		o.LastTry = answer(func(ctx context.Context, _ token.Question) (bool, error) {
			close(asked)
			<-ctx.Done()
			return false, ctx.Err()
		})
	})
	require.NoError(t, s.chip.SetTries(1, 10))
	h := s.open()
	go func() {
		<-asked
		s.rack.remove(firstReader)
	}()
	assert.Equal(t, ck.RVDeviceRemoved, s.login(h, rightPIN))
	assert.Zero(t, s.verifies())
	_, err := s.m.GetSessionInfo(ctx, h)
	assert.Equal(t, ck.RVSessionHandleInvalid, err)
}

func TestFinalizeWhileAsked(t *testing.T) {
	asked := make(chan struct{})
	s := newStand(t, func(o *token.Options) {
		o.LastTry = answer(func(ctx context.Context, _ token.Question) (bool, error) {
			close(asked)
			<-ctx.Done()
			return true, nil
		})
	})
	require.NoError(t, s.chip.SetTries(1, 10))
	h := s.open()
	done := make(chan error)
	go func() { done <- s.login(h, rightPIN) }()
	<-asked
	require.NoError(t, s.m.Finalize(ctx))
	assert.Equal(t, ck.RVCryptokiNotInitialized, <-done)
	assert.Zero(t, s.verifies())
}

package token_test

import (
	"testing"
	"time"
	"context"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/cardtest/story"
	"cientro/card/store"
	"cientro/card/virtual"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

func (s *stand) otherStage() story.Stage {
	return story.Stage{
		Connect: func(t testing.TB) card.Link {
			link, err := s.reader.Connect()
			require.NoError(t, err)
			return link
		}, Chip: s.chip, Options: card.Options{Store: store.Memory(), QueryTries: true},
	}
}

func TestEyesChangedBehind(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	other := s.otherStage()
	_, err := other.Change(t, rightPIN, newPIN)
	require.NoError(t, err)
	_, err = s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("x"))
	t.Log("sign", err)
	t.Log("wrong after sign", s.chip.Counters().Wrong[0x81])
	t.Log("login same", s.login(h, rightPIN))
	assert.Equal(t, 1, s.chip.Counters().Wrong[0x81])
	t.Log("login new", s.login(h, newPIN))
}

func TestEyesLostWrong(t *testing.T) {
	for _, f := range []virtual.FaultKind{virtual.FaultLostAfter, virtual.FaultResetAfter, virtual.FaultBadMAC} {
		s := newStand(t, allowing(false))
		s.knowCard()
		h := s.open()
		for range 4 {
			require.NoError(t, s.chip.Arm(virtual.Fault{Kind: f, INS: 0x20}))
			t.Log(f, s.login(h, wrongPIN), s.triesLeft())
		}
	}
}

func TestEyesChangeLost(t *testing.T) {
	s := newStand(t)
	s.knowCard()
	h := s.open(ck.SessionRW)
	t.Log(s.login(h, newPIN))
	require.NoError(t, s.chip.Arm(virtual.Fault{Kind: virtual.FaultLostAfter, INS: 0x24}))
	t.Log("set", s.m.SetPIN(ctx, h, []byte(rightPIN), []byte(newPIN)), s.chip.State().PIN == newPIN)
	assert.NoError(t, s.login(h, newPIN))
}

func TestEyesLogoutBusy(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	link, err := s.reader.Connect()
	require.NoError(t, err)
	_, err = link.Begin(ctx)
	require.NoError(t, err)
	start := time.Now()
	t.Log("logout", s.m.Logout(ctx, h), time.Since(start), s.chip.Verified(0x81))
	require.NoError(t, link.End(false))
	require.NoError(t, s.m.Finalize(ctx))
	assert.False(t, s.chip.Verified(0x81))
}

func TestEyesIdleBusy(t *testing.T) {
	_ = context.Background
	_ = token.Options{}
}

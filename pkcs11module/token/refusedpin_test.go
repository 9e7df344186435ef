package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/cardtest/story"
	"cientro/card/store"
	"cientro/card/virtual"
	ck "cientro/pkcs11module/cryptoki"
)

// programWith is another program at the card, with a memory of its own or ours.
func (s *stand) programWith(memory *store.Store) story.Stage {
	return story.Stage{
		Connect: func(t testing.TB) card.Link {
			link, err := s.reader.Connect()
			require.NoError(t, err)
			return link
		}, Chip: s.chip, Options: card.Options{Store: memory, QueryTries: true},
	}
}

// TestPINRefusedBehindALogin: a program that is none of ours changed the PIN. The
// one from memory is refused, and the host that presents it once more, as hosts
// that keep PINs do, costs the card no second try.
func TestPINRefusedBehindALogin(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	_, err := s.programWith(store.Memory()).Change(t, rightPIN, newPIN)
	require.NoError(t, err)
	_, err = s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("x"))
	require.Equal(t, ck.RVUserNotLoggedIn, err)
	require.Equal(t, 1, s.chip.Counters().Wrong[0x81])
	for range 3 {
		require.Equal(t, ck.RVPINIncorrect, s.login(h, rightPIN))
	}
	assert.Equal(t, 1, s.chip.Counters().Wrong[0x81])
	require.NoError(t, s.login(h, newPIN))
}

// TestLostRefusalIsNotRepeated: the answer was lost, and the counter that fell
// says what it was.
func TestLostRefusalIsNotRepeated(t *testing.T) {
	for _, fault := range []virtual.FaultKind{virtual.FaultLostAfter, virtual.FaultResetAfter, virtual.FaultBadMAC} {
		s := newStand(t)
		s.knowCard()
		h := s.open()
		require.NoError(t, s.chip.Arm(virtual.Fault{Kind: fault, INS: 0x20}))
		require.Equal(t, ck.RVDeviceError, s.login(h, wrongPIN), fault)
		require.Equal(t, 2, s.triesLeft(), fault)
		for range 3 {
			require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN), fault)
		}
		assert.Equal(t, 2, s.triesLeft(), fault)
		require.NoError(t, s.login(h, rightPIN), fault)

		require.NoError(t, s.m.Logout(ctx, h))
		require.NoError(t, s.chip.Arm(virtual.Fault{Kind: fault, INS: 0x20}))
		require.Equal(t, ck.RVDeviceError, s.login(h, rightPIN), fault)
		require.NoError(t, s.login(h, rightPIN), "%s: the counter did not fall, so it was right", fault)
	}
}

// TestRefusedPINMayBeTheNewOne: the answer to the change was lost, so the PIN
// that was refused before may be right by now.
func TestRefusedPINMayBeTheNewOne(t *testing.T) {
	s := newStand(t)
	s.knowCard()
	h := s.open(ck.SessionRW)
	require.Equal(t, ck.RVPINIncorrect, s.login(h, newPIN))
	require.NoError(t, s.chip.Arm(virtual.Fault{Kind: virtual.FaultLostAfter, INS: 0x24}))
	require.Equal(t, ck.RVDeviceError, s.m.SetPIN(ctx, h, []byte(rightPIN), []byte(newPIN)))
	require.Equal(t, newPIN, s.chip.State().PIN)
	require.NoError(t, s.login(h, newPIN))
}

// TestLostRefusalBehindALogin: and nobody heard that the one from memory was
// refused.
func TestLostRefusalBehindALogin(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	_, err := s.programWith(store.Memory()).Change(t, rightPIN, newPIN)
	require.NoError(t, err)
	require.NoError(t, s.chip.Arm(virtual.Fault{Kind: virtual.FaultLostAfter, INS: 0x20}))
	_, err = s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("x"))
	require.Error(t, err)
	require.Equal(t, 2, s.triesLeft())
	require.Equal(t, ck.RVPINIncorrect, s.login(h, rightPIN))
	assert.Equal(t, 2, s.triesLeft())
	require.NoError(t, s.login(h, newPIN))
}

// TestRefusalIsKeptWhereNothingWasSent: what never reached the card is no other try.
func TestRefusalIsKeptWhereNothingWasSent(t *testing.T) {
	s := newStand(t)
	s.knowCard()
	h := s.open(ck.SessionRW)
	require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN))
	require.Equal(t, ck.RVPINInvalid, s.m.SetPIN(ctx, h, []byte(rightPIN), []byte(birthDate(t))))
	require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN))
	assert.Equal(t, 1, s.chip.Counters().Wrong[0x81])
}

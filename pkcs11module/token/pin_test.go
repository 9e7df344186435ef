package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/holder"
	"cientro/card/virtual/specimen"
	ck "cientro/pkcs11module/cryptoki"
)

func TestSetPIN(t *testing.T) {
	s := newStand(t)
	h, readOnly := s.open(ck.SessionRW), s.open()
	before := s.rack.apdus.Load()
	for _, c := range []struct {
		name     string
		session  ck.SessionHandle
		old, new string
		want     ck.RV
	}{
		{"no session", h + 1000, rightPIN, newPIN, ck.RVSessionHandleInvalid},
		{"read only", readOnly, rightPIN, newPIN, ck.RVSessionReadOnly},
		{"old short", h, "4173", newPIN, ck.RVPINIncorrect},
		{"old empty", h, "", newPIN, ck.RVPINIncorrect},
		{"old no digits", h, "abcdefgh", newPIN, ck.RVPINIncorrect},
		{"both bad", h, "1", "1", ck.RVPINIncorrect},
		{"new short", h, rightPIN, "1234", ck.RVPINLenRange},
		{"new empty", h, rightPIN, "", ck.RVPINLenRange},
		{"new long", h, rightPIN, "123456789", ck.RVPINLenRange},
		{"new no digits", h, rightPIN, "6284031x", ck.RVPINInvalid},
		{"new weak", h, rightPIN, "12345678", ck.RVPINInvalid},
		{"new equal", h, rightPIN, "11111111", ck.RVPINInvalid},
		{"new as old", h, rightPIN, rightPIN, ck.RVPINInvalid},
	} {
		assert.Equal(t, c.want, s.m.SetPIN(ctx, c.session, []byte(c.old), []byte(c.new)), c.name)
	}
	assert.Equal(t, before, s.rack.apdus.Load())

	require.Equal(t, ck.RVPINIncorrect, s.m.SetPIN(ctx, h, []byte(wrongPIN), []byte(newPIN)))
	require.Equal(t, ck.RVPINIncorrect, s.m.SetPIN(ctx, h, []byte(wrongPIN), []byte(newPIN)))
	require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN), "refused there is refused here")
	assert.Equal(t, 2, s.triesLeft())
	assert.Equal(t, 1, s.verifies())

	require.NoError(t, s.m.SetPIN(ctx, h, []byte(rightPIN), []byte(newPIN)))
	assert.Equal(t, newPIN, s.chip.State().PIN)
	assert.Equal(t, 1, s.chip.Counters().Change[0x81])
	assert.Equal(t, 2, s.verifies())
	assert.Equal(t, ck.StateRWPublic, s.state(h))
	require.NoError(t, s.login(h, newPIN))
}

// TestSetPINWhileLoggedIn: the change resets the card; the login is over.
func TestSetPINWhileLoggedIn(t *testing.T) {
	s := newStand(t)
	h := s.open(ck.SessionRW)
	require.NoError(t, s.login(h, rightPIN))
	_, err := s.sign(h, ck.MechanismRSAPKCS, []byte("x"))
	require.NoError(t, err)
	require.Equal(t, ck.RVPINIncorrect, s.m.SetPIN(ctx, h, []byte("1234"), []byte(newPIN)))
	assert.Equal(t, ck.StateRWUser, s.state(h), "nothing was sent, nothing is over")
	require.NoError(t, s.m.SetPIN(ctx, h, []byte(rightPIN), []byte(newPIN)))
	assert.Equal(t, ck.StateRWPublic, s.state(h))
	_, err = s.sign(h, ck.MechanismRSAPKCS, []byte("x"))
	assert.Equal(t, ck.RVUserNotLoggedIn, err)
}

// TestBirthDateIsNoPIN: once the certificate tells it.
func TestBirthDateIsNoPIN(t *testing.T) {
	s := newStand(t)
	s.knowCard()
	h := s.open(ck.SessionRW)
	assert.Equal(t, ck.RVPINInvalid, s.m.SetPIN(ctx, h, []byte(rightPIN), []byte(birthDate(t))))
	assert.Zero(t, s.verifies())
}

// birthDate is the specimen's, as a PIN.
func birthDate(t *testing.T) string {
	t.Helper()
	certificate, err := holder.Parse(specimen.Default().CertCIE)
	require.NoError(t, err)
	birth, ok := certificate.BirthDate()
	require.True(t, ok)
	return birth.Format("02012006")
}

func TestNobodyIsSecurityOfficer(t *testing.T) {
	s := newStand(t)
	assert.Equal(t, ck.RVTokenWriteProtected, s.m.InitToken(ctx, 1, []byte(rightPUK), "mine"))
	h := s.open(ck.SessionRW)
	assert.Equal(t, ck.RVUserNotLoggedIn, s.m.InitPIN(ctx, h, []byte(newPIN)))
	assert.Equal(t, ck.RVSessionHandleInvalid, s.m.InitPIN(ctx, h+1000, []byte(newPIN)))
	assert.Equal(t, ck.RVSessionExists, s.m.InitToken(ctx, 1, []byte(rightPUK), "mine"))
	assert.Equal(t, ck.RVSlotIDInvalid, s.m.InitToken(ctx, 9, []byte(rightPUK), "mine"))
	s.slots(false, true)
	assert.Equal(t, ck.RVTokenNotPresent, s.m.InitToken(ctx, 2, []byte(rightPUK), "mine"))
	assert.Zero(t, s.chip.Counters().Verify[0x82])
}

//go:build linux && cgo

package moduletest

import (
	"testing"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/pkcs11module/builttest"
)

// withTries is a card that was given wrong PINs elsewhere.
func withTries(t *testing.T, tries int) *virtual.Card {
	t.Helper()
	profile, ok := virtual.ProfileByName("nxp")
	require.True(t, ok)
	store := &virtual.MemoryStore{}
	c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile, Store: store})
	require.NoError(t, err)
	state := c.State()
	state.PINTries = tries
	require.NoError(t, store.Save(state))
	c, err = virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile, Store: store})
	require.NoError(t, err)
	require.Equal(t, tries, c.State().PINTries)
	return c
}

// TestLastTry: with one try left and nobody to ask, no PIN goes out, right or
// wrong. Only the setting "allow" lets one go. (The window is tested with the
// agent, in app/cientro, and with the browsers.)
func TestLastTry(t *testing.T) {
	s := newStage(t)
	for _, policy := range []struct {
		settings string
		pin      string
		want     uint
		verify   int
		left     int
	}{
		{`{"schema":1}`, rightPIN, pkcs11.CKR_FUNCTION_REJECTED, 0, 1},
		{`{"schema":1,"finalTry":"ask"}`, wrongPIN, pkcs11.CKR_FUNCTION_REJECTED, 0, 1},
		{`{"schema":1,"finalTry":"deny"}`, rightPIN, pkcs11.CKR_FUNCTION_REJECTED, 0, 1},
		{`{"schema":1,"finalTry":"allow"}`, rightPIN, pkcs11.CKR_OK, 1, 3},
		{`{"schema":1,"finalTry":"allow"}`, wrongPIN, pkcs11.CKR_PIN_LOCKED, 1, 0},
	} {
		t.Run(policy.settings+policy.pin[7:], func(t *testing.T) {
			s.home = t.TempDir()
			s.settings(t, policy.settings)
			c := withTries(t, 1)
			builttest.Serve(t, s.daemon.VPCDAddr, c)
			l := s.load(t)
			c.ClearJournal()
			h := l.session(l.token(), readOnly)
			for _, format := range []string{"", "9628"} {
				answers(t, pkcs11.CKR_PIN_INCORRECT, l.Login(h, pkcs11.CKU_USER, format))
			}
			for range 2 {
				got := returned(t, l.Login(h, pkcs11.CKU_USER, policy.pin))
				if got != pkcs11.CKR_USER_ALREADY_LOGGED_IN {
					assert.Equal(t, pkcs11.Error(policy.want), pkcs11.Error(got))
				}
			}
			n := c.Counters()
			assert.Equal(t, policy.verify, n.Verify[pinReference])
			noPUK(t, n)
			assert.Equal(t, policy.left, c.State().PINTries)
			info, err := l.GetTokenInfo(l.token())
			require.NoError(t, err)
			flags := map[int]uint{3: 0, 1: pkcs11.CKF_USER_PIN_FINAL_TRY | pkcs11.CKF_USER_PIN_COUNT_LOW, 0: pkcs11.CKF_USER_PIN_LOCKED}
			assert.Equal(t, flags[policy.left],
				info.Flags&(pkcs11.CKF_USER_PIN_COUNT_LOW|pkcs11.CKF_USER_PIN_FINAL_TRY|pkcs11.CKF_USER_PIN_LOCKED))
			require.NoError(t, l.Finalize())
		})
	}
}

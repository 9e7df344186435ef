package token_test

import (
	"crypto"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	ck "cientro/pkcs11module/cryptoki"
)

// browse is what a browser does from the first look at the slots to the signed
// handshake; it returns the session it used.
func (s *stand) browse() ck.SessionHandle {
	s.t.Helper()
	require.Equal(s.t, []ck.SlotID{1}, s.slots(true, true))
	s.poll(1)
	h := s.open()
	s.find(h, of(ck.ClassCertificate), ck.Attribute{Type: ck.AttributeToken, Value: yes})
	s.poll(1)
	require.NoError(s.t, s.login(h, rightPIN))
	certificate := s.one(h, ck.ClassCertificate)
	id := s.attribute(h, certificate, ck.AttributeID)
	found := s.find(h, of(ck.ClassPrivateKey), ck.Attribute{Type: ck.AttributeID, Value: id})
	require.Len(s.t, found, 1)
	s.poll(1)
	s.handshake(h, found[0])
	return h
}

func (s *stand) handshake(h ck.SessionHandle, key ck.ObjectHandle) {
	s.t.Helper()
	require.NoError(s.t, s.m.SignInit(ctx, h, &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}, key))
	transcript := []byte("transcript of a handshake")
	signature, _, err := s.m.Sign(ctx, h, transcript, 256)
	require.NoError(s.t, err)
	assertSigned(s.t, crypto.SHA256, digest(crypto.SHA256, transcript), signature)
}

// poll looks whether the card is there.
func (s *stand) poll(times int) {
	s.t.Helper()
	for range times {
		s.slots(true, false)
		_, err := s.m.GetSlotInfo(ctx, 1)
		require.NoError(s.t, err)
		_, err = s.m.GetTokenInfo(ctx, 1)
		require.NoError(s.t, err)
	}
}

// TestBudgets holds a browser's login to the commands that docs/browsers.md
// promises, on every chip family.
func TestBudgets(t *testing.T) {
	for _, profile := range virtual.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			t.Parallel()
			s := newStandOf(t, newCard(t, profile.Name, quick))
			for _, visit := range []struct {
				name   string
				budget int64
			}{{"unknown", 60}, {"known", 24}} {
				s.rack.apdus.Store(0)
				h := s.browse()
				t.Logf("%s card: %d APDUs", visit.name, s.rack.apdus.Load())
				assert.LessOrEqual(t, s.rack.apdus.Load(), visit.budget, visit.name)

				key := s.one(h, ck.ClassPrivateKey)
				for range 3 {
					before := s.rack.apdus.Load()
					s.handshake(h, key)
					assert.LessOrEqual(t, s.rack.apdus.Load()-before, int64(3), "each further signature")
				}
				before := s.rack.apdus.Load()
				s.poll(100)
				assert.Equal(t, before, s.rack.apdus.Load(), "polling")
				require.NoError(t, s.m.Finalize(ctx))
				require.NoError(t, s.m.Initialize(ctx, nil))
			}
			assert.Equal(t, 2, s.verifies(), "one a visit")
		})
	}
}

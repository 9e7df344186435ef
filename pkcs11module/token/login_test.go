package token_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

func TestLoginIsOneVerify(t *testing.T) {
	s := newStand(t)
	h := s.open()
	assert.Equal(t, ck.StateROPublic, s.state(h))
	require.NoError(t, s.login(h, rightPIN))
	assert.Equal(t, ck.StateROUser, s.state(h))
	assert.Equal(t, ck.StateRWUser, s.state(s.open(ck.SessionRW)), "all sessions of the host are logged in")
	assert.Equal(t, ck.RVUserAlreadyLoggedIn, s.login(h, rightPIN))
	assert.Equal(t, ck.RVUserAlreadyLoggedIn, s.login(s.open(), wrongPIN))
	assert.Equal(t, 1, s.verifies())
}

func TestLoginThatReachesNoCard(t *testing.T) {
	s := newStand(t)
	h := s.open()
	before := s.rack.apdus.Load()
	for _, pin := range []string{"", "1", "4173", "417396281", "4173962a", "4173 962", "\x00\x00\x00\x00\x00\x00\x00\x00"} {
		assert.Equal(t, ck.RVPINIncorrect, s.login(h, pin), "%q", pin)
	}
	assert.Equal(t, ck.RVPINIncorrect, s.m.Login(ctx, h, ck.UserUser, nil))
	assert.Equal(t, ck.RVUserTypeInvalid, s.m.Login(ctx, h, ck.UserSO, []byte(rightPIN)))
	assert.Equal(t, ck.RVUserTypeInvalid, s.m.Login(ctx, h, 7, []byte(rightPIN)))
	assert.Equal(t, ck.RVOperationNotInitialized, s.m.Login(ctx, h, ck.UserContextSpecific, []byte(rightPIN)))
	assert.Equal(t, ck.RVSessionHandleInvalid, s.m.Login(ctx, h+1000, ck.UserUser, []byte(rightPIN)))
	assert.Equal(t, before, s.rack.apdus.Load())
	require.NoError(t, s.login(h, rightPIN), "4 digits, then 8")
	assert.Equal(t, 1, s.verifies())
	assert.Equal(t, ck.RVUserTypeInvalid, s.m.Login(ctx, h, ck.UserSO, nil))
	assert.Equal(t, ck.RVOperationNotInitialized, s.m.Login(ctx, h, ck.UserContextSpecific, nil))
}

// TestRefusedPINIsNotSentAgain: whoever types the same wrong PIN again, or a
// program that repeats it, costs the card nothing.
func TestRefusedPINIsNotSentAgain(t *testing.T) {
	s := newStand(t)
	h := s.open()
	require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN))
	before := s.rack.apdus.Load()
	for range 5 {
		require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN))
	}
	assert.Equal(t, before, s.rack.apdus.Load())
	assert.Equal(t, 1, s.verifies())
	assert.Equal(t, 2, s.triesLeft())
	require.NoError(t, s.login(h, rightPIN))
	assert.Equal(t, 2, s.verifies())
	assert.Equal(t, 3, s.triesLeft())

	require.NoError(t, s.m.Logout(ctx, h))
	require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN), "forgotten with the right one: sent again")
	assert.Equal(t, 3, s.verifies())

	s.layAgain(h)
	h = s.open()
	require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN), "forgotten with the card")
	assert.Equal(t, 4, s.verifies())
	assert.Equal(t, 1, s.triesLeft())
}

// TestRefusedPINThatBecameRight: a program of ours changed the PIN to the very
// one that was refused here.
func TestRefusedPINThatBecameRight(t *testing.T) {
	s := newStand(t)
	h := s.open()
	require.Equal(t, ck.RVPINIncorrect, s.login(h, newPIN))
	_, err := s.programWith(s.memory).Change(t, rightPIN, newPIN)
	require.NoError(t, err)
	require.NoError(t, s.login(h, newPIN))
}

func TestBlockedPIN(t *testing.T) {
	s := newStand(t, allowing(true))
	h := s.open()
	require.Equal(t, ck.RVPINIncorrect, s.login(h, "90817263"))
	require.Equal(t, ck.RVPINIncorrect, s.login(h, "90817264"))
	require.Equal(t, ck.RVPINLocked, s.login(h, "90817265"))
	for range 3 {
		for _, pin := range []string{"90817263", "90817264", "90817265", rightPIN} {
			require.Equal(t, ck.RVPINLocked, s.login(h, pin))
		}
	}
	assert.Equal(t, 3, s.verifies(), "a blocked PIN is not presented")
	assert.Equal(t, ck.TokenUserPINLocked, s.flags()&pinFlags)
	assert.Equal(t, ck.StateROPublic, s.state(h))
}

// TestLostAnswer: a try may be spent; no answer to that may make a browser send
// the PIN again.
func TestLostAnswer(t *testing.T) {
	for _, fault := range []virtual.FaultKind{
		virtual.FaultRemove, virtual.FaultRemoveAfter, virtual.FaultReset, virtual.FaultResetAfter,
		virtual.FaultLostBefore, virtual.FaultLostAfter, virtual.FaultBadMAC, virtual.FaultTruncated, virtual.FaultRandom,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			s := newStand(t)
			s.knowCard()
			h := s.open()
			require.NoError(t, s.chip.Arm(virtual.Fault{Kind: fault, INS: 0x20}))
			err := s.login(h, rightPIN)
			assert.Equal(t, ck.RVDeviceError, err)
			assert.LessOrEqual(t, s.verifies(), 1)
			assert.Equal(t, 3, s.triesLeft()+s.chip.Counters().Wrong[0x81])
		})
	}
}

// TestRemovedAfterVerify: the card took the PIN and left, while the certificate
// of an unknown card was read. That is no answer on which to send the PIN again.
func TestRemovedAfterVerify(t *testing.T) {
	s := newStand(t)
	s.logIn()
	reads, behind := 0, false
	for _, e := range s.chip.Journal() {
		behind = behind || e.INS == 0x20 && e.DataPresent
		if e.INS == 0xB0 && !behind {
			reads++
		}
	}
	require.True(t, behind)
	s = newStand(t)
	require.NoError(t, s.chip.Arm(virtual.Fault{Kind: virtual.FaultRemove, INS: 0xB0, At: reads + 1}))
	h := s.open()
	assert.Equal(t, ck.RVDeviceError, s.login(h, rightPIN))
	assert.Equal(t, 1, s.verifies())
	_, err := s.m.GetSessionInfo(ctx, h)
	assert.Equal(t, ck.RVSessionHandleInvalid, err)
}

// TestNotGenuine: no PIN for such a card, and no question about its last try.
func TestNotGenuine(t *testing.T) {
	s := newStand(t, func(o *token.Options) {
		o.LastTry = answer(func(context.Context, token.Question) (bool, error) {
			t.Error("asked")
			return true, nil
		})
	})
	require.NoError(t, s.chip.SetTries(1, 10))
	require.NoError(t, s.chip.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1006", Offset: -5}))
	h := s.open()
	assert.Equal(t, ck.RVDeviceError, s.login(h, rightPIN))
	assert.Zero(t, s.verifies())
}

// TestCertificateThatTheSODDoesNotSign: shown to who accepted the card as it is,
// with a word in the log, and not remembered.
func TestCertificateThatTheSODDoesNotSign(t *testing.T) {
	var log bytes.Buffer
	s := newStand(t, func(o *token.Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	require.NoError(t, s.chip.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1003", Offset: -5}))
	h := s.open()
	require.Equal(t, ck.RVDeviceError, s.login(h, rightPIN))
	chip := sha256.Sum256(specimen.Default().IntKpub)
	require.NoError(t, s.memory.Card(append(bytes.Clone(specimen.Default().IDServizi), chip[:]...)).SetOverride(true))
	require.NoError(t, s.login(h, rightPIN))
	_, err := s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("x"))
	require.NoError(t, err)
	assert.Contains(t, log.String(), "not signed by the card's SOD")

	log.Reset()
	s.chip.Disarm()
	s.layAgain(h)
	s.logIn()
	assert.NotContains(t, log.String(), "not signed")
	assert.Zero(t, s.chip.Counters().Wrong[0x81])
}

func TestLogoutResetsTheCard(t *testing.T) {
	s := newStand(t)
	for _, c := range []struct {
		name string
		end  func(h ck.SessionHandle) error
		open bool
	}{
		{"logout", func(h ck.SessionHandle) error { return s.m.Logout(ctx, h) }, true},
		{"last session", func(h ck.SessionHandle) error { return s.m.CloseSession(ctx, h) }, false},
		{"all sessions", func(ck.SessionHandle) error { return s.m.CloseAllSessions(ctx, 1) }, false},
		{"finalize", func(ck.SessionHandle) error { return s.m.Finalize(ctx) }, false},
	} {
		if c.name != "logout" {
			_ = s.m.CloseAllSessions(ctx, 1)
		}
		h := s.logIn()
		boots := s.chip.State().Boots
		require.NoError(t, c.end(h), c.name)
		assert.Equal(t, boots+1, s.chip.State().Boots, c.name)
		if c.open {
			assert.Equal(t, ck.StateROPublic, s.state(h))
			assert.Equal(t, ck.RVUserNotLoggedIn, s.m.Logout(ctx, h))
		}
	}
}

func TestConnectionEnds(t *testing.T) {
	s := newStand(t)
	require.NoError(t, s.m.Finalize(ctx))
	connection, end := context.WithCancel(ctx)
	require.NoError(t, s.m.Initialize(connection, nil))
	s.logIn()
	boots := s.chip.State().Boots
	end()
	s.soon("card reset", func() bool { return s.chip.State().Boots == boots+1 })
	s.soon("over", func() bool { _, err := s.m.GetInfo(ctx); return errors.Is(err, ck.RVCryptokiNotInitialized) })
}

// TestOneSessionOfTwoCloses: the login stays while a session is there.
func TestOneSessionOfTwoCloses(t *testing.T) {
	s := newStand(t)
	h, other := s.logIn(), s.open()
	require.NoError(t, s.m.CloseSession(ctx, h))
	assert.Equal(t, ck.StateROUser, s.state(other))
}

func TestIdleLoginEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const idle = 150 * time.Millisecond
		s := newStand(t, func(o *token.Options) { o.Idle = idle })
		h := s.logIn()
		private := s.one(h, ck.ClassPrivateKey)
		text := &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}
		for range 8 { // each use counts, polling does not
			time.Sleep(idle * 3 / 4)
			require.NoError(t, s.m.SignInit(ctx, h, text, private))
			_, _, err := s.m.Sign(ctx, h, []byte("still here"), 256)
			require.NoError(t, err)
		}
		boots := s.chip.State().Boots
		time.Sleep(idle - time.Millisecond)
		require.Equal(t, ck.StateROUser, s.state(h))
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, ck.StateROPublic, s.state(h))
		assert.Equal(t, boots+1, s.chip.State().Boots, "card reset")
		assert.Equal(t, ck.RVUserNotLoggedIn, s.m.SignInit(ctx, h, text, private))
		require.NoError(t, s.login(h, rightPIN), "and again")
		s.soon("logged out, never used", func() bool { return s.state(h) == ck.StateROPublic })
	})
}

// TestManyLogins: several threads log in at once: one VERIFY.
func TestManyLogins(t *testing.T) {
	s := newStand(t)
	results := make([]error, 8)
	var group sync.WaitGroup
	for i := range results {
		h := s.open()
		group.Go(func() { results[i] = s.m.Login(ctx, h, ck.UserUser, []byte(rightPIN)) })
	}
	group.Wait()
	done := 0
	for _, err := range results {
		if err == nil {
			done++
			continue
		}
		assert.Equal(t, ck.RVUserAlreadyLoggedIn, err)
	}
	assert.Equal(t, 1, done)
	assert.Equal(t, 1, s.verifies())
}

// TestManyWrongLogins: the same wrong PIN from several threads is one try.
func TestManyWrongLogins(t *testing.T) {
	s := newStand(t)
	var group sync.WaitGroup
	for range 8 {
		h := s.open()
		group.Go(func() { assert.Equal(t, ck.RVPINIncorrect, s.m.Login(ctx, h, ck.UserUser, []byte(wrongPIN))) })
	}
	group.Wait()
	assert.Equal(t, 1, s.verifies())
	assert.Equal(t, 2, s.triesLeft())
}

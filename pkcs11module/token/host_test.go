package token_test

import (
	"bytes"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/holder"
	"cientro/card/iso7816"
	"cientro/card/virtual/specimen"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

// host is another host program at the same readers, with the same memory.
func (s *stand) host() *stand {
	s.t.Helper()
	other := *s
	other.m = s.module()
	require.NoError(s.t, other.m.Initialize(ctx, nil))
	return &other
}

// TestHostsAreApart: the login of one program is none of another's, and both
// can work in turn.
func TestHostsAreApart(t *testing.T) {
	s := newStand(t)
	other := s.host()
	mine, theirs := s.logIn(), other.open()
	_, err := s.sign(mine, ck.MechanismSHA256RSAPKCS, []byte("mine"))
	require.NoError(t, err)

	assert.Equal(t, ck.StateROPublic, other.state(theirs))
	for range 2 {
		_, err = other.sign(theirs, ck.MechanismSHA256RSAPKCS, []byte("theirs"))
		require.Error(t, err)
	}
	assert.Equal(t, ck.RVSessionHandleInvalid, other.m.CloseSession(ctx, mine), "nor are its sessions")
	assert.Equal(t, ck.RVPINIncorrect, other.m.Login(ctx, theirs, ck.UserUser, nil), "an empty PIN never logs in")
	assert.Equal(t, ck.StateROPublic, other.state(theirs))

	require.NoError(t, other.login(theirs, rightPIN))
	for range 5 {
		_, err = s.sign(mine, ck.MechanismSHA256RSAPKCS, []byte("mine"))
		require.NoError(t, err)
		_, err = other.sign(theirs, ck.MechanismSHA256RSAPKCS, []byte("theirs"))
		require.NoError(t, err)
	}
	require.NoError(t, other.m.Finalize(ctx))
	_, err = s.sign(mine, ck.MechanismSHA256RSAPKCS, []byte("mine"))
	require.NoError(t, err)
	assert.Zero(t, s.chip.Counters().Wrong[0x81])
	assert.Equal(t, 3, s.triesLeft())
}

// TestManyHosts: eight programs at once, none loses a signature.
func TestManyHosts(t *testing.T) {
	s := newStand(t)
	s.knowCard()
	var hosts sync.WaitGroup
	for range 8 {
		other := s.host()
		hosts.Go(func() {
			h := other.logIn()
			for range 5 {
				_, err := other.sign(h, ck.MechanismSHA256RSAPKCS, []byte("text"))
				assert.NoError(t, err)
			}
		})
	}
	hosts.Wait()
	assert.Zero(t, s.chip.Counters().Wrong[0x81])
	assert.Equal(t, 3, s.triesLeft())
}

// TestFinalizeWhileSigning: the host ends while its threads work.
func TestFinalizeWhileSigning(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	private := s.one(h, ck.ClassPrivateKey)
	started := make(chan struct{})
	var threads sync.WaitGroup
	for i := range 4 {
		threads.Go(func() {
			session, err := s.m.OpenSession(ctx, 1, ck.SessionSerial)
			for n := 0; err == nil; n++ {
				if err = s.m.SignInit(ctx, session, &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}, private); err == nil {
					_, _, err = s.m.Sign(ctx, session, []byte("text"), 256)
				}
				if i == 0 && n == 0 {
					close(started)
				}
			}
			assert.Contains(t, []error{ck.RVCryptokiNotInitialized, ck.RVSessionHandleInvalid, ck.RVOperationNotInitialized}, err)
		})
	}
	<-started
	require.NoError(t, s.m.Finalize(ctx))
	threads.Wait()
	require.NoError(t, s.m.Initialize(ctx, nil))
	s.logIn()
}

// TestLogTellsNothing: neither PIN nor person.
func TestLogTellsNothing(t *testing.T) {
	var log bytes.Buffer
	s := newStand(t, func(o *token.Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	h := s.open(ck.SessionRW)
	require.Error(t, s.login(h, "4173"))
	require.Error(t, s.login(h, wrongPIN))
	require.NoError(t, s.login(h, rightPIN))
	_, err := s.sign(h, ck.MechanismSHA256RSAPKCS, []byte("a text to be signed"))
	require.NoError(t, err)
	require.NoError(t, s.m.SetPIN(ctx, h, []byte(rightPIN), []byte(newPIN)))
	require.NoError(t, s.m.Finalize(ctx))
	certificate, err := holder.Parse(specimen.Default().CertCIE)
	require.NoError(t, err)
	assert.NotEmpty(t, log.String())
	cardtest.AssertNoCanary(t, log.Bytes(), []byte(wrongPIN), []byte(rightPIN), []byte(newPIN),
		[]byte("a text to be signed"), specimen.Default().IDServizi, []byte(certificate.FiscalCode.Reveal()))
}

// TestCardThatCannotBeMet: gone, silent, or in somebody else's hands before
// anybody could see what it is. It is looked at anew at the next call.
func TestCardThatCannotBeMet(t *testing.T) {
	for kind, want := range map[iso7816.LinkKind]ck.RV{
		iso7816.LinkRemoved: ck.RVTokenNotPresent, iso7816.LinkMute: ck.RVTokenNotRecognized,
		iso7816.LinkUnpowered: ck.RVTokenNotRecognized, iso7816.LinkBusy: ck.RVFunctionFailed, iso7816.LinkLost: ck.RVDeviceError,
	} {
		s := newStand(t)
		s.rack.refuse.Store(&iso7816.LinkError{Kind: kind})
		_, err := s.m.GetTokenInfo(ctx, 1)
		assert.Equal(t, want, err)
		_, err = s.m.OpenSession(ctx, 1, ck.SessionSerial)
		assert.Equal(t, want, err)
		s.rack.refuse.Store(nil)
		s.open()
	}
}

func FuzzCertificate(f *testing.F) {
	der := specimen.Default().CertCIE
	f.Add(der)
	f.Add(der[:len(der)/2])
	f.Add(append(bytes.Clone(der), 0, 0, 0))
	f.Add(specimen.Default().HolderCA)
	f.Fuzz(func(t *testing.T, file []byte) {
		certificate, err := holder.Parse(file)
		if err != nil {
			return
		}
		issuer, serial, ok := token.CertificateFields(certificate)
		if ok {
			assert.True(t, bytes.Contains(file, issuer))
			assert.True(t, bytes.Contains(file, serial))
		}
	})
}

// TestCertificateOfAnotherKind: a key that is not RSA is shown to nobody.
func TestCertificateOfAnotherKind(t *testing.T) {
	certificate, err := holder.Parse(ellipticCertificate(t))
	require.NoError(t, err)
	_, _, ok := token.CertificateFields(certificate)
	assert.False(t, ok)
	s := standWith(t, &fakeChip{reads: certificate})
	h := s.logIn()
	assert.Len(t, s.find(h), 3, "profiles")
}

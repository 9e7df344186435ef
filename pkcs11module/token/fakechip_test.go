package token_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/holder"
	"cientro/card/iso7816"
	"cientro/card/virtual/specimen"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

// fakeChip plays what no virtual card does on its own.
type fakeChip struct {
	tries     []card.Tries // what Inspect tells, one after the other; the last stays
	login     []error      // what Login answers, likewise
	consents  []card.Consent
	inspected int
	met       int

	certificate error
	reads       *holder.Certificate // nil: the specimen's
	signature   func() ([]byte, error)
	logout      error
	loggedIn    bool
	inspect     func(ctx context.Context) error
}

func next[T any](list *[]T) (v T) {
	if len(*list) > 0 {
		v = (*list)[0]
	}
	if len(*list) > 1 {
		*list = (*list)[1:]
	}
	return v
}

func (c *fakeChip) Identify(context.Context) (*card.Identity, error) {
	c.met++
	time.Sleep(5 * time.Millisecond) // for others to queue up
	return &card.Identity{SN: []byte("fake")}, nil
}

func (c *fakeChip) Inspect(ctx context.Context, _ ...card.Reference) (*card.Report, error) {
	c.inspected++
	if c.inspect != nil {
		if err := c.inspect(ctx); err != nil {
			return nil, err
		}
	}
	return &card.Report{PIN: next(&c.tries)}, nil
}

func (c *fakeChip) Login(_ context.Context, _ card.PIN, consent card.Consent) error {
	c.consents = append(c.consents, consent)
	err := next(&c.login)
	c.loggedIn = err == nil
	return err
}

func (c *fakeChip) LoggedIn() bool                     { return c.loggedIn }
func (c *fakeChip) OwesReset() bool                    { return false }
func (c *fakeChip) Logout() error                      { c.loggedIn = false; return c.logout }
func (c *fakeChip) Close() error                       { return nil }
func (c *fakeChip) LastSeen(card.Reference) card.Tries { return card.Tries{FailedSince: true} }
func (c *fakeChip) ChangePIN(context.Context, card.PIN, card.PIN, card.Consent) (card.Tries, error) {
	return card.Tries{}, next(&c.login)
}

func (c *fakeChip) Certificate(context.Context) (*holder.Certificate, error) {
	if c.certificate != nil {
		return nil, c.certificate
	}
	if c.reads != nil {
		return c.reads, nil
	}
	return holder.Parse(specimen.Default().CertCIE)
}

func (c *fakeChip) Sign(context.Context, []byte) ([]byte, error) { return c.signature() }

// ellipticCertificate is a certificate of a kind that no CIE has.
func ellipticCertificate(t testing.TB) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "SPECIMEN"}, NotAfter: time.Unix(2e9, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return der
}

func left(n int) card.Tries {
	return card.Tries{Reference: card.PINReference, Left: n, Max: 3, Source: card.SourceCard}
}

func standWith(t testing.TB, chip *fakeChip, change ...func(*token.Options)) *stand {
	t.Helper()
	if chip.tries == nil {
		chip.tries = []card.Tries{left(3)}
	}
	s := newStand(t, change...)
	s.m.OpenWith(func(token.Connection) token.Chip { return chip })
	return s
}

// TestManyFirstLooks: the card is looked at once, whoever asks.
func TestManyFirstLooks(t *testing.T) {
	chip := &fakeChip{}
	s := standWith(t, chip)
	var threads sync.WaitGroup
	for range 8 {
		threads.Go(func() {
			_, err := s.m.GetTokenInfo(ctx, 1)
			assert.NoError(t, err)
		})
	}
	threads.Wait()
	assert.Equal(t, 1, chip.met)
}

// TestCounterFallsBetween: between look and VERIFY another program spent a try.
// Nothing was sent; it is looked, and asked, once more, and then no more.
func TestCounterFallsBetween(t *testing.T) {
	changed := &card.ConfirmationError{Reason: card.ReasonCounterChanged, Now: left(1)}
	asked := 0
	asking := func(o *token.Options) {
		o.LastTry = answer(func(context.Context, token.Question) (bool, error) { asked++; return true, nil })
	}
	chip := &fakeChip{tries: []card.Tries{left(2), left(1)}, login: []error{changed, nil}}
	s := standWith(t, chip, asking)
	require.NoError(t, s.login(s.open(), rightPIN))
	assert.Equal(t, 1, asked, "for the last try only")
	require.Len(t, chip.consents, 2)
	assert.False(t, chip.consents[0].LastTry)
	assert.True(t, chip.consents[1].LastTry)

	chip = &fakeChip{login: []error{changed}}
	s = standWith(t, chip, asking)
	assert.Equal(t, ck.RVFunctionFailed, s.login(s.open(), rightPIN))
	assert.Equal(t, 2, chip.inspected, "not for ever")
	assert.Equal(t, ck.TokenUserPINFinalTry|ck.TokenUserPINCountLow, s.flags()&pinFlags, "what was learnt meanwhile")
}

// TestLoginOutcomes: what package card may say of a login, and what is known of
// the tries afterwards.
func TestLoginOutcomes(t *testing.T) {
	one := left(1)
	for _, c := range []struct {
		name  string
		err   error
		want  ck.RV
		flags ck.Flags
	}{
		{"wrong", &card.PINError{TriesLeft: 2}, ck.RVPINIncorrect, ck.TokenUserPINCountLow},
		{"wrong, none the wiser", &card.PINError{TriesLeft: card.UnknownTries}, ck.RVPINIncorrect, ck.TokenUserPINCountLow},
		{"wrong, one left", &card.PINError{TriesLeft: 1}, ck.RVPINIncorrect, ck.TokenUserPINCountLow | ck.TokenUserPINFinalTry},
		{"blocked now", &card.BlockedError{JustNow: true}, ck.RVPINLocked, ck.TokenUserPINLocked},
		{"lost", &card.OutcomeError{Err: errors.New("lost")}, ck.RVDeviceError, ck.TokenUserPINCountLow},
		{"lost, and read again", &card.OutcomeError{Err: errors.New("lost"), Now: &one}, ck.RVDeviceError, ck.TokenUserPINCountLow | ck.TokenUserPINFinalTry},
		{"refused", &card.RefusedError{SW: 0x6985, Now: &one}, ck.RVDeviceError, ck.TokenUserPINCountLow | ck.TokenUserPINFinalTry},
		{"refused, nothing known", &card.RefusedError{SW: 0x6985}, ck.RVDeviceError, 0},
		{"taken and forgotten", card.ErrNotVerified, ck.RVDeviceError, 0},
		{"broken off", &card.InterruptedError{Err: errors.New("x")}, ck.RVDeviceError, 0},
		{"not genuine", &card.NotGenuineError{Step: card.StepCertificate, Err: errors.New("x")}, ck.RVDeviceError, 0},
		{"cut short", context.Canceled, ck.RVDeviceError, 0},
		{"out of time", context.DeadlineExceeded, ck.RVDeviceError, 0},
		{"link lost", &iso7816.LinkError{Kind: iso7816.LinkLost, Sent: true}, ck.RVDeviceError, 0},
		{"busy", &iso7816.LinkError{Kind: iso7816.LinkBusy}, ck.RVFunctionFailed, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := standWith(t, &fakeChip{login: []error{c.err}})
			h := s.open()
			assert.Equal(t, c.want, s.login(h, rightPIN))
			assert.Equal(t, ck.StateROPublic, s.state(h))
			assert.Equal(t, c.flags, s.flags()&pinFlags)
		})
	}
}

// TestDeadLink: the connection says that the card is gone, before PC/SC does.
func TestDeadLink(t *testing.T) {
	for _, kind := range []iso7816.LinkKind{iso7816.LinkRemoved, iso7816.LinkUnpowered, iso7816.LinkMute} {
		s := standWith(t, &fakeChip{inspect: func(context.Context) error { return &iso7816.LinkError{Kind: kind} }})
		h := s.open()
		require.Error(t, s.login(h, rightPIN))
		_, err := s.m.GetSessionInfo(ctx, h)
		assert.Equal(t, ck.RVSessionHandleInvalid, err)
		assert.Equal(t, ck.SlotID(1), s.event(), "as if it had been taken out")
		s.open()
	}
}

// TestCertificateUnreadable: a login that opens nothing is none.
func TestCertificateUnreadable(t *testing.T) {
	chip := &fakeChip{certificate: &iso7816.LinkError{Kind: iso7816.LinkLost}}
	s := standWith(t, chip)
	h := s.open()
	assert.Equal(t, ck.RVDeviceError, s.login(h, rightPIN))
	assert.Equal(t, ck.StateROPublic, s.state(h))
	assert.False(t, chip.loggedIn)
}

// TestSessionClosedDuringLogin: nobody is left to be logged in.
func TestSessionClosedDuringLogin(t *testing.T) {
	var s *stand
	var h ck.SessionHandle
	chip := &fakeChip{}
	s = standWith(t, chip)
	h = s.open()
	chip.inspect = func(context.Context) error { return s.m.CloseSession(ctx, h) }
	assert.Equal(t, ck.RVDeviceError, s.login(h, rightPIN))
	assert.False(t, chip.loggedIn)
}

// TestWrongSignature: bytes that are no signature of the holder's key are not
// handed out.
func TestWrongSignature(t *testing.T) {
	chip := &fakeChip{signature: func() ([]byte, error) { return make([]byte, 256), nil }}
	s := standWith(t, chip)
	_, err := s.sign(s.logIn(), ck.MechanismSHA256RSAPKCS, []byte("x"))
	assert.Equal(t, ck.RVDeviceError, err)
}

// TestLogoutFails: the host is told; the sessions are public all the same.
func TestLogoutFails(t *testing.T) {
	chip := &fakeChip{logout: &iso7816.LinkError{Kind: iso7816.LinkBusy}}
	s := standWith(t, chip)
	h := s.logIn()
	assert.Equal(t, ck.RVFunctionFailed, s.m.Logout(ctx, h))
	assert.Equal(t, ck.StateROPublic, s.state(h))
}

// TestIdleLogoutIsTriedAgain: a login that could not be ended, because somebody
// kept the card, is not one for ever.
func TestIdleLogoutIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chip := &stubborn{fakeChip: &fakeChip{tries: []card.Tries{left(3)}}}
		s := newStand(t, func(o *token.Options) { o.Idle = 20 * time.Millisecond })
		s.m.OpenWith(func(token.Connection) token.Chip { return chip })
		h := s.logIn()
		s.soon("logged out", func() bool { return s.state(h) == ck.StateROPublic })
		assert.Equal(t, int32(2), chip.logouts.Load())
	})
}

// stubborn is a chip whose first logout changes nothing.
type stubborn struct {
	*fakeChip
	logouts atomic.Int32
}

func (c *stubborn) Logout() error {
	if c.logouts.Add(1) == 1 {
		return &iso7816.LinkError{Kind: iso7816.LinkBusy}
	}
	return c.fakeChip.Logout()
}

// TestOwedResetIsTriedAgain: the login ended, and somebody kept the card, so that
// it may still be verified.
func TestOwedResetIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chip := &owing{fakeChip: &fakeChip{tries: []card.Tries{left(3)}}}
		s := newStand(t, func(o *token.Options) { o.Idle = 20 * time.Millisecond })
		s.m.OpenWith(func(token.Connection) token.Chip { return chip })
		h := s.logIn()
		assert.Equal(t, ck.RVFunctionFailed, s.m.Logout(ctx, h))
		assert.Equal(t, ck.StateROPublic, s.state(h))
		s.soon("reset", func() bool { return chip.logouts.Load() == 3 })
		time.Sleep(50 * time.Millisecond)
		assert.Equal(t, int32(3), chip.logouts.Load(), "and no more once it was")
	})
}

// owing is a chip that cannot be reset before the third time.
type owing struct {
	*fakeChip
	logouts atomic.Int32
}

func (c *owing) OwesReset() bool { n := c.logouts.Load(); return n > 0 && n < 3 }

func (c *owing) Logout() error {
	c.loggedIn = false
	if c.logouts.Add(1) < 3 {
		return &iso7816.LinkError{Kind: iso7816.LinkBusy}
	}
	return nil
}

// TestCallerGoesAway: whoever waits for a card that another call keeps waits
// no longer than its own connection, or the card, is there.
func TestCallerGoesAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		entered, leave := make(chan struct{}), make(chan struct{})
		chip := &fakeChip{}
		s := standWith(t, chip)
		h, other := s.open(), s.open()
		chip.inspect = func(context.Context) error { close(entered); <-leave; return nil }
		first := make(chan error)
		go func() { first <- s.m.Login(ctx, h, ck.UserUser, []byte(rightPIN)) }()
		<-entered
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		assert.Equal(t, ck.RVFunctionFailed, s.m.Login(short, other, ck.UserUser, []byte(rightPIN)))
		gone := make(chan error)
		go func() { gone <- s.m.Login(ctx, other, ck.UserUser, []byte(rightPIN)) }()
		time.Sleep(5 * time.Millisecond)
		s.rack.remove(firstReader)
		assert.Contains(t, []error{ck.RVDeviceRemoved, ck.RVSessionHandleInvalid}, <-gone)
		close(leave)
		assert.Equal(t, ck.RVDeviceError, <-first)
		assert.False(t, chip.loggedIn)
	})
}

package browserdemo

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

func startAny(t *testing.T, now time.Time) *Server {
	t.Helper()
	s, err := Start(ServerOptions{AnyCard: true, Unhurried: true, Now: func() time.Time { return now }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

var inForce = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// shows makes the client show a certificate whatever the server names.
func shows(c tls.Certificate) func(*tls.Config) {
	return func(config *tls.Config) {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }
	}
}

func TestAnyCardGetsIn(t *testing.T) {
	s := startAny(t, inForce)
	changed := s.Changed()
	d, err := specimen.Generate(rand.Reader, specimen.Options{Now: inForce}) // of an authority nobody told us of
	require.NoError(t, err)
	code, body := get(t, client(s, shows(holderCertificate(d))), s.URL())
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, body, "Sei entrato con la CIE")
	assert.NotContains(t, body, d.Holder.FiscalCode)
	var kinds []EventKind
	for _, e := range s.Events() {
		kinds = append(kinds, e.Kind)
	}
	assert.Equal(t, []EventKind{EventHello, EventShown, EventConnected, EventLogin}, kinds)
	assert.Equal(t, initials(d.Holder.Surname), s.Events()[1].Login.Surname)
	assert.Equal(t, "TLS 1.2", s.Events()[3].Login.Version)
	select {
	case <-changed:
	default:
		t.Error("nobody was told")
	}
}

func TestAnyCardIsNotAnything(t *testing.T) {
	d := specimen.Default()
	other, err := newAuthority(inForce)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		now  time.Time
		show tls.Certificate
		want error
		page string
	}{
		"no CIE":  {inForce, other.server, ErrNotCIE, "non è quello di una CIE"},
		"old":     {inForce.AddDate(30, 0, 0), holderCertificate(d), ErrExpired, "non è valido oggi"},
		"too new": {inForce.AddDate(-30, 0, 0), holderCertificate(d), ErrExpired, "non è valido oggi"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startAny(t, test.now)
			response, err := client(s, shows(test.show)).Get(s.URL())
			require.NoError(t, err)
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			assert.Equal(t, http.StatusForbidden, response.StatusCode)
			assert.Contains(t, string(body), test.page)
			event, err := s.Await(within(t), EventRefused, 1)
			require.NoError(t, err)
			assert.ErrorIs(t, event.Err, test.want)
			assert.Zero(t, s.Count(EventLogin))
		})
	}
}

// TestAShownCertificateWithoutItsKey: who shows a certificate and cannot sign is
// seen, and does not get in.
func TestAShownCertificateWithoutItsKey(t *testing.T) {
	s := startAny(t, inForce)
	d := specimen.Default()
	stolen := tls.Certificate{Certificate: [][]byte{d.CertCIE}, PrivateKey: d.ChipKey}
	err := tryTo(client(s, shows(stolen)), s.URL())
	require.Error(t, err)
	event, err := s.Await(within(t), EventFailed, 1)
	require.NoError(t, err)
	assert.Equal(t, FailureSignature, event.Failure)
	assert.Equal(t, 1, s.Count(EventShown))
	assert.Zero(t, s.Count(EventConnected))
}

func TestFailures(t *testing.T) {
	s := startAny(t, inForce)
	failed := 0
	next := func() Failure {
		failed++
		event, err := s.Await(within(t), EventFailed, failed)
		require.NoError(t, err)
		return event.Failure
	}
	err := tryTo(client(s, nil), s.URL())
	require.Error(t, err)
	assert.Equal(t, FailureNoCertificate, next())

	err = tryTo(client(s, func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }), s.URL())
	require.Error(t, err)
	assert.Equal(t, FailureVersion, next())

	err = tryTo(client(s, func(c *tls.Config) { c.RootCAs = x509.NewCertPool() }), s.URL())
	require.Error(t, err)
	assert.Equal(t, FailureUntrusted, next())

	conn, err := net.Dial("tcp", s.listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	assert.Equal(t, FailureClosed, next())

	assert.Equal(t, FailureTime, failureOf(context.DeadlineExceeded))
	assert.Equal(t, FailureOther, failureOf(errors.New("the moon is full")))
	assert.Equal(t, FailureOther, failureOf(&net.OpError{Op: "remote error", Err: errors.New("of another kind")}))
}

func TestShownIsReadable(t *testing.T) {
	s := startAny(t, inForce)
	assert.Nil(t, s.shown(nil))
	assert.Nil(t, s.shown([][]byte{[]byte("no certificate")}))
	self := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "X"}}
	d := specimen.Default()
	der, err := x509.CreateCertificate(rand.Reader, &self, &self, d.HolderKey.Public(), d.HolderKey)
	require.NoError(t, err)
	assert.Equal(t, &Login{}, s.shown([][]byte{der}), "nothing that names anybody")
}

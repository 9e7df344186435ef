package browserdemo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

func startServer(t *testing.T, tls13 bool) (*Server, *specimen.Data) {
	t.Helper()
	d := specimen.Default()
	s, err := Start(ServerOptions{Roots: [][]byte{d.HolderRoot}, Between: [][]byte{d.HolderCA}, TLS13: tls13,
		Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, d
}

// client trusts the server; certificate may be none.
func client(s *Server, change func(*tls.Config)) *http.Client {
	roots := x509.NewCertPool()
	c, _ := x509.ParseCertificate(s.Authority())
	roots.AddCert(c)
	config := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, Time: s.now}
	if change != nil {
		change(config)
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config}, Timeout: 10 * time.Second}
}

func holderCertificate(d *specimen.Data) tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{d.CertCIE}, PrivateKey: d.HolderKey}
}

func get(t *testing.T, c *http.Client, url string) (int, string) {
	t.Helper()
	response, err := c.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

// tryTo gets a page and returns only what went wrong.
func tryTo(c *http.Client, url string) error {
	response, err := c.Get(url)
	if err == nil {
		_ = response.Body.Close()
	}
	return err
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestTheSpecimenGetsIn(t *testing.T) {
	s, d := startServer(t, false)
	var asked *tls.CertificateRequestInfo
	code, body := get(t, client(s, func(c *tls.Config) {
		c.GetClientCertificate = func(r *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			asked = r
			own := holderCertificate(d)
			return &own, nil
		}
	}), s.URL())
	assert.Equal(t, http.StatusOK, code)
	assert.EqualValues(t, tls.VersionTLS12, asked.Version)
	assert.Len(t, asked.AcceptableCAs, 2, "browsers choose by the names of the authorities")
	event, err := s.Await(within(t), EventLogin, 1)
	require.NoError(t, err)
	assert.Equal(t, "S******* P****", event.Login.Surname+" "+event.Login.GivenNames)
	assert.Equal(t, "TLS 1.2", event.Login.Version)
	for _, want := range []string{
		`<html lang="it">`, "Sei entrato con la CIE", `<section lang="en">`, "You are logged in", "P**** S*******",
		"Accesso riuscito · Logged in · " + event.Login.Code + "</title>", "TLS 1.2, TLS_ECDHE_ECDSA_WITH_",
	} {
		assert.Contains(t, body, want)
	}
	assert.Less(t, strings.Index(body, "Sei entrato"), strings.Index(body, "You are logged in"), "Italian comes first")
	for _, personal := range []string{d.Holder.Surname, d.Holder.GivenNames, d.Holder.FiscalCode, d.Holder.DocumentNumber} {
		assert.NotContains(t, body, personal)
	}
	assert.Equal(t, 1, s.Count(EventHello))
	assert.Equal(t, 1, s.Count(EventConnected))
}

// TestOneConnectionOneSignature: pages of one connection ask the card once, a
// new connection asks it again, as nothing is resumed.
func TestOneConnectionOneSignature(t *testing.T) {
	s, d := startServer(t, false)
	resuming := tls.NewLRUClientSessionCache(4)
	with := func(c *tls.Config) {
		c.Certificates, c.ClientSessionCache = []tls.Certificate{holderCertificate(d)}, resuming
	}
	one, two := client(s, with), client(s, with)
	get(t, one, s.URL())
	get(t, one, s.URL())
	assert.Equal(t, 1, s.Count(EventConnected))
	get(t, two, s.URL())
	assert.Equal(t, 2, s.Count(EventConnected))
	assert.Equal(t, 3, s.Count(EventLogin))
	codes := map[string]bool{}
	for _, e := range s.Events() {
		if e.Login != nil {
			codes[e.Login.Code] = true
		}
	}
	assert.Len(t, codes, 3, "each page has a code of its own")
}

func TestOthersDoNot(t *testing.T) {
	s, d := startServer(t, false)
	other, err := newAuthority(s.now())
	require.NoError(t, err)
	cases := map[string]tls.Certificate{
		"of another authority": other.server,
		"the authority's own":  {Certificate: [][]byte{d.CSCA}, PrivateKey: d.HolderKey},
	}
	refused := 0
	for name, certificate := range cases {
		t.Run(name, func(t *testing.T) {
			response, err := client(s, func(c *tls.Config) {
				c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &certificate, nil }
			}).Get(s.URL())
			if name == "the authority's own" { // the key is not that of the certificate
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			assert.Equal(t, http.StatusForbidden, response.StatusCode)
			assert.Contains(t, string(body), "Questa carta non entra qui")
			assert.NotContains(t, string(body), "localhost")
			refused++
			event, err := s.Await(within(t), EventRefused, refused)
			require.NoError(t, err)
			assert.ErrorIs(t, event.Err, ErrNotTest)
		})
	}
	assert.Zero(t, s.Count(EventLogin))
}

func TestNoCertificateNoConnection(t *testing.T) {
	for name, tls13 := range map[string]bool{"TLS 1.2": false, "TLS 1.3": true} {
		t.Run(name, func(t *testing.T) {
			s, _ := startServer(t, tls13)
			err := tryTo(client(s, nil), s.URL())
			require.Error(t, err)
			event, err := s.Await(within(t), EventFailed, 1)
			require.NoError(t, err)
			assert.ErrorContains(t, event.Err, "certificate")
			assert.Zero(t, s.Count(EventConnected))
		})
	}
}

// TestVersions: one version each. What fails on TLS 1.3 is what a CIE can do:
// a client without PSS.
func TestVersions(t *testing.T) {
	s, d := startServer(t, false)
	err := tryTo(client(s, func(c *tls.Config) {
		c.Certificates, c.MinVersion = []tls.Certificate{holderCertificate(d)}, tls.VersionTLS13
	}), s.URL())
	require.ErrorContains(t, err, "protocol version")
	modern, d := startServer(t, true)
	only := holderCertificate(d)
	only.SupportedSignatureAlgorithms = []tls.SignatureScheme{tls.PKCS1WithSHA256}
	err = tryTo(client(modern, func(c *tls.Config) { c.Certificates = []tls.Certificate{only} }), modern.URL())
	require.Error(t, err)
	only.SupportedSignatureAlgorithms = []tls.SignatureScheme{tls.PSSWithSHA256}
	code, body := get(t, client(modern, func(c *tls.Config) { c.Certificates = []tls.Certificate{only} }), modern.URL())
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, body, "TLS 1.3")
	assert.Zero(t, modern.Count(EventRefused))
}

func TestAuthorityIsForThisComputerOnly(t *testing.T) {
	s, _ := startServer(t, false)
	c, err := x509.ParseCertificate(s.Authority())
	require.NoError(t, err)
	assert.True(t, c.PermittedDNSDomainsCritical)
	assert.Equal(t, []string{"localhost"}, c.PermittedDNSDomains)
	assert.LessOrEqual(t, c.NotAfter.Sub(s.now()), validFor)
	host, _, _ := net.SplitHostPort(s.listener.Addr().String())
	assert.Equal(t, "127.0.0.1", host)
}

func TestServerNeedsAuthorities(t *testing.T) {
	_, err := Start(ServerOptions{})
	require.Error(t, err)
	_, err = Start(ServerOptions{Roots: [][]byte{[]byte("no certificate")}})
	require.Error(t, err)
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	s, _ := startServer(t, false)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := s.Await(ctx, EventLogin, 1)
	assert.True(t, errors.Is(err, context.DeadlineExceeded))
}

func TestCloseEndsAHandshake(t *testing.T) {
	d := specimen.Default()
	s, err := Start(ServerOptions{Roots: [][]byte{d.HolderRoot}})
	require.NoError(t, err)
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, s.Close(), "somebody who says nothing does not keep it open")
}

func TestGiveUpEndsHandshakesOnly(t *testing.T) {
	s, d := startServer(t, false)
	waiting, err := net.Dial("tcp", s.listener.Addr().String())
	require.NoError(t, err)
	defer waiting.Close()
	in := client(s, func(c *tls.Config) { c.Certificates = []tls.Certificate{holderCertificate(d)} })
	get(t, in, s.URL())
	s.GiveUp()
	_, err = s.Await(within(t), EventFailed, 1)
	require.NoError(t, err)
	get(t, in, s.URL())
	assert.Equal(t, 1, s.Count(EventConnected), "the page's connection stays")
}

func TestInitials(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "PROVA": "P****", "MARIA ROSA": "M**** R***", "D'ÀMICO": "D'À****", "AB12": "A***",
	} {
		assert.Equal(t, want, initials(text))
	}
}

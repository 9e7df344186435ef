//go:build linux

package clienttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

// loginServer stands for a server of level 3: it demands a certificate under
// the specimen's authorities and greets who has one. Go's crypto/tls, which
// shares nothing with the clients under test, is the judge of their signatures.
type loginServer struct {
	address   string // localhost:port
	authority string // PEM file to trust
}

// serveLogin starts a server that speaks exactly the version.
func serveLogin(t testing.TB, dir string, version uint16) loginServer {
	t.Helper()
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listening.Addr().String())
	require.NoError(t, err)
	authority := filepath.Join(dir, fmt.Sprintf("server-%s.pem", port))
	certificate := certify(t, "TEST authority of the server at "+port, authority)
	listener := tls.NewListener(listening, &tls.Config{
		Certificates: []tls.Certificate{certificate},
		ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: holderAuthorities(t),
		MinVersion: version, MaxVersion: version,
	})
	server := &http.Server{
		Handler: http.HandlerFunc(greet), ReadHeaderTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0), // refused handshakes are part of the tests
	}
	server.SetKeepAlivesEnabled(false) // each page is a login
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	return loginServer{address: net.JoinHostPort("localhost", port), authority: authority}
}

// certify makes a certificate for localhost under an authority of its own,
// which it writes to the file.
func certify(t testing.TB, name, file string) tls.Certificate {
	t.Helper()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	require.NoError(t, err)
	writePEM(t, file, der)

	server := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "localhost"},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err = x509.CreateCertificate(rand.Reader, server, authority, &key.PublicKey, authorityKey)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// holderAuthorities are the root and the sub-CA above the specimen.
func holderAuthorities(t testing.TB) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	for _, der := range [][]byte{specimen.Default().HolderRoot, specimen.Default().HolderCA} {
		certificate, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		pool.AddCert(certificate)
	}
	return pool
}

// greet answers with the subject of the certificate that the handshake proved.
func greet(w http.ResponseWriter, r *http.Request) {
	subject := r.TLS.PeerCertificates[0].Subject
	fmt.Fprintf(w, "Benvenuto %s %s (%s), %s\n", attribute(subject, 42), attribute(subject, 4), subject.SerialNumber, tls.VersionName(r.TLS.Version))
}

// attribute is the value of 2.5.4.number, or empty.
func attribute(name pkix.Name, number int) string {
	for _, a := range name.Names {
		if a.Type.Equal(asn1.ObjectIdentifier{2, 5, 4, number}) {
			return fmt.Sprint(a.Value)
		}
	}
	return ""
}

func writePEM(t testing.TB, path string, certificates ...[]byte) {
	t.Helper()
	var text []byte
	for _, der := range certificates {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	require.NoError(t, os.WriteFile(path, text, 0o600))
}

package browserdemo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// authority is who vouches for the server, made for one run. Its key is
// forgotten as soon as the server's certificate is signed, so that trusting it
// trusts this one server.
type authority struct {
	certificate []byte // DER
	server      tls.Certificate
}

const (
	authorityName = "CIEntro demo (throw-away)"
	validFor      = 48 * time.Hour
)

func newAuthority(now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the demo's authority: %w", err)
	}
	root := newTemplate(now, 1, authorityName)
	root.IsCA, root.BasicConstraintsValid, root.MaxPathLenZero = true, true, true
	root.KeyUsage = x509.KeyUsageCertSign
	// Whatever becomes of the profile, it vouches for this computer only.
	root.PermittedDNSDomainsCritical = true
	root.PermittedDNSDomains = []string{"localhost"}
	root.PermittedIPRanges = []*net.IPNet{{IP: net.IPv4(127, 0, 0, 1).To4(), Mask: net.CIDRMask(32, 32)}}
	signed, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the demo's authority: %w", err)
	}
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the server's key: %w", err)
	}
	leaf := newTemplate(now, 2, "localhost")
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames, leaf.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)}
	der, err := x509.CreateCertificate(rand.Reader, leaf, root, serverKey.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the server's certificate: %w", err)
	}
	return &authority{
		certificate: signed,
		server:      tls.Certificate{Certificate: [][]byte{der, signed}, PrivateKey: serverKey},
	}, nil
}

func newTemplate(now time.Time, kind byte, name string) *x509.Certificate {
	// Browsers refuse a second certificate of the same issuer and number.
	serial := make([]byte, 16)
	_, _ = rand.Read(serial) // never fails since Go 1.24
	serial[0] = kind
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial),
		Subject:      pkix.Name{CommonName: name, Organization: []string{"CIEntro demo TEST"}},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(validFor),
	}
}

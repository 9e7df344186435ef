package specimen

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // key identifiers, RFC 5280 section 4.2.1.2 method 1
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"time"
)

// Scheme says how a country signer signs certificates.
type Scheme int

const (
	// PSSWithSHA512 is RSASSA-PSS, SHA-512, MGF1 with SHA-512, salt of 64 bytes.
	PSSWithSHA512 Scheme = iota
	// PKCS1WithSHA256 is RSASSA-PKCS1-v1_5 with SHA-256.
	PKCS1WithSHA256
)

func (s Scheme) algorithm() x509.SignatureAlgorithm {
	if s == PKCS1WithSHA256 {
		return x509.SHA256WithRSA
	}
	return x509.SHA512WithRSAPSS
}

// AuthorityOptions shapes a country signer. The zero value is a 2048-bit key,
// PSS with SHA-512, valid for 20 years from 2024.
type AuthorityOptions struct {
	Scheme              Scheme
	Bits                int    // 0: 2048; real ones have 4096 and cost a second or two to make
	Name                string // "" is "TEST Country Signer CA"
	NotBefore, NotAfter time.Time
}

// CountrySigner is a synthetic country signing certification authority (CSCA,
// ICAO 9303-12 section 3): a self-signed certificate and its key.
type CountrySigner struct {
	Certificate []byte // DER, self-signed
	Key         *rsa.PrivateKey
	scheme      Scheme
	parsed      *x509.Certificate
}

// NewCountrySigner makes a country signer. Keys and signatures are drawn from
// the system's generator; rand gives the serial number only.
func NewCountrySigner(rand io.Reader, o AuthorityOptions) (*CountrySigner, error) {
	if o.Name == "" {
		o.Name = "TEST Country Signer CA"
	}
	if o.Bits == 0 {
		o.Bits = 2048
	}
	setPeriod(&o.NotBefore, &o.NotAfter, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), 20)
	key, err := rsa.GenerateKey(rand, o.Bits)
	if err != nil {
		return nil, fmt.Errorf("make country signer key: %w", err)
	}
	template, err := authorityTemplate(rand, o.Name, &key.PublicKey, o.NotBefore, o.NotAfter)
	if err != nil {
		return nil, err
	}
	template.SignatureAlgorithm = o.Scheme.algorithm()
	c := &CountrySigner{Key: key, scheme: o.Scheme}
	c.Certificate, c.parsed, err = issue(rand, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("country signer certificate: %w", err)
	}
	return c, nil
}

// Link returns the DER link certificate for next: next's subject and key,
// signed by c (ICAO 9303-12 section 7.1.1: how a new country signer is trusted
// by those who know the old one).
func (c *CountrySigner) Link(rand io.Reader, next *CountrySigner) ([]byte, error) {
	template, err := authorityTemplate(rand, "", &next.Key.PublicKey, next.parsed.NotBefore, next.parsed.NotAfter)
	if err != nil {
		return nil, err
	}
	template.RawSubject = next.parsed.RawSubject
	template.AuthorityKeyId = c.parsed.SubjectKeyId
	template.SignatureAlgorithm = c.scheme.algorithm()
	raw, _, err := issue(rand, template, c.parsed, &next.Key.PublicKey, c.Key)
	if err != nil {
		return nil, fmt.Errorf("link certificate: %w", err)
	}
	return raw, nil
}

// DocumentSignerOptions shapes a document signer certificate. The zero value
// is what the Italian ones look like: about 11 years, private key use of 90
// days, document type C.
type DocumentSignerOptions struct {
	Number              string // serialNumber in the subject, "" is 00007
	NotBefore, NotAfter time.Time
	NoKeyUsagePeriod    bool // leave out privateKeyUsagePeriod (2.5.29.16)
	NoDocumentTypes     bool // leave out documentTypeList (2.23.136.1.1.6.2)
}

// DocumentSigner signs EF.SODs: a certificate under a country signer, and its key.
type DocumentSigner struct {
	Certificate []byte // DER
	Key         *rsa.PrivateKey
	parsed      *x509.Certificate
}

// DocumentSigner makes a document signer under c.
func (c *CountrySigner) DocumentSigner(rand io.Reader, o DocumentSignerOptions) (*DocumentSigner, error) {
	if o.Number == "" {
		o.Number = "00007"
	}
	setPeriod(&o.NotBefore, &o.NotAfter, c.parsed.NotBefore, 11)
	key, err := rsa.GenerateKey(rand, 2048)
	if err != nil {
		return nil, fmt.Errorf("make document signer key: %w", err)
	}
	serial, err := newSerial(rand)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:       serial,
		RawSubject:         testName("TEST eIdentityCardSigner", o.Number),
		NotBefore:          o.NotBefore,
		NotAfter:           o.NotAfter,
		KeyUsage:           x509.KeyUsageDigitalSignature,
		SubjectKeyId:       keyIdentifier(&key.PublicKey),
		AuthorityKeyId:     c.parsed.SubjectKeyId,
		SignatureAlgorithm: c.scheme.algorithm(),
		ExtraExtensions:    o.extensions(),
	}
	ds := &DocumentSigner{Key: key}
	ds.Certificate, ds.parsed, err = issue(rand, template, c.parsed, &key.PublicKey, c.Key)
	if err != nil {
		return nil, fmt.Errorf("document signer certificate: %w", err)
	}
	return ds, nil
}

// extensions are those of ICAO 9303-12 section 7.1.1 that crypto/x509 does not
// know: privateKeyUsagePeriod and documentTypeList, both not critical.
func (o DocumentSignerOptions) extensions() []pkix.Extension {
	var out []pkix.Extension
	if !o.NoKeyUsagePeriod {
		const form = "20060102150405Z"
		until := o.NotBefore.AddDate(0, 0, 90)
		out = append(out, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 16}, Value: der(tagSequence,
			der(0x80, []byte(o.NotBefore.UTC().Format(form))),
			der(0x81, []byte(until.UTC().Format(form))))})
	}
	if !o.NoDocumentTypes {
		out = append(out, pkix.Extension{Id: asn1.ObjectIdentifier{2, 23, 136, 1, 1, 6, 2}, Value: der(tagSequence,
			der(tagInteger, []byte{0}), der(tagSet, der(tagPrintable, []byte("C"))))})
	}
	return out
}

func authorityTemplate(rand io.Reader, name string, key *rsa.PublicKey, from, to time.Time) (*x509.Certificate, error) {
	serial, err := newSerial(rand)
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		SerialNumber:          serial,
		RawSubject:            testName(name, ""),
		NotBefore:             from,
		NotAfter:              to,
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		SubjectKeyId:          keyIdentifier(key),
	}, nil
}

// issue signs template and gives the certificate raw and parsed.
func issue(rand io.Reader, template, parent *x509.Certificate, key *rsa.PublicKey, signer crypto.Signer) ([]byte, *x509.Certificate, error) {
	raw, err := x509.CreateCertificate(rand, template, parent, key, signer)
	if err != nil {
		return nil, nil, fmt.Errorf("sign: %w", err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("parse: %w", err)
	}
	return raw, parsed, nil
}

// testName is a distinguished name in the order of the real ones: CN,
// [serialNumber], OU, O, C.
func testName(commonName, serialNumber string) []byte {
	rdn := []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: commonName}}
	if serialNumber != "" {
		rdn = append(rdn, pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, 5}, Value: serialNumber})
	}
	rdn = append(rdn,
		pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, 11}, Value: "TEST virtual CIE"},
		pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, 10}, Value: "TEST only"},
		pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, 6}, Value: "IT"})
	return rdnSequence(rdn)
}

// rdnSequence writes one attribute per relative distinguished name.
func rdnSequence(attributes []pkix.AttributeTypeAndValue) []byte {
	var seq pkix.RDNSequence
	for _, a := range attributes {
		seq = append(seq, pkix.RelativeDistinguishedNameSET{a})
	}
	raw, err := asn1.Marshal(seq)
	if err != nil { // only strings of checked characters get here
		panic("specimen: distinguished name: " + err.Error())
	}
	return raw
}

func keyIdentifier(key *rsa.PublicKey) []byte {
	sum := sha1.Sum(x509.MarshalPKCS1PublicKey(key)) //nolint:gosec // an identifier, not a signature
	return sum[:]
}

// newSerial draws a positive certificate serial number of 5 bytes.
func newSerial(rand io.Reader) (*big.Int, error) {
	b := make([]byte, 5)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, fmt.Errorf("draw serial number: %w", err)
	}
	b[0] = b[0]&0x3F | 0x40
	return new(big.Int).SetBytes(b), nil
}

// setPeriod fills an absent validity: from start, for so many years.
func setPeriod(from, to *time.Time, start time.Time, years int) {
	if from.IsZero() {
		*from = start
	}
	if to.IsZero() {
		*to = from.AddDate(years, 0, 0)
	}
}

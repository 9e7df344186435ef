package sod

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"time"
)

// maxCertificate bounds one certificate; the largest country signer
// certificate in use has some 4 KiB.
const maxCertificate = 64 << 10

// Certificate is an X.509 certificate (RFC 5280 section 4.1) as passports and
// identity cards carry it. It is read more leniently than crypto/x509 does
// (serial numbers of any sign, keys for RSASSA-PSS, curves spelt out, extensions
// in any order or twice), since genuine ones need it, but its lengths are
// strict, and reading it says nothing about trust.
type Certificate struct {
	Raw        []byte // DER
	RawTBS     []byte // the signed part
	RawIssuer  []byte // Name
	RawSubject []byte // Name

	Serial              *big.Int // may be negative
	Issuer, Subject     Name
	NotBefore, NotAfter time.Time
	PublicKey           *PublicKey

	SubjectKeyID   []byte // nil where absent
	AuthorityKeyID []byte // nil where absent
	KeyUsage       KeyUsage
	ExtendedUsage  []string // identifiers with dots
	CA             bool     // basicConstraints with cA true
	PathLength     int      // -1 where absent

	// The time in which the private key may sign (ICAO 9303-12 table 5); zero where absent.
	PrivateKeyNotBefore, PrivateKeyNotAfter time.Time
	// DocumentTypes the signer may sign, as in "P" or "C" (ICAO 9303-12 section 7.1.1.6).
	DocumentTypes []string

	hasKeyUsage bool
	algorithm   algorithm
	signature   []byte
}

// KeyUsage is the bit field of the extension; 0 where it is absent.
type KeyUsage uint16

// Bits of KeyUsage (RFC 5280 section 4.2.1.3).
const (
	UsageDigitalSignature KeyUsage = 1 << iota
	UsageNonRepudiation
	UsageKeyEncipherment
	UsageDataEncipherment
	UsageKeyAgreement
	UsageCertSign
	UsageCRLSign
)

// ParseCertificate reads one DER certificate and nothing after it. Errors are
// ErrMalformed or ErrTooLarge.
func ParseCertificate(der []byte) (*Certificate, error) {
	if len(der) > maxCertificate {
		return nil, ErrTooLarge
	}
	in := newReader(bytes.Clone(der))
	outer := in.expect(tagSequence, "certificate")
	in.end("certificate")
	body := in.inside(outer.body)
	tbs := body.expect(tagSequence, "certificate")
	c := &Certificate{Raw: outer.raw, RawTBS: tbs.raw, PathLength: -1}
	c.algorithm = body.signatureAlgorithm("signature algorithm")
	c.signature = body.bits("signature")
	body.end("certificate")
	c.readTBS(body.inside(tbs.body))
	if err := in.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// readTBS reads TBSCertificate.
func (c *Certificate) readTBS(r reader) {
	r.optional(contextConstructed(0), "version")
	c.Serial = r.integer("serial number")
	inner := r.signatureAlgorithm("signature algorithm")
	issuer := r.expect(tagSequence, "issuer")
	validity := r.enter(tagSequence, "validity")
	c.NotBefore, c.NotAfter = validity.time("validity"), validity.time("validity")
	validity.end("validity")
	subject := r.expect(tagSequence, "subject")
	c.RawIssuer, c.Issuer = issuer.raw, r.name(issuer.body, "issuer")
	c.RawSubject, c.Subject = subject.raw, r.name(subject.body, "subject")
	c.PublicKey = r.publicKey(r.expect(tagSequence, "public key").body)
	r.optional(contextPrimitive(1), "issuer unique identifier")
	r.optional(contextPrimitive(2), "subject unique identifier")
	if el, present := r.optional(contextConstructed(3), "extensions"); present {
		explicit := r.inside(el.body)
		list := explicit.enter(tagSequence, "extensions")
		explicit.end("extensions")
		c.readExtensions(list)
	}
	r.end("certificate")
	// Both must name the same algorithm (RFC 5280 section 4.1.1.2); the outer one is not signed.
	if r.err() == nil && inner != c.algorithm {
		r.fail(malformed("certificate: two signature algorithms"))
	}
}

// CheckSignature verifies that the holder of key signed the certificate. It
// returns nil, ErrSignature, ErrWeak (SHA-1) or ErrUnsupported.
func (c *Certificate) CheckSignature(key *PublicKey) error {
	return c.algorithm.verify(key, c.RawTBS, c.signature, false)
}

// SignatureAlgorithm names the algorithm of the certificate's own signature,
// as in "rsa-pss-sha512".
func (c *Certificate) SignatureAlgorithm() string { return c.algorithm.String() }

// Fingerprint is the SHA-256 of the DER in lower-case hexadecimal.
func (c *Certificate) Fingerprint() string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// SelfIssued tells a certificate whose issuer and subject are the same name.
func (c *Certificate) SelfIssued() bool { return c.Issuer.Equal(c.Subject) }

// SelfSigned tells a root: self-issued, and its key is the issuer's. The
// signature itself is not computed, nobody gains trust from it.
func (c *Certificate) SelfSigned() bool {
	return c.SelfIssued() && (c.AuthorityKeyID == nil || c.SubjectKeyID == nil || string(c.AuthorityKeyID) == string(c.SubjectKeyID))
}

// mayIssue tells whether the certificate's own words allow it to sign other
// certificates (RFC 5280 section 6.1.4 k and n).
func (c *Certificate) mayIssue() bool {
	return c.CA && (!c.hasKeyUsage || c.KeyUsage&UsageCertSign != 0)
}

// Purposes that a country signer certifies besides document signers
// (ICAO 9303-12 table 5, RFC 5280 section 4.2.1.12).
var otherPurposes = []string{
	"2.23.136.1.1.3",    // master list signer
	"2.23.136.1.1.8",    // deviation list signer
	"1.3.6.1.5.5.7.3.1", // TLS server
	"1.3.6.1.5.5.7.3.2", // TLS client
}

// signsDocuments tells whether the certificate's own words allow it to sign
// documents (ICAO 9303-12 table 5).
func (c *Certificate) signsDocuments() bool {
	if c.CA || c.hasKeyUsage && c.KeyUsage&(UsageDigitalSignature|UsageNonRepudiation) == 0 {
		return false
	}
	return !slices.ContainsFunc(otherPurposes, c.hasUsage)
}

// hasUsage tells whether the extended key usage names a purpose.
func (c *Certificate) hasUsage(purpose string) bool { return slices.Contains(c.ExtendedUsage, purpose) }

package sod

import (
	"crypto"
	"math/big"
	"time"
)

// Bounds of a SignedData.
const (
	maxSignedDataCertificates = 16
	maxSignedAttributes       = 32
)

// signedData is a CMS SignedData (RFC 5652 section 5) with exactly one signer.
type signedData struct {
	contentType  oid
	content      []byte // eContent, what is hashed
	certificates []*Certificate
	signer       signerInfo
}

// signerInfo is SignerInfo (RFC 5652 section 5.3).
type signerInfo struct {
	id        SignerID
	digest    crypto.Hash
	algorithm algorithm
	signature []byte

	attributes    []byte // DER of SET OF Attribute, as it is signed
	contentType   oid
	messageDigest []byte
	signingTime   time.Time // zero where absent
}

// SignerID names the certificate of a signer: issuer and serial number, or a
// key identifier.
type SignerID struct {
	Issuer Name
	Serial *big.Int
	KeyID  []byte
}

// names tells whether the identifier means this certificate: issuer and
// serial number both, or the key identifier.
func (id SignerID) names(c *Certificate) bool {
	if id.KeyID != nil {
		return c.SubjectKeyID != nil && string(id.KeyID) == string(c.SubjectKeyID)
	}
	return id.Serial != nil && id.Serial.Cmp(c.Serial) == 0 && id.Issuer.Equal(c.Issuer)
}

// parseSignedData reads a ContentInfo that holds a SignedData, and nothing after it.
func parseSignedData(b []byte) (*signedData, error) {
	in := newReader(b)
	info := in.enter(tagSequence, "content info")
	in.end("content info")
	if id := info.oid("content info"); in.err() == nil && id != oidSignedData {
		return nil, malformed("content info: %s is not signed data", id)
	}
	explicit := info.enter(contextConstructed(0), "content info")
	info.end("content info")
	r := explicit.enter(tagSequence, "signed data")
	explicit.end("content info")

	s := new(signedData)
	r.small(5, "signed data version")
	r.expect(tagSet, "digest algorithms")
	s.readContent(r.enter(tagSequence, "content"))
	if el, present := r.optional(contextConstructed(0), "certificates"); present {
		s.readCertificates(r.inside(el.body))
	}
	r.optional(contextConstructed(1), "revocation lists")
	signers := r.enter(tagSet, "signers")
	r.end("signed data")
	s.signer.read(signers.enter(tagSequence, "signer"))
	signers.end("signers: exactly one is allowed")
	if err := in.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// readContent reads EncapsulatedContentInfo (RFC 5652 section 5.2).
func (s *signedData) readContent(r reader) {
	s.contentType = r.oid("content type")
	explicit := r.enter(contextConstructed(0), "content")
	s.content = explicit.expect(tagOctetString, "content").body
	explicit.end("content")
	r.end("content")
}

func (s *signedData) readCertificates(r reader) {
	for r.more() {
		el := r.next("certificate")
		if el.tag != tagSequence {
			continue // other certificate formats, RFC 5652 section 10.2.2
		}
		if len(s.certificates) == maxSignedDataCertificates {
			r.fail(malformed("certificates: too many"))
			return
		}
		c, err := ParseCertificate(el.raw)
		if err != nil {
			r.fail(err)
			return
		}
		s.certificates = append(s.certificates, c)
	}
}

// read reads SignerInfo. Signed attributes are required: without them nothing
// binds the type of the content (RFC 5652 section 5.3).
func (s *signerInfo) read(r reader) {
	r.small(5, "signer version")
	if el, present := r.optional(contextPrimitive(0), "signer identifier"); present {
		s.id.KeyID = el.body
	} else {
		id := r.enter(tagSequence, "signer identifier")
		s.id.Issuer = id.name(id.expect(tagSequence, "signer identifier").body, "signer identifier")
		s.id.Serial = id.integer("signer identifier")
		id.end("signer identifier")
	}
	s.digest = r.digest("digest algorithm")
	attributes := r.expect(contextConstructed(0), "signed attributes")
	s.readAttributes(r.inside(attributes.body))
	s.algorithm = r.signatureAlgorithm("signature algorithm")
	if s.algorithm.id == oidRSAEncryption {
		s.algorithm.hash = s.digest
	}
	s.signature = r.expect(tagOctetString, "signature").body
	r.optional(contextConstructed(1), "unsigned attributes")
	r.end("signer")
	if r.err() == nil {
		// Signed as a SET, whatever tag it travels under (RFC 5652 section 5.4).
		s.attributes = append([]byte{tagSet}, attributes.raw[1:]...)
	}
}

// readAttributes reads SignedAttributes; each attribute once, with one value
// (RFC 5652 section 11).
func (s *signerInfo) readAttributes(r reader) {
	seen := make(map[oid]bool)
	for r.more() {
		attribute := r.enter(tagSequence, "signed attribute")
		id := attribute.oid("signed attribute")
		values := attribute.enter(tagSet, "signed attribute")
		attribute.end("signed attribute")
		if seen[id] || len(seen) == maxSignedAttributes {
			r.fail(malformed("signed attributes: %s twice, or too many", id))
			return
		}
		seen[id] = true
		switch id {
		case oidAttrContentType:
			s.contentType = values.oid("content type attribute")
		case oidAttrMessageDigest:
			s.messageDigest = values.expect(tagOctetString, "message digest attribute").body
		case oidAttrSigningTime:
			s.signingTime = values.time("signing time attribute")
		default:
			continue
		}
		values.end("signed attribute")
	}
	if r.err() == nil && (!seen[oidAttrContentType] || !seen[oidAttrMessageDigest]) {
		r.fail(malformed("signed attributes: content type or message digest missing"))
	}
}

// certificate returns the enclosed certificate that the signer identifier names, or nil.
func (s *signedData) certificate() *Certificate {
	for _, c := range s.certificates {
		if s.signer.id.names(c) {
			return c
		}
	}
	return nil
}

// check verifies everything that the signed data says about itself with the
// key of signer, and returns every failure: ErrContentType, ErrDigest,
// ErrSignature, ErrWeak, ErrUnsupported.
func (s *signedData) check(signer *Certificate, allowSHA1 bool) []error {
	var failures []error
	if s.signer.contentType != s.contentType {
		failures = append(failures, ErrContentType)
	}
	switch h := s.signer.digest; {
	case h == 0:
		failures = append(failures, ErrUnsupported)
	case h == crypto.SHA1:
		failures = append(failures, ErrWeak)
	default:
		hasher := h.New()
		hasher.Write(s.content)
		if string(hasher.Sum(nil)) != string(s.signer.messageDigest) {
			failures = append(failures, ErrDigest)
		}
	}
	if err := s.signer.algorithm.verify(signer.PublicKey, s.signer.attributes, s.signer.signature, allowSHA1); err != nil {
		failures = append(failures, err)
	}
	return failures
}

package sod

import (
	"bytes"
	"crypto"
	"time"
)

// MaxSOD is the most that Parse takes, padding included. A CIE's SOD has some 3 KiB.
const MaxSOD = 64 << 10

// tagSOD is the application tag around EF.SOD (ICAO 9303-10 section 4.6.2).
const tagSOD = 0x77

// SOD is EF.SOD, read but not judged.
type SOD struct {
	Variant Variant
	// LDSVersion is 0, or 1 where two version texts, which change nothing, follow.
	LDSVersion int
	// Digest is the hash of the data groups; 0 where it is not known.
	Digest crypto.Hash
	// Groups are the hashes in the order of the file.
	Groups []GroupHash
	// SignerID is what the signature says about its signer.
	SignerID SignerID
	// Signer is the document signer's certificate. Where the signer
	// identifier names none of the enclosed certificates it is the first.
	Signer *Certificate
	// Certificates are all that are enclosed.
	Certificates []*Certificate
	// SigningTime is zero where the SOD does not tell, the usual case.
	SigningTime time.Time

	signed *signedData
	object *securityObject
}

// Variant names how a SOD is signed, as in "rsa-sha256" or "rsa-pss-sha512".
type Variant string

// The two variants in use.
const (
	VariantRSASHA256    Variant = "rsa-sha256"
	VariantRSAPSSSHA512 Variant = "rsa-pss-sha512"
)

// Parse reads EF.SOD. What follows the outer object is taken for padding and
// ignored. Errors are ErrTooLarge or ErrMalformed; an algorithm that is not
// known is no error here but a failure of Verify.
func Parse(file []byte) (*SOD, error) {
	if len(file) > MaxSOD {
		return nil, ErrTooLarge
	}
	outer, _, err := readElement(file)
	if err != nil {
		return nil, wrapAs(err, "EF.SOD")
	}
	if outer.tag != tagSOD {
		return nil, malformed("EF.SOD: tag %02X where %02X belongs", outer.tag, tagSOD)
	}
	signed, err := parseSignedData(bytes.Clone(outer.body))
	if err != nil {
		return nil, wrapAs(err, "EF.SOD")
	}
	if signed.contentType != oidLDSSecurityObject {
		return nil, malformed("EF.SOD: content of type %s", signed.contentType)
	}
	object, err := parseSecurityObject(signed.content)
	if err != nil {
		return nil, wrapAs(err, "EF.SOD")
	}
	if len(signed.certificates) == 0 {
		return nil, malformed("EF.SOD: no certificate enclosed")
	}
	s := &SOD{
		Variant:      Variant(signed.signer.algorithm.String()),
		LDSVersion:   object.version,
		Digest:       object.digest,
		Groups:       object.groups,
		SignerID:     signed.signer.id,
		Signer:       signed.certificate(),
		Certificates: signed.certificates,
		SigningTime:  signed.signer.signingTime,
		signed:       signed,
		object:       object,
	}
	if s.Signer == nil {
		s.Signer = signed.certificates[0]
	}
	return s, nil
}

// Hash returns the listed hash of a data group, or nil.
func (s *SOD) Hash(g Group) []byte { return s.object.hash(g) }

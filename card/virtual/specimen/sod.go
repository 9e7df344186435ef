package specimen

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // some real signatures use it; for tests of clients
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"time"
)

// Variant is one of the two forms of EF.SOD seen on cards.
type Variant int

const (
	// SHA256 is RSA PKCS#1 v1.5 with SHA-256, LDS version 0.
	SHA256 Variant = iota
	// SHA512 is RSASSA-PSS with SHA-512 and a salt of 64 bytes, LDS version 1
	// with LDSVersionInfo {"0108", "040000"}.
	SHA512
)

// DataGroup is one thing that EF.SOD protects. Number is A0 | short file
// identifier, or 1B for EF.DH; Content is exactly what is hashed (no padding).
type DataGroup struct {
	Number  byte
	Content []byte
}

// SODOptions shapes an EF.SOD. The zero value is variant [SHA256] as real
// cards have it; the others are for tests of clients.
type SODOptions struct {
	Variant       Variant
	SHA1Signature bool      // variant SHA256 signed with SHA-1, as some official code accepts
	DigestNULL    bool      // write NULL parameters after every digest algorithm
	SignerSerial  *big.Int  // another serial in SignerInfo than the certificate's
	SigningTime   time.Time // add the signingTime attribute where not zero
	Certificate   []byte    // another certificate than the signer's own; nil: its own
}

// SOD builds EF.SOD over the data groups in the order given: tag 77 around a
// CMS ContentInfo, ICAO 9303-10 section 4.6.2 and RFC 5652 sections 3 to 5.
func (ds *DocumentSigner) SOD(rand io.Reader, groups []DataGroup, o SODOptions) ([]byte, error) {
	content := ldsSecurityObject(groups, o)
	signed := signedAttributes(content, o)
	signature, err := ds.sign(rand, der(tagSet, signed), o)
	if err != nil {
		return nil, fmt.Errorf("sign EF.SOD: %w", err)
	}
	serial, certificate := ds.parsed.SerialNumber, ds.Certificate
	if o.SignerSerial != nil {
		serial = o.SignerSerial
	}
	if o.Certificate != nil {
		certificate = o.Certificate
	}
	signer := der(tagSequence, ds.parsed.RawIssuer, derInteger(serial))
	return assemble(o, content, certificate, signer, signed, signature), nil
}

// assemble puts the parts together: tag 77 { ContentInfo { SignedData
// version 3 { one certificate, one SignerInfo version 1 } } }.
func assemble(o SODOptions, content, certificate, signer, signed, signature []byte) []byte {
	signerInfo := der(tagSequence,
		derInteger(big.NewInt(1)),
		signer,
		o.digestAlgorithm(),
		der(tagContext0, signed),
		o.signatureAlgorithm(),
		der(tagOctetString, signature))
	signedData := der(tagSequence,
		derInteger(big.NewInt(3)),
		der(tagSet, o.digestAlgorithm()),
		der(tagSequence, derOID(2, 23, 136, 1, 1, 1), der(tagContext0, der(tagOctetString, content))),
		der(tagContext0, certificate),
		der(tagSet, signerInfo))
	return der(0x77, der(tagSequence,
		derOID(1, 2, 840, 113549, 1, 7, 2), der(tagContext0, signedData)))
}

// ldsSecurityObject is the eContent. Group numbers are written as one raw
// byte, A5 as 02 01 A5: negative in strict DER, and what real cards carry.
func ldsSecurityObject(groups []DataGroup, o SODOptions) []byte {
	var hashes []byte
	for _, g := range groups {
		hashes = append(hashes, der(tagSequence,
			der(tagInteger, []byte{g.Number}), der(tagOctetString, o.digest(g.Content)))...)
	}
	parts := [][]byte{derInteger(big.NewInt(int64(o.Variant))), o.digestAlgorithm(), der(tagSequence, hashes)}
	if o.Variant == SHA512 {
		parts = append(parts, der(tagSequence,
			der(tagPrintable, []byte("0108")), der(tagPrintable, []byte("040000"))))
	}
	return der(tagSequence, parts...)
}

// signedAttributes gives the attributes without their outer tag: contentType,
// [signingTime], messageDigest. Their order is that of DER's SET OF.
func signedAttributes(content []byte, o SODOptions) []byte {
	out := der(tagSequence, derOID(1, 2, 840, 113549, 1, 9, 3), der(tagSet, derOID(2, 23, 136, 1, 1, 1)))
	if !o.SigningTime.IsZero() {
		out = append(out, der(tagSequence, derOID(1, 2, 840, 113549, 1, 9, 5),
			der(tagSet, der(tagUTCTime, []byte(o.SigningTime.UTC().Format("060102150405Z")))))...)
	}
	return append(out, der(tagSequence, derOID(1, 2, 840, 113549, 1, 9, 4),
		der(tagSet, der(tagOctetString, o.digest(content))))...)
}

func (o SODOptions) digest(content []byte) []byte {
	if o.Variant == SHA512 {
		sum := sha512.Sum512(content)
		return sum[:]
	}
	sum := sha256.Sum256(content)
	return sum[:]
}

// digestAlgorithm is the AlgorithmIdentifier, without parameters as on real cards.
func (o SODOptions) digestAlgorithm() []byte {
	oid := derOID(2, 16, 840, 1, 101, 3, 4, 2, 1)
	if o.Variant == SHA512 {
		oid = derOID(2, 16, 840, 1, 101, 3, 4, 2, 3)
	}
	if o.DigestNULL {
		return der(tagSequence, oid, der(tagNull))
	}
	return der(tagSequence, oid)
}

// signatureAlgorithm is the AlgorithmIdentifier of SignerInfo, RFC 4055 section 3.1 for PSS.
func (o SODOptions) signatureAlgorithm() []byte {
	switch {
	case o.Variant == SHA512:
		hash := der(tagSequence, derOID(2, 16, 840, 1, 101, 3, 4, 2, 3), der(tagNull))
		return der(tagSequence, derOID(1, 2, 840, 113549, 1, 1, 10), der(tagSequence,
			der(tagContext0, hash),
			der(tagContext0+1, der(tagSequence, derOID(1, 2, 840, 113549, 1, 1, 8), hash)),
			der(tagContext0+2, derInteger(big.NewInt(sha512.Size)))))
	case o.SHA1Signature:
		return der(tagSequence, derOID(1, 2, 840, 113549, 1, 1, 5), der(tagNull))
	default:
		return der(tagSequence, derOID(1, 2, 840, 113549, 1, 1, 11), der(tagNull))
	}
}

// sign signs the attributes re-tagged as SET, RFC 5652 section 5.4.
func (ds *DocumentSigner) sign(rand io.Reader, attributes []byte, o SODOptions) ([]byte, error) {
	switch {
	case o.Variant == SHA512:
		sum := sha512.Sum512(attributes)
		return rsa.SignPSS(rand, ds.Key, crypto.SHA512, sum[:],
			&rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA512})
	case o.SHA1Signature:
		sum := sha1.Sum(attributes) //nolint:gosec // on request
		return rsa.SignPKCS1v15(rand, ds.Key, crypto.SHA1, sum[:])
	default:
		sum := sha256.Sum256(attributes)
		return rsa.SignPKCS1v15(rand, ds.Key, crypto.SHA256, sum[:])
	}
}

func derOID(arcs ...int) []byte {
	raw, err := asn1.Marshal(asn1.ObjectIdentifier(arcs))
	if err != nil { // every caller names a constant
		panic("specimen: object identifier: " + err.Error())
	}
	return raw
}

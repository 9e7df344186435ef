package token

import (
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // CKA_ID and CKA_CHECK_VALUE are names, not proofs
	"encoding/asn1"
	"fmt"
	"time"

	"cientro/card/holder"
)

// holderKey is what the objects are made of: the certificate's fields as they
// stand in it, byte for byte, since callers compare them.
type holderKey struct {
	der                     []byte
	serial, issuer, subject []byte // DER
	publicKeyInfo           []byte // DER of SubjectPublicKeyInfo
	from, to                time.Time
	public                  *rsa.PublicKey
	id                      []byte
}

// tbsCertificate is RFC 5280 section 4.1, as far as objects need it. Package
// crypto/x509 would refuse certificates for things that do not matter here.
type tbsCertificate struct {
	Version      int `asn1:"optional,explicit,default:0,tag:0"`
	SerialNumber asn1.RawValue
	Algorithm    asn1.RawValue
	Issuer       asn1.RawValue
	Validity     asn1.RawValue
	Subject      asn1.RawValue
	PublicKey    asn1.RawValue
}

// parseHolder takes the certificate apart. The CIE's key is RSA; another one
// could not be used by anything here.
func parseHolder(certificate *holder.Certificate) (*holderKey, error) {
	k := &holderKey{
		der: certificate.DER(), from: certificate.NotBefore, to: certificate.NotAfter, public: certificate.PublicKey(),
	}
	if k.public == nil {
		return nil, fmt.Errorf("holder's key is not RSA: %s", certificate.Key)
	}
	var outer struct{ TBS asn1.RawValue }
	if _, err := asn1.Unmarshal(k.der, &outer); err != nil {
		return nil, fmt.Errorf("take certificate apart: %w", err)
	}
	var tbs tbsCertificate
	if _, err := asn1.Unmarshal(outer.TBS.FullBytes, &tbs); err != nil {
		return nil, fmt.Errorf("take certificate apart: %w", err)
	}
	k.serial, k.issuer, k.subject = tbs.SerialNumber.FullBytes, tbs.Issuer.FullBytes, tbs.Subject.FullBytes
	k.publicKeyInfo = tbs.PublicKey.FullBytes
	id := sha1.Sum(k.public.N.Bytes()) //nolint:gosec // a name
	k.id = id[:]
	return k, nil
}

package specimen

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// setHolderCertificate makes the key and certificate of the holder (1003)
// under a root and an authentication sub-CA of its own, valid for ten years
// from a month before now.
//
// Subject: C=IT, serialNumber=IDCIT-<document number>, SN, GN,
// CN=<codice fiscale>/<opaque part>.
func (d *Data) setHolderCertificate(rand io.Reader, now time.Time) error {
	from := now.AddDate(0, -1, 0)
	root, err := NewCountrySigner(rand, AuthorityOptions{
		Scheme: PKCS1WithSHA256, Name: "TEST Root CA", NotBefore: from.AddDate(-1, 0, 0)})
	if err != nil {
		return err
	}
	sub, err := NewCountrySigner(rand, AuthorityOptions{
		Scheme: PKCS1WithSHA256, Name: "TEST Authentication CA", NotBefore: from.AddDate(0, -6, 0), NotAfter: from.AddDate(15, 0, 0)})
	if err != nil {
		return err
	}
	d.HolderRoot = root.Certificate
	if d.HolderCA, err = root.Link(rand, sub); err != nil {
		return fmt.Errorf("authentication CA: %w", err)
	}
	parent, err := x509.ParseCertificate(d.HolderCA)
	if err != nil {
		return fmt.Errorf("authentication CA: %w", err)
	}
	if d.HolderKey, err = rsa.GenerateKey(rand, 2048); err != nil {
		return fmt.Errorf("make holder key: %w", err)
	}
	template, err := d.holderTemplate(rand, from)
	if err != nil {
		return err
	}
	template.AuthorityKeyId = parent.SubjectKeyId
	d.CertCIE, _, err = issue(rand, template, parent, &d.HolderKey.PublicKey, sub.Key)
	if err != nil {
		return fmt.Errorf("holder certificate: %w", err)
	}
	return nil
}

func (d *Data) holderTemplate(rand io.Reader, from time.Time) (*x509.Certificate, error) {
	serial, err := newSerial(rand)
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		SerialNumber:          serial,
		RawSubject:            d.Holder.subject(),
		NotBefore:             from,
		NotAfter:              from.AddDate(10, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		SubjectKeyId:          keyIdentifier(&d.HolderKey.PublicKey),
		SignatureAlgorithm:    x509.SHA256WithRSA,
		CRLDistributionPoints: []string{"http://crl.test.invalid/auth.crl"},
		OCSPServer:            []string{"http://ocsp.test.invalid"},
	}, nil
}

func (h Holder) subject() []byte {
	return rdnSequence([]pkix.AttributeTypeAndValue{
		{Type: asn1.ObjectIdentifier{2, 5, 4, 6}, Value: "IT"},
		{Type: asn1.ObjectIdentifier{2, 5, 4, 5}, Value: "IDCIT-" + h.DocumentNumber},
		{Type: asn1.ObjectIdentifier{2, 5, 4, 4}, Value: h.Surname},
		{Type: asn1.ObjectIdentifier{2, 5, 4, 42}, Value: h.GivenNames},
		{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: h.FiscalCode + "/" + h.opaque()},
	})
}

// opaque stands for the part after the codice fiscale, whose making is not public.
func (h Holder) opaque() string {
	sum := sha256.Sum256([]byte(h.DocumentNumber + h.NIS))
	return strings.ToUpper(hex.EncodeToString(sum[:8])) + ".TEST"
}

package app

import (
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"strings"

	"cientro/card"
	"cientro/card/holder"
)

// HolderCertificate is the certificate that a card gave.
type HolderCertificate struct {
	*holder.Certificate
	// Proven: it is the one that the card's SOD signs. One that is not comes
	// only to who accepts the card as it is, and is to be shown as such.
	Proven bool
}

// Fingerprint is the SHA-256 of the certificate, 32 bytes as pairs of hexadecimal
// digits with colons between them, as browsers show it.
func (c *HolderCertificate) Fingerprint() string {
	sum := sha256.Sum256(c.DER())
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

// PEM is the certificate as text (RFC 7468 section 5). It names the holder.
func (c *HolderCertificate) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.DER()})
}

// Certificate asks for the PIN and reads the holder's certificate.
func (s *Service) Certificate(ctx context.Context, choice Choice, ask Asker) (*HolderCertificate, error) {
	var certificate HolderCertificate
	err := s.withPIN(ctx, choice, ask, func(h *card.Holder) (err error) {
		if certificate.Certificate, err = h.Certificate(ctx); err != nil {
			return err
		}
		certificate.Proven = h.Proves(certificate.Certificate)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &certificate, nil
}

// Signature is an RSA PKCS#1 v1.5 signature of the holder's key (256 bytes for
// its 2048 bits).
type Signature struct {
	Hash  crypto.Hash
	Value []byte
}

// Sign asks for the PIN and lets the holder's authentication key sign a digest.
// It proves possession of the card; it is no signature of a document in the
// sense of the law.
func (s *Service) Sign(ctx context.Context, choice Choice, ask Asker, hash crypto.Hash, digest []byte) (Signature, error) {
	info, err := card.DigestInfo(hash, digest)
	if err != nil {
		return Signature{}, err
	}
	signature := Signature{Hash: hash}
	err = s.withPIN(ctx, choice, ask, func(h *card.Holder) (err error) {
		signature.Value, err = h.Sign(ctx, info)
		return err
	})
	if err != nil {
		return Signature{}, err
	}
	return signature, nil
}

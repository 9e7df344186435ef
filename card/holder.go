package card

import (
	"context"
	"crypto"
	"errors"
	"fmt"

	"cientro/card/holder"
	"cientro/card/ias"
	"cientro/card/iso7816"
	"cientro/card/sod"
)

// Holder is what a verified PIN opens: the holder's certificate and key. It is
// valid inside the function given to WithPIN.
type Holder struct{ card *Card }

// Certificate reads the holder's certificate (EF.Cert_CIE), or returns the one
// remembered: it is part of what the SOD signs and cannot change. It is checked
// against the SOD before anybody sees it; where it differs it is a
// *NotGenuineError, or, for a user who accepted the card as it is (AcceptUnproven,
// RememberOverride), a certificate of which Proves says no.
func (h *Holder) Certificate(ctx context.Context) (*holder.Certificate, error) {
	c := h.card
	if c.known != nil && len(c.known.Certificate) > 0 {
		return holder.Parse(c.known.Certificate)
	}
	if err := h.ready(ctx, PhaseCertificate); err != nil {
		return nil, err
	}
	der, err := ias.NewFiles(obeying(ctx, c.channel.Send), ias.ChunkSecured).Read(ias.EFCertCIE)
	if err != nil {
		return nil, h.explain(err)
	}
	differs := c.proof.sod.CheckFile(sod.GroupCertCIE, der)
	if differs != nil && !c.accepted() { // before anything is made of its content
		// Not Overridable: RememberOverride keeps what Inspect refused, and the
		// certificate comes to light behind the PIN, on a card that Inspect found in
		// order. Who wants to see it says so each time, by AcceptUnproven; only a
		// card that was accepted for good for another hash shows it unasked, unproven.
		return nil, &NotGenuineError{Step: StepCertificate, Err: differs}
	}
	certificate, err := holder.Parse(der)
	if err != nil {
		return nil, &InterruptedError{Err: fmt.Errorf("read %s: %w", ias.EFCertCIE.Name, err)}
	}
	if differs == nil { // what is there on the user's word alone is not remembered
		c.known.Certificate = der
		c.remember()
	}
	return certificate, nil
}

// Proves says whether a certificate that Certificate returned is the one that
// the card's SOD signs. Who shows or keeps one that is not must say so.
func (h *Holder) Proves(certificate *holder.Certificate) bool {
	signed := h.card.proof.sod
	return signed != nil && signed.CheckFile(sod.GroupCertCIE, certificate.DER()) == nil
}

// Sign lets the holder's key sign data of at most 102 bytes, normally a DER
// DigestInfo, with RSA PKCS#1 v1.5. The card pads by itself.
func (h *Holder) Sign(ctx context.Context, data []byte) ([]byte, error) {
	if err := h.ready(ctx, PhaseSign); err != nil {
		return nil, err
	}
	signature, err := ias.Sign(h.card.channel.Send, data)
	return signature, h.explain(err)
}

func (h *Holder) ready(ctx context.Context, p Phase) error {
	if !h.card.verified || h.card.channel == nil {
		return ErrNotVerified
	}
	h.card.commands = 0 // each use is bounded, not how many there are
	return h.card.phase(ctx, p)
}

// explain says that the PIN is no longer verified where the card says so.
func (h *Holder) explain(err error) error {
	if errors.Is(err, iso7816.SWSecurityStatus) {
		return fmt.Errorf("%w: %w", ErrNotVerified, err)
	}
	if err == nil || linkFailed(err) || errors.Is(err, ias.ErrSignInput) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &InterruptedError{Err: err}
}

// digestInfoPrefix is the DER of a DigestInfo up to the digest (RFC 8017
// section 9.2 note 1).
var digestInfoPrefix = map[crypto.Hash]string{
	crypto.SHA1:   "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
	crypto.SHA256: "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
	crypto.SHA384: "\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
	crypto.SHA512: "\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
}

// ErrDigest: a hash the card's key does not sign, or a digest of the wrong length.
var ErrDigest = errors.New("digest cannot be signed")

// DigestInfo wraps a digest for Holder.Sign (SHA-1, SHA-256, SHA-384, SHA-512).
func DigestInfo(h crypto.Hash, digest []byte) ([]byte, error) {
	prefix, ok := digestInfoPrefix[h]
	if !ok || len(digest) != h.Size() {
		return nil, fmt.Errorf("%w: %v of %d bytes", ErrDigest, h, len(digest))
	}
	return append([]byte(prefix), digest...), nil
}

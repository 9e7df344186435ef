package sod

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"fmt"
	"math/big"
)

// PublicKey is a key of a certificate or anchor. A key that cannot be used
// here (unknown algorithm, unknown curve) is kept with its reason.
type PublicKey struct {
	rsa     *rsa.PublicKey
	pssOnly bool // id-RSASSA-PSS keys sign with PSS alone, RFC 4055 section 1.2

	ecdsa *ecdsa.PublicKey

	problem error
}

// Bounds of an RSA key. Below, a signature proves nothing; above, verifying
// one takes longer than a person wants to wait.
const (
	minRSABits = 1024
	maxRSABits = 8192
)

// NewRSAKey makes a key of modulus and exponent.
func NewRSAKey(n *big.Int, e int) *PublicKey {
	key := &PublicKey{rsa: &rsa.PublicKey{N: n, E: e}}
	if n.Bit(0) == 0 || e < 3 || e&1 == 0 || n.BitLen() < minRSABits || n.BitLen() > maxRSABits {
		key.problem = fmt.Errorf("%w: RSA key of %d bits", ErrUnsupported, n.BitLen())
	}
	return key
}

// Usable tells why the key cannot verify anything, or nil.
func (k *PublicKey) Usable() error {
	if k == nil {
		return fmt.Errorf("%w: no key", ErrUnsupported)
	}
	return k.problem
}

// Algorithm describes the key as in "RSA 4096" or "ECDSA brainpoolP384r1".
func (k *PublicKey) Algorithm() string {
	switch {
	case k == nil:
		return "no key"
	case k.rsa != nil:
		return fmt.Sprintf("RSA %d", k.rsa.N.BitLen())
	case k.ecdsa != nil:
		return "ECDSA " + k.ecdsa.Params().Name
	case k.problem != nil:
		return k.problem.Error()
	}
	return "unknown"
}

// RSA returns the modulus and exponent of an RSA key, else nil.
func (k *PublicKey) RSA() *rsa.PublicKey {
	if k == nil || k.rsa == nil {
		return nil
	}
	return &rsa.PublicKey{N: new(big.Int).Set(k.rsa.N), E: k.rsa.E}
}

func (k *PublicKey) equal(other *PublicKey) bool {
	switch {
	case k == nil || other == nil:
		return false
	case k.rsa != nil:
		return other.rsa != nil && k.rsa.Equal(other.rsa)
	case k.ecdsa != nil:
		return other.ecdsa != nil && k.ecdsa.Equal(other.ecdsa)
	}
	return false
}

// publicKey reads the body of a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
func (r *reader) publicKey(body []byte) *PublicKey {
	const what = "public key"
	info := r.inside(body)
	algorithm := info.enter(tagSequence, what)
	id := algorithm.oid(what)
	bits := info.bits(what)
	info.end(what)
	if r.err() != nil {
		return nil
	}
	switch id {
	case oidRSAEncryption, oidRSAPSS:
		key := rsaKey(bits)
		key.pssOnly = id == oidRSAPSS
		return key
	case oidECPublicKey:
		return ecKey(algorithm.rest, bits)
	}
	return &PublicKey{problem: fmt.Errorf("%w: key of type %s", ErrUnsupported, id)}
}

// rsaKey reads RSAPublicKey (RFC 8017 section A.1.1). A modulus whose sign
// octet was forgotten is taken as the positive number that was meant.
func rsaKey(der []byte) *PublicKey {
	in := newReader(der)
	pair := in.enter(tagSequence, "RSA key")
	n := new(big.Int).SetBytes(pair.expect(tagInteger, "modulus").body)
	e := pair.integer("exponent")
	pair.end("RSA key")
	in.end("RSA key")
	if err := in.err(); err != nil {
		return &PublicKey{problem: err}
	}
	if !e.IsInt64() || e.Int64() > 1<<31-1 {
		return &PublicKey{problem: fmt.Errorf("%w: RSA exponent", ErrUnsupported)}
	}
	return NewRSAKey(n, int(e.Int64()))
}

// ecKey reads an elliptic curve point with its parameters (RFC 5480 section 2).
// Parameters spelt out are accepted only where they are exactly those of a
// known curve: a curve of the sender's choice proves nothing.
func ecKey(parameters, point []byte) *PublicKey {
	in := newReader(parameters)
	el := in.next("curve")
	in.end("curve")
	if err := in.err(); err != nil {
		return &PublicKey{problem: err}
	}
	var c *curve
	var label string
	switch el.tag {
	case tagOID:
		id, _ := decodeOID(el.body)
		c, label = curveByOID(id), string(id)
	case tagSequence:
		c, label = curveByParameters(el.body), "explicit parameters"
	}
	if c == nil {
		return &PublicKey{problem: fmt.Errorf("%w: curve %s", ErrUnsupported, label)}
	}
	key, err := c.publicKey(point)
	return &PublicKey{ecdsa: key, problem: err}
}

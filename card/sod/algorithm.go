package sod

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha1" // #nosec G505 -- the SOD's own signature in variant 1 only, see signatureOfSOD
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"
	"math/big"
	"strings"
)

// scheme is how a signature is made from a hash.
type scheme int

const (
	schemePKCS1 scheme = iota + 1
	schemePSS
	schemeECDSA
	schemeECDSAPlain // r and s side by side, BSI TR-03111 section 5.2.1
)

// algorithm is an AlgorithmIdentifier for signatures, decoded.
type algorithm struct {
	id     oid
	scheme scheme
	hash   crypto.Hash // 0 where the identifier leaves it to somebody else
	salt   int         // PSS only, octets
}

// String names it as in "rsa-pss-sha512".
func (a algorithm) String() string {
	names := map[scheme]string{schemePKCS1: "rsa", schemePSS: "rsa-pss", schemeECDSA: "ecdsa", schemeECDSAPlain: "ecdsa-plain"}
	name, known := names[a.scheme]
	if !known {
		return string(a.id)
	}
	return name + "-" + hashName(a.hash)
}

func hashName(h crypto.Hash) string {
	if h == 0 {
		return "unknown"
	}
	return strings.ToLower(strings.ReplaceAll(h.String(), "-", ""))
}

// digestAlgorithms are the hashes known here (RFC 5754; SHA-1 RFC 3370).
func digestOf(id oid) (crypto.Hash, bool) {
	switch id {
	case "1.3.14.3.2.26":
		return crypto.SHA1, true
	case "2.16.840.1.101.3.4.2.1":
		return crypto.SHA256, true
	case "2.16.840.1.101.3.4.2.2":
		return crypto.SHA384, true
	case "2.16.840.1.101.3.4.2.3":
		return crypto.SHA512, true
	case "2.16.840.1.101.3.4.2.4":
		return crypto.SHA224, true
	}
	return 0, false
}

// signatureOf gives scheme and hash of a signature algorithm without parameters.
func signatureOf(id oid) (scheme, crypto.Hash) {
	switch id {
	case oidRSAEncryption:
		return schemePKCS1, 0 // CMS: the hash is the digest algorithm, RFC 3370 section 3.2
	case "1.2.840.113549.1.1.5":
		return schemePKCS1, crypto.SHA1
	case "1.2.840.113549.1.1.11":
		return schemePKCS1, crypto.SHA256
	case "1.2.840.113549.1.1.12":
		return schemePKCS1, crypto.SHA384
	case "1.2.840.113549.1.1.13":
		return schemePKCS1, crypto.SHA512
	case "1.2.840.113549.1.1.14":
		return schemePKCS1, crypto.SHA224
	case oidRSAPSS:
		return schemePSS, crypto.SHA1 // defaults of RFC 8017 section A.2.3, replaced by the parameters
	case "1.2.840.10045.4.1":
		return schemeECDSA, crypto.SHA1
	case "1.2.840.10045.4.3.1":
		return schemeECDSA, crypto.SHA224
	case "1.2.840.10045.4.3.2":
		return schemeECDSA, crypto.SHA256
	case "1.2.840.10045.4.3.3":
		return schemeECDSA, crypto.SHA384
	case "1.2.840.10045.4.3.4":
		return schemeECDSA, crypto.SHA512
	case "0.4.0.127.0.7.1.1.4.1.2":
		return schemeECDSAPlain, crypto.SHA224
	case "0.4.0.127.0.7.1.1.4.1.3":
		return schemeECDSAPlain, crypto.SHA256
	case "0.4.0.127.0.7.1.1.4.1.4":
		return schemeECDSAPlain, crypto.SHA384
	case "0.4.0.127.0.7.1.1.4.1.5":
		return schemeECDSAPlain, crypto.SHA512
	}
	return 0, 0
}

// digest takes an AlgorithmIdentifier of a hash; parameters are absent or
// NULL. An unknown hash is 0, which no check passes.
func (r *reader) digest(what string) crypto.Hash {
	id := r.enter(tagSequence, what)
	hash, _ := digestOf(id.oid(what))
	if id.more() && !isNULL(id.next(what)) {
		r.fail(malformed("%s: parameters of a hash", what))
	}
	id.end(what)
	return hash
}

// signatureAlgorithm takes an AlgorithmIdentifier of a signature. What is not
// known keeps its identifier and is refused when it is used.
func (r *reader) signatureAlgorithm(what string) algorithm {
	id := r.enter(tagSequence, what)
	a := algorithm{id: id.oid(what)}
	a.scheme, a.hash = signatureOf(a.id)
	if a.scheme == schemePSS && id.more() {
		a = id.pssParameters(a, what)
	}
	return a
}

// pssParameters takes RSASSA-PSS-params (RFC 8017 section A.2.3). Go's
// verifier uses one hash for message and mask; a pair of two is unsupported.
func (r *reader) pssParameters(a algorithm, what string) algorithm {
	params := r.enter(tagSequence, what)
	mask := crypto.SHA1
	a.salt = 20
	if el, present := params.optional(contextConstructed(0), what); present {
		inner := params.inside(el.body)
		a.hash = inner.digest(what)
	}
	if el, present := params.optional(contextConstructed(1), what); present {
		inner := params.inside(el.body)
		mgf := inner.enter(tagSequence, what)
		if id := mgf.oid(what); id != oidMGF1 {
			a.scheme = 0
		}
		mask = mgf.digest(what)
	}
	if el, present := params.optional(contextConstructed(2), what); present {
		inner := params.inside(el.body)
		a.salt = inner.small(512, what)
	}
	if el, present := params.optional(contextConstructed(3), what); present {
		inner := params.inside(el.body)
		if inner.small(255, what) != 1 {
			a.scheme = 0
		}
	}
	params.end(what)
	if mask != a.hash {
		a.scheme = 0
	}
	return a
}

// verify checks a signature over message. It returns nil, ErrSignature,
// ErrWeak (SHA-1 where it is not allowed) or ErrUnsupported.
func (a algorithm) verify(key *PublicKey, message, signature []byte, allowSHA1 bool) error {
	switch {
	case key == nil || key.problem != nil:
		return fmt.Errorf("%w: %s", ErrUnsupported, key.Algorithm())
	case a.scheme == 0 || a.hash == 0 || !a.hash.Available():
		return fmt.Errorf("%w: %s", ErrUnsupported, a.id)
	case a.scheme == schemePSS && a.salt == 0: // to Go, salt length 0 means "find it out"
		return fmt.Errorf("%w: %s without salt", ErrUnsupported, a)
	case a.hash == crypto.SHA1 && !allowSHA1:
		return fmt.Errorf("%w: %s", ErrWeak, a)
	}
	hasher := a.hash.New()
	hasher.Write(message)
	digest := hasher.Sum(nil)

	var valid bool
	switch {
	case key.rsa != nil && a.scheme == schemePKCS1 && !key.pssOnly:
		valid = rsa.VerifyPKCS1v15(key.rsa, a.hash, digest, signature) == nil
	case key.rsa != nil && a.scheme == schemePSS:
		valid = rsa.VerifyPSS(key.rsa, a.hash, digest, signature, &rsa.PSSOptions{SaltLength: a.salt}) == nil
	case key.ecdsa != nil && a.scheme == schemeECDSA:
		r, s, err := ecdsaValues(signature)
		valid = err == nil && ecdsa.Verify(key.ecdsa, digest, r, s)
	case key.ecdsa != nil && a.scheme == schemeECDSAPlain:
		half := len(signature) / 2
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		valid = len(signature) == 2*half && ecdsa.Verify(key.ecdsa, digest, r, s)
	default:
		return fmt.Errorf("%w: %s with a key for %s", ErrSignature, a, key.Algorithm())
	}
	if !valid {
		return ErrSignature
	}
	return nil
}

// ecdsaValues reads ECDSA-Sig-Value (RFC 3279 section 2.2.3).
func ecdsaValues(signature []byte) (r, s *big.Int, err error) {
	in := newReader(signature)
	values := in.enter(tagSequence, "signature")
	r, s = values.integer("signature"), values.integer("signature")
	values.end("signature")
	in.end("signature")
	return r, s, in.err()
}

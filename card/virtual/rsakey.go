package virtual

import (
	"crypto/rsa"
	"errors"
	"math/big"
)

// rsaKey does the bare RSA operation, which crypto/rsa keeps to itself. It takes
// its own copies, because several cards may share one specimen.
type rsaKey struct {
	n, e, d *big.Int
	// Chinese remainder values, nil when the primes are unknown.
	p, q, dp, dq, qInv *big.Int
}

func newRSAKey(key *rsa.PrivateKey) (*rsaKey, error) {
	if key == nil || key.N == nil || key.D == nil || key.N.BitLen() < 1024 || key.D.Sign() <= 0 {
		return nil, errors.New("RSA key is missing or too short")
	}
	k := &rsaKey{n: key.N, e: big.NewInt(int64(key.E)), d: key.D}
	if len(key.Primes) != 2 {
		return k, nil
	}
	one := big.NewInt(1)
	k.p, k.q = key.Primes[0], key.Primes[1]
	k.dp = new(big.Int).Mod(k.d, new(big.Int).Sub(k.p, one))
	k.dq = new(big.Int).Mod(k.d, new(big.Int).Sub(k.q, one))
	k.qInv = new(big.Int).ModInverse(k.q, k.p)
	if k.qInv == nil || new(big.Int).Mul(k.p, k.q).Cmp(k.n) != 0 {
		return nil, errors.New("RSA primes do not belong to the modulus")
	}
	return k, nil
}

// size is the length of the modulus in bytes.
func (k *rsaKey) size() int { return (k.n.BitLen() + 7) / 8 }

// private raises block to the private exponent; the result has the modulus' length.
func (k *rsaKey) private(block []byte) []byte {
	m := new(big.Int).SetBytes(block)
	if k.p == nil {
		return m.Exp(m, k.d, k.n).FillBytes(make([]byte, k.size()))
	}
	a := new(big.Int).Exp(m, k.dp, k.p)
	b := new(big.Int).Exp(m, k.dq, k.q)
	h := a.Sub(a, b)
	h.Mod(h.Mul(h, k.qInv), k.p)
	return b.Add(b, h.Mul(h, k.q)).FillBytes(make([]byte, k.size()))
}

// publicOperation raises signature to e modulo n; false if it is not a residue.
func publicOperation(n, e *big.Int, signature []byte) ([]byte, bool) {
	s := new(big.Int).SetBytes(signature)
	size := (n.BitLen() + 7) / 8
	if len(signature) != size || s.Cmp(n) >= 0 {
		return nil, false
	}
	return s.Exp(s, e, n).FillBytes(make([]byte, size)), true
}

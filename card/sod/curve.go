package sod

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"fmt"
	"math/big"
	"slices"
	"sync"

	"github.com/ProtonMail/go-crypto/brainpool"
)

// curve is a curve y² = x³ + ax + b over a prime field that a library computes
// on: the standard library for NIST's, whose package leaves out the Brainpool
// curves that half of the world's country signers use, another for those.
// Only public values pass through here, so the running time may depend on them.
type curve struct {
	id      oid
	library elliptic.Curve
	// The coefficients, which the library does not tell for every curve. They
	// serve to recognise parameters that are spelt out, for nothing else.
	a, b *big.Int
}

// knownCurves are NIST SP 800-186 section 3.2.1 and RFC 5639 section 3, as far
// as a library has them: no published master list holds a key on the smaller
// Brainpool curves or on brainpoolP320r1. The cofactor of all of them is 1.
var knownCurves = sync.OnceValue(func() []*curve {
	return []*curve{
		nistCurve("1.3.132.0.33", elliptic.P224()),
		nistCurve("1.2.840.10045.3.1.7", elliptic.P256()),
		nistCurve("1.3.132.0.34", elliptic.P384()),
		nistCurve("1.3.132.0.35", elliptic.P521()),
		brainpoolCurve("1.3.36.3.3.2.8.1.1.7", brainpool.P256r1(),
			"7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9",
			"26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6"),
		brainpoolCurve("1.3.36.3.3.2.8.1.1.11", brainpool.P384r1(),
			"7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826",
			"04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11"),
		brainpoolCurve("1.3.36.3.3.2.8.1.1.13", brainpool.P512r1(),
			"7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca",
			"3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723"),
	}
})

// nistCurve: a is -3 on all of them.
func nistCurve(id oid, library elliptic.Curve) *curve {
	of := library.Params()
	return &curve{id: id, library: library, a: new(big.Int).Sub(of.P, big.NewInt(3)), b: of.B}
}

func brainpoolCurve(id oid, library elliptic.Curve, a, b string) *curve {
	c := &curve{id: id, library: library}
	c.a, _ = new(big.Int).SetString(a, 16)
	c.b, _ = new(big.Int).SetString(b, 16)
	return c
}

// name is as in "P-256" or "brainpoolP256r1".
func (c *curve) name() string { return c.library.Params().Name }

func curveByOID(id oid) *curve {
	for _, c := range knownCurves() {
		if c.id == id {
			return c
		}
	}
	return nil
}

// curveByParameters reads the body of ECParameters (RFC 3279 section 2.3.5)
// and returns the known curve that has exactly these parameters, or nil.
func curveByParameters(body []byte) *curve {
	const what = "curve"
	in := newReader(body)
	in.integer(what) // version
	field := in.enter(tagSequence, what)
	kind := field.oid(what)
	p := field.integer(what)
	coefficients := in.enter(tagSequence, what)
	a := new(big.Int).SetBytes(coefficients.expect(tagOctetString, what).body)
	b := new(big.Int).SetBytes(coefficients.expect(tagOctetString, what).body)
	base := in.expect(tagOctetString, what).body
	n := in.integer(what)
	cofactor := big.NewInt(1)
	if in.more() {
		cofactor = in.integer(what)
	}
	if in.err() != nil || kind != oidPrimeField || cofactor.Cmp(big.NewInt(1)) != 0 {
		return nil
	}
	for _, c := range knownCurves() {
		of := c.library.Params()
		if of.P.Cmp(p) == 0 && c.a.Cmp(a) == 0 && c.b.Cmp(b) == 0 && of.N.Cmp(n) == 0 && c.isBasePoint(base) {
			return c
		}
	}
	return nil
}

// isBasePoint compares with the base point as it is written uncompressed and
// compressed (SEC 1 section 2.3.3).
func (c *curve) isBasePoint(point []byte) bool {
	of := c.library.Params()
	size := (of.BitSize + 7) / 8
	x, y := of.Gx.FillBytes(make([]byte, size)), of.Gy.FillBytes(make([]byte, size))
	return bytes.Equal(point, slices.Concat([]byte{4}, x, y)) ||
		bytes.Equal(point, slices.Concat([]byte{2 + y[size-1]&1}, x))
}

// publicKey reads a point of the curve (SEC 1 section 2.3.4). A compressed one
// is read on NIST's curves alone, the library for the others cannot. Errors
// are ErrMalformed or ErrUnsupported.
func (c *curve) publicKey(point []byte) (*ecdsa.PublicKey, error) {
	var x, y *big.Int
	minusA := new(big.Int).Sub(c.library.Params().P, c.a)
	switch compressed := len(point) > 0 && (point[0] == 2 || point[0] == 3); {
	case !compressed:
		//lint:ignore SA1019 its successors know no Brainpool curve
		x, y = elliptic.Unmarshal(c.library, point)
	case minusA.Cmp(big.NewInt(3)) != 0: // UnmarshalCompressed is written for a = -3
		return nil, fmt.Errorf("%w: compressed point on %s", ErrUnsupported, c.name())
	default:
		x, y = elliptic.UnmarshalCompressed(c.library, point)
	}
	if x == nil {
		return nil, malformed("point not on %s", c.name())
	}
	//lint:ignore SA1019 the one way to a key on a curve that is not NIST's; the point has just been checked
	return &ecdsa.PublicKey{Curve: c.library, X: x, Y: y}, nil
}

package sod

import (
	"math/big"
)

// curve is a short Weierstrass curve y² = x³ + ax + b over a prime field. Go
// has no Brainpool curves, and half of the world's country signers use them.
// Only public values pass through here, so the running time may depend on them.
type curve struct {
	name    string
	id      oid
	p, a, b *big.Int
	gx, gy  *big.Int
	n       *big.Int
}

func hexNumber(s string) *big.Int {
	n, _ := new(big.Int).SetString(s, 16)
	return n
}

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
		if c.p.Cmp(p) != 0 || c.a.Cmp(a) != 0 || c.b.Cmp(b) != 0 || c.n.Cmp(n) != 0 {
			continue
		}
		x, y, ok := c.decodePoint(base)
		if ok && x.Cmp(c.gx) == 0 && y.Cmp(c.gy) == 0 {
			return c
		}
	}
	return nil
}

// decodePoint reads a point, uncompressed or compressed (SEC 1 section 2.3.4).
func (c *curve) decodePoint(b []byte) (x, y *big.Int, ok bool) {
	size := (c.p.BitLen() + 7) / 8
	if len(b) < 1+size {
		return nil, nil, false
	}
	x = new(big.Int).SetBytes(b[1 : 1+size])
	if x.Cmp(c.p) >= 0 {
		return nil, nil, false
	}
	switch {
	case b[0] == 4 && len(b) == 1+2*size:
		y = new(big.Int).SetBytes(b[1+size:])
	case (b[0] == 2 || b[0] == 3) && len(b) == 1+size:
		if y = new(big.Int).ModSqrt(c.right(x), c.p); y == nil {
			return nil, nil, false
		}
		if y.Bit(0) != uint(b[0]&1) {
			y.Sub(c.p, y)
		}
	default:
		return nil, nil, false
	}
	if y.Cmp(c.p) >= 0 || !c.contains(x, y) {
		return nil, nil, false
	}
	return x, y, true
}

// right is x³ + ax + b.
func (c *curve) right(x *big.Int) *big.Int {
	r := new(big.Int).Mul(x, x)
	r.Add(r, c.a).Mul(r, x).Add(r, c.b)
	return r.Mod(r, c.p)
}

func (c *curve) contains(x, y *big.Int) bool {
	left := new(big.Int).Mul(y, y)
	return left.Mod(left, c.p).Cmp(c.right(x)) == 0
}

// verify checks an ECDSA signature (r, s) of a digest (FIPS 186-5 section 6.4.2).
func (c *curve) verify(x, y *big.Int, digest []byte, r, s *big.Int) bool {
	if r.Sign() <= 0 || s.Sign() <= 0 || r.Cmp(c.n) >= 0 || s.Cmp(c.n) >= 0 {
		return false
	}
	e := new(big.Int).SetBytes(digest)
	if excess := 8*len(digest) - c.n.BitLen(); excess > 0 {
		e.Rsh(e, uint(excess))
	}
	w := new(big.Int).ModInverse(s, c.n)
	u1 := new(big.Int).Mul(e, w)
	u1.Mod(u1, c.n)
	u2 := w.Mul(w, r)
	u2.Mod(u2, c.n)

	sum := c.multiplyTwo(u1, jacobian{c.gx, c.gy, big.NewInt(1)}, u2, jacobian{x, y, big.NewInt(1)})
	if sum.z.Sign() == 0 {
		return false
	}
	zz := new(big.Int).ModInverse(sum.z, c.p)
	zz.Mul(zz, zz).Mod(zz, c.p)
	v := zz.Mul(zz, sum.x)
	v.Mod(v, c.p).Mod(v, c.n)
	return v.Cmp(r) == 0
}

// jacobian is the point (x/z², y/z³); z = 0 is the point at infinity.
type jacobian struct{ x, y, z *big.Int }

// multiplyTwo is u·p + v·q, both scalars in one pass.
func (c *curve) multiplyTwo(u *big.Int, p jacobian, v *big.Int, q jacobian) jacobian {
	both := c.add(p, q)
	sum := jacobian{new(big.Int), new(big.Int), new(big.Int)}
	for i := max(u.BitLen(), v.BitLen()) - 1; i >= 0; i-- {
		sum = c.double(sum)
		switch u.Bit(i) | v.Bit(i)<<1 {
		case 1:
			sum = c.add(sum, p)
		case 2:
			sum = c.add(sum, q)
		case 3:
			sum = c.add(sum, both)
		}
	}
	return sum
}

// double and add are the textbook formulas (Handbook of Elliptic and
// Hyperelliptic Curve Cryptography, section 13.2.1.c), for any a.
func (c *curve) double(p jacobian) jacobian {
	if p.z.Sign() == 0 || p.y.Sign() == 0 {
		return jacobian{big.NewInt(1), big.NewInt(1), new(big.Int)}
	}
	yy := c.mul(p.y, p.y)
	s := c.mul(p.x, yy)
	s.Lsh(s, 2)
	zz := c.mul(p.z, p.z)
	m := c.mul(c.a, c.mul(zz, zz))
	xx := c.mul(p.x, p.x)
	m.Add(m, xx).Add(m, xx).Add(m, xx)

	x := c.mul(m, m)
	x.Sub(x, s).Sub(x, s).Mod(x, c.p)
	y := c.mul(m, s.Sub(s, x))
	eight := c.mul(yy, yy)
	y.Sub(y, eight.Lsh(eight, 3)).Mod(y, c.p)
	z := c.mul(p.y, p.z)
	return jacobian{x, y, z.Lsh(z, 1).Mod(z, c.p)}
}

func (c *curve) add(p, q jacobian) jacobian {
	if p.z.Sign() == 0 {
		return q
	}
	if q.z.Sign() == 0 {
		return p
	}
	pz, qz := c.mul(p.z, p.z), c.mul(q.z, q.z)
	u1, u2 := c.mul(p.x, qz), c.mul(q.x, pz)
	s1, s2 := c.mul(p.y, c.mul(qz, q.z)), c.mul(q.y, c.mul(pz, p.z))
	h := new(big.Int).Sub(u2, u1)
	r := new(big.Int).Sub(s2, s1)
	if h.Sign() == 0 {
		if r.Sign() == 0 {
			return c.double(p)
		}
		return jacobian{big.NewInt(1), big.NewInt(1), new(big.Int)}
	}
	hh := c.mul(h, h)
	hhh := c.mul(hh, h)
	v := c.mul(u1, hh)
	x := c.mul(r, r)
	x.Sub(x, hhh).Sub(x, v).Sub(x, v).Mod(x, c.p)
	y := c.mul(r, v.Sub(v, x))
	y.Sub(y, c.mul(s1, hhh)).Mod(y, c.p)
	return jacobian{x, y, c.mul(h, c.mul(p.z, q.z))}
}

func (c *curve) mul(a, b *big.Int) *big.Int {
	product := new(big.Int).Mul(a, b)
	return product.Mod(product, c.p)
}

package sod

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha512"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCurveConstants: the base point is on the curve and has the order that
// the table says, both primes are prime.
func TestCurveConstants(t *testing.T) {
	for _, c := range knownCurves() {
		t.Run(c.name, func(t *testing.T) {
			assert.True(t, c.p.ProbablyPrime(20))
			assert.True(t, c.n.ProbablyPrime(20))
			assert.True(t, c.contains(c.gx, c.gy))
			g := jacobian{c.gx, c.gy, big.NewInt(1)}
			assert.Zero(t, c.multiplyTwo(c.n, g, new(big.Int), g).z.Sign())
			assert.Equal(t, c, curveByOID(c.id))
		})
	}
	assert.Nil(t, curveByOID("1.3.132.0.10"))
}

// TestCurveByStandardLibrary: crypto/ecdsa signs, the arithmetic here verifies,
// on the curves both know.
func TestCurveByStandardLibrary(t *testing.T) {
	for name, id := range map[string]oid{"p256": "1.2.840.10045.3.1.7", "p384": "1.3.132.0.34", "p521": "1.3.132.0.35"} {
		c := curveByOID(id)
		k := key(name).(*ecdsa.PrivateKey)
		for i := range 8 {
			digest := sha512.Sum512([]byte{byte(i)})
			signature, err := k.Sign(nil, digest[:], crypto.SHA512)
			require.NoError(t, err)
			r, s, err := ecdsaValues(signature)
			require.NoError(t, err)
			assert.True(t, c.verify(k.X, k.Y, digest[:], r, s))

			assert.False(t, c.verify(k.X, k.Y, digest[:], r, new(big.Int).Add(s, big.NewInt(1))))
			assert.False(t, c.verify(k.X, k.Y, digest[:], new(big.Int).Add(r, c.n), s), "r is not reduced")
			assert.False(t, c.verify(k.X, k.Y, digest[:], new(big.Int), s))
			assert.False(t, c.verify(k.X, k.Y, digest[:], r, c.n))
			digest[0] ^= 1
			assert.False(t, c.verify(k.X, k.Y, digest[:], r, s))
		}
	}
}

// TestCurveByOpenSSL: openssl makes certificates on every curve, named and
// spelt out, and they verify here; one changed octet and they do not.
func TestCurveByOpenSSL(t *testing.T) {
	dir := t.TempDir()
	for _, c := range knownCurves() {
		for _, encoding := range []string{"named_curve", "explicit"} {
			t.Run(c.name+" "+encoding, func(t *testing.T) {
				secret, der := filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.der")
				openssl(t, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:"+c.name, "-pkeyopt", "ec_param_enc:"+encoding, "-out", secret)
				openssl(t, "req", "-x509", "-new", "-key", secret, "-sha512", "-days", "3650", "-subj", "/C=IT/CN=TEST "+c.name, "-outform", "DER", "-out", der)
				raw, err := os.ReadFile(der) // #nosec G304
				require.NoError(t, err)
				cert, err := ParseCertificate(raw)
				require.NoError(t, err)
				require.NoError(t, cert.PublicKey.Usable())
				assert.Equal(t, "ECDSA "+c.name, cert.PublicKey.Algorithm())
				require.NoError(t, cert.CheckSignature(cert.PublicKey))
				cert.RawTBS[20] ^= 1
				require.ErrorIs(t, cert.CheckSignature(cert.PublicKey), ErrSignature)
			})
		}
	}
}

// explicitParameters spells a curve out, as ECParameters.
func explicitParameters(c *curve, base []byte, more ...[]byte) []byte {
	size := (c.p.BitLen() + 7) / 8
	return seq(append([][]byte{num(1), seq(oidOf(string(oidPrimeField)), marshal(c.p)),
		seq(octets(c.a.FillBytes(make([]byte, size))), octets(c.b.FillBytes(make([]byte, size)))), octets(base), marshal(c.n)}, more...)...)
}

func (c *curve) point(form byte, x, y *big.Int) []byte {
	size := (c.p.BitLen() + 7) / 8
	b := append([]byte{form}, x.FillBytes(make([]byte, size))...)
	if form == 4 {
		b = append(b, y.FillBytes(make([]byte, size))...)
	}
	return b
}

// TestCurveExplicit: parameters spelt out count only as those of a known curve.
// With a base point of one's own choice anybody owns any public key.
func TestCurveExplicit(t *testing.T) {
	for _, c := range knownCurves() {
		compressed := c.point(2+byte(c.gy.Bit(0)), c.gx, nil)
		g := c.point(4, c.gx, c.gy)
		k := ecKey(explicitParameters(c, g), g)
		require.NoError(t, k.Usable(), c.name)
		assert.Equal(t, "ECDSA "+c.name, k.Algorithm())
		require.NoError(t, ecKey(explicitParameters(c, compressed, num(1)), compressed).Usable())

		double := c.double(jacobian{c.gx, c.gy, big.NewInt(1)})
		zz := new(big.Int).ModInverse(double.z, c.p)
		x2 := c.mul(double.x, c.mul(zz, zz))
		y2 := c.mul(double.y, c.mul(zz, c.mul(zz, zz)))
		require.True(t, c.contains(x2, y2))
		require.ErrorIs(t, ecKey(explicitParameters(c, c.point(4, x2, y2)), g).Usable(), ErrUnsupported, "another base point")
		require.ErrorIs(t, ecKey(explicitParameters(c, g, num(2)), g).Usable(), ErrUnsupported, "another cofactor")
		other := *c
		other.b = new(big.Int).Add(c.b, big.NewInt(1))
		require.ErrorIs(t, ecKey(explicitParameters(&other, g), g).Usable(), ErrUnsupported, "another curve")
	}
}

func TestCurvePoints(t *testing.T) {
	c := curveByOID("1.3.36.3.3.2.8.1.1.7")
	g := c.point(4, c.gx, c.gy)
	for name, b := range map[string][]byte{
		"empty": nil, "infinity": {0}, "cut": g[:len(g)-1], "long": append(append([]byte{}, g...), 0),
		"off the curve": c.point(4, c.gx, new(big.Int).Add(c.gy, big.NewInt(1))),
		"x too large":   c.point(4, c.p, c.gy), "y too large": c.point(4, c.gx, c.p),
		"form 5": c.point(5, c.gx, c.gy), "no root": c.point(2, noRoot(c), nil),
	} {
		_, _, ok := c.decodePoint(b)
		assert.False(t, ok, name)
		assert.Error(t, ecKey(oidOf(string(c.id)), b).Usable(), name)
	}
	require.ErrorIs(t, ecKey(oidOf("1.2.3"), g).Usable(), ErrUnsupported)
	require.ErrorIs(t, ecKey(null, g).Usable(), ErrUnsupported, "parameters of the issuer")
	require.Error(t, ecKey(nil, g).Usable())
	require.ErrorIs(t, ecKey(seq(num(1)), g).Usable(), ErrUnsupported)
}

// noRoot is an x that no point has.
func noRoot(c *curve) *big.Int {
	for x := big.NewInt(1); ; x.Add(x, big.NewInt(1)) {
		if new(big.Int).ModSqrt(c.right(x), c.p) == nil {
			return x
		}
	}
}

// TestCurveAddition covers what a signature meets once in a universe: equal
// and opposite points, and infinity.
func TestCurveAddition(t *testing.T) {
	c := curveByOID("1.3.36.3.3.2.8.1.1.7")
	g := jacobian{c.gx, c.gy, big.NewInt(1)}
	minus := jacobian{c.gx, new(big.Int).Sub(c.p, c.gy), big.NewInt(1)}
	infinity := c.add(g, minus)
	assert.Zero(t, infinity.z.Sign())
	assert.Equal(t, g, c.add(g, infinity))
	assert.Equal(t, g, c.add(infinity, g))
	assert.Zero(t, c.double(infinity).z.Sign())
	double := c.double(g)
	assert.Equal(t, double, c.add(g, g))
	// u·G + v·(-G) with u = v is infinity: no signature can use it.
	assert.Zero(t, c.multiplyTwo(big.NewInt(5), g, big.NewInt(5), minus).z.Sign())
}

// TestECDSAPlain: r and s side by side, as BSI TR-03111 has them.
func TestECDSAPlain(t *testing.T) {
	k := key("p256").(*ecdsa.PrivateKey)
	message := []byte("TEST")
	der := ecdsaWith(crypto.SHA256).sign(k, message)
	r, s, err := ecdsaValues(der)
	require.NoError(t, err)
	plain := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	public := ecKey(oidOf("1.2.840.10045.3.1.7"), curveByOID("1.2.840.10045.3.1.7").point(4, k.X, k.Y))
	for _, tt := range []struct {
		id oid
		h  crypto.Hash
	}{{"0.4.0.127.0.7.1.1.4.1.2", crypto.SHA224}, {"0.4.0.127.0.7.1.1.4.1.3", crypto.SHA256}, {"0.4.0.127.0.7.1.1.4.1.4", crypto.SHA384}, {"0.4.0.127.0.7.1.1.4.1.5", crypto.SHA512}} {
		kind, h := signatureOf(tt.id)
		assert.Equal(t, schemeECDSAPlain, kind)
		assert.Equal(t, tt.h, h)
	}
	a := algorithm{scheme: schemeECDSAPlain, hash: crypto.SHA256}
	require.NoError(t, a.verify(public, message, plain, false))
	require.ErrorIs(t, a.verify(public, message, append(plain, 0), false), ErrSignature)
	require.ErrorIs(t, a.verify(public, message, nil, false), ErrSignature)
	require.ErrorIs(t, a.verify(public, message, der, false), ErrSignature)
	assert.True(t, strings.HasPrefix(a.String(), "ecdsa-plain-"))
}

func BenchmarkBrainpool512(b *testing.B) {
	c := curveByOID("1.3.36.3.3.2.8.1.1.13")
	digest := sha512.Sum512([]byte("TEST"))
	r, s := new(big.Int).Sub(c.n, big.NewInt(3)), new(big.Int).Sub(c.n, big.NewInt(5))
	b.ReportAllocs()
	for b.Loop() {
		if c.verify(c.gx, c.gy, digest[:], r, s) {
			b.Fatal("a number for a signature")
		}
	}
}

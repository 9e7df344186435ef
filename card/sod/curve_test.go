package sod

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// right is x³ + ax + b.
func (c *curve) right(x *big.Int) *big.Int {
	r := new(big.Int).Mul(x, x)
	r.Add(r, c.a).Mul(r, x).Add(r, c.b)
	return r.Mod(r, c.library.Params().P)
}

// TestCurveConstants: the coefficients of the table belong to the curve of the
// library, whose base point would not be on another.
func TestCurveConstants(t *testing.T) {
	for _, c := range knownCurves() {
		of := c.library.Params()
		t.Run(of.Name, func(t *testing.T) {
			assert.Equal(t, new(big.Int).Exp(of.Gy, big.NewInt(2), of.P), c.right(of.Gx))
			assert.Equal(t, of.P.BitLen(), of.BitSize)
			assert.Same(t, c, curveByOID(c.id))
		})
	}
	assert.Nil(t, curveByOID("1.3.132.0.10"))
}

// TestCurveSignatures: what is signed verifies on every curve, and nothing
// that is made of it.
func TestCurveSignatures(t *testing.T) {
	for _, c := range knownCurves() {
		t.Run(c.name(), func(t *testing.T) {
			n := c.library.Params().N
			k, err := ecdsa.GenerateKey(c.library, rand.Reader)
			require.NoError(t, err)
			public := ecKey(oidOf(string(c.id)), c.point(4, k.X, k.Y))
			require.NoError(t, public.Usable())
			a := algorithm{scheme: schemeECDSA, hash: crypto.SHA512}
			message := []byte("TEST")
			der := ecdsaWith(crypto.SHA512).sign(k, message)
			require.NoError(t, a.verify(public, message, der, false))
			require.ErrorIs(t, a.verify(public, []byte("TESS"), der, false), ErrSignature)

			r, s, err := ecdsaValues(der)
			require.NoError(t, err)
			for name, values := range map[string][2]*big.Int{
				"another s": {r, new(big.Int).Xor(s, big.NewInt(1))}, "r not reduced": {new(big.Int).Add(r, n), s}, "s not reduced": {r, new(big.Int).Add(s, n)},
				"r zero": {new(big.Int), s}, "s zero": {r, new(big.Int)}, "r is n": {n, s}, "s is n": {r, n},
				"r negative": {new(big.Int).Neg(r), s}, "s negative": {r, new(big.Int).Neg(s)},
			} {
				forged := seq(marshal(values[0]), marshal(values[1]))
				require.ErrorIs(t, a.verify(public, message, forged, false), ErrSignature, name)
			}

			same := ecKey(oidOf(string(c.id)), c.point(4, k.X, k.Y))
			minus := ecKey(oidOf(string(c.id)), c.point(4, k.X, new(big.Int).Sub(c.library.Params().P, k.Y)))
			require.NoError(t, minus.Usable())
			assert.True(t, public.equal(same))
			assert.False(t, public.equal(minus))
			require.ErrorIs(t, a.verify(minus, message, der, false), ErrSignature)
		})
	}
}

// opensslCertificate is self-signed, with a new key on a curve that openssl
// knows; encoding is "named_curve" or "explicit".
func opensslCertificate(t *testing.T, curve, encoding string) []byte {
	t.Helper()
	dir := t.TempDir()
	secret, der := filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.der")
	openssl(t, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:"+curve, "-pkeyopt", "ec_param_enc:"+encoding, "-out", secret)
	openssl(t, "req", "-x509", "-new", "-key", secret, "-sha512", "-days", "3650", "-subj", "/C=IT/CN=TEST "+curve, "-outform", "DER", "-out", der)
	raw, err := os.ReadFile(der) // #nosec G304
	require.NoError(t, err)
	return raw
}

// TestCurveByOpenSSL: openssl makes certificates on every curve, named and
// spelt out, and they verify here; one changed octet and they do not.
func TestCurveByOpenSSL(t *testing.T) {
	for _, c := range knownCurves() {
		for _, encoding := range []string{"named_curve", "explicit"} {
			t.Run(c.name()+" "+encoding, func(t *testing.T) {
				cert, err := ParseCertificate(opensslCertificate(t, c.name(), encoding))
				require.NoError(t, err)
				require.NoError(t, cert.PublicKey.Usable())
				assert.Equal(t, "ECDSA "+c.name(), cert.PublicKey.Algorithm())
				require.NoError(t, cert.CheckSignature(cert.PublicKey))
				cert.RawTBS[20] ^= 1
				require.ErrorIs(t, cert.CheckSignature(cert.PublicKey), ErrSignature)
			})
		}
	}
}

// TestCurveUnknown: a country signer on a curve that no library here computes
// on is shown as unusable, and spoils nothing of the list that it is in.
func TestCurveUnknown(t *testing.T) {
	for _, name := range []string{"brainpoolP192r1", "brainpoolP224r1", "brainpoolP256t1", "brainpoolP320r1", "secp256k1"} {
		for _, encoding := range []string{"named_curve", "explicit"} {
			t.Run(name+" "+encoding, func(t *testing.T) {
				in, err := ImportAnchors(masterListOf(t, opensslCertificate(t, name, encoding), csca().der()).der())
				require.NoError(t, err)
				assert.Equal(t, SignatureValid, in.List.State)
				assert.Empty(t, in.Refused)
				require.Len(t, in.Anchors, 2)
				odd := in.Anchors[0]
				assert.Contains(t, odd.Subject.String(), name)
				require.ErrorIs(t, odd.Key.Usable(), ErrUnsupported)
				assert.Contains(t, odd.Key.Algorithm(), "curve")
				require.ErrorIs(t, odd.Certificate.CheckSignature(odd.Key), ErrUnsupported)
				assert.False(t, odd.Key.equal(odd.Key), "two keys that cannot be read are not the same")
				require.NoError(t, NewAnchors(in.Anchors).Chain(ds().parse(t)).Err)
			})
		}
	}
}

// explicitParameters spells a curve out, as ECParameters.
func explicitParameters(c *curve, base []byte, more ...[]byte) []byte {
	of := c.library.Params()
	size := (of.BitSize + 7) / 8
	return seq(append([][]byte{num(1), seq(oidOf(string(oidPrimeField)), marshal(of.P)),
		seq(octets(c.a.FillBytes(make([]byte, size))), octets(c.b.FillBytes(make([]byte, size)))), octets(base), marshal(of.N)}, more...)...)
}

func (c *curve) point(form byte, x, y *big.Int) []byte {
	size := (c.library.Params().BitSize + 7) / 8
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
		of := c.library.Params()
		compressed := c.point(2+byte(of.Gy.Bit(0)), of.Gx, nil)
		g := c.point(4, of.Gx, of.Gy)
		k := ecKey(explicitParameters(c, g), g)
		require.NoError(t, k.Usable(), of.Name)
		assert.Equal(t, "ECDSA "+of.Name, k.Algorithm())
		require.NoError(t, ecKey(explicitParameters(c, compressed, num(1)), g).Usable())

		minus := new(big.Int).Sub(of.P, of.Gy)
		require.NoError(t, ecKey(oidOf(string(c.id)), c.point(4, of.Gx, minus)).Usable())
		require.ErrorIs(t, ecKey(explicitParameters(c, c.point(4, of.Gx, minus)), g).Usable(), ErrUnsupported, "another base point")
		require.ErrorIs(t, ecKey(explicitParameters(c, c.point(2+byte(minus.Bit(0)), of.Gx, nil)), g).Usable(), ErrUnsupported, "another base point")
		require.ErrorIs(t, ecKey(explicitParameters(c, nil), g).Usable(), ErrUnsupported, "no base point")
		require.ErrorIs(t, ecKey(explicitParameters(c, g, num(2)), g).Usable(), ErrUnsupported, "another cofactor")
		other := *c
		other.b = new(big.Int).Add(c.b, big.NewInt(1))
		require.ErrorIs(t, ecKey(explicitParameters(&other, g), g).Usable(), ErrUnsupported, "another curve")
		other = *c
		other.a = new(big.Int).Add(c.a, big.NewInt(1))
		require.ErrorIs(t, ecKey(explicitParameters(&other, g), g).Usable(), ErrUnsupported, "another curve")
	}
}

func TestCurvePoints(t *testing.T) {
	for _, id := range []oid{"1.2.840.10045.3.1.7", "1.3.36.3.3.2.8.1.1.7"} {
		c := curveByOID(id)
		of := c.library.Params()
		g := c.point(4, of.Gx, of.Gy)
		for name, b := range map[string][]byte{
			"empty": nil, "infinity": {0}, "cut": g[:len(g)-1], "long": append(append([]byte{}, g...), 0),
			"zero": c.point(4, new(big.Int), new(big.Int)), "off the curve": c.point(4, of.Gx, new(big.Int).Add(of.Gy, big.NewInt(1))),
			"x too large": c.point(4, of.P, of.Gy), "y too large": c.point(4, of.Gx, of.P), "form 5": c.point(5, of.Gx, of.Gy),
		} {
			require.ErrorIs(t, ecKey(oidOf(string(id)), b).Usable(), ErrMalformed, name)
		}
		require.ErrorIs(t, ecKey(oidOf("1.2.3"), g).Usable(), ErrUnsupported)
		require.ErrorIs(t, ecKey(null, g).Usable(), ErrUnsupported, "parameters of the issuer")
		require.Error(t, ecKey(nil, g).Usable())
		require.ErrorIs(t, ecKey(seq(num(1)), g).Usable(), ErrUnsupported)
	}
}

// TestCurveCompressed: read on the curves whose library reads them, never a
// reason to stop on the others.
func TestCurveCompressed(t *testing.T) {
	for _, c := range knownCurves() {
		of := c.library.Params()
		y := of.Gy
		for range 2 {
			k := ecKey(oidOf(string(c.id)), c.point(2+byte(y.Bit(0)), of.Gx, nil))
			if of.Name[:2] == "P-" {
				require.NoError(t, k.Usable(), of.Name)
				assert.True(t, k.equal(ecKey(oidOf(string(c.id)), c.point(4, of.Gx, y))), of.Name)
			} else {
				require.ErrorIs(t, k.Usable(), ErrUnsupported, of.Name)
			}
			y = new(big.Int).Sub(of.P, y)
		}
	}
	c := curveByOID("1.2.840.10045.3.1.7")
	for name, b := range map[string][]byte{"no root": c.point(2, noRoot(c), nil), "too large": c.point(3, c.library.Params().P, nil), "cut": {2, 1}} {
		require.ErrorIs(t, ecKey(oidOf(string(c.id)), b).Usable(), ErrMalformed, name)
	}
}

// noRoot is an x that no point has.
func noRoot(c *curve) *big.Int {
	for x := big.NewInt(1); ; x.Add(x, big.NewInt(1)) {
		if new(big.Int).ModSqrt(c.right(x), c.library.Params().P) == nil {
			return x
		}
	}
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
	of := c.library.Params()
	public := ecKey(oidOf(string(c.id)), c.point(4, of.Gx, of.Gy))
	signature := seq(marshal(new(big.Int).Sub(of.N, big.NewInt(3))), marshal(new(big.Int).Sub(of.N, big.NewInt(5))))
	a := algorithm{scheme: schemeECDSA, hash: crypto.SHA512}
	b.ReportAllocs()
	for b.Loop() {
		if a.verify(public, []byte("TEST"), signature, false) == nil {
			b.Fatal("a number for a signature")
		}
	}
}

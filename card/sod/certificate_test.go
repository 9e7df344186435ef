package sod

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseCertificate(t *testing.T) {
	v := loadVectors(t)
	c, err := ParseCertificate(v.DS)
	require.NoError(t, err)
	assert.Equal(t, "4ee4231d2f", c.Serial.Text(16))
	assert.Equal(t, "CN=TEST Document Signer, OU=TEST virtual CIE, O=TEST only, C=IT", c.Subject.String())
	assert.Equal(t, "IT", c.Issuer.Country())
	assert.Equal(t, date(2024), c.NotBefore)
	assert.Equal(t, date(2044), c.NotAfter)
	assert.Equal(t, "RSA 2048", c.PublicKey.Algorithm())
	assert.Equal(t, "rsa-pss-sha512", c.SignatureAlgorithm())
	assert.Equal(t, "b3a2f8baf87e0fc6f08611f33e5132c41fcead", hex.EncodeToString(c.SubjectKeyID)[:38])
	assert.Equal(t, UsageDigitalSignature, c.KeyUsage)
	assert.False(t, c.CA)
	assert.Equal(t, -1, c.PathLength)
	assert.False(t, c.SelfSigned())

	root, err := ParseCertificate(v.CSCA)
	require.NoError(t, err)
	assert.True(t, root.CA)
	assert.Equal(t, UsageCertSign|UsageCRLSign, root.KeyUsage)
	assert.True(t, root.SelfSigned())
	assert.Equal(t, root.SubjectKeyID, c.AuthorityKeyID)
	require.NoError(t, c.CheckSignature(root.PublicKey))
	require.ErrorIs(t, c.CheckSignature(c.PublicKey), ErrSignature)
}

func publicRSA(k crypto.Signer) *rsa.PublicKey { return k.Public().(*rsa.PublicKey) }

// TestParseCertificateTolerant: what genuine certificates have and the
// standard library refuses.
func TestParseCertificateTolerant(t *testing.T) {
	inner := x509.MarshalPKCS1PublicKey(publicRSA(key("ds")))
	tests := []struct {
		name string
		edit func(*certSpec)
		look func(*testing.T, *Certificate)
	}{
		{"negative serial number", func(s *certSpec) { s.serial = big.NewInt(-5) }, func(t *testing.T, c *Certificate) {
			assert.Equal(t, int64(-5), c.Serial.Int64())
		}},
		{"serial number of 30 octets", func(s *certSpec) { s.serial = new(big.Int).Lsh(big.NewInt(1), 239) }, func(t *testing.T, c *Certificate) {
			assert.Equal(t, 240, c.Serial.BitLen())
		}},
		{"key for PSS only", func(s *certSpec) {
			s.spki = seq(seq(oidOf(string(oidRSAPSS)), pssParams(crypto.SHA512, crypto.SHA512, 64)), bitsOf(inner))
		}, func(t *testing.T, c *Certificate) {
			require.NoError(t, c.PublicKey.Usable())
			message := []byte("TEST")
			good, other := pss(crypto.SHA512, 64), pkcs1(crypto.SHA512)
			a := algorithm{scheme: schemePSS, hash: crypto.SHA512, salt: 64}
			require.NoError(t, a.verify(c.PublicKey, message, good.sign(key("ds"), message), false))
			a.scheme = schemePKCS1
			require.ErrorIs(t, a.verify(c.PublicKey, message, other.sign(key("ds"), message), false), ErrSignature)
		}},
		{"modulus without sign octet", func(s *certSpec) {
			n := publicRSA(key("ds")).N.Bytes()
			s.spki = seq(seq(oidOf(string(oidRSAEncryption)), null), bitsOf(seq(tlvOf(2, n), num(65537))))
		}, func(t *testing.T, c *Certificate) {
			assert.Equal(t, publicRSA(key("ds")).N, c.PublicKey.RSA().N)
		}},
		{"extension twice, and unknown ones", func(s *certSpec) {
			s.extensions = [][]byte{usage(bitDigitalSignature), extension("1.2.3.4", true, nil), extension("1.2.3.4", true, nil), notCA()}
		}, nil},
		{"document types that are no list", func(s *certSpec) {
			s.extensions = [][]byte{extension(string(oidExtDocumentTypes), false, []byte{1, 2})}
		}, func(t *testing.T, c *Certificate) {
			assert.Empty(t, c.DocumentTypes)
		}},
		{"no extensions", func(s *certSpec) { s.noIDs, s.extensions = true, nil }, nil},
		{"path length without authority", func(s *certSpec) { s.extensions = [][]byte{extension("2.5.29.19", true, seq(num(0)))} }, func(t *testing.T, c *Certificate) {
			assert.False(t, c.CA)
			assert.Equal(t, 0, c.PathLength)
		}},
		{"key usage that allows nothing", func(s *certSpec) { s.extensions = [][]byte{usage(0)} }, func(t *testing.T, c *Certificate) {
			assert.False(t, c.signsDocuments(), "not the same as no key usage")
			assert.False(t, c.mayIssue())
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := ds()
			tt.edit(&s)
			c := s.parse(t)
			require.NoError(t, c.CheckSignature(csca().parse(t).PublicKey))
			if tt.look != nil {
				tt.look(t, c)
			}
		})
	}
}

// TestParseCertificateUnusableKeys: such certificates are read, their keys verify nothing.
func TestParseCertificateUnusableKeys(t *testing.T) {
	rsaSPKI := func(key []byte) []byte { return seq(seq(oidOf(string(oidRSAEncryption)), null), bitsOf(key)) }
	n := marshal(publicRSA(key("ds")).N)
	even := new(big.Int).Lsh(big.NewInt(1), 2047)
	for name, spki := range map[string][]byte{
		"Ed25519":            seq(seq(oidOf("1.3.101.112")), bitsOf(make([]byte, 32))),
		"unknown curve":      seq(seq(oidOf(string(oidECPublicKey)), oidOf("1.3.132.0.10")), bitsOf(make([]byte, 65))),
		"no RSA key":         rsaSPKI([]byte{1, 2, 3}),
		"more than a key":    rsaSPKI(append(seq(n, num(3)), 0)),
		"exponent 1":         rsaSPKI(seq(n, num(1))),
		"exponent even":      rsaSPKI(seq(n, num(65536))),
		"exponent negative":  rsaSPKI(seq(n, num(-3))),
		"exponent too large": rsaSPKI(seq(n, marshal(new(big.Int).Lsh(big.NewInt(1), 70)))),
		"modulus even":       rsaSPKI(seq(marshal(even), num(3))),
		"modulus short":      rsaSPKI(seq(num(1<<40|1), num(3))),
		"modulus long":       rsaSPKI(seq(marshal(new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), maxRSABits), 0, 1)), num(3))),
	} {
		t.Run(name, func(t *testing.T) {
			c := with(ds(), func(s *certSpec) { s.spki = spki }).parse(t)
			require.Error(t, c.PublicKey.Usable())
			assert.NotEmpty(t, c.PublicKey.Algorithm())
			require.ErrorIs(t, c.CheckSignature(c.PublicKey), ErrUnsupported)
		})
	}
	var none *PublicKey
	require.ErrorIs(t, none.Usable(), ErrUnsupported)
	assert.Equal(t, "no key", none.Algorithm())
	assert.Nil(t, none.RSA())
	assert.Equal(t, "unknown", new(PublicKey).Algorithm())
	assert.False(t, none.equal(none))
	assert.False(t, new(PublicKey).equal(new(PublicKey)))
}

func TestParseCertificateHostile(t *testing.T) {
	good := ds().der()
	edit := func(f func(*certSpec)) []byte { return with(ds(), f).der() }
	many := func() (list [][]byte) {
		for range maxExtensions + 1 {
			list = append(list, extension("1.2.3", false, nil))
		}
		return list
	}
	var names []string
	for range maxAttributes + 1 {
		names = append(names, "CN", "x")
	}
	tests := []struct {
		name string
		der  []byte
		want error
	}{
		{"nothing", nil, ErrMalformed},
		{"something after it", append(bytes.Clone(good), 0), ErrMalformed},
		{"too large", make([]byte, maxCertificate+1), ErrTooLarge},
		{"a set", append([]byte{0x31}, good[1:]...), ErrMalformed},
		{"two algorithms", bytes.Replace(good, pkcs1(crypto.SHA256).der, pkcs1(crypto.SHA384).der, 1), ErrMalformed},
		{"too many extensions", edit(func(s *certSpec) { s.extensions = many() }), ErrMalformed},
		{"too many names", edit(func(s *certSpec) { s.subject = dn(names...) }), ErrMalformed},
		{"key usage empty", edit(func(s *certSpec) { s.extensions = [][]byte{extension("2.5.29.15", true, []byte{3, 1, 0})} }), ErrMalformed},
		{"key usage no bits", edit(func(s *certSpec) { s.extensions = [][]byte{extension("2.5.29.15", true, num(3))} }), ErrMalformed},
		{"basic constraints of nonsense", edit(func(s *certSpec) { s.extensions = [][]byte{extension("2.5.29.19", true, num(3))} }), ErrMalformed},
		{"path length negative", edit(func(s *certSpec) {
			s.extensions = [][]byte{extension("2.5.29.19", true, seq([]byte{1, 1, 0xFF}, num(-1)))}
		}), ErrMalformed},
		{"subject no name", edit(func(s *certSpec) { s.subject = seq(num(1)) }), ErrMalformed},
		{"name type no identifier", edit(func(s *certSpec) { s.subject = seq(set(seq([]byte{6, 0}, null))) }), ErrMalformed},
		{"key in half octets", edit(func(s *certSpec) { s.spki = seq(seq(oidOf(string(oidRSAEncryption))), []byte{3, 2, 4, 0xF0}) }), ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := ParseCertificate(tt.der)
			require.ErrorIs(t, err, tt.want)
			assert.Nil(t, c)
		})
	}
	for n := range len(good) {
		_, err := ParseCertificate(good[:n])
		require.ErrorIs(t, err, ErrMalformed)
	}
}

func TestDecodeTime(t *testing.T) {
	tests := []struct {
		tag  uint32
		text string
		want time.Time
		ok   bool
	}{
		{tagUTCTime, "240101000000Z", date(2024), true},
		{tagUTCTime, "491231235959Z", time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC), true},
		{tagUTCTime, "500101000000Z", date(1950), true},
		{tagUTCTime, "700101000000Z", date(1970), true},
		{tagUTCTime, "2401010000Z", date(2024), true},
		{tagUTCTime, "240101020000+0200", date(2024), true},
		{tagGeneralizedTime, "20240101000000Z", date(2024), true},
		{tagGeneralizedTime, "99991231235959Z", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), true},
		{tagGeneralizedTime, "202401010000Z", date(2024), true},
		{tagUTCTime, "240230000000Z", time.Time{}, false},
		{tagUTCTime, "", time.Time{}, false},
		{tagUTCTime, "20240101000000Z", time.Time{}, false},
		{tagGeneralizedTime, "20240101000000.000000000000000000000Z", time.Time{}, false},
		{tagInteger, "240101000000Z", time.Time{}, false},
	}
	for _, tt := range tests {
		got, ok := decodeTime(tt.tag, []byte(tt.text))
		assert.Equal(t, tt.ok, ok, tt.text)
		assert.True(t, tt.want.Equal(got), "%s: %s", tt.text, got)
	}
}

func TestDecodeOID(t *testing.T) {
	for _, id := range []string{"2.23.136.1.1.1", "1.2.840.113549.1.7.2", "0.4.0.127.0.7.1.1.4.1.3", "2.999.3", "2.5.29.19", "1.3.36.3.3.2.8.1.1.13"} {
		got, ok := decodeOID(oidOf(id)[2:])
		assert.True(t, ok)
		assert.Equal(t, oid(id), got)
	}
	for _, bad := range [][]byte{nil, {0x80}, {0x2A, 0x86}, bytes.Repeat([]byte{1}, 65), append(bytes.Repeat([]byte{0xFF}, 10), 1)} {
		_, ok := decodeOID(bad)
		assert.False(t, ok, "% X", bad)
	}
}

func TestReadElement(t *testing.T) {
	for name, bad := range map[string][]byte{
		"empty": nil, "tag only": {0x30}, "long tag only": {0x7F, 0x49}, "tag of four": {0x7F, 0x81, 0x81, 0x01, 0},
		"indefinite": {0x30, 0x80}, "five octets": {0x30, 0x85, 0, 0, 0, 0, 0}, "cut": {0x30, 0x82, 0x01}, "leading zero": append([]byte{0x30, 0x82, 0x00, 0x80}, make([]byte, 0x80)...),
		"one octet too long a length": append([]byte{0x30, 0x81, 0x7F}, make([]byte, 0x7F)...), "body": {0x30, 2, 1},
		"huge": {0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, "huge, positive": {0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF},
	} {
		_, _, err := readElement(bad)
		assert.ErrorIs(t, err, ErrMalformed, name)
	}
	el, rest, err := readElement([]byte{0x7F, 0x49, 0x01, 0xAA, 0xBB})
	require.NoError(t, err)
	assert.Equal(t, element{tag: 0x7F49, raw: []byte{0x7F, 0x49, 1, 0xAA}, body: []byte{0xAA}}, el)
	assert.Equal(t, []byte{0xBB}, rest)
}

func TestReaderRefuses(t *testing.T) {
	for name, read := range map[string]func(*reader){
		"empty INTEGER":   func(r *reader) { r.integer("") },
		"large number":    func(r *reader) { r.small(3, "") },
		"no bits":         func(r *reader) { r.bits("") },
		"no identifier":   func(r *reader) { r.oid("") },
		"no time":         func(r *reader) { r.time("") },
		"optional broken": func(r *reader) { r.optional(0x30, "") },
	} {
		in := map[string][]byte{"empty INTEGER": {2, 0}, "large number": {2, 1, 4}, "no bits": {3, 0}, "no identifier": {6, 1, 0x80}, "no time": {0x17, 1, 'Z'}, "optional broken": {0x30, 5}}
		r := newReader(in[name])
		read(&r)
		require.ErrorIs(t, r.err(), ErrMalformed, name)
		assert.False(t, r.more())
		first := r.err()
		r.oid("later")
		r.bits("later")
		r.time("later")
		r.inside([]byte{1})
		assert.Equal(t, first, r.err(), "the first fault is the one told")
	}
}

func TestName(t *testing.T) {
	n := Name{{"C", "IT"}, {"O", "Ministero, dell'Interno"}, {"CN", "A\x1b[31m\\"}}
	assert.Equal(t, "C=IT, O=Ministero\\, dell'Interno, CN=A\uFFFD[31m\\\\", n.String())
	assert.Empty(t, n.Get("OU"))

	a, err := ParseName(`CN=CERTIFICATION AUTHORITY 01,OU=PE,O=MINISTERO DELL'INTERNO,C=IT`)
	require.NoError(t, err)
	b, err := ParseName(`C=it, O=Ministero  dell'Interno, OU=pe, CN=Certification Authority 01`)
	require.NoError(t, err)
	assert.True(t, a.Equal(b), "either order, any case, any spaces")
	assert.Equal(t, nameKey(a), nameKey(b))
	assert.False(t, a.Equal(b[:3]))
	assert.False(t, Name{}.Equal(Name{}), "no name is nobody's")
	other, err := ParseName(`OU=pe, C=it, O=Ministero dell'Interno, CN=Certification Authority 01`)
	require.NoError(t, err)
	assert.False(t, a.Equal(other), "but no other order")
	escaped, err := ParseName(`O=A\, B\\,C=IT`)
	require.NoError(t, err)
	assert.Equal(t, Name{{"O", `A, B\`}, {"C", "IT"}}, escaped)
	for _, bad := range []string{"", "CN", "=x", "CN=x,", `CN=x\`} {
		_, err := ParseName(bad)
		assert.ErrorIs(t, err, ErrMalformed, bad)
	}
}

func TestDecodeString(t *testing.T) {
	for _, tt := range []struct {
		tag  uint32
		body string
		want string
	}{
		{0x0C, "Città", "Città"}, {0x13, "IT", "IT"}, {tagT61String, "Citt\xe0", "Città"},
		{tagBMPString, "\x00C\x00i\x01\x7e", "Ci\u017e"}, {0x0C, "\xff", "\uFFFD"},
	} {
		assert.Equal(t, tt.want, decodeString(element{tag: tt.tag, body: []byte(tt.body)}))
	}
}

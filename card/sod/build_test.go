package sod

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // #nosec G505 -- key identifiers, and signatures that must be refused
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A small DER writer, independent of the reader it tests.

func tlvOf(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	switch n := len(body); {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, body...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, body...)
	case n < 0x10000:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
	default:
		return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, body...)
	}
}

func seq(parts ...[]byte) []byte         { return tlvOf(0x30, parts...) }
func set(parts ...[]byte) []byte         { return tlvOf(0x31, parts...) }
func octets(parts ...[]byte) []byte      { return tlvOf(0x04, parts...) }
func bitsOf(b []byte) []byte             { return tlvOf(0x03, []byte{0}, b) }
func ctx(n byte, parts ...[]byte) []byte { return tlvOf(0xA0|n, parts...) }

func marshal(v any) []byte {
	b, err := asn1.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func num(n int64) []byte { return marshal(big.NewInt(n)) }

func oidOf(id string) []byte {
	var arcs asn1.ObjectIdentifier
	for _, arc := range strings.Split(id, ".") {
		n, err := strconv.Atoi(arc)
		if err != nil {
			panic(err)
		}
		arcs = append(arcs, n)
	}
	return marshal(arcs)
}

var null = []byte{5, 0}

func utc(t time.Time) []byte { return tlvOf(0x17, []byte(t.UTC().Format("060102150405Z"))) }

// dn builds a name of pairs "C", "IT", "CN", "…", values as UTF8String.
func dn(pairs ...string) []byte {
	ids := map[string]string{"C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3", "serialNumber": "2.5.4.5"}
	var rdns [][]byte
	for i := 0; i < len(pairs); i += 2 {
		rdns = append(rdns, set(seq(oidOf(ids[pairs[i]]), tlvOf(0x0C, []byte(pairs[i+1])))))
	}
	return seq(rdns...)
}

// testKeys are made once; nothing tested depends on their values.
var testKeys = sync.OnceValue(func() map[string]crypto.Signer {
	keys := make(map[string]crypto.Signer)
	for _, name := range []string{"csca", "csca-new", "ds", "rogue"} {
		key, err := rsa.GenerateKey(rand.Reader, 1536)
		if err != nil {
			panic(err)
		}
		keys[name] = key
	}
	for name, c := range map[string]elliptic.Curve{"p256": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521()} {
		key, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			panic(err)
		}
		keys[name] = key
	}
	return keys
})

func key(name string) crypto.Signer { return testKeys()[name] }

func spki(k crypto.Signer) []byte {
	b, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		panic(err)
	}
	return b
}

func keyID(k crypto.Signer) []byte {
	sum := sha1.Sum(spki(k))
	return sum[:]
}

// sigAlg is a signature algorithm to build with.
type sigAlg struct {
	der  []byte
	hash crypto.Hash
	pss  bool
	salt int
}

var hashOIDs = map[crypto.Hash]string{
	crypto.SHA1: "1.3.14.3.2.26", crypto.SHA224: "2.16.840.1.101.3.4.2.4",
	crypto.SHA256: "2.16.840.1.101.3.4.2.1", crypto.SHA384: "2.16.840.1.101.3.4.2.2", crypto.SHA512: "2.16.840.1.101.3.4.2.3",
}

func pkcs1(h crypto.Hash) sigAlg {
	ids := map[crypto.Hash]string{crypto.SHA1: "1.2.840.113549.1.1.5", crypto.SHA256: "1.2.840.113549.1.1.11", crypto.SHA384: "1.2.840.113549.1.1.12", crypto.SHA512: "1.2.840.113549.1.1.13", crypto.SHA224: "1.2.840.113549.1.1.14"}
	return sigAlg{der: seq(oidOf(ids[h]), null), hash: h}
}

func pssParams(h, mask crypto.Hash, salt int64) []byte {
	return seq(
		ctx(0, seq(oidOf(hashOIDs[h]), null)),
		ctx(1, seq(oidOf("1.2.840.113549.1.1.8"), seq(oidOf(hashOIDs[mask]), null))),
		ctx(2, num(salt)),
	)
}

func pss(h crypto.Hash, salt int) sigAlg {
	return sigAlg{der: seq(oidOf("1.2.840.113549.1.1.10"), pssParams(h, h, int64(salt))), hash: h, pss: true, salt: salt}
}

func ecdsaWith(h crypto.Hash) sigAlg {
	ids := map[crypto.Hash]string{crypto.SHA1: "1.2.840.10045.4.1", crypto.SHA224: "1.2.840.10045.4.3.1", crypto.SHA256: "1.2.840.10045.4.3.2", crypto.SHA384: "1.2.840.10045.4.3.3", crypto.SHA512: "1.2.840.10045.4.3.4"}
	return sigAlg{der: seq(oidOf(ids[h])), hash: h}
}

func (a sigAlg) sign(k crypto.Signer, message []byte) []byte {
	h := a.hash.New()
	h.Write(message)
	var opts crypto.SignerOpts = a.hash
	if a.pss {
		opts = &rsa.PSSOptions{SaltLength: a.salt, Hash: a.hash}
	}
	signature, err := k.Sign(rand.Reader, h.Sum(nil), opts)
	if err != nil {
		panic(err)
	}
	return signature
}

// certSpec is a certificate to build. Zero fields get the usual value.
type certSpec struct {
	serial          *big.Int
	issuer, subject []byte
	from, to        time.Time
	key, by         string // names of test keys: of the subject, of the issuer
	alg             sigAlg
	extensions      [][]byte
	noIDs           bool   // leave the key identifiers out
	authorityID     []byte // another than that of the issuer's key
	spki            []byte // another than that of key
}

var (
	itCSCA = dn("C", "IT", "O", "TEST only", "CN", "TEST Country Signer")
	itDS   = dn("C", "IT", "O", "TEST only", "CN", "TEST Document Signer")
	deCSCA = dn("C", "DE", "O", "TEST only", "CN", "TEST Country Signer")

	testNow = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
)

func date(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }

func extension(id string, critical bool, value []byte) []byte {
	if critical {
		return seq(oidOf(id), []byte{1, 1, 0xFF}, octets(value))
	}
	return seq(oidOf(id), octets(value))
}

func basicCA(pathLength int64) []byte {
	return extension("2.5.29.19", true, seq([]byte{1, 1, 0xFF}, num(pathLength)))
}

func notCA() []byte { return extension("2.5.29.19", true, seq()) }

func usage(bits byte) []byte {
	return extension("2.5.29.15", true, []byte{3, 2, 0, bits})
}

const (
	bitDigitalSignature = 0x80
	bitCertSign         = 0x06
)

func purpose(ids ...string) []byte {
	var list [][]byte
	for _, id := range ids {
		list = append(list, oidOf(id))
	}
	return extension("2.5.29.37", true, seq(list...))
}

func keyPeriod(from, to time.Time) []byte {
	const layout = "20060102150405Z"
	return extension("2.5.29.16", false, seq(tlvOf(0x80, []byte(from.Format(layout))), tlvOf(0x81, []byte(to.Format(layout)))))
}

func (s certSpec) der() []byte {
	if s.serial == nil {
		s.serial = big.NewInt(0x4EE4231D2F)
	}
	if s.from.IsZero() {
		s.from, s.to = date(2024), date(2035)
	}
	if s.alg.hash == 0 {
		s.alg = pkcs1(crypto.SHA256)
	}
	if s.spki == nil {
		s.spki = spki(key(s.key))
	}
	extensions := s.extensions
	if !s.noIDs {
		if s.authorityID == nil {
			s.authorityID = keyID(key(s.by))
		}
		extensions = append([][]byte{
			extension("2.5.29.14", false, octets(keyID(key(s.key)))),
			extension("2.5.29.35", false, seq(tlvOf(0x80, s.authorityID))),
		}, extensions...)
	}
	parts := [][]byte{ctx(0, num(2)), marshal(s.serial), s.alg.der, s.issuer, seq(utc(s.from), utc(s.to)), s.subject, s.spki}
	if len(extensions) > 0 {
		parts = append(parts, ctx(3, seq(extensions...)))
	}
	tbs := seq(parts...)
	return seq(tbs, s.alg.der, bitsOf(s.alg.sign(key(s.by), tbs)))
}

func (s certSpec) parse(t testing.TB) *Certificate {
	t.Helper()
	c, err := ParseCertificate(s.der())
	require.NoError(t, err)
	return c
}

// csca and ds are the two ends of most chains here.
func csca() certSpec {
	return certSpec{serial: big.NewInt(1), issuer: itCSCA, subject: itCSCA, from: date(2020), to: date(2040), key: "csca", by: "csca",
		extensions: [][]byte{basicCA(0), usage(bitCertSign)}}
}

func ds() certSpec {
	return certSpec{issuer: itCSCA, subject: itDS, key: "ds", by: "csca", extensions: [][]byte{usage(bitDigitalSignature)}}
}

// trust makes anchors of certificates.
func trust(t testing.TB, specs ...certSpec) *Anchors {
	t.Helper()
	var list []Anchor
	for _, s := range specs {
		a, err := NewAnchor(s.parse(t), OriginImported)
		require.NoError(t, err)
		list = append(list, a)
	}
	return NewAnchors(list)
}

// cmsSpec is a SignedData to build, of one signer unless signers says otherwise.
type cmsSpec struct {
	contentType  string
	content      []byte
	certificates [][]byte
	signerID     []byte // issuer and serial, or key identifier
	digest       crypto.Hash
	alg          sigAlg
	by           string
	attributes   [][]byte // instead of the usual two
	more         [][]byte // besides the usual two
	signers      int
}

func (s cmsSpec) usualAttributes() [][]byte {
	h := s.digest.New()
	h.Write(s.content)
	return [][]byte{
		seq(oidOf("1.2.840.113549.1.9.3"), set(oidOf(s.contentType))),
		seq(oidOf("1.2.840.113549.1.9.4"), set(octets(h.Sum(nil)))),
	}
}

func (s cmsSpec) der() []byte {
	if s.attributes == nil {
		s.attributes = append(s.usualAttributes(), s.more...)
	}
	digest := seq(oidOf(hashOIDs[s.digest]))
	signature := s.alg.sign(key(s.by), set(s.attributes...))
	signer := seq(num(1), s.signerID, digest, ctx(0, s.attributes...), s.alg.der, octets(signature))
	signers := [][]byte{signer}
	for len(signers) < s.signers {
		signers = append(signers, signer)
	}
	return seq(oidOf("1.2.840.113549.1.7.2"), ctx(0, seq(
		num(3), set(digest),
		seq(oidOf(s.contentType), ctx(0, octets(s.content))),
		ctx(0, s.certificates...),
		set(signers...),
	)))
}

func issuerAndSerial(c *Certificate) []byte { return seq(c.RawIssuer, marshal(c.Serial)) }

// testFiles are files of a card that does not exist, as read: padded.
func testFiles() map[Group][]byte {
	return map[Group][]byte{
		0xA1: []byte("123456789012\x00\x00"),
		0xA2: []byte("AA00000AA"),
		0xA3: append(seq(num(3), octets(make([]byte, 300))), 0, 0, 0),
		0xA4: append(seq(num(4), num(65537)), 0, 0),
		0xA5: seq(num(5), num(65537)),
		0x1B: append([]byte{0x7F, 0x49, 0x81, 0x03, 1, 2, 3}, 0xFF, 0xFF),
	}
}

// testContents are the hashed parts of testFiles, written out by hand.
func testContents() map[Group][]byte {
	f := testFiles()
	return map[Group][]byte{
		0xA1: f[0xA1][:12], 0xA2: f[0xA2], 0xA3: f[0xA3][:len(f[0xA3])-3],
		0xA4: f[0xA4][:len(f[0xA4])-2], 0xA5: f[0xA5], 0x1B: f[0x1B][:7],
	}
}

var usualOrder = []Group{0xA5, 0x1B, 0xA4, 0xA3, 0xA2, 0xA1}

// ldsOf builds a security object over testContents.
func ldsOf(h crypto.Hash, groups ...Group) []byte {
	var lines [][]byte
	for _, g := range groups {
		hasher := h.New()
		hasher.Write(testContents()[g])
		lines = append(lines, seq([]byte{2, 1, byte(g)}, octets(hasher.Sum(nil))))
	}
	return seq(num(0), seq(oidOf(hashOIDs[h])), seq(lines...))
}

// sodSpec is a CMS for EF.SOD with the usual document signer.
func sodSpec(t testing.TB, digest crypto.Hash, alg sigAlg) cmsSpec {
	t.Helper()
	signer := ds().parse(t)
	return cmsSpec{
		contentType: "2.23.136.1.1.1", content: ldsOf(digest, usualOrder...),
		certificates: [][]byte{signer.Raw}, signerID: issuerAndSerial(signer),
		digest: digest, alg: alg, by: "ds",
	}
}

func efSOD(cms []byte) []byte { return append(tlvOf(0x77, cms), 0, 0, 0, 0) }

func mustParse(t testing.TB, cms []byte) *SOD {
	t.Helper()
	s, err := Parse(efSOD(cms))
	require.NoError(t, err)
	return s
}

package sod

import (
	"bytes"
	"crypto"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseHostile(t *testing.T) {
	good := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
	signer := ds().parse(t)
	change := func(edit func(*cmsSpec)) []byte {
		spec := good
		edit(&spec)
		return efSOD(spec.der())
	}
	content := func(b []byte) []byte { return change(func(s *cmsSpec) { s.content = b }) }
	hash := octets(make([]byte, 32))
	sha256 := seq(oidOf(hashOIDs[crypto.SHA256]))
	lds := func(lines ...[]byte) []byte { return content(seq(num(0), sha256, seq(lines...))) }
	attributes := good.usualAttributes()

	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, ErrMalformed},
		{"one byte", []byte{0x77}, ErrMalformed},
		{"zeros", make([]byte, 3000), ErrMalformed},
		{"no tag", good.der(), ErrMalformed},
		{"another tag", append([]byte{0x78}, efSOD(good.der())[1:]...), ErrMalformed},
		{"too large", append(efSOD(good.der()), make([]byte, MaxSOD)...), ErrTooLarge},
		{"indefinite length", []byte{0x77, 0x80, 0x30, 0x00, 0, 0}, ErrMalformed},
		{"length of five octets", []byte{0x77, 0x85, 0, 0, 0, 0, 1, 0}, ErrMalformed},
		{"length not in its shortest form", append([]byte{0x77, 0x81, 0x05}, 1, 2, 3, 4, 5), ErrMalformed},
		{"empty", []byte{0x77, 0}, ErrMalformed},
		{"something after the content info", efSOD(append(good.der(), 5, 0)), ErrMalformed},
		{"not signed data", efSOD(seq(oidOf("1.2.840.113549.1.7.1"), ctx(0, octets()))), ErrMalformed},
		{"a master list", change(func(s *cmsSpec) { s.contentType = string(oidMasterList) }), ErrMalformed},
		{"two signers", change(func(s *cmsSpec) { s.signers = 2 }), ErrMalformed},
		{"no certificate", change(func(s *cmsSpec) { s.certificates = nil }), ErrMalformed},
		{"too many certificates", change(func(s *cmsSpec) {
			s.certificates = nil
			for range maxSignedDataCertificates + 1 {
				s.certificates = append(s.certificates, signer.Raw)
			}
		}), ErrMalformed},
		{"a broken certificate", change(func(s *cmsSpec) { s.certificates = [][]byte{seq(num(1))} }), ErrMalformed},
		{"no signed attributes", bytes.Replace(efSOD(good.der()), []byte{0xA0, 0x48}, []byte{0xA2, 0x48}, 1), ErrMalformed},
		{"content type missing", change(func(s *cmsSpec) { s.attributes = attributes[1:] }), ErrMalformed},
		{"message digest missing", change(func(s *cmsSpec) { s.attributes = attributes[:1] }), ErrMalformed},
		{"message digest twice", change(func(s *cmsSpec) { s.attributes = append(attributes[:2:2], attributes[1]) }), ErrMalformed},
		{"message digest of two values", change(func(s *cmsSpec) {
			s.attributes = [][]byte{attributes[0], seq(oidOf(string(oidAttrMessageDigest)), set(hash, hash))}
		}), ErrMalformed},
		{"unknown attribute twice", change(func(s *cmsSpec) {
			odd := seq(oidOf("1.2.3.4"), set(null))
			s.attributes = append(attributes[:2:2], odd, odd)
		}), ErrMalformed},

		{"content no security object", content([]byte{1, 2, 3}), ErrMalformed},
		{"security object of version 2", content(seq(num(2), sha256, seq())), ErrMalformed},
		{"hash parameters", content(seq(num(0), seq(oidOf(hashOIDs[crypto.SHA256]), num(1)), seq())), ErrMalformed},
		{"something after the hashes", content(seq(num(0), sha256, seq(), seq(octets(), octets()), null)), ErrMalformed},
		{"group number of two octets", lds(seq([]byte{2, 2, 1, 0xA1}, hash)), ErrMalformed},
		{"group number of none", lds(seq([]byte{2, 0}, hash)), ErrMalformed},
		{"hash cut short", lds(seq([]byte{2, 1, 0xA1}, octets(make([]byte, 31)))), ErrMalformed},
		{"group twice", lds(seq([]byte{2, 1, 0xA1}, hash), seq([]byte{2, 1, 0xA1}, hash)), ErrMalformed},
		{"group twice, once with a zero", lds(seq([]byte{2, 1, 0xA1}, hash), seq([]byte{2, 2, 0, 0xA1}, hash)), ErrMalformed},
		{"too many groups", lds(manyGroups(maxGroups+1, hash)...), ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse(tt.file)
			require.ErrorIs(t, err, tt.want)
			assert.Nil(t, s)
		})
	}
	_, err := Parse(efSOD(good.der()))
	require.NoError(t, err, "what all of these were made of")
}

func manyGroups(n int, hash []byte) [][]byte {
	var lines [][]byte
	for i := range n {
		lines = append(lines, seq([]byte{2, 1, byte(i)}, hash))
	}
	return lines
}

// TestParseCutShort: no prefix of a good SOD is one.
func TestParseCutShort(t *testing.T) {
	file := loadVectors(t).SHA256
	for n := range len(file) {
		_, err := Parse(file[:n])
		require.ErrorIs(t, err, ErrMalformed, "%d of %d bytes", n, len(file))
	}
}

// TestParseDamaged: whatever octet is changed, the SOD is refused, fails, or
// loses its anchor; nothing may pass unseen but what the signatures do not cover.
func TestParseDamaged(t *testing.T) {
	v := loadVectors(t)
	anchors, files := v.anchors(t), v.files(t)
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404
	accepted := 0
	for range 1500 {
		file := bytes.Clone(v.SHA512)
		at := random.IntN(len(file))
		file[at] ^= byte(1 + random.IntN(255))
		s, err := Parse(file)
		if err != nil {
			require.ErrorIs(t, err, ErrMalformed)
			continue
		}
		if Verify(s, files, anchors, testNow).Level == LevelAnchored {
			accepted++
		}
	}
	// Versions and the list of digest algorithms are outside every signature.
	assert.Less(t, accepted, 1500/50)
}

func TestParseKeepsNothingOfTheCaller(t *testing.T) {
	v := loadVectors(t)
	file := bytes.Clone(v.SHA256)
	s, err := Parse(file)
	require.NoError(t, err)
	clear(file)
	assert.Equal(t, LevelAnchored, Verify(s, v.files(t), v.anchors(t), testNow).Level)
}

// TestParseGroupNumber: A5 may stand as the negative 02 01 A5 or as 02 02 00 A5.
func TestParseGroupNumber(t *testing.T) {
	hash := make([]byte, 32)
	o, err := parseSecurityObject(seq(num(0), seq(oidOf(hashOIDs[crypto.SHA256]), null),
		seq(seq([]byte{2, 1, 0xA5}, octets(hash)), seq([]byte{2, 2, 0, 0xA1}, octets(hash)), seq([]byte{2, 1, 0x1B}, octets(hash)))))
	require.NoError(t, err)
	assert.Equal(t, []GroupHash{{GroupServizi, hash}, {GroupIDServizi, hash}, {GroupDH, hash}}, o.groups)
	assert.Equal(t, "1B", GroupDH.String())
}

func TestContent(t *testing.T) {
	for g, want := range testContents() {
		got, err := Content(g, testFiles()[g])
		require.NoError(t, err)
		assert.Equal(t, want, got, g)
	}
	long := append([]byte{0x30, 0x83, 0x00, 0x00, 0x02, 7, 7}, 0, 0)
	got, err := Content(GroupDH, long)
	require.NoError(t, err, "BER with a longer length than needed")
	assert.Equal(t, long[:7], got)

	for name, file := range map[string][]byte{
		"empty": nil, "tag only": {0x30}, "long tag only": {0x7F, 0x49}, "endless tag": {0x7F, 0x81, 0x81, 0x81, 0x81},
		"indefinite": {0x30, 0x80, 0, 0}, "length cut": {0x30, 0x82, 1}, "body cut": {0x30, 3, 1, 2}, "length of four": {0x30, 0x84, 0, 0, 0, 0},
	} {
		_, err := Content(GroupCertCIE, file)
		assert.ErrorIs(t, err, ErrMalformed, name)
	}
	_, err = Content(GroupIDServizi, make([]byte, 11))
	require.ErrorIs(t, err, ErrMalformed)
	_, err = Content(GroupSeriale, make([]byte, 8))
	require.ErrorIs(t, err, ErrMalformed)
}

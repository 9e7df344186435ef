package sod

import (
	"crypto"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// linkCert is the new country signer's key certified by the old one.
func linkCert() certSpec {
	return certSpec{serial: big.NewInt(9), issuer: itCSCA, subject: itCSCA, from: date(2023), to: date(2040),
		key: "csca-new", by: "csca", extensions: [][]byte{basicCA(0), usage(bitCertSign)}}
}

func dsOfNew() certSpec {
	s := ds()
	s.by = "csca-new"
	return s
}

func with(s certSpec, edit func(*certSpec)) certSpec {
	edit(&s)
	return s
}

func TestChain(t *testing.T) {
	bare := func(s certSpec, keepID bool) *Anchors {
		c := s.parse(t)
		a := Anchor{Subject: c.Subject, NotBefore: c.NotBefore, NotAfter: c.NotAfter, Key: c.PublicKey}
		if keepID {
			a.KeyID = c.SubjectKeyID
		}
		return NewAnchors([]Anchor{a})
	}
	tests := []struct {
		name    string
		signer  certSpec
		anchors *Anchors
		links   []certSpec
		want    error // nil: anchored
		passes  int   // links on the way
	}{
		{"issued by the anchor", ds(), trust(t, csca()), nil, nil, 0},
		{"by a bare key", ds(), bare(csca(), true), nil, nil, 0},
		{"by a bare key without identifier", ds(), bare(csca(), false), nil, nil, 0},
		{"no identifiers, by name", with(ds(), func(s *certSpec) { s.noIDs = true }), trust(t, csca()), nil, nil, 0},
		{"PSS with SHA-256", with(ds(), func(s *certSpec) { s.alg = pss(crypto.SHA256, 32) }), trust(t, csca()), nil, nil, 0},
		{"PSS with SHA-512", with(ds(), func(s *certSpec) { s.alg = pss(crypto.SHA512, 64) }), trust(t, csca()), nil, nil, 0},
		{"PKCS#1 with SHA-512", with(ds(), func(s *certSpec) { s.alg = pkcs1(crypto.SHA512) }), trust(t, csca()), nil, nil, 0},
		{"SHA-1", with(ds(), func(s *certSpec) { s.alg = pkcs1(crypto.SHA1) }), trust(t, csca()), nil, ErrWeak, 0},
		{"anchor expired since", ds(), trust(t, with(csca(), func(s *certSpec) { s.to = date(2025) })), nil, nil, 0},
		{"anchor that denies being an authority, as serial 0321 does", ds(), trust(t, with(csca(), func(s *certSpec) {
			s.extensions = [][]byte{extension("2.5.29.19", true, seq(num(0))), usage(bitCertSign)}
		})), nil, nil, 0},

		{"nothing trusted", ds(), nil, nil, ErrUnknownIssuer, 0},
		{"nothing trusted, not even nil", ds(), NewAnchors(nil), nil, ErrUnknownIssuer, 0},
		{"another anchor", ds(), trust(t, with(csca(), func(s *certSpec) {
			s.subject, s.key, s.by = dn("C", "IT", "CN", "Another"), "csca-new", "csca-new"
		})), nil, ErrUnknownIssuer, 0},
		{"same name, another key", ds(), trust(t, with(csca(), func(s *certSpec) { s.key, s.by = "csca-new", "csca-new" })), nil, ErrUnknownIssuer, 0},
		{"same name, another key, no identifiers", with(ds(), func(s *certSpec) { s.noIDs = true }),
			trust(t, with(csca(), func(s *certSpec) { s.key, s.by = "rogue", "rogue" })), nil, ErrUnknownIssuer, 0},
		{"names the anchor's key, signed by another", with(ds(), func(s *certSpec) { s.by, s.authorityID = "rogue", keyID(key("csca")) }), trust(t, csca()), nil, ErrForged, 0},
		{"names a wrong key, signed by the anchor", with(ds(), func(s *certSpec) { s.authorityID = keyID(key("rogue")) }), trust(t, csca()), nil, nil, 0},
		{"names the anchor's key under another name", with(ds(), func(s *certSpec) {
			s.by, s.authorityID, s.issuer = "rogue", keyID(key("csca")), dn("C", "IT", "CN", "Another")
		}), trust(t, csca()), nil, ErrUnknownIssuer, 0},
		{"issued before the anchor was valid", with(ds(), func(s *certSpec) { s.from, s.to = date(2019), date(2030) }), trust(t, csca()), nil, errPeriod, 0},
		{"issued after the anchor expired", ds(), trust(t, with(csca(), func(s *certSpec) { s.to = date(2023) })), nil, errPeriod, 0},
		{"anchor of another country", with(ds(), func(s *certSpec) { s.issuer, s.subject = deCSCA, dn("C", "DE", "CN", "TEST Document Signer") }),
			trust(t, with(csca(), func(s *certSpec) { s.issuer, s.subject = deCSCA, deCSCA })), nil, errOtherCountry, 0},
		{"signer of another country", with(ds(), func(s *certSpec) { s.subject = dn("C", "DE", "CN", "TEST Document Signer") }), trust(t, csca()), nil, errOtherCountry, 0},

		{"signer is itself an authority", with(ds(), func(s *certSpec) { s.extensions = [][]byte{basicCA(0), usage(bitCertSign)} }), trust(t, csca()), nil, errPurpose, 0},
		{"signer is an authority that may also sign", with(ds(), func(s *certSpec) { s.extensions = [][]byte{basicCA(0), usage(bitDigitalSignature | bitCertSign)} }), trust(t, csca()), nil, errPurpose, 0},
		{"signer may not sign", with(ds(), func(s *certSpec) { s.extensions = [][]byte{usage(0x20)} }), trust(t, csca()), nil, errPurpose, 0},
		{"signer without key usage", with(ds(), func(s *certSpec) { s.extensions = nil }), trust(t, csca()), nil, nil, 0},
		{"master list signer", with(ds(), func(s *certSpec) { s.extensions = append(s.extensions, purpose(masterListSigner)) }), trust(t, csca()), nil, errPurpose, 0},
		{"TLS client", with(ds(), func(s *certSpec) { s.extensions = append(s.extensions, purpose("1.3.6.1.5.5.7.3.2")) }), trust(t, csca()), nil, errPurpose, 0},

		{"by a link", dsOfNew(), trust(t, csca()), []certSpec{linkCert()}, nil, 1},
		{"by a link, among others", dsOfNew(), trust(t, csca()), []certSpec{ds(), csca(), linkCert()}, nil, 1},
		{"by a link with SHA-1", dsOfNew(), trust(t, csca()), []certSpec{with(linkCert(), func(s *certSpec) { s.alg = pkcs1(crypto.SHA1) })}, ErrWeak, 0},
		{"the link is missing", dsOfNew(), trust(t, csca()), nil, ErrUnknownIssuer, 0},
		{"by a link that leads nowhere", dsOfNew(), trust(t, with(csca(), func(s *certSpec) { s.key, s.by = "rogue", "rogue" })), []certSpec{linkCert()}, ErrUnknownIssuer, 0},
		{"by a forged link", dsOfNew(), trust(t, csca()), []certSpec{with(linkCert(), func(s *certSpec) { s.by, s.authorityID = "rogue", keyID(key("csca")) })}, ErrForged, 0},
		{"by a link that is no authority", dsOfNew(), trust(t, csca()), []certSpec{with(linkCert(), func(s *certSpec) { s.extensions = [][]byte{notCA(), usage(bitCertSign)} })}, errNoAuthority, 0},
		{"by a link that may not issue", dsOfNew(), trust(t, csca()), []certSpec{with(linkCert(), func(s *certSpec) { s.extensions = [][]byte{basicCA(0), usage(bitDigitalSignature)} })}, errNoAuthority, 0},
		{"by a link of another country", dsOfNew(), trust(t, csca()), []certSpec{with(linkCert(), func(s *certSpec) { s.subject = deCSCA })}, errOtherCountry, 0},
		{"by a link that had expired", dsOfNew(), trust(t, csca()), []certSpec{with(linkCert(), func(s *certSpec) { s.from, s.to = date(2021), date(2022) })}, errPeriod, 0},
		{"by a self-signed certificate nobody trusts", dsOfNew(), trust(t, csca()), []certSpec{with(csca(), func(s *certSpec) { s.key, s.by = "csca-new", "csca-new" })}, ErrUnknownIssuer, 0},
		{"by another document signer", with(ds(), func(s *certSpec) { s.by, s.issuer, s.key = "ds", itDS, "rogue" }), trust(t, csca()), []certSpec{ds()}, errNoAuthority, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var links []*Certificate
			for _, s := range tt.links {
				links = append(links, s.parse(t))
			}
			chain := tt.anchors.Chain(tt.signer.parse(t), links...)
			if tt.want != nil {
				require.ErrorIs(t, chain.Err, tt.want)
				require.ErrorIs(t, chain.Err, ErrChain)
				assert.Nil(t, chain.Anchor)
				return
			}
			require.NoError(t, chain.Err)
			require.NotNil(t, chain.Anchor)
			assert.Len(t, chain.Links, tt.passes)
		})
	}
}

// TestChainLinksOfStore: links may also be given with the anchors, and inside the SOD.
func TestChainLinksElsewhere(t *testing.T) {
	anchor, err := NewAnchor(csca().parse(t), OriginImported)
	require.NoError(t, err)
	anchors := NewAnchors([]Anchor{anchor}, linkCert().parse(t))
	assert.Equal(t, 1, anchors.Len())
	assert.Zero(t, (*Anchors)(nil).Len())
	require.NoError(t, anchors.Chain(dsOfNew().parse(t)).Err)

	c := dsOfNew().parse(t)
	spec := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
	spec.certificates = [][]byte{c.Raw, linkCert().der()}
	v := Verify(mustParse(t, spec.der()), testFiles(), trust(t, csca()), testNow)
	assert.Equal(t, LevelAnchored, v.Level)
	require.Len(t, v.Chain.Links, 1)
	assert.Empty(t, v.Warnings)

	text, err := json.Marshal(v.Chain)
	require.NoError(t, err)
	assert.JSONEq(t, `{"anchor":"C=IT, O=TEST only, CN=TEST Country Signer","id":"`+v.Chain.Anchor.ID+`","links":1}`, string(text))
}

// TestChainForgedFails: a signer that names a known key which did not sign it
// is no stranger but a forgery; one that is not for signing documents is a stranger.
func TestChainForgedFails(t *testing.T) {
	verdict := func(s certSpec) Verdict {
		c := s.parse(t)
		spec := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
		spec.certificates = [][]byte{c.Raw}
		return Verify(mustParse(t, spec.der()), testFiles(), trust(t, csca()), testNow)
	}
	v := verdict(with(ds(), func(s *certSpec) { s.by, s.authorityID = "rogue", keyID(key("csca")) }))
	assert.Equal(t, LevelFailed, v.Level)
	require.ErrorIs(t, v.Err(), ErrForged)

	v = verdict(with(ds(), func(s *certSpec) { s.extensions = append(s.extensions, purpose(masterListSigner)) }))
	assert.Equal(t, LevelSelfConsistent, v.Level)
	assert.Equal(t, []WarningCode{WarnSignerPurpose, WarnNotAnchored}, codes(v.Warnings))
}

// TestChainBounded: certificates that issue each other in circles, by the
// dozen, cost a bounded number of signature checks and no answer.
func TestChainBounded(t *testing.T) {
	var links []*Certificate
	for i := range 40 {
		s := linkCert()
		s.serial = big.NewInt(int64(100 + i))
		s.by, s.key = "csca-new", "csca-new"
		links = append(links, s.parse(t))
	}
	s := search{anchors: trust(t, csca()), links: links}
	assert.Nil(t, s.issuer(dsOfNew().parse(t)))
	assert.Greater(t, s.checks, maxChecks)
	require.ErrorIs(t, s.reason, ErrChain)
}

// TestChainDepth: four links lead to the anchor, five do not.
func TestChainDepth(t *testing.T) {
	names := [][]byte{itCSCA}
	for i := range maxLinks + 1 {
		names = append(names, dn("C", "IT", "CN", string(rune('A'+i))))
	}
	var links []*Certificate
	for i := 1; i < len(names); i++ {
		by := "csca-new"
		if i == 1 {
			by = "csca"
		}
		links = append(links, certSpec{issuer: names[i-1], subject: names[i], from: date(2023), to: date(2040), noIDs: true,
			key: "csca-new", by: by, extensions: [][]byte{basicCA(0)}}.parse(t))
	}
	signer := func(name []byte) *Certificate {
		return with(dsOfNew(), func(s *certSpec) { s.issuer, s.noIDs = name, true }).parse(t)
	}
	anchors := trust(t, with(csca(), func(s *certSpec) { s.noIDs = true }))
	chain := anchors.Chain(signer(names[maxLinks]), links...)
	require.NoError(t, chain.Err)
	assert.Len(t, chain.Links, maxLinks)
	require.ErrorIs(t, anchors.Chain(signer(names[maxLinks+1]), links...).Err, ErrUnknownIssuer)
}

func TestChainUnusableAnchor(t *testing.T) {
	odd := with(csca(), func(s *certSpec) { s.spki = seq(seq(oidOf("1.3.101.112")), bitsOf(make([]byte, 32))) })
	chain := trust(t, odd).Chain(ds().parse(t))
	require.ErrorIs(t, chain.Err, ErrUnsupported)
	require.NotErrorIs(t, chain.Err, ErrForged)
	require.NoError(t, trust(t, odd, csca()).Chain(ds().parse(t)).Err, "another of the same name is tried")
}

package sod

import (
	"crypto"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func codes(warnings []Warning) []WarningCode {
	var list []WarningCode
	for _, w := range warnings {
		list = append(list, w.Code)
	}
	return list
}

// TestVerifyAlgorithms: which signatures a SOD may have.
func TestVerifyAlgorithms(t *testing.T) {
	badMask := sigAlg{der: seq(oidOf(string(oidRSAPSS)), pssParams(crypto.SHA256, crypto.SHA512, 32)), hash: crypto.SHA256, pss: true, salt: 32}
	badTrailer := sigAlg{hash: crypto.SHA256, pss: true, salt: 32, der: seq(oidOf(string(oidRSAPSS)), seq(
		ctx(0, seq(oidOf(hashOIDs[crypto.SHA256]))), ctx(1, seq(oidOf(string(oidMGF1)), seq(oidOf(hashOIDs[crypto.SHA256])))), ctx(2, num(32)), ctx(3, num(2))))}
	otherMask := sigAlg{hash: crypto.SHA256, pss: true, salt: 32, der: seq(oidOf(string(oidRSAPSS)), seq(
		ctx(0, seq(oidOf(hashOIDs[crypto.SHA256]))), ctx(1, seq(oidOf("1.2.3"), seq(oidOf(hashOIDs[crypto.SHA256])))), ctx(2, num(32))))}
	defaults := sigAlg{hash: crypto.SHA1, pss: true, salt: 20, der: seq(oidOf(string(oidRSAPSS)), seq())}
	noParameters := sigAlg{hash: crypto.SHA1, pss: true, salt: 20, der: seq(oidOf(string(oidRSAPSS)))}
	plainRSA := sigAlg{hash: crypto.SHA512, der: seq(oidOf(string(oidRSAEncryption)), null)}
	unknown := sigAlg{hash: crypto.SHA256, der: seq(oidOf("1.2.3.4"))}
	wrongSalt := pss(crypto.SHA256, 32)
	wrongSalt.salt = 20
	noSalt := pss(crypto.SHA256, 0)
	noSalt.salt = 32 // what is signed does not matter: salt 0 cannot be judged

	tests := []struct {
		name    string
		digest  crypto.Hash
		alg     sigAlg
		variant Variant
		level   Level
		reason  error
		warns   []WarningCode
	}{
		{"PKCS#1 SHA-256", crypto.SHA256, pkcs1(crypto.SHA256), "rsa-sha256", LevelAnchored, nil, nil},
		{"PKCS#1 SHA-384", crypto.SHA384, pkcs1(crypto.SHA384), "rsa-sha384", LevelAnchored, nil, nil},
		{"PKCS#1 SHA-512", crypto.SHA512, pkcs1(crypto.SHA512), "rsa-sha512", LevelAnchored, nil, nil},
		{"PSS SHA-256", crypto.SHA256, pss(crypto.SHA256, 32), "rsa-pss-sha256", LevelAnchored, nil, nil},
		{"PSS SHA-384", crypto.SHA384, pss(crypto.SHA384, 48), "rsa-pss-sha384", LevelAnchored, nil, nil},
		{"PSS SHA-512", crypto.SHA512, pss(crypto.SHA512, 64), "rsa-pss-sha512", LevelAnchored, nil, nil},
		{"PSS with a short salt", crypto.SHA512, pss(crypto.SHA512, 20), "rsa-pss-sha512", LevelAnchored, nil, nil},
		{"RSA, hash by the digest", crypto.SHA512, plainRSA, "rsa-sha512", LevelAnchored, nil, nil},
		{"SHA-1 in variant 1", crypto.SHA256, pkcs1(crypto.SHA1), "rsa-sha1", LevelAnchored, nil, []WarningCode{WarnSHA1}},
		{"SHA-1 in variant 2", crypto.SHA512, pkcs1(crypto.SHA1), "rsa-sha1", LevelFailed, ErrWeak, nil},
		{"PSS of SHA-1 by default", crypto.SHA256, defaults, "rsa-pss-sha1", LevelFailed, ErrWeak, nil},
		{"PSS without parameters", crypto.SHA256, noParameters, "rsa-pss-sha1", LevelUnknown, ErrUnsupported, nil},
		{"SHA-1 throughout", crypto.SHA1, pkcs1(crypto.SHA256), "rsa-sha256", LevelFailed, ErrWeak, nil},
		{"another salt length than told", crypto.SHA256, wrongSalt, "rsa-pss-sha256", LevelFailed, ErrSignature, nil},
		{"PSS without salt", crypto.SHA256, noSalt, "rsa-pss-sha256", LevelUnknown, ErrUnsupported, nil},
		{"two hashes in PSS", crypto.SHA256, badMask, Variant(oidRSAPSS), LevelUnknown, ErrUnsupported, nil},
		{"another mask in PSS", crypto.SHA256, otherMask, Variant(oidRSAPSS), LevelUnknown, ErrUnsupported, nil},
		{"another trailer in PSS", crypto.SHA256, badTrailer, Variant(oidRSAPSS), LevelUnknown, ErrUnsupported, nil},
		{"unknown algorithm", crypto.SHA256, unknown, "1.2.3.4", LevelUnknown, ErrUnsupported, nil},
		{"an algorithm for another key", crypto.SHA256, sigAlg{hash: crypto.SHA256, der: ecdsaWith(crypto.SHA256).der}, "ecdsa-sha256", LevelFailed, ErrSignature, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := mustParse(t, sodSpec(t, tt.digest, tt.alg).der())
			assert.Equal(t, tt.variant, s.Variant)
			v := Verify(s, testFiles(), trust(t, csca()), testNow)
			assert.Equal(t, tt.level, v.Level, "%v", v.Err())
			assert.Equal(t, tt.warns, codes(v.Warnings))
			if tt.reason == nil {
				assert.NoError(t, v.Err())
				assert.Equal(t, SignatureValid, v.Signature)
				return
			}
			require.ErrorIs(t, v.Err(), tt.reason)
			assert.NotEqual(t, SignatureValid, v.Signature)
			assert.False(t, v.OnlyHashMismatch())
			assert.False(t, v.ProvesFree())
		})
	}
}

func TestVerifyUnknownFileHash(t *testing.T) {
	spec := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
	var lines [][]byte
	for _, g := range usualOrder {
		lines = append(lines, seq([]byte{2, 1, byte(g)}, octets(make([]byte, 28))))
	}
	spec.content = seq(num(0), seq(oidOf("1.2.3.4")), seq(lines...))
	s := mustParse(t, spec.der())
	v := Verify(s, testFiles(), nil, testNow)
	assert.Equal(t, LevelUnknown, v.Level)
	assert.Equal(t, HashUnchecked, v.Hashes[GroupIntKpub])
	require.ErrorIs(t, s.CheckFile(GroupIntKpub, nil), ErrUnsupported)
}

func TestVerifyECDSASigner(t *testing.T) {
	for curve, h := range map[string]crypto.Hash{"p256": crypto.SHA256, "p384": crypto.SHA384, "p521": crypto.SHA512} {
		signer := ds()
		signer.key = curve
		c := signer.parse(t)
		spec := sodSpec(t, h, ecdsaWith(h))
		spec.certificates, spec.signerID, spec.by = [][]byte{c.Raw}, issuerAndSerial(c), curve
		v := Verify(mustParse(t, spec.der()), testFiles(), trust(t, csca()), testNow)
		assert.Equal(t, LevelAnchored, v.Level, "%s %v", curve, v.Err())
	}
}

func TestVerifyAttributes(t *testing.T) {
	spec := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
	usual := spec.usualAttributes()
	tests := []struct {
		name       string
		attributes [][]byte
		want       error
	}{
		{"content type of another kind", [][]byte{seq(oidOf(string(oidAttrContentType)), set(oidOf(string(oidMasterList)))), usual[1]}, ErrContentType},
		{"digest of something else", [][]byte{usual[0], seq(oidOf(string(oidAttrMessageDigest)), set(octets(make([]byte, 32))))}, ErrDigest},
		{"digest empty", [][]byte{usual[0], seq(oidOf(string(oidAttrMessageDigest)), set(octets()))}, ErrDigest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spec.attributes = tt.attributes
			v := Verify(mustParse(t, spec.der()), testFiles(), trust(t, csca()), testNow)
			assert.Equal(t, LevelFailed, v.Level)
			assert.Equal(t, SignatureInvalid, v.Signature)
			require.Len(t, v.Failures, 1)
			require.ErrorIs(t, v.Failures[0], tt.want)
		})
	}
}

func TestVerifySignerIdentifier(t *testing.T) {
	signer := ds().parse(t)
	negative := ds()
	negative.serial = big.NewInt(-91)
	negativeSigner := negative.parse(t)
	require.Equal(t, int64(-91), negativeSigner.Serial.Int64())

	tests := []struct {
		name   string
		signer *Certificate
		id     []byte
		good   bool
	}{
		{"issuer and serial", signer, issuerAndSerial(signer), true},
		{"the same name, written differently", signer, seq(dn("C", "it", "O", "TEST  only ", "CN", "Test Country SIGNER"), marshal(signer.Serial)), true},
		{"another serial", signer, seq(signer.RawIssuer, num(4369)), false},
		{"another issuer", signer, seq(dn("C", "IT", "O", "TEST only", "CN", "Another"), marshal(signer.Serial)), false},
		{"the subject for the issuer", signer, seq(signer.RawSubject, marshal(signer.Serial)), false},
		{"key identifier", signer, tlvOf(0x80, keyID(key("ds"))), true},
		{"another key identifier", signer, tlvOf(0x80, keyID(key("csca"))), false},
		{"negative serial", negativeSigner, issuerAndSerial(negativeSigner), true},
		{"negative serial read as positive", negativeSigner, seq(signer.RawIssuer, []byte{2, 2, 0, 0xA5}), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spec := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
			spec.certificates, spec.signerID = [][]byte{tt.signer.Raw}, tt.id
			v := Verify(mustParse(t, spec.der()), testFiles(), trust(t, csca()), testNow)
			if tt.good {
				assert.Equal(t, LevelAnchored, v.Level, "%v", v.Err())
				return
			}
			assert.Equal(t, LevelFailed, v.Level)
			assert.Equal(t, SignatureInvalid, v.Signature)
			require.Len(t, v.Failures, 1)
			require.ErrorIs(t, v.Failures[0], ErrSignerMismatch)
		})
	}
}

func TestVerifySeveralCertificates(t *testing.T) {
	other := ds()
	other.serial, other.key = big.NewInt(7), "rogue"
	spec := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
	spec.certificates = [][]byte{other.der(), tlvOf(0xA3, num(1)), spec.certificates[0]}
	s := mustParse(t, spec.der())
	assert.Equal(t, int64(0x4EE4231D2F), s.Signer.Serial.Int64())
	assert.Equal(t, LevelAnchored, Verify(s, testFiles(), trust(t, csca()), testNow).Level)
}

func TestVerifyGroups(t *testing.T) {
	without := func(missing ...Group) []Group {
		var left []Group
		for _, g := range usualOrder {
			keep := true
			for _, m := range missing {
				keep = keep && g != m
			}
			if keep {
				left = append(left, g)
			}
		}
		return left
	}
	for _, g := range usualOrder {
		spec := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
		spec.content = ldsOf(crypto.SHA256, without(g)...)
		s := mustParse(t, spec.der())
		v := Verify(s, testFiles(), nil, testNow)
		assert.Equal(t, HashMissing, v.Hashes[g])
		require.ErrorIs(t, s.CheckFile(g, testFiles()[g]), ErrGroupMissing)
		switch g {
		case GroupSeriale, GroupServizi:
			assert.Equal(t, LevelSelfConsistent, v.Level, g)
			assert.Equal(t, []WarningCode{WarnGroupMissing}, codes(v.Warnings))
		default:
			assert.Equal(t, LevelFailed, v.Level, g)
			require.ErrorIs(t, v.Err(), ErrGroupMissing)
			assert.False(t, v.OnlyHashMismatch(), "a person cannot overlook a file nobody signed")
		}
	}

	s := mustParse(t, sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256)).der())
	for _, g := range usualOrder {
		for name, bad := range map[string][]byte{"changed": {0x30, 1, 1}, "empty": {}, "nil": nil} {
			files := testFiles()
			files[g] = bad
			v := Verify(s, files, trust(t, csca()), testNow)
			assert.Equal(t, HashMismatch, v.Hashes[g], "%s %s", g, name)
			assert.Equal(t, LevelFailed, v.Level)
			assert.Equal(t, SignatureValid, v.Signature)
			assert.True(t, v.OnlyHashMismatch())
			assert.False(t, v.Proves(g))
			assert.NotNil(t, v.Chain.Anchor, "the chain is judged all the same")
		}
	}
}

func TestVerdictZero(t *testing.T) {
	var v Verdict
	assert.False(t, v.ProvesFree())
	assert.False(t, v.OnlyHashMismatch())
	assert.NoError(t, v.Err())
}

func TestVerifyWarnings(t *testing.T) {
	signingTime := func(when time.Time) [][]byte {
		return [][]byte{seq(oidOf(string(oidAttrSigningTime)), set(utc(when)))}
	}
	types := func(list ...string) []byte {
		var codes [][]byte
		for _, c := range list {
			codes = append(codes, tlvOf(0x13, []byte(c)))
		}
		return extension(string(oidExtDocumentTypes), false, seq(num(0), set(codes...)))
	}
	tests := []struct {
		name   string
		signer func(*certSpec)
		anchor func(*certSpec)
		signed [][]byte
		now    time.Time
		want   []WarningCode
	}{
		{"nothing to say", nil, nil, nil, testNow, nil},
		{"signer expired", nil, nil, nil, date(2036), []WarningCode{WarnSignerExpired}},
		{"signer not yet valid", nil, nil, nil, date(2023), []WarningCode{WarnSignerNotYetValid}},
		{"both expired", nil, nil, nil, date(2041), []WarningCode{WarnSignerExpired, WarnAnchorExpired}},
		{"signed in time", nil, nil, signingTime(date(2024).AddDate(0, 1, 0)), testNow, nil},
		{"signed too early", nil, nil, signingTime(date(2023)), testNow, []WarningCode{WarnSignedOutsidePeriod}},
		{"signed when the key was past its use", func(s *certSpec) {
			s.extensions = append(s.extensions, keyPeriod(date(2024), date(2024).AddDate(0, 0, 90)))
		}, nil, signingTime(date(2025)), testNow, []WarningCode{WarnSignedOutsidePeriod}},
		{"key past its use, time of signing not told", func(s *certSpec) {
			s.extensions = append(s.extensions, keyPeriod(date(2024), date(2024).AddDate(0, 0, 90)))
		}, nil, nil, testNow, nil},
		{"identity cards", func(s *certSpec) { s.extensions = append(s.extensions, types("P", "C")) }, nil, nil, testNow, nil},
		{"passports only", func(s *certSpec) { s.extensions = append(s.extensions, types("P")) }, nil, nil, testNow, []WarningCode{WarnDocumentType}},
		{"certified when the anchor's key was past its use", nil, func(s *certSpec) {
			s.extensions = append(s.extensions, keyPeriod(date(2020), date(2023)))
		}, nil, testNow, []WarningCode{WarnAnchorKeyPeriod}},
		{"certified while the anchor's key was in use", nil, func(s *certSpec) {
			s.extensions = append(s.extensions, keyPeriod(date(2020), date(2025)))
		}, nil, testNow, nil},
		{"issuer known by its key, under another name", nil, func(s *certSpec) {
			s.issuer = dn("C", "IT", "O", "TEST only", "CN", "Renamed")
			s.subject = s.issuer
		}, nil, testNow, []WarningCode{WarnIssuerName}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			signer, anchor := ds(), csca()
			if tt.signer != nil {
				tt.signer(&signer)
			}
			if tt.anchor != nil {
				tt.anchor(&anchor)
			}
			c := signer.parse(t)
			spec := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256))
			spec.certificates, spec.more = [][]byte{c.Raw}, tt.signed
			v := Verify(mustParse(t, spec.der()), testFiles(), trust(t, anchor), tt.now)
			require.NoError(t, v.Err())
			assert.Equal(t, LevelAnchored, v.Level, "a warning fails nothing")
			assert.Equal(t, tt.want, codes(v.Warnings))
			for _, w := range v.Warnings {
				assert.Contains(t, w.String(), string(w.Code))
			}
		})
	}
}

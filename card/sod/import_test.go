package sod

import (
	"bytes"
	"crypto"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listSigner is the certificate behind a test master list.
func listSigner() certSpec {
	return certSpec{serial: big.NewInt(77), issuer: deCSCA, subject: dn("C", "DE", "CN", "TEST Master List Signer"), key: "p256", by: "rogue",
		extensions: [][]byte{usage(bitDigitalSignature), purpose(masterListSigner)}}
}

// deAnchor is the country signer of the list's signer.
func deAnchor() certSpec {
	return with(csca(), func(s *certSpec) { s.issuer, s.subject, s.key, s.by = deCSCA, deCSCA, "rogue", "rogue" })
}

// masterListOf builds a list over certificates.
func masterListOf(t testing.TB, certificates ...[]byte) cmsSpec {
	t.Helper()
	signer := listSigner().parse(t)
	return cmsSpec{
		contentType: string(oidMasterList), content: seq(num(0), set(certificates...)),
		certificates: [][]byte{signer.Raw, deAnchor().der()}, signerID: tlvOf(0x80, keyID(key("p256"))),
		digest: crypto.SHA256, alg: ecdsaWith(crypto.SHA256), by: "p256",
		more: [][]byte{seq(oidOf(string(oidAttrSigningTime)), set(utc(date(2025))))},
	}
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestImportMasterList(t *testing.T) {
	odd := with(csca(), func(s *certSpec) {
		s.serial = big.NewInt(2)
		s.spki = seq(seq(oidOf(string(oidECPublicKey)), oidOf("1.3.132.0.10")), bitsOf(make([]byte, 65)))
	})
	spec := masterListOf(t, csca().der(), linkCert().der(), csca().der(), ds().der(), seq(num(1)), odd.der(), deAnchor().der())
	list := spec.der()

	for name, file := range map[string][]byte{"DER": list, "DER with a line end": append(bytes.Clone(list), '\r', '\n'), "PEM": pemOf("CMS", list), "PEM, old name": pemOf("PKCS7", list)} {
		t.Run(name, func(t *testing.T) {
			in, err := ImportAnchors(file)
			require.NoError(t, err)
			assert.Equal(t, ImportMasterList, in.Kind)
			require.Len(t, in.Anchors, 4, "each once, the unusable key among them")
			assert.False(t, in.Anchors[0].Link())
			assert.True(t, in.Anchors[1].Link())
			require.Error(t, in.Anchors[2].Key.Usable())
			require.Len(t, in.Refused, 2)
			assert.Equal(t, 3, in.Refused[0].Index)
			assert.Contains(t, in.Refused[0].Subject, "Document Signer")
			require.ErrorIs(t, in.Refused[0].Err, ErrChain)
			assert.Equal(t, 4, in.Refused[1].Index)
			require.ErrorIs(t, in.Refused[1].Err, ErrMalformed)

			require.NotNil(t, in.List)
			assert.Equal(t, SignatureValid, in.List.State, "%v", in.List.Err)
			assert.Equal(t, "C=DE, CN=TEST Master List Signer", in.List.Signer.Subject.String())
			assert.Equal(t, date(2025), in.List.SigningTime)

			require.ErrorIs(t, in.List.IssuedBy(nil).Err, ErrUnknownIssuer)
			require.ErrorIs(t, in.List.IssuedBy(trust(t, csca())).Err, ErrUnknownIssuer)
			known := in.List.IssuedBy(trust(t, csca(), deAnchor()))
			require.NoError(t, known.Err)
			assert.Equal(t, "DE", known.Anchor.Subject.Country())

			anchors := NewAnchors(in.Anchors)
			require.NoError(t, anchors.Chain(ds().parse(t)).Err)
			require.NoError(t, anchors.Chain(dsOfNew().parse(t)).Err)
		})
	}
}

func TestImportMasterListSignature(t *testing.T) {
	tests := []struct {
		name  string
		edit  func(*cmsSpec)
		state SignatureState
		want  error
	}{
		{"good", func(*cmsSpec) {}, SignatureValid, nil},
		{"by issuer and serial", func(s *cmsSpec) { s.signerID = issuerAndSerial(listSigner().parse(t)) }, SignatureValid, nil},
		{"signed by another key", func(s *cmsSpec) { s.by = "p384" }, SignatureInvalid, ErrSignature},
		{"content changed", func(s *cmsSpec) {
			s.attributes = s.usualAttributes()
			s.content = seq(num(0), set(csca().der(), linkCert().der()))
		}, SignatureInvalid, ErrDigest},
		{"another content type told", func(s *cmsSpec) {
			s.attributes = [][]byte{seq(oidOf(string(oidAttrContentType)), set(oidOf(string(oidLDSSecurityObject)))), s.usualAttributes()[1]}
		}, SignatureInvalid, ErrContentType},
		{"SHA-1", func(s *cmsSpec) { s.alg = ecdsaWith(crypto.SHA1) }, SignatureInvalid, ErrWeak},
		{"SHA-1 digest", func(s *cmsSpec) { s.digest = crypto.SHA1 }, SignatureInvalid, ErrWeak},
		{"unknown algorithm", func(s *cmsSpec) { s.alg.der = seq(oidOf("1.2.3.4")) }, SignatureUnsupported, ErrUnsupported},
		{"unknown algorithm and content changed", func(s *cmsSpec) {
			s.attributes = s.usualAttributes()
			s.alg.der, s.content = seq(oidOf("1.2.3.4")), seq(num(0), set(linkCert().der()))
		}, SignatureInvalid, ErrDigest},
		{"signer not enclosed", func(s *cmsSpec) { s.certificates = s.certificates[1:] }, SignatureInvalid, ErrSignerMismatch},
		{"signed by a document signer", func(s *cmsSpec) {
			s.certificates = [][]byte{ds().der()}
			s.signerID, s.by, s.alg = tlvOf(0x80, keyID(key("ds"))), "ds", pss(crypto.SHA256, 32)
		}, SignatureInvalid, ErrSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spec := masterListOf(t, csca().der())
			tt.edit(&spec)
			in, err := ImportAnchors(spec.der())
			require.NoError(t, err, "a bad signature is reported, the list is still shown")
			assert.Equal(t, tt.state, in.List.State)
			assert.NotEmpty(t, in.Anchors)
			if tt.want == nil {
				assert.NoError(t, in.List.Err)
			} else {
				require.ErrorIs(t, in.List.Err, tt.want)
			}
			if in.List.Signer == nil {
				require.ErrorIs(t, in.List.IssuedBy(trust(t, deAnchor())).Err, ErrUnknownIssuer)
			}
		})
	}
}

// TestImportMasterListByOpenSSL: openssl takes the list we take, and refuses
// the one we call changed.
func TestImportMasterListByOpenSSL(t *testing.T) {
	spec := masterListOf(t, csca().der(), linkCert().der())
	content, err := opensslVerify(t, spec.der(), deAnchor().der())
	require.NoError(t, err)
	assert.Equal(t, spec.content, content)

	spec.attributes = spec.usualAttributes()
	spec.content = seq(num(0), set())
	_, err = opensslVerify(t, spec.der(), deAnchor().der())
	require.Error(t, err)
}

func TestImportCertificates(t *testing.T) {
	in, err := ImportAnchors(csca().der())
	require.NoError(t, err)
	assert.Equal(t, ImportDER, in.Kind)
	assert.Len(t, in.Anchors, 1)
	assert.Nil(t, in.List)

	in, err = ImportAnchors(ds().der())
	require.NoError(t, err)
	assert.Empty(t, in.Anchors)
	require.Len(t, in.Refused, 1)

	var file []byte
	for _, block := range [][]byte{
		[]byte("Italian country signers, for testing\n"), pemOf("CERTIFICATE", csca().der()), pemOf("X509 CERTIFICATE", linkCert().der()),
		pemOf("CERTIFICATE", []byte{1, 2, 3}), pemOf("PRIVATE KEY", []byte{1, 2, 3}), pemOf("CERTIFICATE", csca().der()),
	} {
		file = append(file, block...)
	}
	in, err = ImportAnchors(file)
	require.NoError(t, err)
	assert.Equal(t, ImportPEM, in.Kind)
	assert.Len(t, in.Anchors, 2)
	require.Len(t, in.Refused, 2)
	assert.Equal(t, 2, in.Refused[0].Index)
	assert.Equal(t, 3, in.Refused[1].Index)
}

func TestImportHostile(t *testing.T) {
	content := func(b []byte) []byte {
		spec := masterListOf(t)
		spec.content = b
		return spec.der()
	}
	sodAsList := sodSpec(t, crypto.SHA256, pkcs1(crypto.SHA256)).der()
	for _, tt := range []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, ErrMalformed},
		{"zeros", make([]byte, 100), ErrMalformed},
		{"text", []byte("not a certificate"), ErrMalformed},
		{"too large", make([]byte, MaxImport+1), ErrTooLarge},
		{"a key", seq(num(0), seq(oidOf(string(oidRSAEncryption)), null), octets()), ErrMalformed},
		{"a certificate and more", append(csca().der(), 1, 2), ErrMalformed},
		{"a SOD for a list", sodAsList, ErrMalformed},
		{"a list that is none", content([]byte{1}), ErrMalformed},
		{"a list without certificates", content(seq(num(0))), ErrMalformed},
		{"a list and more", content(append(seq(num(0), set()), 0)), ErrMalformed},
		{"a list cut inside", content(seq(num(0), set([]byte{0x30, 5, 1}))), ErrMalformed},
		{"too many", content(seq(num(0), set(bytes.Repeat([]byte{5, 0}, maxListed+1)))), ErrTooLarge},
		{"PEM cut", pemOf("CERTIFICATE", csca().der())[:200], ErrMalformed},
		{"PEM of a broken list", pemOf("CMS", seq(num(1))), ErrMalformed},
		{"content info of nothing", seq(oidOf(string(oidSignedData))), ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, err := ImportAnchors(tt.file)
			require.ErrorIs(t, err, tt.want)
			assert.Empty(t, in.Anchors)
		})
	}
}

// TestImportLargeIsQuick: the largest input that is let in costs seconds at most.
func TestImportLargeIsQuick(t *testing.T) {
	start := time.Now()
	entries := bytes.Repeat(csca().der(), maxListed)
	_, err := ImportAnchors(masterListOf(t, entries).der())
	require.NoError(t, err)
	assert.Less(t, time.Since(start), 20*time.Second)
}

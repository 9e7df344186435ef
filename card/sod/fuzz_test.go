package sod

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParseSOD: whatever comes is refused with a typed error or judged, in
// bounded time, and what is not the genuine SOD is not anchored unless what
// changed is outside its signature.
func FuzzParseSOD(f *testing.F) {
	v := loadVectors(f)
	f.Add([]byte(v.SHA256))
	f.Add([]byte(v.SHA512))
	for _, bad := range v.Bad {
		f.Add([]byte(bad.SOD))
	}
	in, err := ImportAnchors(v.CSCA)
	require.NoError(f, err)
	anchors := NewAnchors(in.Anchors)
	files := v.files(f)
	genuine, err := Parse(v.SHA256)
	require.NoError(f, err)
	other, err := Parse(v.SHA512)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := Parse(file)
		if err != nil {
			if s != nil || !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("untyped error, or a result beside it: %v", err)
			}
			return
		}
		verdict := Verify(s, files, anchors, testNow)
		if _, err := json.Marshal(verdict); err != nil {
			t.Fatal(err)
		}
		signed := string(s.signed.content)
		if verdict.Level == LevelAnchored && signed != string(genuine.signed.content) && signed != string(other.signed.content) {
			t.Fatal("anchored, but signed by nobody")
		}
	})
}

func FuzzParseCertificate(f *testing.F) {
	v := loadVectors(f)
	f.Add([]byte(v.DS))
	f.Add([]byte(v.CSCA))
	f.Add(linkCert().der())
	f.Add(listSigner().der())
	c := curveByOID("1.3.36.3.3.2.8.1.1.7")
	g := c.point(4, c.library.Params().Gx, c.library.Params().Gy)
	f.Add(with(ds(), func(s *certSpec) {
		s.spki = seq(seq(oidOf(string(oidECPublicKey)), explicitParameters(c, g)), bitsOf(g))
	}).der())
	issuer, err := ParseCertificate(v.CSCA)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := ParseCertificate(der)
		if err != nil {
			if c != nil || !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("untyped error, or a result beside it: %v", err)
			}
			return
		}
		if string(c.Raw) != string(der) {
			t.Fatal("read less than was given")
		}
		_ = c.Subject.String() + c.Fingerprint() + c.PublicKey.Algorithm() + c.SignatureAlgorithm()
		_ = c.CheckSignature(c.PublicKey)
		_ = c.CheckSignature(issuer.PublicKey)
		if a, err := NewAnchor(c, OriginImported); err == nil {
			if _, err := json.Marshal(a); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func FuzzImportAnchors(f *testing.F) {
	f.Add(csca().der())
	f.Add(pemOf("CERTIFICATE", csca().der()))
	f.Add(append(pemOf("CERTIFICATE", csca().der()), pemOf("CERTIFICATE", linkCert().der())...))
	f.Add(masterListOf(f, csca().der(), linkCert().der()).der())
	f.Add(pemOf("CMS", masterListOf(f, csca().der()).der()))
	f.Fuzz(func(t *testing.T, file []byte) {
		in, err := ImportAnchors(file)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("untyped error: %v", err)
			}
			return
		}
		if (in.Kind == ImportMasterList) != (in.List != nil) {
			t.Fatal("a list without its signature, or the other way round")
		}
		s := NewStore(nil)
		s.Add(in.Anchors...)
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again := NewStore(nil)
		if err := json.Unmarshal(text, again); err != nil {
			t.Fatalf("cannot read back what was imported: %v", err)
		}
		if len(again.List()) != len(s.List()) {
			t.Fatal("anchors lost on the way")
		}
	})
}

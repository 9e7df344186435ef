package sod

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
)

// sodVectors is sod.json: synthetic cards in both variants and eight bad ones.
type sodVectors struct {
	CSCA   cardtest.Hex            `json:"csca_certificate"`
	DS     cardtest.Hex            `json:"ds_certificate"`
	Files  map[string]cardtest.Hex `json:"files"`
	SHA256 cardtest.Hex            `json:"sod_sha256_pkcs1"`
	SHA512 cardtest.Hex            `json:"sod_sha512_pss"`
	Bad    []struct {
		Name        string       `json:"name"`
		SOD         cardtest.Hex `json:"sod"`
		ReplaceWith cardtest.Hex `json:"replace_with"`
	} `json:"negative"`
}

func loadVectors(t testing.TB) sodVectors {
	t.Helper()
	var v sodVectors
	cardtest.Vectors(t, "sod.json", &v)
	require.Len(t, v.Bad, 8)
	return v
}

// files gives the vectors' files by group; names end in "(a3)".
func (v sodVectors) files(t testing.TB) map[Group][]byte {
	t.Helper()
	files := make(map[Group][]byte)
	for name, content := range v.Files {
		digits := name[strings.LastIndex(name, "(")+1 : len(name)-1]
		files[Group(cardtest.Bytes(t, digits)[0])] = content
	}
	require.Len(t, files, 6)
	return files
}

func (v sodVectors) anchors(t testing.TB) *Anchors {
	t.Helper()
	in, err := ImportAnchors(v.CSCA)
	require.NoError(t, err)
	require.Len(t, in.Anchors, 1)
	return NewAnchors(in.Anchors)
}

func TestVectorsAccepted(t *testing.T) {
	v := loadVectors(t)
	for variant, file := range map[Variant]cardtest.Hex{VariantRSASHA256: v.SHA256, VariantRSAPSSSHA512: v.SHA512} {
		t.Run(string(variant), func(t *testing.T) {
			s, err := Parse(file)
			require.NoError(t, err)
			assert.Equal(t, variant, s.Variant)
			assert.Equal(t, []byte(v.DS), s.Signer.Raw)
			var order []Group
			for _, line := range s.Groups {
				order = append(order, line.Group)
			}
			assert.Equal(t, usualOrder, order)

			verdict := Verify(s, v.files(t), v.anchors(t), testNow)
			require.NoError(t, verdict.Err())
			assert.Equal(t, LevelAnchored, verdict.Level)
			assert.Equal(t, SignatureValid, verdict.Signature)
			assert.Empty(t, verdict.Warnings)
			assert.True(t, verdict.ProvesFree())
			for _, g := range usualOrder {
				assert.Equal(t, HashOK, verdict.Hashes[g], g)
				assert.True(t, verdict.Proves(g), g)
			}

			assert.Equal(t, LevelSelfConsistent, Verify(s, v.files(t), nil, testNow).Level)
		})
	}
}

func TestVectorsLDSVersion(t *testing.T) {
	v := loadVectors(t)
	s, err := Parse(v.SHA256)
	require.NoError(t, err)
	assert.Equal(t, 0, s.LDSVersion)
	s, err = Parse(v.SHA512)
	require.NoError(t, err)
	assert.Equal(t, 1, s.LDSVersion)
}

func TestVectorsRejected(t *testing.T) {
	want := map[string]struct {
		reason error
		level  Level
		only   bool // OnlyHashMismatch
	}{
		"sha256_dg_hash_changed":        {ErrDigest, LevelFailed, false},
		"sha512_signature_changed":      {ErrSignature, LevelFailed, false},
		"sha256_signature_changed":      {ErrSignature, LevelFailed, false},
		"sha512_truncated":              {ErrMalformed, LevelFailed, false},
		"sha256_file_differs":           {ErrHashMismatch, LevelFailed, true},
		"sha512_file_differs":           {ErrHashMismatch, LevelFailed, true},
		"sha512_ds_not_issued_by_csca":  {ErrChain, LevelSelfConsistent, false},
		"sha512_signer_serial_mismatch": {ErrSignerMismatch, LevelFailed, false},
	}
	v := loadVectors(t)
	for _, bad := range v.Bad {
		t.Run(bad.Name, func(t *testing.T) {
			expected, known := want[bad.Name]
			require.True(t, known)
			s, err := Parse(bad.SOD)
			if expected.reason == ErrMalformed {
				require.ErrorIs(t, err, ErrMalformed)
				return
			}
			require.NoError(t, err)
			files := v.files(t)
			if len(bad.ReplaceWith) > 0 {
				files[GroupCertCIE] = bad.ReplaceWith
			}
			verdict := Verify(s, files, v.anchors(t), testNow)
			assert.Equal(t, expected.level, verdict.Level)
			assert.Equal(t, expected.only, verdict.OnlyHashMismatch())
			if expected.level == LevelSelfConsistent {
				assert.NoError(t, verdict.Err())
				assert.ErrorIs(t, verdict.Chain.Err, expected.reason)
				assert.Nil(t, verdict.Chain.Anchor)
				return
			}
			for _, family := range []error{ErrDigest, ErrSignature, ErrHashMismatch, ErrSignerMismatch, ErrGroupMissing, ErrContentType} {
				if family == expected.reason || expected.reason == ErrDigest && family == ErrHashMismatch {
					assert.ErrorIs(t, verdict.Err(), family)
				} else {
					assert.NotErrorIs(t, verdict.Err(), family)
				}
			}
		})
	}
}

// TestVectorsBeforePIN is the first verdict on a card: neither A2 nor A3 can be read yet.
func TestVectorsBeforePIN(t *testing.T) {
	v := loadVectors(t)
	s, err := Parse(v.SHA256)
	require.NoError(t, err)
	files := v.files(t)
	holder := files[GroupCertCIE]
	delete(files, GroupCertCIE)
	delete(files, GroupSeriale)
	verdict := Verify(s, files, nil, testNow)
	assert.Equal(t, LevelSelfConsistent, verdict.Level)
	assert.True(t, verdict.ProvesFree())
	assert.False(t, verdict.Proves(GroupCertCIE))

	text, err := json.Marshal(verdict)
	require.NoError(t, err)
	assert.JSONEq(t, `{"level":"self-consistent","variant":"rsa-sha256","signature":"valid",
		"hashes":{"A1":"ok","A2":"needs-pin","A3":"needs-pin","A4":"ok","A5":"ok","1B":"ok"},
		"signer":"CN=TEST Document Signer, OU=TEST virtual CIE, O=TEST only, C=IT",
		"chain":{"anchor":null,"links":0}}`, string(text))

	require.NoError(t, s.CheckFile(GroupCertCIE, append(holder, 0, 0)))
	holder[40] ^= 1
	require.ErrorIs(t, s.CheckFile(GroupCertCIE, holder), ErrHashMismatch)

	delete(files, GroupIntKpub)
	verdict = Verify(s, files, nil, testNow)
	assert.Equal(t, HashUnchecked, verdict.Hashes[GroupIntKpub])
	assert.False(t, verdict.ProvesFree(), "a chip key that was not read is not proven")
}

// TestVectorsByOpenSSL lets somebody else judge what we judge: the same
// SignedData, and the chain to the same anchor.
func TestVectorsByOpenSSL(t *testing.T) {
	v := loadVectors(t)
	for name, file := range map[string][]byte{"sha256": v.SHA256, "sha512": v.SHA512} {
		s, err := Parse(file)
		require.NoError(t, err)
		outer, _, err := readElement(file)
		require.NoError(t, err)
		content, err := opensslVerify(t, outer.body, v.CSCA)
		require.NoError(t, err, name)
		assert.Equal(t, s.signed.content, content)
	}
	for _, bad := range v.Bad {
		outer, _, err := readElement(bad.SOD)
		if err != nil || len(bad.ReplaceWith) > 0 {
			continue // differs in the files, which openssl does not see
		}
		_, err = opensslVerify(t, outer.body, v.CSCA)
		assert.Error(t, err, bad.Name)
	}
}

// opensslVerify runs `openssl cms -verify` against one trusted certificate and
// returns the content.
func opensslVerify(t *testing.T, cms, anchor []byte) ([]byte, error) {
	t.Helper()
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	ca := filepath.Join(dir, "ca.pem")
	openssl(t, "x509", "-inform", "DER", "-in", file("ca.der", anchor), "-out", ca)
	out := filepath.Join(dir, "content")
	command := exec.Command("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", file("cms.der", cms), // #nosec G204
		"-CAfile", ca, "-purpose", "any", "-attime", "1748779200", "-out", out)
	if err := command.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(out) // #nosec G304
}

// openssl runs a command that has to succeed; without the program the test is skipped.
func openssl(t *testing.T, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl to judge by")
	}
	out, err := exec.Command("openssl", args...).Output() // #nosec G204
	require.NoError(t, err, strings.Join(args, " "))
	return out
}

func BenchmarkParse(b *testing.B) {
	v := loadVectors(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(v.SHA512); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	v := loadVectors(b)
	in, err := ImportAnchors(v.CSCA)
	require.NoError(b, err)
	anchors := NewAnchors(in.Anchors)
	files := v.files(b)
	now := time.Now()
	for name, file := range map[string][]byte{"rsa-sha256": v.SHA256, "rsa-pss-sha512": v.SHA512} {
		b.Run(name, func(b *testing.B) {
			s, err := Parse(file)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if Verify(s, files, anchors, now).Level != LevelAnchored {
					b.Fatal("not anchored")
				}
			}
		})
	}
}

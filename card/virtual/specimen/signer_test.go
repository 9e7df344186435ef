package specimen

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A document signer of the new country signer is trusted by who knows only the
// old one, through the link certificate, whatever the two schemes are.
func TestLinkCertificate(t *testing.T) {
	for _, c := range []struct {
		name      string
		old, next Scheme
		nextName  string
	}{
		{"same name", PKCS1WithSHA256, PSSWithSHA512, ""},
		{"new name", PSSWithSHA512, PKCS1WithSHA256, "TEST Country Signer CA 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			old, err := NewCountrySigner(rand.Reader, AuthorityOptions{Scheme: c.old})
			require.NoError(t, err)
			next, err := NewCountrySigner(rand.Reader, AuthorityOptions{Scheme: c.next, Name: c.nextName})
			require.NoError(t, err)
			link, err := old.Link(rand.Reader, next)
			require.NoError(t, err)
			signer, err := next.DocumentSigner(rand.Reader, DocumentSignerOptions{})
			require.NoError(t, err)

			pem(t, dir, "old.pem", old.Certificate)
			pem(t, dir, "link.pem", link)
			pem(t, dir, "ds.pem", signer.Certificate)
			out, err := openssl(t, dir, "verify", "-attime", judgeTime, "-CAfile", "old.pem", "-untrusted", "link.pem", "ds.pem")
			assert.NoError(t, err, out)
			out, err = openssl(t, dir, "verify", "-attime", judgeTime, "-CAfile", "old.pem", "ds.pem")
			assert.Error(t, err, "without the link: %s", out)
		})
	}
}

func TestDocumentSignerCertificate(t *testing.T) {
	dir := t.TempDir()
	country, err := NewCountrySigner(rand.Reader, AuthorityOptions{})
	require.NoError(t, err)

	full, err := country.DocumentSigner(rand.Reader, DocumentSignerOptions{})
	require.NoError(t, err)
	pem(t, dir, "ds.pem", full.Certificate)
	out, err := openssl(t, dir, "x509", "-in", "ds.pem", "-noout", "-text")
	require.NoError(t, err, out)
	assert.Contains(t, out, "Not Before: Jan  1 00:00:00 2024 GMT, Not After: Mar 31 00:00:00 2024 GMT", "private key usage period")
	assert.Contains(t, out, "Not After : Jan  1 00:00:00 2035 GMT")
	assert.Contains(t, out, "CN = TEST eIdentityCardSigner, serialNumber = 00007")
	documentTypes := []byte{0x30, 0x08, 0x02, 0x01, 0x00, 0x31, 0x03, 0x13, 0x01, 'C'}
	assert.True(t, bytes.Contains(full.Certificate, documentTypes))

	bare, err := country.DocumentSigner(rand.Reader, DocumentSignerOptions{Number: "8", NoKeyUsagePeriod: true, NoDocumentTypes: true})
	require.NoError(t, err)
	assert.False(t, bytes.Contains(bare.Certificate, documentTypes))
	parsed, err := x509.ParseCertificate(bare.Certificate)
	require.NoError(t, err)
	assert.Equal(t, "8", parsed.Subject.SerialNumber)
	for _, e := range parsed.Extensions {
		assert.NotEqual(t, "2.5.29.16", e.Id.String())
	}
}

func TestCountrySignerRefusesAWeakKey(t *testing.T) {
	_, err := NewCountrySigner(rand.Reader, AuthorityOptions{Bits: 512})
	assert.ErrorContains(t, err, "make country signer key")
}

var errDry = errors.New("no randomness left")

// dry gives n bytes, then fails.
func dry(n int) io.Reader {
	return io.MultiReader(io.LimitReader(rand.Reader, int64(n)), failing{})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errDry }

func TestSignersReportLackOfRandomness(t *testing.T) {
	_, err := NewCountrySigner(dry(0), AuthorityOptions{})
	assert.ErrorIs(t, err, errDry)
	country, err := NewCountrySigner(rand.Reader, AuthorityOptions{})
	require.NoError(t, err)
	_, err = country.DocumentSigner(dry(0), DocumentSignerOptions{})
	assert.ErrorIs(t, err, errDry)
	_, err = country.Link(dry(0), country)
	assert.ErrorIs(t, err, errDry)
}

package specimen

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type sodVector struct {
	SOD256 string            `json:"sod_sha256_pkcs1"`
	SOD512 string            `json:"sod_sha512_pss"`
	DS     string            `json:"ds_certificate"`
	CSCA   string            `json:"csca_certificate"`
	Files  map[string]string `json:"files"`
}

func (v sodVector) groups(t *testing.T) []DataGroup {
	return []DataGroup{
		{0xA5, unhex(t, v.Files["EF.Servizi_Int.Kpub (a5)"])},
		{0x1B, unhex(t, v.Files["EF.DH (1b)"])},
		{0xA4, unhex(t, v.Files["EF.Int.Kpub (a4)"])},
		{0xA3, unhex(t, v.Files["EF.Cert_CIE (a3)"])},
		{0xA2, unhex(t, v.Files["EF.Seriale (a2)"])},
		{0xA1, unhex(t, v.Files["EF.ID_Servizi (a1)"])},
	}
}

// Given the files, signer certificate and signature of the vector, we must
// write the vector's EF.SOD, byte for byte.
func TestSODIsThatOfTheVector(t *testing.T) {
	var v sodVector
	vector(t, "sod.json", &v)
	certificate := unhex(t, v.DS)
	parsed, err := x509.ParseCertificate(certificate)
	require.NoError(t, err)
	signer := der(tagSequence, parsed.RawIssuer, derInteger(parsed.SerialNumber))

	for _, c := range []struct {
		name    string
		variant Variant
		want    []byte
	}{{"SHA-256", SHA256, unhex(t, v.SOD256)}, {"SHA-512", SHA512, unhex(t, v.SOD512)}} {
		t.Run(c.name, func(t *testing.T) {
			o := SODOptions{Variant: c.variant}
			content := ldsSecurityObject(v.groups(t), o)
			signature := c.want[len(c.want)-256:]
			got := assemble(o, content, certificate, signer, signedAttributes(content, o), signature)
			assert.Equal(t, c.want, got)
		})
	}
}

// EF.DH of the specimen is that of the vector too: same group, same encoding.
func TestDHGroupIsThatOfTheVector(t *testing.T) {
	var v sodVector
	vector(t, "sod.json", &v)
	assert.Equal(t, unhex(t, v.Files["EF.DH (1b)"]), Default().EFDH)
}

func TestDefaultSODVerifies(t *testing.T) {
	d, dir := Default(), t.TempDir()
	pem(t, dir, "csca.pem", d.CSCA)
	for name, sod := range map[string][]byte{"SHA-256": d.SODSHA256, "SHA-512": d.SODSHA512} {
		t.Run(name, func(t *testing.T) {
			out, err := verifyCMS(t, dir, sod)
			assert.NoError(t, err, out)
			content, err := os.ReadFile(filepath.Join(dir, "content"))
			require.NoError(t, err)
			assert.True(t, bytes.Contains(content, groupHashes(d, name)), "each group with the hash of its file, in order")

			sod[len(sod)-1] ^= 1 // the last byte of the signature
			out, err = verifyCMS(t, dir, sod)
			assert.Error(t, err, out)
		})
	}
}

// groupHashes writes, without the code under test, the data group hashes that
// the files of d must have.
func groupHashes(d *Data, hash string) []byte {
	var out []byte
	for _, g := range []struct {
		number byte
		file   []byte
	}{{0xA5, d.ServiziKpub}, {0x1B, d.EFDH}, {0xA4, d.IntKpub}, {0xA3, d.CertCIE}, {0xA2, d.Seriale}, {0xA1, d.IDServizi}} {
		if hash == "SHA-512" {
			sum := sha512.Sum512(g.file)
			out = append(append(out, 0x30, 0x45, 0x02, 0x01, g.number, 0x04, 0x40), sum[:]...)
		} else {
			sum := sha256.Sum256(g.file)
			out = append(append(out, 0x30, 0x25, 0x02, 0x01, g.number, 0x04, 0x20), sum[:]...)
		}
	}
	return out
}

// verifyCMS asks openssl to verify an EF.SOD up to csca.pem in dir, and to
// write what was signed to the file content.
func verifyCMS(t *testing.T, dir string, sod []byte) (string, error) {
	t.Helper()
	require.Equal(t, byte(0x77), sod[0])
	require.Equal(t, byte(0x82), sod[1])
	require.Equal(t, len(sod)-4, int(sod[2])<<8|int(sod[3]))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sod.der"), sod[4:], 0o600))
	return openssl(t, dir, "cms", "-verify", "-binary", "-inform", "DER", "-in", "sod.der",
		"-CAfile", "csca.pem", "-purpose", "any", "-attime", judgeTime, "-out", "content")
}

func TestSODOptions(t *testing.T) {
	country, err := NewCountrySigner(rand.Reader, AuthorityOptions{})
	require.NoError(t, err)
	signer, err := country.DocumentSigner(rand.Reader, DocumentSignerOptions{})
	require.NoError(t, err)
	rogue, err := NewCountrySigner(rand.Reader, AuthorityOptions{})
	require.NoError(t, err)
	impostor, err := rogue.DocumentSigner(rand.Reader, DocumentSignerOptions{})
	require.NoError(t, err)
	dir := t.TempDir()
	pem(t, dir, "csca.pem", country.Certificate)

	for _, c := range []struct {
		name    string
		options SODOptions
		good    bool
	}{
		{"plain", SODOptions{}, true},
		{"NULL parameters", SODOptions{DigestNULL: true}, true},
		{"signing time", SODOptions{SigningTime: time.Date(2025, 5, 5, 12, 0, 0, 0, time.UTC)}, true},
		{"signing time, SHA-512", SODOptions{Variant: SHA512, SigningTime: time.Date(2025, 5, 5, 12, 0, 0, 0, time.UTC)}, true},
		{"SHA-1 signature over SHA-256", SODOptions{SHA1Signature: true}, false}, // digest and signature disagree: openssl refuses
		{"another serial", SODOptions{SignerSerial: big.NewInt(7)}, false},
		{"another certificate", SODOptions{Certificate: impostor.Certificate}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			sod, err := signer.SOD(rand.Reader, Default().DataGroups(), c.options)
			require.NoError(t, err)
			out, err := verifyCMS(t, dir, sod)
			if c.good {
				assert.NoError(t, err, out)
			} else {
				assert.Error(t, err, out)
			}
		})
	}
	t.Run("rogue country signer", func(t *testing.T) {
		sod, err := impostor.SOD(rand.Reader, Default().DataGroups(), SODOptions{})
		require.NoError(t, err)
		out, err := verifyCMS(t, dir, sod)
		assert.Error(t, err, out)
	})
}

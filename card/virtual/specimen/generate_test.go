package specimen

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGenerate(t *testing.T) {
	now := time.Date(2026, 3, 15, 13, 0, 0, 0, time.UTC)
	d, err := Generate(rand.Reader, Options{GivenNames: "ANNA MARIA", Now: now, Country: AuthorityOptions{Scheme: PKCS1WithSHA256}})
	require.NoError(t, err)
	require.NoError(t, d.Check())

	assert.Equal(t, "SPECIMEN", d.Holder.Surname)
	assert.Regexp(t, `^CA[0-9]{5}AA$`, d.Holder.DocumentNumber)
	assert.Regexp(t, `^99[0-9]{10}$`, d.Holder.NIS)
	assert.False(t, weak(d.PIN))
	assert.False(t, weak(d.PUK))
	other := Default()
	assert.NotEqual(t, other.IntKpub, d.IntKpub, "new keys")
	assert.NotEqual(t, d.IntKpub, d.ServiziKpub)

	certificate, err := x509.ParseCertificate(d.CertCIE)
	require.NoError(t, err)
	assert.Equal(t, time.Date(2026, 2, 15, 0, 0, 0, 0, time.UTC), certificate.NotBefore)
	assert.Equal(t, time.Date(2036, 2, 15, 0, 0, 0, 0, time.UTC), certificate.NotAfter)
	assert.Equal(t, x509.KeyUsageDigitalSignature, certificate.KeyUsage)
	assert.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, certificate.ExtKeyUsage)
	assert.Equal(t, "IDCIT-"+d.Holder.DocumentNumber, certificate.Subject.SerialNumber)
	assert.Regexp(t, "^"+d.Holder.FiscalCode+"/", certificate.Subject.CommonName)

	dir := t.TempDir()
	pem(t, dir, "csca.pem", d.CSCA)
	for hash, sod := range map[string][]byte{"SHA-256": d.SODSHA256, "SHA-512": d.SODSHA512} {
		out, err := verifyCMS(t, dir, sod)
		assert.NoError(t, err, out)
		assert.True(t, bytes.Contains(sod, groupHashes(d, hash)), "each group with the hash of its file, in order")
	}
	pem(t, dir, "root.pem", d.HolderRoot)
	pem(t, dir, "ca.pem", d.HolderCA)
	pem(t, dir, "holder.pem", d.CertCIE)
	out, err := openssl(t, dir, "verify", "-CAfile", "root.pem", "-untrusted", "ca.pem", "-purpose", "sslclient",
		"-attime", judgeTime, "holder.pem")
	assert.NoError(t, err, out)
}

func TestGenerateRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"a real name", Options{Surname: "ROSSI", GivenNames: "MARIO"}, ErrNotSpecimen.Error()},
		{"small letters", Options{Surname: "Specimen"}, "surname"},
		{"given names with digits", Options{GivenNames: "R2D2"}, "given names"},
		{"a document number", Options{DocumentNumber: "12345"}, "document number"},
		{"a NIS", Options{NIS: "12345678901"}, "NIS"},
		{"a fiscal code", Options{FiscalCode: "SPCPRV80A01H501A"}, "fiscal code"},
		{"half a PIN", Options{PIN: []byte("1234")}, "PIN: not exactly 8"},
		{"letters in the PUK", Options{PUK: []byte("8520631X")}, "PUK: not exactly 8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Generate(rand.Reader, c.options)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// Wherever randomness ends, Generate says so and returns nothing.
func TestGenerateReportsLackOfRandomness(t *testing.T) {
	for _, n := range []int{0, 6, 20, 28} {
		d, err := Generate(dry(n), Options{})
		assert.ErrorIs(t, err, errDry, "after %d bytes", n)
		assert.Nil(t, d)
	}
}

// The certificate that unmodified clients make verifies under the CA of the
// specimen: ISO 9796-2 with partial recovery, 6A … SHA-256 BC.
func TestExtAuthOpensACertificateOfThePublishedKey(t *testing.T) {
	var v struct {
		CA struct {
			Object string `json:"object_7f21"`
		} `json:"simulator_ca"`
		Certificate struct {
			Body string `json:"body_297"`
		} `json:"certificate"`
	}
	vector(t, "dapp.json", &v)
	object, body := unhex(t, v.CA.Object), unhex(t, v.Certificate.Body)
	d := Default()

	signature := new(big.Int).SetBytes(object[10 : 10+256]) // 7F21 82015D 5F37 820100
	block := new(big.Int).Exp(signature, new(big.Int).SetBytes(d.ExtAuthExponent), new(big.Int).SetBytes(d.ExtAuthModulus)).Bytes()
	require.Len(t, block, 256)
	assert.Equal(t, byte(0x6A), block[0])
	assert.Equal(t, byte(0xBC), block[255])
	sum := sha256.Sum256(body)
	assert.Equal(t, sum[:], block[223:255])
	assert.Equal(t, body[:222], block[1:223])
	assert.Equal(t, d.ExtAuthCHR[4:], body[1:9], "the certificate names the specimen's CA")
}

func TestSerialNumber(t *testing.T) {
	sn := serialNumber("123456789012")
	assert.Equal(t, unhex(t, "5a0a3800001234567890128f"), sn)
	assert.Equal(t, unhex(t, "001234567890128f"), serialOfChip(sn))
	assert.Equal(t, rune(3), luhn("7992739871"), "the example of ISO/IEC 7812-1 texts")
}

func TestWeak(t *testing.T) {
	for _, s := range []string{"00000000", "12345678", "87654321", "12121212", "12341234"} {
		assert.True(t, weak([]byte(s)), s)
	}
	for _, s := range []string{"41739628", "85206317", "12345679", "12121213", "12341235"} {
		assert.False(t, weak([]byte(s)), s)
	}
}

// A stream of equal bytes would give a weak secret for ever; the next digits
// of the stream are taken instead.
func TestDrawSecretSkipsWeakOnes(t *testing.T) {
	stream := append(make([]byte, 8), 255, 4, 1, 7, 3, 9, 6, 2, 8) // 255 would be biased
	got, err := drawSecret(&fixed{stream})
	require.NoError(t, err)
	assert.Equal(t, "41739628", string(got))
}

type fixed struct{ left []byte }

func (f *fixed) Read(p []byte) (int, error) {
	if len(f.left) == 0 {
		return 0, errDry
	}
	n := copy(p, f.left)
	f.left = f.left[n:]
	return n, nil
}

func TestDER(t *testing.T) {
	assert.Equal(t, []byte{0x04, 0x00}, der(0x04))
	assert.Equal(t, []byte{0x7F, 0x66, 0x01, 0xAA}, der(0x7F66, []byte{0xAA}))
	assert.Equal(t, []byte{0x04, 0x7F}, der(0x04, make([]byte, 127))[:2])
	assert.Equal(t, []byte{0x04, 0x81, 0x80}, der(0x04, make([]byte, 128))[:3])
	assert.Equal(t, []byte{0x04, 0x82, 0x01, 0x00}, der(0x04, make([]byte, 256))[:4])
	assert.Equal(t, []byte{0x02, 0x01, 0x00}, derInteger(new(big.Int)))
	assert.Equal(t, []byte{0x02, 0x02, 0x00, 0x80}, derInteger(big.NewInt(0x80)))
}

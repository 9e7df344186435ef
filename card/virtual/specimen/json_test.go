package specimen

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMarshalRoundTrip(t *testing.T) {
	d := Default()
	raw, err := d.Marshal()
	require.NoError(t, err)
	assert.Equal(t, string(specimenJSON), string(raw), "the embedded document is in the form we write")
	again, err := Unmarshal(raw)
	require.NoError(t, err)
	assert.Equal(t, d, again)
}

func TestMarshalRefusesContradictions(t *testing.T) {
	d := Default()
	d.Seriale = []byte("CA11111AA")
	_, err := d.Marshal()
	assert.ErrorContains(t, err, "EF.Seriale")
}

// change returns the embedded document with one member replaced.
func change(t *testing.T, member string, value any) []byte {
	t.Helper()
	var doc map[string]any
	require.NoError(t, json.Unmarshal(specimenJSON, &doc))
	into := doc
	if parent, child, nested := strings.Cut(member, "."); nested {
		into, member = doc[parent].(map[string]any), child
	}
	into[member] = value
	raw, err := json.Marshal(doc)
	require.NoError(t, err)
	return raw
}

func TestUnmarshalHostile(t *testing.T) {
	d := Default()
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	other, err := NewCountrySigner(rand.Reader, AuthorityOptions{Name: "NOT MARKED"})
	require.NoError(t, err)
	another, err := NewCountrySigner(rand.Reader, AuthorityOptions{Name: "TEST Root CA"})
	require.NoError(t, err)
	key := func(k *rsa.PrivateKey) string { return hex.EncodeToString(x509.MarshalPKCS1PrivateKey(k)) }

	for _, c := range []struct {
		name string
		raw  []byte
		want string
	}{
		{"nothing", nil, "EOF"},
		{"not JSON", []byte("SPECIMEN"), "invalid character"},
		{"an array", []byte("[]"), "cannot unmarshal"},
		{"too long", bytes.Repeat([]byte(" "), maxDocument+1), "longer"},
		{"something behind", append(bytes.Clone(specimenJSON), "{}"...), "follows"},
		{"cut short", specimenJSON[:len(specimenJSON)/2], "unexpected"},
		{"another schema", change(t, "schema", "cientro.specimen/2"), "schema"},
		{"an unknown member", change(t, "surprise", 1), "unknown field"},
		{"odd hexadecimal", change(t, "efATR", "abc"), "odd length"},
		{"a real name", change(t, "holder.surname", "ROSSI"), ErrNotSpecimen.Error()},
		{"another name than the certificate's", change(t, "holder.givenNames", "ALTRA"), "another holder"},
		{"another NIS", change(t, "holder.nis", "990000005217"), "EF.SN"},
		{"another document number", change(t, "holder.documentNumber", "CA00001AA"), "another holder"},
		{"a PIN of 7 digits", change(t, "pin", "1234567"), "PIN"},
		{"a PUK with a letter", change(t, "puk", "1234567a"), "PUK"},
		{"no tries", change(t, "pinTries", 0), "tries"},
		{"16 tries", change(t, "pukTries", 16), "tries"},
		{"empty EF.ATR", change(t, "efATR", ""), "EF.ATR has 0 bytes"},
		{"endless EF.SOD", change(t, "sodSHA256", strings.Repeat("00", 0x8000)), "EF.SOD with SHA-256 has 32768"},
		{"foreign SN.ICC", change(t, "snICC", "0011223344556677"), "SN.ICC"},
		{"short prime", change(t, "dhP", "0b"), "DH prime"},
		{"small order", change(t, "dhQ", "0b"), "DH order"},
		{"generator 1", change(t, "dhG", "01"), "outside the group"},
		{"generator of another order", change(t, "dhG", "02"), "order given"},
		{"foreign EF.DH", change(t, "efDH", "3000"), "EF.DH"},
		{"short modulus", change(t, "extAuthN", "c1"), "external authentication modulus"},
		{"no exponent", change(t, "extAuthE", ""), "exponent has 0"},
		{"short CHR", change(t, "extAuthCHR", "00"), "CHR"},
		{"no chip key", change(t, "chipKey", ""), "chip key"},
		{"garbage as services key", change(t, "servicesKey", "3003020100"), "services key"},
		{"a small holder key", change(t, "holderKey", key(small)), "holder key is not"},
		{"the chip's key as the holder's", change(t, "holderKey", key(d.ChipKey)), "another holder or key"},
		{"garbage as certificate", change(t, "holderCertificate", "3000"), "holder certificate"},
		{"an issuer that hides that it is a test", change(t, "csca", hex.EncodeToString(other.Certificate)), "does not contain TEST"},
		{"a CA that did not sign the holder", change(t, "holderCA", hex.EncodeToString(another.Certificate)), "holder certificate"},
		{"a root that did not sign the CA", change(t, "holderRoot", hex.EncodeToString(another.Certificate)), "holder CA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Unmarshal(c.raw)
			assert.ErrorContains(t, err, c.want)
			assert.Nil(t, got)
		})
	}
}

func TestCheckFindsMissingParts(t *testing.T) {
	for name, spoil := range map[string]func(*Data){
		"chip key":      func(d *Data) { d.ChipKey = nil },
		"EF.Int.Kpub":   func(d *Data) { d.IntKpub = nil },
		"EF.ID_Servizi": func(d *Data) { d.IDServizi = nil },
	} {
		d := Default()
		spoil(d)
		assert.ErrorContains(t, d.Check(), name)
	}
}

// Whatever Unmarshal accepts must pass Check and survive a round trip.
func FuzzUnmarshal(f *testing.F) {
	f.Add(specimenJSON)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"schema":"cientro.specimen/1","holder":{"surname":"SPECIMEN"}}`))
	f.Add(bytes.Replace(specimenJSON, []byte("3082"), []byte("3080"), 1))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Unmarshal(raw)
		if err != nil {
			return
		}
		again, err := d.Marshal()
		require.NoError(t, err)
		_, err = Unmarshal(again)
		require.NoError(t, err)
	})
}

package holder_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/holder"
	"cientro/card/sod"
)

func vector(t testing.TB) []byte {
	t.Helper()
	var v struct {
		Holder cardtest.Hex `json:"holder_certificate"`
	}
	cardtest.Vectors(t, "sod.json", &v)
	return v.Holder
}

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 1024) // #nosec G403 -- speed; nothing is protected
	if err != nil {
		panic(err)
	}
	return k
})

// attribute is one of a subject to build.
type attribute struct {
	arc   int // 2.5.4.arc
	value string
}

const (
	arcCN, arcSN, arcSerial, arcC, arcGN = 3, 4, 5, 6, 42
)

// certificateOf builds a holder's certificate with any subject.
func certificateOf(t testing.TB, issued time.Time, subject ...attribute) []byte {
	t.Helper()
	var rdns pkix.RDNSequence
	for _, a := range subject {
		rdns = append(rdns, pkix.RelativeDistinguishedNameSET{{Type: asn1.ObjectIdentifier{2, 5, 4, a.arc}, Value: a.value}})
	}
	raw, err := asn1.Marshal(rdns)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x1234), RawSubject: raw,
		NotBefore: issued, NotAfter: issued.AddDate(10, 0, 0),
	}
	issuer := &x509.Certificate{Subject: pkix.Name{CommonName: "TEST Authentication CA"}}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, &testKey().PublicKey, testKey())
	require.NoError(t, err)
	return der
}

var issued = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

func TestParseVector(t *testing.T) {
	der := vector(t)
	for name, file := range map[string][]byte{"as it is": der, "padded": append(bytes.Clone(der), make([]byte, 500)...)} {
		t.Run(name, func(t *testing.T) {
			c, err := holder.Parse(file)
			require.NoError(t, err)
			assert.Equal(t, "ROSSI", c.Surname.Reveal())
			assert.Equal(t, "MARIO", c.GivenNames.Reveal())
			assert.Equal(t, "RSSMRA80A01H501U", c.FiscalCode.Reveal())
			assert.Equal(t, "CA00000AA", c.DocumentNumber.Reveal())
			assert.Equal(t, "CN=TEST Authentication CA, O=TEST only, C=IT", c.Issuer)
			assert.Equal(t, "RSA 2048", c.Key)
			assert.Equal(t, der, c.DER())

			standard, err := c.X509()
			require.NoError(t, err)
			assert.True(t, standard.NotAfter.Equal(c.NotAfter))
			assert.True(t, standard.NotBefore.Equal(c.NotBefore))
			assert.True(t, c.PublicKey().Equal(standard.PublicKey))

			assert.True(t, c.ValidAt(c.NotBefore))
			assert.True(t, c.ValidAt(c.NotAfter))
			assert.False(t, c.ValidAt(c.NotBefore.Add(-time.Second)))
			assert.False(t, c.ValidAt(c.NotAfter.Add(time.Second)))
		})
	}
}

func TestParseSubjects(t *testing.T) {
	const code = "SPCSMP80A41H501X"
	tests := []struct {
		name         string
		subject      []attribute
		code, number string
	}{
		{"usual", []attribute{{arcC, "IT"}, {arcSerial, "IDCIT-AA00000AA"}, {arcCN, code + "/0123.x"}}, code, "AA00000AA"},
		{"small letters", []attribute{{arcSerial, "idcit-aa00000aa"}, {arcCN, "spcsmp80a41h501x/1"}}, code, "AA00000AA"},
		{"number without prefix", []attribute{{arcSerial, "AA00000AA"}, {arcCN, code}}, code, "AA00000AA"},
		{"code in serialNumber", []attribute{{arcSerial, "TINIT-" + code}, {arcCN, "SPECIMEN SAMPLE"}}, code, ""},
		{"code with letters for digits", []attribute{{arcCN, "SPCSMPULA4MHRLMX/1"}}, "SPCSMPULA4MHRLMX", ""},
		{"nothing", nil, "", ""},
		{"another number", []attribute{{arcSerial, "IDCDE-AA00000AA"}, {arcCN, "SPECIMEN"}}, "", ""},
		{"number too long", []attribute{{arcSerial, "IDCIT-AA00000AAX"}}, "", ""},
		{"code too short", []attribute{{arcCN, code[:15] + "/1"}}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := holder.Parse(certificateOf(t, issued, tt.subject...))
			require.NoError(t, err)
			assert.Equal(t, tt.code, c.FiscalCode.Reveal())
			assert.Equal(t, tt.code != "", c.FiscalCode.Known())
			assert.Equal(t, tt.number, c.DocumentNumber.Reveal())
			assert.False(t, c.Surname.Known())
			assert.Empty(t, c.Surname.Reveal())
			assert.Empty(t, c.Surname.String(), "what is not there is not masked")
		})
	}
}

func TestParseHostile(t *testing.T) {
	der := vector(t)
	for name, file := range map[string][]byte{
		"nothing": nil, "zeros": make([]byte, 2000), "cut": der[:len(der)-1], "half": der[:len(der)/2], "not a certificate": {0x30, 3, 2, 1, 1}, "ones": bytes.Repeat([]byte{0xFF}, 2000),
	} {
		c, err := holder.Parse(file)
		assert.ErrorIs(t, err, sod.ErrMalformed, name)
		assert.Nil(t, c)
	}
	_, err := holder.Parse(make([]byte, holder.MaxFile+1))
	require.ErrorIs(t, err, sod.ErrTooLarge)
}

// TestNothingPersonalLeaks formats a certificate and its fields in every way
// there is and looks for the holder.
func TestNothingPersonalLeaks(t *testing.T) {
	c, err := holder.Parse(vector(t))
	require.NoError(t, err)
	var out bytes.Buffer
	for _, v := range []any{c, *c, c.Surname, c.GivenNames, c.FiscalCode, c.DocumentNumber, []any{c}, struct{ C *holder.Certificate }{c}, struct{ C holder.Certificate }{*c}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		text, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(text)
		for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(handler).Info("card", "value", v)
		}
	}
	out.WriteString(c.GoString() + c.Surname.GoString() + fmt.Sprint(c.LogValue()))
	for _, secret := range []string{"ROSSI", "MARIO", "RSSMRA80A01H501U", "CA00000AA", "19800101", "01011980"} {
		cardtest.AssertNoCanary(t, out.Bytes(), []byte(secret))
	}
	assert.Equal(t, "*****00AA", c.DocumentNumber.String())
	assert.Equal(t, "***", c.Surname.String())
	assert.Equal(t, "certificate of *** ***, document *****00AA, until 2044", c.String())
	text, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, `{"surname":"***","givenNames":"***","fiscalCode":"***","documentNumber":"*****00AA",
		"issuer":"CN=TEST Authentication CA, O=TEST only, C=IT","expiryYear":2044,"key":"RSA 2048"}`, string(text))
}

func TestBirthDate(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		code string
		want time.Time
		ok   bool
	}{
		{"SPCSMP80A01H501X", day(1980, 1, 1), true},
		{"SPCSMP80A41H501X", day(1980, 1, 1), true}, // a woman
		{"SPCSMP24B29H501X", day(2024, 2, 29), true},
		{"SPCSMP25T71H501X", day(1925, 12, 31), true}, // not yet born when the card was issued
		{"SPCSMP00C15H501X", day(2000, 3, 15), true},
		{"SPCSMPULE5MH501X", day(1980, 5, 11), true}, // letters for digits
		{"SPCSMP80D10H501X", day(1980, 4, 10), true},
		{"SPCSMP80H10H501X", day(1980, 6, 10), true},
		{"SPCSMP80L10H501X", day(1980, 7, 10), true},
		{"SPCSMP80M10H501X", day(1980, 8, 10), true},
		{"SPCSMP80P10H501X", day(1980, 9, 10), true},
		{"SPCSMP80R10H501X", day(1980, 10, 10), true},
		{"SPCSMP80S10H501X", day(1980, 11, 10), true},
		{"SPCSMP80B30H501X", time.Time{}, false},
		{"SPCSMP80A00H501X", time.Time{}, false},
		{"SPCSMP80A32H501X", time.Time{}, false},
		{"SPCSMP80A40H501X", time.Time{}, false},
		{"SPCSMP80A72H501X", time.Time{}, false},
		{"SPCSMP80F10H501X", time.Time{}, false}, // no month F
		{"SPECIMEN", time.Time{}, false},
	}
	for _, tt := range tests {
		c, err := holder.Parse(certificateOf(t, issued, attribute{arcCN, tt.code + "/1"}))
		require.NoError(t, err)
		got, ok := c.BirthDate()
		assert.Equal(t, tt.ok, ok, tt.code)
		if tt.ok {
			assert.Equal(t, tt.want, got, tt.code)
		}
	}
}

func TestBirthDateOfAnImpossibleCertificate(t *testing.T) {
	issued := time.Date(1849, 1, 1, 0, 0, 0, 0, time.UTC)
	c, err := holder.Parse(certificateOf(t, issued, attribute{arcCN, "SPCSMP49A01H501X/1"}))
	require.NoError(t, err)
	_, ok := c.BirthDate()
	assert.False(t, ok, "nobody born then has a fiscal code")
}

func FuzzParse(f *testing.F) {
	f.Add(vector(f))
	f.Add(append(vector(f), make([]byte, 100)...))
	f.Add(certificateOf(f, issued, attribute{arcSN, "SPECIMEN"}, attribute{arcGN, "SAMPLE"}, attribute{arcCN, "SPCSMPULE5MH501X/1"}))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := holder.Parse(file)
		if err != nil {
			if c != nil || !errors.Is(err, sod.ErrMalformed) && !errors.Is(err, sod.ErrTooLarge) {
				t.Fatalf("untyped error, or a result beside it: %v", err)
			}
			return
		}
		if !bytes.HasPrefix(file, c.DER()) {
			t.Fatal("DER is not the beginning of the file")
		}
		if birth, ok := c.BirthDate(); ok && birth.Year() > c.NotBefore.Year() {
			t.Fatalf("born in %d, after the certificate", birth.Year())
		}
		if _, err := json.Marshal(c); err != nil {
			t.Fatal(err)
		}
	})
}

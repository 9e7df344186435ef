package holder

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"cientro/card/sod"
)

// MaxFile is the most that Parse takes; EF.Cert_CIE has up to 2 KiB.
const MaxFile = 64 << 10

// Certificate is the holder's certificate.
type Certificate struct {
	Surname        Personal
	GivenNames     Personal
	FiscalCode     Personal // 16 characters, codice fiscale
	DocumentNumber Personal // nine characters, as in AA00000AA
	Issuer         string   // safe to show
	NotBefore      time.Time
	NotAfter       time.Time
	Key            string // as in "RSA 2048"

	parsed func() *sod.Certificate // a function: fmt never looks into it
}

var (
	fiscalCode     = regexp.MustCompile(`[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]`)
	documentNumber = regexp.MustCompile(`^[A-Z]{2}[0-9]{5}[A-Z]{2}$`)
)

// documentPrefix marks a national identity card's number in serialNumber
// (ETSI EN 319 412-1 section 5.1.3: IDC, country, hyphen).
const documentPrefix = "IDCIT-"

// shownOfDocument is how much of a document number its mask shows: enough to
// tell two cards on a desk apart.
const shownOfDocument = 4

// Parse reads EF.Cert_CIE as the card gives it, padded or not. Errors are
// sod.ErrMalformed and sod.ErrTooLarge; a subject in another form is no error,
// its fields are absent.
func Parse(file []byte) (*Certificate, error) {
	if len(file) > MaxFile {
		return nil, sod.ErrTooLarge
	}
	der, err := sod.Content(sod.GroupCertCIE, file)
	if err != nil {
		return nil, fmt.Errorf("holder certificate: %w", err)
	}
	parsed, err := sod.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("holder certificate: %w", err)
	}
	subject := parsed.Subject
	return &Certificate{
		Surname:        NewPersonal(subject.Get("SN"), 0),
		GivenNames:     NewPersonal(subject.Get("GN"), 0),
		FiscalCode:     NewPersonal(findFiscalCode(subject), 0),
		DocumentNumber: NewPersonal(findDocumentNumber(subject), shownOfDocument),
		Issuer:         parsed.Issuer.String(),
		NotBefore:      parsed.NotBefore,
		NotAfter:       parsed.NotAfter,
		Key:            parsed.PublicKey.Algorithm(),
		parsed:         func() *sod.Certificate { return parsed },
	}, nil
}

// findFiscalCode looks in the common name, then in serialNumber.
func findFiscalCode(subject sod.Name) string {
	for _, text := range []string{subject.Get("CN"), subject.Get("serialNumber")} {
		if code := fiscalCode.FindString(strings.ToUpper(text)); code != "" {
			return code
		}
	}
	return ""
}

// findDocumentNumber takes serialNumber with or without its prefix.
func findDocumentNumber(subject sod.Name) string {
	text := strings.ToUpper(strings.TrimSpace(subject.Get("serialNumber")))
	text = strings.TrimPrefix(text, documentPrefix)
	if !documentNumber.MatchString(text) {
		return ""
	}
	return text
}

// DER returns the certificate without the padding of its file. It names the holder.
func (c *Certificate) DER() []byte { return append([]byte(nil), c.parsed().Raw...) }

// X509 returns the certificate for the standard library, which is stricter
// than Parse and may refuse it.
func (c *Certificate) X509() (*x509.Certificate, error) { return x509.ParseCertificate(c.parsed().Raw) }

// PublicKey returns the holder's RSA key, or nil where it is of another kind.
func (c *Certificate) PublicKey() *rsa.PublicKey { return c.parsed().PublicKey.RSA() }

// ValidAt tells whether t is within the validity.
func (c *Certificate) ValidAt(t time.Time) bool {
	return !t.Before(c.NotBefore) && !t.After(c.NotAfter)
}

// String describes the certificate without naming anybody. Of the validity it
// gives the year only: a CIE expires on its holder's birthday.
func (c Certificate) String() string {
	return fmt.Sprintf("certificate of %v %v, document %v, until %d", c.GivenNames, c.Surname, c.DocumentNumber, c.NotAfter.Year())
}

// GoString implements fmt.GoStringer.
func (c Certificate) GoString() string { return c.String() }

// Format implements fmt.Formatter, for every verb.
func (c Certificate) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// LogValue implements slog.LogValuer.
func (c Certificate) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON writes the fields, personal ones masked, as String does.
func (c Certificate) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Surname        Personal `json:"surname"`
		GivenNames     Personal `json:"givenNames"`
		FiscalCode     Personal `json:"fiscalCode"`
		DocumentNumber Personal `json:"documentNumber"`
		Issuer         string   `json:"issuer"`
		ExpiryYear     int      `json:"expiryYear"`
		Key            string   `json:"key"`
	}{c.Surname, c.GivenNames, c.FiscalCode, c.DocumentNumber, c.Issuer, c.NotAfter.Year(), c.Key})
}

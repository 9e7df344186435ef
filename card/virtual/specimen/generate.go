package specimen

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"io"
	"time"
)

// Options shapes a fresh specimen. The zero value is a specimen named
// SPECIMEN PROVA with drawn numbers and secrets.
type Options struct {
	Surname    string    // "" is SPECIMEN
	GivenNames string    // "" is PROVA
	Birth      time.Time // zero is 1 January 1980
	FiscalCode string    // "" is computed from name and birth

	DocumentNumber string // "" is drawn, CA…
	NIS            string // "" is drawn, 99…

	PIN, PUK []byte // nil is drawn; copied

	// Now is the day of issue; zero is today. The certificate is valid for ten
	// years from a month before.
	Now time.Time

	Country AuthorityOptions      // the country signer to make
	Signer  DocumentSignerOptions // the document signer to make
}

// Generate makes a fresh specimen: numbers, keys, files, and both variants of
// EF.SOD. It costs about a second (seven RSA keys of 2048 bits). rand gives
// the numbers and secrets; keys and signature salts come from the system's
// generator whatever rand is (crypto/rsa since Go 1.26).
//
// Errors: [ErrNotSpecimen] and malformed options; failures of rand.
func Generate(rand io.Reader, o Options) (*Data, error) {
	o.setDefaults()
	d := &Data{PINTries: 3, PUKTries: 10}
	if err := d.setNumbers(rand, o); err != nil {
		return nil, err
	}
	d.setDHGroup()
	d.setExtAuth()
	d.setRootFiles()
	if err := d.setChipKeys(rand); err != nil {
		return nil, err
	}
	if err := d.setHolderCertificate(rand, o.Now); err != nil {
		return nil, err
	}
	if err := d.setSODs(rand, o); err != nil {
		return nil, err
	}
	return d, nil
}

func (o *Options) setDefaults() {
	if o.Surname == "" {
		o.Surname = "SPECIMEN"
	}
	if o.GivenNames == "" {
		o.GivenNames = "PROVA"
	}
	if o.Birth.IsZero() {
		o.Birth = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	o.Now = o.Now.UTC().Truncate(24 * time.Hour)
	if o.FiscalCode == "" {
		o.FiscalCode = fiscalCode(o.Surname, o.GivenNames, o.Birth)
	}
	setPeriod(&o.Country.NotBefore, &o.Country.NotAfter, o.Now.AddDate(-2, 0, 0), 20)
	setPeriod(&o.Signer.NotBefore, &o.Signer.NotAfter, o.Now.AddDate(0, -2, 0), 11)
}

// setNumbers fills holder, serial numbers and secrets.
func (d *Data) setNumbers(rand io.Reader, o Options) error {
	d.Holder = Holder{Surname: o.Surname, GivenNames: o.GivenNames, FiscalCode: o.FiscalCode,
		DocumentNumber: o.DocumentNumber, NIS: o.NIS}
	var err error
	if d.Holder.DocumentNumber == "" {
		if d.Holder.DocumentNumber, err = drawForm(rand, "CA00000AA"); err != nil {
			return err
		}
	}
	if d.Holder.NIS == "" {
		if d.Holder.NIS, err = drawForm(rand, "000000000000"); err != nil {
			return err
		}
		d.Holder.NIS = "99" + d.Holder.NIS[2:]
	}
	if err := d.Holder.Check(); err != nil {
		return err
	}
	d.IDServizi = []byte(d.Holder.NIS)
	d.Seriale = []byte(d.Holder.DocumentNumber)
	d.EFSN = serialNumber(d.Holder.NIS)
	d.SNICC = serialOfChip(d.EFSN)
	if d.PIN, err = secretOr(rand, o.PIN); err != nil {
		return fmt.Errorf("PIN: %w", err)
	}
	if d.PUK, err = secretOr(rand, o.PUK); err != nil {
		return fmt.Errorf("PUK: %w", err)
	}
	return nil
}

// drawForm replaces each 0 of form by a drawn digit.
func drawForm(rand io.Reader, form string) (string, error) {
	out := []byte(form)
	for i, c := range out {
		if c != '0' {
			continue
		}
		d, err := drawDigit(rand)
		if err != nil {
			return "", fmt.Errorf("draw number: %w", err)
		}
		out[i] = d
	}
	return string(out), nil
}

func secretOr(rand io.Reader, secret []byte) ([]byte, error) {
	if secret == nil {
		return drawSecret(rand)
	}
	return append([]byte(nil), secret...), checkSecret(secret)
}

// setChipKeys makes the keys 82 and 83 and their files 1004 and 1005.
func (d *Data) setChipKeys(rand io.Reader) error {
	var err error
	if d.ChipKey, err = rsa.GenerateKey(rand, 2048); err != nil {
		return fmt.Errorf("make chip key: %w", err)
	}
	if d.ServicesKey, err = rsa.GenerateKey(rand, 2048); err != nil {
		return fmt.Errorf("make services key: %w", err)
	}
	d.IntKpub = x509.MarshalPKCS1PublicKey(&d.ChipKey.PublicKey)
	d.ServiziKpub = x509.MarshalPKCS1PublicKey(&d.ServicesKey.PublicKey)
	return nil
}

// setSODs makes the country and document signers and both variants of EF.SOD.
// The signers' keys are then gone, as they should be.
func (d *Data) setSODs(rand io.Reader, o Options) error {
	country, err := NewCountrySigner(rand, o.Country)
	if err != nil {
		return err
	}
	signer, err := country.DocumentSigner(rand, o.Signer)
	if err != nil {
		return err
	}
	d.CSCA = country.Certificate
	if d.SODSHA256, err = signer.SOD(rand, d.DataGroups(), SODOptions{Variant: SHA256}); err != nil {
		return err
	}
	d.SODSHA512, err = signer.SOD(rand, d.DataGroups(), SODOptions{Variant: SHA512})
	return err
}

package specimen

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// schema names the form of the JSON document and its version.
const schema = "cientro.specimen/1"

// maxDocument bounds what Unmarshal reads; a specimen has some 40 kB.
const maxDocument = 1 << 20

// hexBytes is a byte string written as hexadecimal, so that files can be
// compared by eye with a trace.
type hexBytes []byte

func (b hexBytes) MarshalText() ([]byte, error) {
	return []byte(hex.EncodeToString(b)), nil
}

func (b *hexBytes) UnmarshalText(text []byte) error {
	out, err := hex.DecodeString(string(text))
	*b = out
	return err
}

// document is the JSON form of Data. Keys are PKCS#1 RSAPrivateKey (RFC 8017
// appendix A.1.2); what follows from other members is not written.
type document struct {
	Schema   string         `json:"schema"`
	Warning  string         `json:"warning"`
	Holder   holderDocument `json:"holder"`
	PIN      string         `json:"pin"`
	PUK      string         `json:"puk"`
	PINTries int            `json:"pinTries"`
	PUKTries int            `json:"pukTries"`

	EFATR  hexBytes `json:"efATR"`
	EFDIR  hexBytes `json:"efDIR"`
	EFSN   hexBytes `json:"efSN"`
	SNICC  hexBytes `json:"snICC"`
	EFDH   hexBytes `json:"efDH"`
	DHG    hexBytes `json:"dhG"`
	DHP    hexBytes `json:"dhP"`
	DHQ    hexBytes `json:"dhQ"`
	CAN    hexBytes `json:"extAuthN"`
	CAE    hexBytes `json:"extAuthE"`
	CACHR  hexBytes `json:"extAuthCHR"`
	CACHA  hexBytes `json:"extAuthCHA"`
	SOD256 hexBytes `json:"sodSHA256"`
	SOD512 hexBytes `json:"sodSHA512"`

	ChipKey     hexBytes `json:"chipKey"`
	ServicesKey hexBytes `json:"servicesKey"`
	HolderKey   hexBytes `json:"holderKey"`
	CertCIE     hexBytes `json:"holderCertificate"`
	HolderCA    hexBytes `json:"holderCA"`
	HolderRoot  hexBytes `json:"holderRoot"`
	CSCA        hexBytes `json:"csca"`
}

type holderDocument struct {
	Surname        string `json:"surname"`
	GivenNames     string `json:"givenNames"`
	FiscalCode     string `json:"fiscalCode"`
	DocumentNumber string `json:"documentNumber"`
	NIS            string `json:"nis"`
}

// Marshal writes d as an indented JSON document. It holds PIN, PUK and private
// keys, if only of a specimen: keep it in a file of mode 0600.
func (d *Data) Marshal() ([]byte, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	out, err := json.MarshalIndent(document{
		Schema: schema, Warning: "SPECIMEN - test data of a virtual card, no real person and no real issuer",
		Holder: holderDocument(d.Holder),
		PIN:    string(d.PIN), PUK: string(d.PUK), PINTries: d.PINTries, PUKTries: d.PUKTries,
		EFATR: d.EFATR, EFDIR: d.EFDIR, EFSN: d.EFSN, SNICC: d.SNICC,
		EFDH: d.EFDH, DHG: d.DHGenerator, DHP: d.DHPrime, DHQ: d.DHOrder,
		CAN: d.ExtAuthModulus, CAE: d.ExtAuthExponent, CACHR: d.ExtAuthCHR, CACHA: d.ExtAuthCHA,
		SOD256: d.SODSHA256, SOD512: d.SODSHA512,
		ChipKey:     x509.MarshalPKCS1PrivateKey(d.ChipKey),
		ServicesKey: x509.MarshalPKCS1PrivateKey(d.ServicesKey),
		HolderKey:   x509.MarshalPKCS1PrivateKey(d.HolderKey),
		CertCIE:     d.CertCIE, HolderCA: d.HolderCA, HolderRoot: d.HolderRoot, CSCA: d.CSCA,
	}, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write specimen: %w", err)
	}
	return append(out, '\n'), nil
}

// Unmarshal reads a document that [Data.Marshal] wrote. Whatever else comes
// in is refused with an error: unknown members, other schemas, malformed keys,
// files that contradict each other, and holders that are not a specimen.
func Unmarshal(raw []byte) (*Data, error) {
	doc, err := decode(raw)
	if err != nil {
		return nil, fmt.Errorf("read specimen: %w", err)
	}
	d := &Data{
		Holder: Holder(doc.Holder),
		PIN:    []byte(doc.PIN), PUK: []byte(doc.PUK), PINTries: doc.PINTries, PUKTries: doc.PUKTries,
		EFATR: doc.EFATR, EFDIR: doc.EFDIR, EFSN: doc.EFSN, SNICC: doc.SNICC,
		EFDH: doc.EFDH, DHGenerator: doc.DHG, DHPrime: doc.DHP, DHOrder: doc.DHQ,
		ExtAuthModulus: doc.CAN, ExtAuthExponent: doc.CAE, ExtAuthCHR: doc.CACHR, ExtAuthCHA: doc.CACHA,
		SODSHA256: doc.SOD256, SODSHA512: doc.SOD512,
		IDServizi: []byte(doc.Holder.NIS), Seriale: []byte(doc.Holder.DocumentNumber),
		CertCIE: doc.CertCIE, HolderCA: doc.HolderCA, HolderRoot: doc.HolderRoot, CSCA: doc.CSCA,
	}
	if err := d.setKeys(doc); err != nil {
		return nil, fmt.Errorf("read specimen: %w", err)
	}
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("read specimen: %w", err)
	}
	return d, nil
}

func decode(raw []byte) (*document, error) {
	if len(raw) > maxDocument {
		return nil, errors.New("document is longer than 1 MiB")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	var doc document
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("something follows the document")
	}
	if doc.Schema != schema {
		return nil, fmt.Errorf("schema is %.40q, want %q", doc.Schema, schema)
	}
	return &doc, nil
}

// setKeys parses the keys, checks their size and makes the files of their
// public halves.
func (d *Data) setKeys(doc *document) error {
	for _, k := range []struct {
		name string
		raw  []byte
		to   **rsa.PrivateKey
	}{
		{"chip key", doc.ChipKey, &d.ChipKey},
		{"services key", doc.ServicesKey, &d.ServicesKey},
		{"holder key", doc.HolderKey, &d.HolderKey},
	} {
		key, err := x509.ParsePKCS1PrivateKey(k.raw)
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		*k.to = key
	}
	d.IntKpub = x509.MarshalPKCS1PublicKey(&d.ChipKey.PublicKey)
	d.ServiziKpub = x509.MarshalPKCS1PublicKey(&d.ServicesKey.PublicKey)
	return nil
}

package sod

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"time"
)

// keyFile is the shape of assets/csca/keys.json.
type keyFile struct {
	Keys []keyFact `json:"keys"`
}

// keyFact is one country signer: the facts of its certificate.
type keyFact struct {
	Subject   string `json:"subject"`
	Issuer    string `json:"issuer"`
	Serial    string `json:"serial"`    // hexadecimal
	KeyID     string `json:"keyId"`     // hexadecimal, empty where unknown
	NotBefore string `json:"notBefore"` // as in "Dec 14 10:29:04 2011 GMT"
	NotAfter  string `json:"notAfter"`
	N         string `json:"n"` // hexadecimal
	E         int    `json:"e"`
	SHA256    string `json:"sha256"` // of the certificate, hexadecimal
}

const factTime = "Jan _2 15:04:05 2006 MST"

// ParseKeys reads country signers given as bare public keys, in the shape of
// assets/csca/keys.json, as anchors that ship with the programs. All are good
// or none: the file is part of the program, a mistake in it is ErrMalformed.
func ParseKeys(b []byte) ([]Anchor, error) {
	var file keyFile
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("%w: country signer keys: %w", ErrMalformed, err)
	}
	anchors := make([]Anchor, len(file.Keys))
	for i, fact := range file.Keys {
		anchor, err := fact.anchor()
		if err != nil {
			return nil, fmt.Errorf("%w: country signer key %d: %w", ErrMalformed, i, err)
		}
		anchors[i] = anchor
	}
	return anchors, nil
}

func (f keyFact) anchor() (Anchor, error) {
	a := Anchor{ID: f.SHA256, Serial: f.Serial, Origin: OriginShipped}
	if sum, err := hex.DecodeString(f.SHA256); err != nil || len(sum) != 32 {
		return Anchor{}, malformed("fingerprint %q", f.SHA256)
	}
	var err error
	if a.Subject, err = ParseName(f.Subject); err != nil {
		return Anchor{}, err
	}
	if a.Issuer, err = ParseName(f.Issuer); err != nil {
		return Anchor{}, err
	}
	if a.KeyID, err = hex.DecodeString(f.KeyID); err != nil {
		return Anchor{}, err
	}
	if len(a.KeyID) == 0 {
		a.KeyID = nil
	}
	if a.NotBefore, err = time.Parse(factTime, f.NotBefore); err != nil {
		return Anchor{}, err
	}
	if a.NotAfter, err = time.Parse(factTime, f.NotAfter); err != nil {
		return Anchor{}, err
	}
	n, ok := new(big.Int).SetString(f.N, 16)
	if !ok || n.Sign() <= 0 {
		return Anchor{}, malformed("modulus")
	}
	a.Key = NewRSAKey(n, f.E)
	return a, a.Key.Usable()
}

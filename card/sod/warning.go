package sod

import (
	"fmt"
	"time"
)

// WarningCode is a stable name for something worth telling that fails nothing.
type WarningCode string

// The warnings of a Verdict.
const (
	// WarnSHA1: the SOD is signed over SHA-1 (variant 1 only).
	WarnSHA1 WarningCode = "sha1-signature"
	// WarnSignerExpired, WarnSignerNotYetValid: the document signer's
	// certificate is not valid today. What it signed in its time stays signed.
	WarnSignerExpired     WarningCode = "signer-expired"
	WarnSignerNotYetValid WarningCode = "signer-not-yet-valid"
	// WarnSignedOutsidePeriod: the SOD tells when it was signed, and the
	// signer's certificate or private key was not valid then.
	WarnSignedOutsidePeriod WarningCode = "signed-outside-period"
	// WarnSignerPurpose: the certificate is not one for signing documents.
	WarnSignerPurpose WarningCode = "signer-purpose"
	// WarnDocumentType: the signer's document types do not include C, identity card.
	WarnDocumentType WarningCode = "document-type"
	// WarnAnchorExpired: the country signer's certificate has expired since.
	WarnAnchorExpired WarningCode = "anchor-expired"
	// WarnAnchorKeyPeriod: the signer was certified when the country signer's key was past its use.
	WarnAnchorKeyPeriod WarningCode = "anchor-key-period"
	// WarnIssuerName: the issuer was found by its key, its name is written differently.
	WarnIssuerName WarningCode = "issuer-name"
	// WarnNotAnchored: a country signer was found but does not count; Detail says why.
	WarnNotAnchored WarningCode = "not-anchored"
	// WarnGroupMissing: a file that the card has is not covered by the SOD.
	WarnGroupMissing WarningCode = "group-missing"
)

// Warning is a code, and for the help-desk what it is about, in English.
type Warning struct {
	Code   WarningCode `json:"code"`
	Detail string      `json:"detail,omitempty"`
}

func (w Warning) String() string {
	if w.Detail == "" {
		return string(w.Code)
	}
	return fmt.Sprintf("%s: %s", w.Code, w.Detail)
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// signerWarnings are those about the document signer's certificate alone.
func signerWarnings(c *Certificate, signed, now time.Time) []Warning {
	var warnings []Warning
	warn := func(code WarningCode, detail string) { warnings = append(warnings, Warning{code, detail}) }
	switch {
	case now.After(c.NotAfter):
		warn(WarnSignerExpired, "on "+day(c.NotAfter))
	case now.Before(c.NotBefore):
		warn(WarnSignerNotYetValid, "until "+day(c.NotBefore))
	}
	if !signed.IsZero() && (outside(signed, c.NotBefore, c.NotAfter) || outside(signed, c.PrivateKeyNotBefore, c.PrivateKeyNotAfter)) {
		warn(WarnSignedOutsidePeriod, "on "+day(signed))
	}
	if !c.signsDocuments() {
		warn(WarnSignerPurpose, "")
	}
	if len(c.DocumentTypes) > 0 && !hasIdentityCard(c.DocumentTypes) {
		warn(WarnDocumentType, fmt.Sprintf("%q", c.DocumentTypes))
	}
	return warnings
}

// hasIdentityCard looks for document code C, or one that begins with it (ICAO 9303-5 section 4.2.2).
func hasIdentityCard(types []string) bool {
	for _, t := range types {
		if t[0] == 'C' {
			return true
		}
	}
	return false
}

// outside tells whether t is not within a period whose ends may be open (zero).
func outside(t, from, to time.Time) bool {
	return !from.IsZero() && t.Before(from) || !to.IsZero() && t.After(to)
}

package sod

import (
	"errors"
	"slices"
)

// Level is how far the card has proved itself.
type Level string

// Levels, best first.
const (
	// LevelAnchored: everything holds, and a known Italian country signer vouches for the signer.
	LevelAnchored Level = "anchored"
	// LevelSelfConsistent: everything holds, but who signed is not known.
	LevelSelfConsistent Level = "self-consistent"
	// LevelUnknown: it cannot be judged here, for want of an algorithm.
	LevelUnknown Level = "unknown"
	// LevelFailed: something does not hold; Verdict.Failures says what.
	LevelFailed Level = "failed"
)

// SignatureState is the outcome of a signature check.
type SignatureState string

// Outcomes of a signature check.
const (
	SignatureValid       SignatureState = "valid"
	SignatureInvalid     SignatureState = "invalid"
	SignatureUnsupported SignatureState = "unsupported" // algorithm or curve not known here
	SignatureNone        SignatureState = "none"        // nothing signed
)

// HashState is the outcome for one file.
type HashState string

// Outcomes for one file.
const (
	HashOK       HashState = "ok"
	HashMismatch HashState = "mismatch"
	// HashNeedsPIN: the file was not given, the card shows it only after VERIFY.
	HashNeedsPIN HashState = "needs-pin"
	// HashUnchecked: the file was not given, although the card shows it to everybody.
	HashUnchecked HashState = "unchecked"
	// HashMissing: the SOD does not list the file.
	HashMissing HashState = "missing"
)

// Verdict is what EF.SOD proves about a card. The zero value proves nothing.
type Verdict struct {
	Level     Level               `json:"level"`
	Variant   Variant             `json:"variant"`
	Signature SignatureState      `json:"signature"`
	Hashes    map[Group]HashState `json:"hashes"`
	Signer    string              `json:"signer"` // subject of the document signer, safe to show
	Chain     Chain               `json:"chain"`
	Warnings  []Warning           `json:"warnings,omitempty"`
	// Failures are what makes the level failed or unknown, for errors.Is.
	Failures []error `json:"-"`
}

// Err joins the failures; nil where there are none.
func (v Verdict) Err() error { return errors.Join(v.Failures...) }

// Proves tells whether the content of one file is proven by this verdict.
func (v Verdict) Proves(g Group) bool {
	return (v.Level == LevelAnchored || v.Level == LevelSelfConsistent) && v.Hashes[g] == HashOK
}

// ProvesFree tells whether every required file that the card shows without a
// PIN is proven: what has to hold before a PIN may be sent.
func (v Verdict) ProvesFree() bool {
	for _, g := range requiredGroups {
		if !g.needsPIN() && !v.Proves(g) {
			return false
		}
	}
	return true
}

// OnlyHashMismatch tells a card whose SOD is in order but whose files differ
// from it: the one failure that other software lets pass, and that a person
// may decide to overlook.
func (v Verdict) OnlyHashMismatch() bool {
	return v.Level == LevelFailed && !slices.ContainsFunc(v.Failures, func(err error) bool {
		return !errors.Is(err, ErrHashMismatch)
	})
}

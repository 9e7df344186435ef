package sod

import (
	"crypto"
	"errors"
	"fmt"
	"time"
)

// Verify judges a SOD: its signature, its signer's identity, the files given,
// and the chain to an anchor. Files are as read from the card (see Content),
// by group; what is not given is reported as such and fails nothing. Anchors
// may be nil. Time is now: it decides warnings only, since a card is as
// genuine after its signer expired as before.
func Verify(s *SOD, files map[Group][]byte, anchors *Anchors, now time.Time) Verdict {
	v := Verdict{
		Variant: s.Variant,
		Signer:  s.Signer.Subject.String(),
		Hashes:  make(map[Group]HashState),
	}
	v.judgeSignature(s)
	v.judgeGroups(s, files)
	v.Warnings = append(v.Warnings, signerWarnings(s.Signer, s.SigningTime, now)...)
	v.judgeChain(s, anchors, now)
	v.Level = v.level()
	return v
}

func (v *Verdict) fail(err error) { v.Failures = append(v.Failures, err) }

// judgeSignature checks the signed attributes and who is said to have signed them.
func (v *Verdict) judgeSignature(s *SOD) {
	if !s.SignerID.names(s.Signer) {
		v.fail(ErrSignerMismatch)
	}
	sha1 := s.signed.signer.algorithm.hash == crypto.SHA1
	for _, err := range s.signed.check(s.Signer, s.allowsSHA1()) {
		v.fail(err)
	}
	if sha1 && s.allowsSHA1() {
		v.Warnings = append(v.Warnings, Warning{Code: WarnSHA1})
	}
	v.Signature = SignatureValid
	if len(v.Failures) > 0 {
		v.Signature = SignatureInvalid
		if onlyUnsupported(v.Failures) {
			v.Signature = SignatureUnsupported
		}
	}
}

// allowsSHA1 tells the one place where SHA-1 passes: a PKCS#1 signature in
// the variant whose hashes are SHA-256, as the first cards may have it.
func (s *SOD) allowsSHA1() bool {
	return s.Digest == crypto.SHA256 && s.signed.signer.digest == crypto.SHA256 && s.signed.signer.algorithm.scheme == schemePKCS1
}

// judgeGroups compares the files given with the hashes listed.
func (v *Verdict) judgeGroups(s *SOD, files map[Group][]byte) {
	usable := true
	if s.Digest == 0 || s.Digest == crypto.SHA1 {
		usable = false
		v.fail(fmt.Errorf("%w: hash of the files", ErrUnsupported))
	}
	for _, line := range s.Groups {
		file, given := files[line.Group]
		switch {
		case !given && line.Group.needsPIN():
			v.Hashes[line.Group] = HashNeedsPIN
		case !given || !usable:
			v.Hashes[line.Group] = HashUnchecked
		default:
			v.Hashes[line.Group] = HashOK
			if err := s.CheckFile(line.Group, file); err != nil {
				v.Hashes[line.Group] = HashMismatch
				v.fail(err)
			}
		}
	}
	for _, g := range requiredGroups {
		if s.Hash(g) == nil {
			v.Hashes[g] = HashMissing
			v.fail(fmt.Errorf("%w: %s", ErrGroupMissing, g))
		}
	}
	for _, g := range [...]Group{GroupSeriale, GroupServizi} {
		if s.Hash(g) == nil {
			v.Hashes[g] = HashMissing
			v.Warnings = append(v.Warnings, Warning{WarnGroupMissing, g.String()})
		}
	}
}

// CheckFile compares one file, as read from the card, with its listed hash:
// for those that can be read only after a first verdict was given. Errors are
// ErrHashMismatch, ErrGroupMissing or ErrUnsupported. It says nothing about
// the signature over the list.
func (s *SOD) CheckFile(g Group, file []byte) error {
	want := s.Hash(g)
	if want == nil {
		return fmt.Errorf("%w: %s", ErrGroupMissing, g)
	}
	if s.Digest == 0 || s.Digest == crypto.SHA1 {
		return fmt.Errorf("%w: hash of the files", ErrUnsupported)
	}
	content, err := Content(g, file)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrHashMismatch, err)
	}
	hasher := s.Digest.New()
	hasher.Write(content)
	if string(hasher.Sum(nil)) != string(want) {
		return fmt.Errorf("%w: %s", ErrHashMismatch, g)
	}
	return nil
}

// judgeChain looks for a country signer. Not to find one is no failure, but a
// certificate that names a known key which did not sign it is a forgery.
func (v *Verdict) judgeChain(s *SOD, anchors *Anchors, now time.Time) {
	v.Chain = anchors.Chain(s.Signer, s.Certificates...)
	switch {
	case v.Chain.Err == nil:
		v.Warnings = append(v.Warnings, v.Chain.warnings(s.Signer, now)...)
	case errors.Is(v.Chain.Err, ErrForged):
		v.fail(v.Chain.Err)
	case !errors.Is(v.Chain.Err, ErrUnknownIssuer):
		v.Warnings = append(v.Warnings, Warning{WarnNotAnchored, v.Chain.Err.Error()})
	}
}

func (v *Verdict) level() Level {
	switch {
	case len(v.Failures) > 0 && onlyUnsupported(v.Failures):
		return LevelUnknown
	case len(v.Failures) > 0:
		return LevelFailed
	case v.Chain.Err == nil:
		return LevelAnchored
	}
	return LevelSelfConsistent
}

func onlyUnsupported(failures []error) bool {
	for _, err := range failures {
		if !errors.Is(err, ErrUnsupported) {
			return false
		}
	}
	return true
}

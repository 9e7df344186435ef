package sod

import (
	"errors"
	"fmt"
)

// What a caller can tell apart with errors.Is. Parse and the import functions
// return ErrMalformed, ErrTooLarge or ErrUnsupported; the others are collected
// in Verdict.Failures and Verdict.Chain.
var (
	// ErrMalformed: the bytes are not the structure they should be.
	ErrMalformed = errors.New("malformed")
	// ErrTooLarge: more input than any genuine object has.
	ErrTooLarge = errors.New("too large")
	// ErrUnsupported: an algorithm or curve that cannot be judged here.
	ErrUnsupported = errors.New("unsupported algorithm")
	// ErrWeak: an algorithm that could be computed but proves nothing, such as SHA-1 in a chain.
	ErrWeak = errors.New("weak algorithm")

	// ErrDigest: the messageDigest attribute is not the hash of the content.
	ErrDigest = errors.New("message digest does not match the content")
	// ErrContentType: the contentType attribute does not name the content.
	ErrContentType = errors.New("content type attribute does not match the content")
	// ErrSignature: a signature does not verify.
	ErrSignature = errors.New("signature does not verify")
	// ErrSignerMismatch: the signer identifier names another certificate than the one enclosed.
	ErrSignerMismatch = errors.New("signer identifier does not match the certificate")
	// ErrHashMismatch: a file on the card is not the one that was signed.
	ErrHashMismatch = errors.New("file does not match its signed hash")
	// ErrGroupMissing: the security object does not cover a file it has to cover.
	ErrGroupMissing = errors.New("security object does not cover a required file")

	// ErrChain is the family of everything that keeps a document signer from
	// being anchored; ErrUnknownIssuer is the harmless member of it.
	ErrChain = errors.New("certificate chain")
	// ErrUnknownIssuer: no known country signer issued the certificate.
	ErrUnknownIssuer = fmt.Errorf("%w: issuer unknown", ErrChain)
	// ErrForged: the certificate names a known country signer's key, but that key did not sign it.
	ErrForged = fmt.Errorf("%w: not signed by the country signer it names", ErrChain)
)

// malformed says what was expected where, in the family of ErrMalformed.
func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
}

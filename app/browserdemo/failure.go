package browserdemo

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
)

// Failure says why a handshake failed, as far as somebody at the browser can do
// something about it.
type Failure string

// The failures.
const (
	// FailureUntrusted: the browser does not trust the server, and has shown a
	// warning or is about to.
	FailureUntrusted Failure = "untrusted"
	// FailureNoCertificate: the browser sent none: it found none, or somebody
	// chose to send none.
	FailureNoCertificate Failure = "no-certificate"
	// FailureVersion: the browser does not speak this version of TLS.
	FailureVersion Failure = "version"
	// FailureSignature: the signature was not made with the certificate's key.
	FailureSignature Failure = "signature"
	// FailureClosed: the browser went away without a word, as when a window for
	// the PIN is closed.
	FailureClosed Failure = "closed"
	// FailureTime: nothing came for too long.
	FailureTime Failure = "time"
	// FailureOther: anything else.
	FailureOther Failure = "other"
)

// failureTexts are pieces of crypto/tls's error texts, whose errors have no types
// of their own. The alerts are those of RFC 5246 section 7.2.
var failureTexts = []struct {
	text string
	is   Failure
}{
	{"didn't provide a certificate", FailureNoCertificate},
	{"invalid signature by the client certificate", FailureSignature},
	{"offered only unsupported versions", FailureVersion},
	{"remote error: tls: protocol version not supported", FailureVersion},
	{"remote error: tls: unknown certificate authority", FailureUntrusted},
	{"remote error: tls: unknown certificate", FailureUntrusted},
	{"remote error: tls: bad certificate", FailureUntrusted},
	{"remote error: tls: expired certificate", FailureUntrusted},
	{"remote error: tls: access denied", FailureClosed},
	{"remote error: tls: user canceled", FailureClosed},
	{"remote error: tls: handshake failure", FailureClosed},
	{"remote error: tls: internal error", FailureClosed},
}

func failureOf(err error) Failure {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return FailureTime
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, context.Canceled):
		return FailureClosed
	}
	text := err.Error()
	for _, known := range failureTexts {
		if strings.Contains(text, known.text) {
			return known.is
		}
	}
	return FailureOther
}

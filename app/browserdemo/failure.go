package browserdemo

import (
	"context"
	"errors"
	"io"
	"net"
	"reflect"
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

// Alerts of a browser (RFC 5246 section 7.2.2) that does not trust a server.
const (
	alertBadCertificate     = 42
	alertCertificateExpired = 45
	alertCertificateUnknown = 46
	alertUnknownCA          = 48
	alertProtocolVersion    = 70
)

// failureWords are in the error texts of crypto/tls, whose errors have no types
// of their own.
var failureWords = []struct {
	word string
	is   Failure
}{
	{"provide", FailureNoCertificate},
	{"signature", FailureSignature},
	{"unsupported", FailureVersion},
}

func failureOf(err error) Failure {
	if alert, ok := alertOf(err); ok {
		switch alert {
		case alertBadCertificate, alertCertificateExpired, alertCertificateUnknown, alertUnknownCA:
			return FailureUntrusted
		case alertProtocolVersion:
			return FailureVersion
		}
		return FailureClosed
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return FailureTime
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, context.Canceled):
		return FailureClosed
	}
	text := err.Error()
	for _, known := range failureWords {
		if strings.Contains(text, known.word) {
			return known.is
		}
	}
	return FailureOther
}

// alertOf returns the alert that the other side sent: crypto/tls wraps its
// number, of a type that it does not export, in a net.OpError.
func alertOf(err error) (uint8, bool) {
	var op *net.OpError
	if !errors.As(err, &op) || !strings.HasPrefix(op.Op, "remote") || op.Err == nil {
		return 0, false
	}
	number := reflect.ValueOf(op.Err)
	if number.Kind() != reflect.Uint8 {
		return 0, false
	}
	return uint8(number.Uint()), true
}

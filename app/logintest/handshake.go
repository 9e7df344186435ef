package logintest

import (
	"errors"

	"cientro/app/browserdemo"
	"cientro/app/messages"
)

// handshakeChecks reads what the stand-in server saw. The best that was seen
// counts: a warning that was clicked away, or a first try that was given up, is
// nothing that holds anybody back.
func handshakeChecks(events []browserdemo.Event) []Check {
	h := handshake{connection: waiting(Connection), tls: waiting(TLS), certificate: waiting(Certificate), signature: waiting(Signature)}
	for _, e := range events {
		h.take(e)
		if e.Kind == browserdemo.EventLogin {
			break
		}
	}
	return []Check{h.connection, h.tls, h.certificate, h.signature}
}

// handshake is what is known after some events.
type handshake struct{ connection, tls, certificate, signature Check }

func (h *handshake) take(e browserdemo.Event) {
	switch e.Kind {
	case browserdemo.EventHello:
		h.connection = ok(Connection, "ok", nil)
	case browserdemo.EventShown:
		h.tls = ok(TLS, "ok", messages.Values{"TLS": usualTLS})
		h.certificate = ok(Certificate, "unreadable", nil)
		if e.Login != nil && e.Login.Surname != "" {
			h.certificate = ok(Certificate, "ok", nameOf(e.Login))
		}
	case browserdemo.EventConnected:
		h.signature = ok(Signature, "ok", nil)
	case browserdemo.EventFailed:
		h.fail(e.Failure)
	case browserdemo.EventRefused:
		way := "not-cie"
		if errors.Is(e.Err, browserdemo.ErrExpired) {
			way = "expired"
		}
		h.certificate = problem(Certificate, way, nil)
	case browserdemo.EventLogin:
		h.connection = ok(Connection, "ok", nil)
		h.tls = ok(TLS, "ok", messages.Values{"TLS": e.Login.Version})
		h.certificate = ok(Certificate, "ok", nameOf(e.Login))
		h.signature = ok(Signature, "ok", nil)
	}
}

// usualTLS is the only version the server speaks, by its usual name.
const usualTLS = "TLS 1.2"

func nameOf(l *browserdemo.Login) messages.Values {
	return messages.Values{"GivenNames": l.GivenNames, "Surname": l.Surname}
}

func (h *handshake) fail(f browserdemo.Failure) {
	switch f {
	case browserdemo.FailureUntrusted:
		h.connection = unknown(Connection, "untrusted", nil)
	case browserdemo.FailureVersion:
		h.tls = problem(TLS, "version", nil)
	case browserdemo.FailureNoCertificate:
		h.tls = ok(TLS, "ok", messages.Values{"TLS": usualTLS})
		h.certificate = problem(Certificate, "none", nil)
	case browserdemo.FailureSignature:
		h.signature = problem(Signature, "wrong", nil)
	case browserdemo.FailureClosed, browserdemo.FailureTime, browserdemo.FailureOther:
		h.signature = unknown(Signature, "given-up", nil)
	}
}

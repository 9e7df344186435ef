package browserdemo

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"cientro/card/holder"
)

// ErrNotTest: the certificate is not under the specimen's TEST authority. That
// of a real card is none of the demo's business: it is not looked at further.
var ErrNotTest = errors.New("the certificate is not of the TEST authority")

// Errors of servers for any card.
var (
	// ErrNotCIE: the certificate is readable and not that of a CIE.
	ErrNotCIE = errors.New("the certificate is not that of a CIE")
	// ErrExpired: it is not valid now. A real server refuses it, too.
	ErrExpired = errors.New("the certificate is not valid now")
)

// Login is one person let in, as far as the page shows her.
type Login struct {
	// GivenNames, Surname and FiscalCode are masked: "P****", "S*******".
	GivenNames, Surname, FiscalCode string
	// Version and CipherSuite are of the connection, as in "TLS 1.2".
	Version, CipherSuite string
	// Code is drawn for this page and stands in its title: whoever sees it in a
	// window's title knows that the window shows this page.
	Code string
}

// codeAlphabet has no letters that are taken for one another.
const codeAlphabet = "ABCDEFGHKMNPRTUVWXY346789"

func newCode() string {
	code := make([]byte, 6)
	_, _ = rand.Read(code) // never fails since Go 1.24
	for i, b := range code {
		code[i] = codeAlphabet[int(b)%len(codeAlphabet)]
	}
	return string(code)
}

// judge checks the certificate of a finished handshake, which has proved the
// possession of its key. Errors are ErrNotTest, with a reason.
func (s *Server) judge(state *tls.ConnectionState) (*Login, error) {
	if len(state.PeerCertificates) == 0 {
		return nil, fmt.Errorf("%w: there is none", ErrNotTest)
	}
	if s.anyCard {
		return s.judgeAny(state)
	}
	shown := state.PeerCertificates[0]
	above := x509.NewCertPool()
	for _, c := range slices.Concat(s.between, state.PeerCertificates[1:]) {
		above.AddCert(c)
	}
	_, err := shown.Verify(x509.VerifyOptions{
		Roots: s.roots, Intermediates: above, CurrentTime: s.now(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		// The reason of x509 may quote names: say which kind it is, no more.
		return nil, fmt.Errorf("%w: %T", ErrNotTest, err)
	}
	who, err := holder.Parse(shown.Raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotTest, err)
	}
	return welcome(who, state), nil
}

// judgeAny is judge for any card: the certificate has to be that of a CIE, and
// valid now.
func (s *Server) judgeAny(state *tls.ConnectionState) (*Login, error) {
	who, err := holder.Parse(state.PeerCertificates[0].Raw)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotCIE, err)
	case who.FiscalCode.Reveal() == "" || who.DocumentNumber.Reveal() == "":
		return nil, ErrNotCIE
	case !who.ValidAt(s.now()):
		return nil, ErrExpired
	}
	return welcome(who, state), nil
}

// shown is what can be said of a certificate that was only shown; nil where it is
// none that can be read.
func (s *Server) shown(raw [][]byte) *Login {
	if len(raw) == 0 {
		return nil
	}
	who, err := holder.Parse(raw[0])
	if err != nil {
		return nil
	}
	return masked(who)
}

func masked(who *holder.Certificate) *Login {
	return &Login{
		GivenNames: initials(who.GivenNames.Reveal()), Surname: initials(who.Surname.Reveal()),
		FiscalCode: initials(who.FiscalCode.Reveal()),
	}
}

func welcome(who *holder.Certificate, state *tls.ConnectionState) *Login {
	l := masked(who)
	l.Version, l.CipherSuite = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	l.Code = newCode()
	return l
}

// initials hides all of each word but its first letter: "MARIA ROSA" is
// "M**** R***".
func initials(text string) string {
	first := true
	return strings.Map(func(r rune) rune {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			first = true
			return r
		case first:
			first = false
			return r
		}
		return '*'
	}, text)
}

// loopbackPatience bounds a handshake: a person looks for her card and types.
const loopbackPatience = 5 * time.Minute

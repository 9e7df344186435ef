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
	return &Login{
		GivenNames: initials(who.GivenNames.Reveal()), Surname: initials(who.Surname.Reveal()),
		FiscalCode: initials(who.FiscalCode.Reveal()),
		Version:    tls.VersionName(state.Version), CipherSuite: tls.CipherSuiteName(state.CipherSuite),
		Code: newCode(),
	}, nil
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

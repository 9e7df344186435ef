package sod

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A chain is a document signer, at most maxLinks link certificates, an
// anchor. Search stops after maxChecks signatures, whatever it is fed.
const (
	maxLinks  = 4
	maxChecks = 64
)

// country is the issuer of every CIE (ISO 3166-1, attribute C).
const country = "IT"

var (
	errNoAuthority  = fmt.Errorf("%w: issuer is no certificate authority", ErrChain)
	errOtherCountry = fmt.Errorf("%w: country signer of another country", ErrChain)
	errPeriod       = fmt.Errorf("%w: issued outside the validity of its issuer", ErrChain)
	errPurpose      = fmt.Errorf("%w: certificate is not for signing documents", ErrChain)
)

// Chain is the way from a document signer to an anchor.
type Chain struct {
	Anchor *Anchor        // nil where Err is not
	Links  []*Certificate // between the two, the signer's issuer first
	Err    error          // in the family of ErrChain; ErrUnknownIssuer where nothing was found
}

// MarshalJSON gives the anchor's subject and id and the number of links.
func (c Chain) MarshalJSON() ([]byte, error) {
	out := struct {
		Anchor *string `json:"anchor"`
		ID     *string `json:"id,omitempty"`
		Links  int     `json:"links"`
	}{Links: len(c.Links)}
	if c.Anchor != nil {
		subject := c.Anchor.Subject.String()
		out.Anchor, out.ID = &subject, &c.Anchor.ID
	}
	return json.Marshal(out)
}

// Chain looks for the anchor that issued a document signer, directly or by way
// of link certificates: those given to NewAnchors and those given here. Each
// signature on the way is checked, SHA-1 is refused. Links must be
// certificate authorities of the same country. Only an Italian anchor counts.
func (a *Anchors) Chain(signer *Certificate, links ...*Certificate) Chain {
	if !signer.signsDocuments() {
		return Chain{Err: errPurpose}
	}
	return a.search(signer, country, links)
}

// search does the work of Chain for a certificate of any purpose; wanted is
// the anchor's country, any where empty.
func (a *Anchors) search(c *Certificate, wanted string, links []*Certificate) Chain {
	if a == nil {
		return Chain{Err: ErrUnknownIssuer}
	}
	s := search{anchors: a, links: slices.Concat(links, a.links), country: wanted}
	if anchor := s.issuer(c); anchor != nil {
		return Chain{Anchor: anchor, Links: s.path}
	}
	if s.reason == nil {
		s.reason = ErrUnknownIssuer
	}
	return Chain{Err: s.reason}
}

// search is one search, depth first.
type search struct {
	anchors *Anchors
	links   []*Certificate
	country string
	path    []*Certificate
	checks  int
	reason  error // the most telling obstacle met
}

func (s *search) obstacle(err error) {
	if s.reason == nil || errors.Is(err, ErrForged) {
		s.reason = err
	}
}

// issuer returns the anchor behind c, or nil.
func (s *search) issuer(c *Certificate) *Anchor {
	for _, anchor := range s.anchors.issuersOf(c) {
		if s.issuedBy(c, anchor) {
			return anchor
		}
	}
	if len(s.path) == maxLinks {
		return nil
	}
	for _, link := range s.links {
		if !s.linksTo(c, link) {
			continue
		}
		s.path = append(s.path, link)
		if anchor := s.issuer(link); anchor != nil {
			return anchor
		}
		s.path = s.path[:len(s.path)-1]
	}
	return nil
}

// signedBy checks one signature within the bounds of the search.
func (s *search) signedBy(c *Certificate, key *PublicKey) error {
	if s.checks++; s.checks > maxChecks {
		return fmt.Errorf("%w: too many certificates to try", ErrChain)
	}
	return c.CheckSignature(key)
}

func (s *search) issuedBy(c *Certificate, anchor *Anchor) bool {
	if err := s.signedBy(c, anchor.Key); err != nil {
		switch named := c.AuthorityKeyID != nil && anchor.Subject.Equal(c.Issuer); {
		case !errors.Is(err, ErrSignature):
			s.obstacle(fmt.Errorf("%w: %w", ErrChain, err))
		case named && string(anchor.KeyID) == string(c.AuthorityKeyID):
			s.obstacle(ErrForged)
		}
		return false
	}
	switch {
	case s.country != "" && anchor.Subject.Country() != s.country, !sameCountry(c.Subject, anchor.Subject):
		s.obstacle(errOtherCountry)
	case outside(c.NotBefore, anchor.NotBefore.Add(-dayOfGrace), anchor.NotAfter):
		s.obstacle(errPeriod)
	default:
		return true
	}
	return false
}

// dayOfGrace allows for certificates made on one day at two desks, whose
// clocks or zones differ.
const dayOfGrace = 24 * time.Hour

// linksTo tells whether link issued c and may do so.
func (s *search) linksTo(c, link *Certificate) bool {
	if link == c || slices.Contains(s.path, link) || !c.namesIssuer(link) {
		return false
	}
	if err := s.signedBy(c, link.PublicKey); err != nil {
		if !errors.Is(err, ErrSignature) {
			s.obstacle(fmt.Errorf("%w: %w", ErrChain, err))
		}
		return false
	}
	// No path length is counted: every country signer says 0, and a link
	// certificate is the country signer itself under its other key
	// (RFC 5280 section 6.1.4 l leaves self-issued certificates out as well).
	// What bounds the way is maxLinks.
	switch {
	case !link.mayIssue():
		s.obstacle(errNoAuthority)
	case !sameCountry(c.Subject, link.Subject):
		s.obstacle(errOtherCountry)
	case outside(c.NotBefore, link.NotBefore.Add(-dayOfGrace), link.NotAfter):
		s.obstacle(errPeriod)
	default:
		return true
	}
	return false
}

// namesIssuer tells whether c names other as its issuer, by key or by name.
func (c *Certificate) namesIssuer(other *Certificate) bool {
	return c.Issuer.Equal(other.Subject) ||
		c.AuthorityKeyID != nil && other.SubjectKeyID != nil && string(c.AuthorityKeyID) == string(other.SubjectKeyID)
}

// sameCountry compares the C attributes (ICAO 9303-12 section 7.1.1: equal all along the chain).
func sameCountry(a, b Name) bool { return a.Country() == b.Country() }

// warnings are those about the anchor of a chain that holds.
func (c Chain) warnings(signer *Certificate, now time.Time) []Warning {
	var warnings []Warning
	if now.After(c.Anchor.NotAfter) {
		warnings = append(warnings, Warning{WarnAnchorExpired, "on " + day(c.Anchor.NotAfter)})
	}
	issued := signer
	if len(c.Links) > 0 {
		issued = c.Links[len(c.Links)-1]
	}
	if !issued.Issuer.Equal(c.Anchor.Subject) {
		warnings = append(warnings, Warning{WarnIssuerName, issued.Issuer.String()})
	}
	if own := c.Anchor.Certificate; own != nil && outside(issued.NotBefore, own.PrivateKeyNotBefore.Add(-dayOfGrace), own.PrivateKeyNotAfter) {
		warnings = append(warnings, Warning{WarnAnchorKeyPeriod, "on " + day(issued.NotBefore)})
	}
	return warnings
}

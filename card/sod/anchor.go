package sod

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Origin tells how an anchor came here.
type Origin string

// Origins of anchors.
const (
	OriginShipped  Origin = "shipped"
	OriginImported Origin = "imported"
)

// Anchor is a country signer that is trusted: a certificate, or the bare
// facts of one.
type Anchor struct {
	ID                  string // SHA-256 of the certificate, lower-case hexadecimal
	Subject, Issuer     Name
	Serial              string // hexadecimal, as in the certificate
	KeyID               []byte // subject key identifier; nil where unknown
	NotBefore, NotAfter time.Time
	Key                 *PublicKey
	Origin              Origin
	Certificate         *Certificate // nil for a bare key
}

// NewAnchor makes an anchor of a certificate. Errors are ErrChain where the
// certificate says of itself that it issues no others. One of the Italian link
// certificates denies being an authority in basicConstraints while its key
// usage is to sign certificates, so either word is enough for an anchor, whom
// a person has chosen; for links nobody chose both are needed.
func NewAnchor(c *Certificate, origin Origin) (Anchor, error) {
	if !c.CA && c.KeyUsage&UsageCertSign == 0 {
		return Anchor{}, errNoAuthority
	}
	return Anchor{
		ID:      c.Fingerprint(),
		Subject: c.Subject, Issuer: c.Issuer,
		Serial:    serialText(c),
		KeyID:     c.SubjectKeyID,
		NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		Key:         c.PublicKey,
		Origin:      origin,
		Certificate: c,
	}, nil
}

func serialText(c *Certificate) string {
	if c.Serial.IsInt64() && c.Serial.Sign() >= 0 && c.Serial.Int64() < 256 {
		return hex.EncodeToString([]byte{byte(c.Serial.Int64())})
	}
	text := c.Serial.Text(16)
	if c.Serial.Sign() > 0 && len(text)%2 == 1 {
		text = "0" + text
	}
	return text
}

// Anchors is what a chain may end in, and the certificates it may pass
// through. The nil pointer holds none. It is not changed after it is made, so
// several goroutines may use it.
type Anchors struct {
	list   []Anchor
	links  []*Certificate
	byName map[string][]int
	byKey  map[string][]int
}

// NewAnchors collects anchors. Links are certificates that are not trusted by
// themselves but may lead from a new country signer's key to a known one
// (ICAO 9303-12 section 4.1.1).
func NewAnchors(list []Anchor, links ...*Certificate) *Anchors {
	a := &Anchors{
		list:   slices.Clone(list),
		links:  slices.Clone(links),
		byName: make(map[string][]int, len(list)),
		byKey:  make(map[string][]int, len(list)),
	}
	for i, anchor := range a.list {
		name := nameKey(anchor.Subject)
		a.byName[name] = append(a.byName[name], i)
		if anchor.KeyID != nil {
			a.byKey[string(anchor.KeyID)] = append(a.byKey[string(anchor.KeyID)], i)
		}
	}
	return a
}

// Len is the number of anchors.
func (a *Anchors) Len() int {
	if a == nil {
		return 0
	}
	return len(a.list)
}

// nameKey is equal for names that are Equal, and for some more.
func nameKey(n Name) string {
	parts := n.canonical()
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

// issuersOf returns the anchors that may have issued c: those whose key it
// names, then those whose name it names. Both are hints, which genuine
// certificates get wrong now and then; the signature decides.
func (a *Anchors) issuersOf(c *Certificate) []*Anchor {
	var found []*Anchor
	if c.AuthorityKeyID != nil {
		for _, i := range a.byKey[string(c.AuthorityKeyID)] {
			found = append(found, &a.list[i])
		}
	}
	for _, i := range a.byName[nameKey(c.Issuer)] {
		if anchor := &a.list[i]; anchor.Subject.Equal(c.Issuer) && !slices.Contains(found, anchor) {
			found = append(found, anchor)
		}
	}
	return found
}

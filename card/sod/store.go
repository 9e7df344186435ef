package sod

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Errors of Store.Remove.
var (
	// ErrNoAnchor: no anchor has this id.
	ErrNoAnchor = errors.New("no such trust anchor")
	// ErrAmbiguous: several anchors have an id that begins like this.
	ErrAmbiguous = errors.New("several trust anchors match")
)

// minPrefix is the least of an id that Remove takes.
const minPrefix = 8

// storeSchema names the shape of a stored list.
const storeSchema = "cientro.trust/1"

// Store is the list of anchors a person trusts: those shipped, less those
// taken out, and those imported. It lives in memory; where its JSON is kept is
// the caller's affair. It is not safe for concurrent use.
type Store struct {
	shipped    []Anchor
	imported   []Anchor
	distrusted map[string]bool // ids of shipped anchors taken out
}

// NewStore makes a store that holds the shipped anchors only.
func NewStore(shipped []Anchor) *Store {
	return &Store{shipped: slices.Clone(shipped), distrusted: make(map[string]bool)}
}

// List returns the trusted anchors: the shipped ones first, then by subject and age.
func (s *Store) List() []Anchor {
	list := slices.DeleteFunc(slices.Clone(s.shipped), func(a Anchor) bool { return s.distrusted[a.ID] })
	imported := slices.Clone(s.imported)
	slices.SortStableFunc(imported, func(a, b Anchor) int {
		return cmp.Or(cmp.Compare(a.Subject.Country(), b.Subject.Country()),
			cmp.Compare(a.Subject.String(), b.Subject.String()), a.NotBefore.Compare(b.NotBefore))
	})
	return append(list, imported...)
}

// Distrusted returns the shipped anchors that were taken out.
func (s *Store) Distrusted() []Anchor {
	return slices.DeleteFunc(slices.Clone(s.shipped), func(a Anchor) bool { return !s.distrusted[a.ID] })
}

// Anchors returns what Verify needs.
func (s *Store) Anchors() *Anchors { return NewAnchors(s.List()) }

// Add trusts anchors and returns how many were not trusted before. A shipped
// one that was taken out comes back.
func (s *Store) Add(anchors ...Anchor) int {
	added := 0
	for _, a := range anchors {
		isThis := func(known Anchor) bool { return known.ID == a.ID }
		switch {
		case s.distrusted[a.ID]:
			delete(s.distrusted, a.ID)
			added++
		case a.Certificate == nil || slices.ContainsFunc(s.shipped, isThis) || slices.ContainsFunc(s.imported, isThis):
		default:
			a.Origin = OriginImported
			s.imported = append(s.imported, a)
			added++
		}
	}
	return added
}

// Remove takes out the anchor whose id begins with prefix, at least 8
// hexadecimal digits, of any case, colons allowed. The same key may stand in
// other certificates and stay trusted: those are returned as well. Errors are
// ErrNoAnchor and ErrAmbiguous.
func (s *Store) Remove(prefix string) (removed Anchor, sameKey []Anchor, err error) {
	prefix = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(prefix), ":", ""))
	if len(prefix) < minPrefix {
		return Anchor{}, nil, fmt.Errorf("%w: at least %d digits of its id are needed", ErrNoAnchor, minPrefix)
	}
	var found []Anchor
	for _, a := range s.List() {
		if strings.HasPrefix(a.ID, prefix) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 0:
		return Anchor{}, nil, fmt.Errorf("%w: %s", ErrNoAnchor, prefix)
	case 1:
		removed = found[0]
	default:
		return Anchor{}, nil, fmt.Errorf("%w: %s", ErrAmbiguous, prefix)
	}
	if removed.Origin == OriginShipped {
		s.distrusted[removed.ID] = true
	} else {
		s.imported = slices.DeleteFunc(s.imported, func(a Anchor) bool { return a.ID == removed.ID })
	}
	sameKey = slices.DeleteFunc(s.List(), func(a Anchor) bool { return !a.Key.equal(removed.Key) })
	return removed, sameKey, nil
}

// stored is the JSON of a store. Certificates are DER, in base64.
type stored struct {
	Schema     string   `json:"schema"`
	Imported   [][]byte `json:"imported"`
	Distrusted []string `json:"distrusted"`
}

// MarshalJSON writes what differs from the shipped anchors.
func (s *Store) MarshalJSON() ([]byte, error) {
	out := stored{Schema: storeSchema, Imported: [][]byte{}, Distrusted: []string{}}
	for _, a := range s.imported {
		out.Imported = append(out.Imported, a.Certificate.Raw)
	}
	for id := range s.distrusted {
		out.Distrusted = append(out.Distrusted, id)
	}
	slices.Sort(out.Distrusted)
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote and replaces what differs from
// the shipped anchors. Errors are ErrMalformed and ErrTooLarge, and leave the
// store as it was.
func (s *Store) UnmarshalJSON(b []byte) error {
	if len(b) > 2*MaxImport {
		return ErrTooLarge
	}
	var in stored
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("%w: trust store: %w", ErrMalformed, err)
	}
	if in.Schema != storeSchema {
		return malformed("trust store: schema %q", in.Schema)
	}
	fresh := NewStore(s.shipped)
	for i, der := range in.Imported {
		c, err := ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("trust store: certificate %d: %w", i, err)
		}
		anchor, err := NewAnchor(c, OriginImported)
		if err != nil {
			return fmt.Errorf("%w: trust store: certificate %d: %w", ErrMalformed, i, err)
		}
		fresh.Add(anchor)
	}
	for _, id := range in.Distrusted {
		if slices.ContainsFunc(s.shipped, func(a Anchor) bool { return a.ID == id }) {
			fresh.distrusted[id] = true
		}
	}
	*s = *fresh
	return nil
}

// MarshalJSON describes an anchor for people and scripts; it cannot be read back.
func (a Anchor) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID        string    `json:"id"`
		Subject   string    `json:"subject"`
		Issuer    string    `json:"issuer"`
		Serial    string    `json:"serial"`
		KeyID     string    `json:"keyId"`
		Key       string    `json:"key"`
		Usable    bool      `json:"usable"`
		NotBefore time.Time `json:"notBefore"`
		NotAfter  time.Time `json:"notAfter"`
		Link      bool      `json:"link"`
		Origin    Origin    `json:"origin"`
	}{
		a.ID, a.Subject.String(), a.Issuer.String(), a.Serial, fmt.Sprintf("%x", a.KeyID), a.Key.Algorithm(),
		a.Key.Usable() == nil, a.NotBefore, a.NotAfter, a.Link(), a.Origin,
	})
}

// Link tells a link certificate: another key of the same country signer
// certified this one (ICAO 9303-12 section 4.1.1).
func (a Anchor) Link() bool {
	if a.Certificate != nil {
		return !a.Certificate.SelfSigned()
	}
	return !a.Issuer.Equal(a.Subject)
}

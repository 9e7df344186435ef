package sod

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// MaxImport is the most that ImportAnchors takes. The largest published master
// lists have some 2 MiB.
const MaxImport = 16 << 20

// maxListed bounds the certificates of one import; published lists have some 600.
const maxListed = 8192

// ImportKind tells what was imported.
type ImportKind string

// What can be imported.
const (
	ImportPEM        ImportKind = "pem"
	ImportDER        ImportKind = "der"
	ImportMasterList ImportKind = "master-list"
)

// Import is what a file offers as trust anchors. Nothing of it is trusted
// until somebody puts it into a Store.
type Import struct {
	Kind ImportKind
	// Anchors are the country signers found, each once. Those whose key cannot
	// be used here are among them, see PublicKey.Usable.
	Anchors []Anchor
	// Refused are the certificates that are no country signers or cannot be read.
	Refused []Refusal
	// List is who signed a master list; nil for other kinds.
	List *ListSignature
}

// Refusal is a certificate that cannot be an anchor, by its place in the file from 0.
type Refusal struct {
	Index   int
	Subject string // empty where it cannot be read
	Err     error
}

// ListSignature is the signature of a master list, checked with the
// certificate that came with it. A valid one says that the list is unchanged,
// not that its signer deserves trust: see IssuedBy.
type ListSignature struct {
	State       SignatureState
	Err         error        // why it is not valid
	Signer      *Certificate // nil where it is not enclosed
	SigningTime time.Time    // zero where not told

	enclosed []*Certificate
}

// IssuedBy looks for the anchor behind the signer of the list, of any country.
// Given the anchors of the list itself it only tells that the list vouches for
// itself.
func (l *ListSignature) IssuedBy(anchors *Anchors) Chain {
	if l.Signer == nil {
		return Chain{Err: ErrUnknownIssuer}
	}
	return anchors.search(l.Signer, "", l.enclosed)
}

// ImportAnchors reads PEM with one or more certificates, one DER certificate,
// or an ICAO master list (ICAO 9303-12 section 9), in DER or PEM. A single bad
// certificate of many is refused alone. Errors are ErrTooLarge, ErrMalformed.
func ImportAnchors(b []byte) (Import, error) {
	if len(b) > MaxImport {
		return Import{}, ErrTooLarge
	}
	if bytes.Contains(b, []byte("-----BEGIN ")) {
		return importPEM(b)
	}
	object, rest, err := readElement(b)
	if err != nil {
		return Import{}, wrapAs(err, "neither PEM nor DER")
	}
	if len(bytes.Trim(rest, "\x00\r\n")) > 0 {
		return Import{}, malformed("%d bytes after the first object", len(rest))
	}
	if isContentInfo(object) {
		return importMasterList(object.raw)
	}
	in := Import{Kind: ImportDER}
	c, err := ParseCertificate(object.raw)
	if err != nil {
		return Import{}, err
	}
	in.add(0, c)
	return in, nil
}

// isContentInfo tells CMS from a certificate by what comes first inside.
func isContentInfo(object element) bool {
	first, _, err := readElement(object.body)
	return err == nil && object.tag == tagSequence && first.tag == tagOID
}

func importPEM(b []byte) (Import, error) {
	in := Import{Kind: ImportPEM}
	index := 0
	for ; index < maxListed; index++ {
		block, rest := pem.Decode(b)
		if block == nil {
			break
		}
		b = rest
		switch block.Type {
		case "CERTIFICATE", "X509 CERTIFICATE":
			c, err := ParseCertificate(block.Bytes)
			if err != nil {
				in.Refused = append(in.Refused, Refusal{Index: index, Err: err})
				continue
			}
			in.add(index, c)
		case "CMS", "PKCS7":
			return importMasterList(block.Bytes)
		default:
			in.Refused = append(in.Refused, Refusal{Index: index, Err: malformed("PEM block %q", block.Type)})
		}
	}
	if index == 0 {
		return Import{}, malformed("PEM without a complete block")
	}
	return in, nil
}

// add takes a certificate as an anchor, once, or refuses it.
func (in *Import) add(index int, c *Certificate) {
	anchor, err := NewAnchor(c, OriginImported)
	if err != nil {
		in.Refused = append(in.Refused, Refusal{Index: index, Subject: c.Subject.String(), Err: err})
		return
	}
	for _, known := range in.Anchors {
		if known.ID == anchor.ID {
			return
		}
	}
	in.Anchors = append(in.Anchors, anchor)
}

// importMasterList reads CscaMasterList: SEQUENCE{version, SET OF Certificate}
// in a SignedData (ICAO 9303-12 section 9.2).
func importMasterList(der []byte) (Import, error) {
	signed, err := parseSignedData(der)
	if err != nil {
		return Import{}, wrapAs(err, "master list")
	}
	if signed.contentType != oidMasterList {
		return Import{}, malformed("master list: content of type %s", signed.contentType)
	}
	outer := newReader(signed.content)
	list := outer.enter(tagSequence, "master list")
	outer.end("master list")
	list.small(1<<16, "master list version")
	certificates := list.enter(tagSet, "master list")
	list.end("master list")

	in := Import{Kind: ImportMasterList, List: signed.listSignature()}
	for index := 0; certificates.more(); index++ {
		if index == maxListed {
			return Import{}, ErrTooLarge
		}
		el := certificates.next("master list")
		c, err := ParseCertificate(el.raw)
		switch {
		case outer.err() != nil:
		case err != nil:
			in.Refused = append(in.Refused, Refusal{Index: index, Err: err})
		default:
			in.add(index, c)
		}
	}
	if err := outer.err(); err != nil {
		return Import{}, err
	}
	return in, nil
}

// masterListSigner is the extended key usage of those who sign lists (ICAO 9303-12 table 5).
const masterListSigner = "2.23.136.1.1.3"

// listSignature checks a master list against the certificate that it encloses.
func (s *signedData) listSignature() *ListSignature {
	l := &ListSignature{Signer: s.certificate(), SigningTime: s.signer.signingTime, enclosed: s.certificates}
	switch {
	case l.Signer == nil:
		l.Err = ErrSignerMismatch
	default:
		l.Err = errors.Join(s.check(l.Signer, false)...)
	}
	if l.Err == nil && !l.Signer.hasUsage(masterListSigner) {
		l.Err = fmt.Errorf("%w: signer is not one of master lists", ErrSignature)
	}
	switch {
	case l.Err == nil:
		l.State = SignatureValid
	case errors.Is(l.Err, ErrUnsupported) && !errors.Is(l.Err, ErrDigest) && !errors.Is(l.Err, ErrContentType):
		l.State = SignatureUnsupported
	default:
		l.State = SignatureInvalid
	}
	return l
}

package virtual

import (
	"fmt"
	"strconv"
)

// directory is a DF of this card.
type directory int

const (
	dfRoot directory = iota // MF and IAS application
	dfCIE
	dfICAO
)

// fileID is a file identifier.
type fileID uint16

const (
	efDIR         fileID = 0x2F00
	efATR         fileID = 0x2F01
	efSN          fileID = 0xD003
	efDH          fileID = 0xD004
	efIDServizi   fileID = 0x1001
	efSeriale     fileID = 0x1002
	efCertCIE     fileID = 0x1003
	efIntKpub     fileID = 0x1004
	efServiziKpub fileID = 0x1005
	efSOD         fileID = 0x1006
)

// elementaryFile is one row of the file tables.
type elementaryFile struct {
	id  fileID
	sfi byte
}

// files lists the EFs of a DF with their short identifiers.
func (d directory) files() []elementaryFile {
	switch d {
	case dfRoot:
		return []elementaryFile{{efATR, 0x1D}, {efDIR, 0x1E}, {efSN, 0x1C}, {efDH, 0x1B}}
	case dfCIE:
		return []elementaryFile{{efIDServizi, 1}, {efSeriale, 2}, {efCertCIE, 3}, {efIntKpub, 4}, {efServiziKpub, 5}, {efSOD, 6}}
	}
	return nil
}

func (d directory) byID(id fileID) (elementaryFile, bool) {
	for _, f := range d.files() {
		if f.id == id {
			return f, true
		}
	}
	return elementaryFile{}, false
}

func (d directory) bySFI(sfi byte) (elementaryFile, bool) {
	for _, f := range d.files() {
		if f.sfi == sfi {
			return f, true
		}
	}
	return elementaryFile{}, false
}

// content gives the bytes of an EF as the card holds them now: with padding, in
// the SOD variant of the settings and with standing faults applied.
func (c *Card) content(id fileID) []byte {
	raw := c.tamper(id, c.personalised(id))
	padding := c.padding[id]
	return append(raw[:len(raw):len(raw)], make([]byte, padding)...)
}

func (c *Card) personalised(id fileID) []byte {
	d := c.data
	switch id {
	case efATR:
		return d.EFATR
	case efDIR:
		return d.EFDIR
	case efSN:
		return d.EFSN
	case efDH:
		return d.EFDH
	case efIDServizi:
		return d.IDServizi
	case efSeriale:
		return d.Seriale
	case efCertCIE:
		return d.CertCIE
	case efIntKpub:
		if c.foreignChip() {
			return d.ServiziKpub
		}
		return d.IntKpub
	case efServiziKpub:
		return d.ServiziKpub
	}
	if c.settings.SODVariant == SODSHA256 {
		return d.SODSHA256
	}
	return d.SODSHA512
}

// readable applies the access conditions of the EF.
func (c *Card) readable(id fileID, protected bool) bool {
	s := &c.session
	switch id {
	case efSeriale:
		return protected && s.deviceAuthenticated && s.pinVerified
	case efCertCIE:
		return protected && s.deviceAuthenticated && (s.pinVerified || !c.settings.CertNeedsPIN)
	}
	return true
}

// parseFileID reads four hexadecimal digits.
func parseFileID(digits string) (fileID, error) {
	v, err := strconv.ParseUint(digits, 16, 16)
	if err != nil || len(digits) != 4 {
		return 0, fmt.Errorf("%w: file %q: want four hexadecimal digits", ErrSettings, digits)
	}
	return fileID(v), nil
}

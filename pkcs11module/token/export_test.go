package token

import "cientro/card/holder"

// Chip and what follows open the package to its tests.
type Chip = chip

// ReturnValue is returnValue.
var ReturnValue = returnValue

// OpenWith puts another maker of chips in place of package card.
func (m *Module) OpenWith(open func(Connection) Chip) { m.open = open }

// CertificateFields are issuer and serial number as objects show them.
func CertificateFields(certificate *holder.Certificate) (issuer, serial []byte, ok bool) {
	key, err := parseHolder(certificate)
	if err != nil {
		return nil, nil, false
	}
	return key.issuer, key.serial, true
}

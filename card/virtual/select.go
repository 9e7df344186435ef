package virtual

import "bytes"

// The application identifiers of the card.
var (
	aidIAS  = [...]byte{0xA0, 0, 0, 0, 0x30, 0x80, 0, 0, 0, 0x09, 0x81, 0x60, 0x01}
	aidCIE  = [...]byte{0xA0, 0, 0, 0, 0, 0x39}
	aidICAO = [...]byte{0xA0, 0, 0, 0x02, 0x47, 0x10, 0x01}
)

// SELECT parameters (ISO 7816-4 section 11.1.1, formerly 7.1.1).
const (
	selectByID    = 0x00
	selectEF      = 0x02
	selectByName  = 0x04
	returnFCI     = 0x00
	returnFCP     = 0x04
	returnNothing = 0x0C
)

// selectFile executes SELECT.
func (c *Card) selectFile(cmd command) ([]byte, StatusWord) {
	if cmd.p2 != returnFCI && cmd.p2 != returnFCP && cmd.p2 != returnNothing {
		return nil, swWrongP1P2
	}
	switch cmd.p1 {
	case selectByName:
		return c.selectApplication(cmd)
	case selectByID:
		if len(cmd.data) == 0 || bytes.Equal(cmd.data, []byte{0x3F, 0x00}) {
			c.enter(dfRoot)
			return c.describeDF(cmd, nil), swOK
		}
		return c.selectEF(cmd)
	case selectEF:
		return c.selectEF(cmd)
	}
	return nil, swWrongP1P2
}

func (c *Card) selectApplication(cmd command) ([]byte, StatusWord) {
	switch {
	case bytes.Equal(cmd.data, aidIAS[:]) && c.settings.RootByAID:
		c.enter(dfRoot)
	case bytes.Equal(cmd.data, aidCIE[:]):
		c.enter(dfCIE)
	case bytes.Equal(cmd.data, aidICAO[:]) && c.settings.ICAOApplication:
		c.enter(dfICAO)
	default:
		return nil, swNotFound
	}
	return c.describeDF(cmd, cmd.data), swOK
}

// enter makes a DF current. Leaving an application ends its PIN states.
func (c *Card) enter(d directory) {
	if d != c.directory {
		c.session.pinVerified, c.session.pukVerified = false, false
	}
	c.directory, c.current = d, nil
}

// describeDF answers a DF selection: the control parameters if asked for by P2 04,
// or by P2 00 together with Le.
func (c *Card) describeDF(cmd command, aid []byte) []byte {
	var name []byte
	if aid != nil {
		name = tlv(0x84, aid)
	} else {
		name = tlv(0x83, []byte{0x3F, 0x00})
	}
	switch {
	case cmd.p2 == returnFCP:
		return tlv(0x62, tlv(0x82, []byte{0x38}), name)
	case cmd.p2 == returnFCI && cmd.ne > 0:
		return tlv(0x6F, name)
	}
	return nil
}

func (c *Card) selectEF(cmd command) ([]byte, StatusWord) {
	if len(cmd.data) != 2 {
		return nil, swWrongLength
	}
	if c.directory == dfICAO {
		return nil, swSecurityStatus // closed until PACE or BAC, which this card does not speak
	}
	id := fileID(cmd.data[0])<<8 | fileID(cmd.data[1])
	f, ok := c.directory.byID(id)
	if !ok {
		return nil, swNotFound
	}
	c.current = &f
	if cmd.p2 == returnFCP || cmd.p2 == returnFCI && cmd.ne > 0 {
		return c.fcp(f), swOK
	}
	return nil, swOK
}

// fcp describes an EF: size, transparent, identifier; the full form adds short
// identifier, life cycle and access rules for contact and contactless use.
func (c *Card) fcp(f elementaryFile) []byte {
	size := len(c.content(f.id))
	objects := [][]byte{
		tlv(0x80, []byte{byte(size >> 8), byte(size)}),
		tlv(0x82, []byte{0x01}),
		tlv(0x83, []byte{byte(f.id >> 8), byte(f.id)}),
	}
	if !c.settings.FullFCP {
		return tlv(0x62, objects...)
	}
	condition := byte(0x00) // read: always
	if f.id == efSeriale || f.id == efCertCIE {
		condition = 0x91 // read: secure messaging and user authentication
	}
	rule := []byte{0x01, condition}
	objects = append(objects,
		tlv(0x88, []byte{f.sfi << 3}),
		tlv(0x8A, []byte{0x05}),
		tlv(0xA1, tlv(0x8C, rule), tlv(0x9C, rule)),
	)
	return tlv(0x6F, objects...)
}

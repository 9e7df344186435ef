package virtual

// Data objects of the card (IAS ECC: class and number in the tag).
const (
	tagHeaderList   uint32 = 0x4D
	tagSDO          uint32 = 0x70
	tagDHDomain     uint32 = 0xBFA101
	tagExtAuthKey   uint32 = 0xBFA004
	tagPINObject    uint32 = 0xBF8101
	tagPUKObject    uint32 = 0xBF8102
	tagKeyAgreement uint32 = 0xA6
)

// node is a data object that can be asked for in parts.
type node struct {
	tag      uint32
	value    []byte
	children []node
}

func (n node) encode() []byte {
	if n.children == nil {
		return tlv(n.tag, n.value)
	}
	var parts [][]byte
	for _, child := range n.children {
		parts = append(parts, child.encode())
	}
	return tlv(n.tag, parts...)
}

// extract follows an extended header list (ISO 7816-4 section 8.4.4): tags with a
// length; 00 and 80 ask for the whole object, anything else opens it.
func (n node) extract(list []byte) (node, bool) {
	out := node{tag: n.tag}
	for len(list) > 0 {
		tag, rest, ok := readTag(list)
		if !ok || len(rest) == 0 {
			return node{}, false
		}
		size := int(rest[0])
		rest = rest[1:]
		child, ok := n.find(tag)
		if !ok {
			return node{}, false
		}
		if size != 0 && size != 0x80 {
			if size > len(rest) || child.children == nil {
				return node{}, false
			}
			if child, ok = child.extract(rest[:size]); !ok {
				return node{}, false
			}
			rest = rest[size:]
		}
		out.children = append(out.children, child)
		list = rest
	}
	return out, len(out.children) > 0
}

func (n node) find(tag uint32) (node, bool) {
	for _, child := range n.children {
		if child.tag == tag {
			return child, true
		}
	}
	return node{}, false
}

// getData executes GET DATA with an extended header list (INS CB, P1 P2 3FFF).
func (c *Card) getData(cmd command, protected bool) ([]byte, StatusWord) {
	if cmd.p1p2() != 0x3FFF {
		return nil, swWrongP1P2
	}
	if cmd.ne > 0 && !protected && c.settings.GetDataRefusesLe {
		return nil, swWrongLength
	}
	list, rest, ok := readObject(cmd.data)
	if !ok || list.tag != tagHeaderList || len(rest) > 0 {
		return nil, swWrongData
	}
	found, ok := c.dataObjects().extract(list.value)
	if !ok || len(found.children) != 1 || !c.offersDH(found.children[0]) {
		return nil, swReferenceNotFound
	}
	if found.children[0].tag == tagKeyAgreement {
		c.startChannel()
	}
	return found.children[0].encode(), swOK
}

// dataObjects is the tree of everything GET DATA can reach now.
func (c *Card) dataObjects() node {
	d := c.data
	sdo := []node{
		{tag: tagDHDomain, children: []node{{tag: 0xA3, children: []node{
			{tag: 0x97, value: d.DHGenerator}, {tag: 0x98, value: d.DHPrime}, {tag: 0x99, value: d.DHOrder},
		}}}},
		{tag: tagExtAuthKey, children: []node{{tag: 0x7F49, children: []node{
			{tag: 0x81, value: d.ExtAuthModulus}, {tag: 0x82, value: d.ExtAuthExponent},
			{tag: 0x5F20, value: d.ExtAuthCHR}, {tag: 0x5F4C, value: d.ExtAuthCHA},
		}}}},
	}
	if c.settings.CountersByGetData {
		sdo = append(sdo,
			counterObject(tagPINObject, d.PINTries, c.state.PINTries),
			counterObject(tagPUKObject, d.PUKTries, c.state.PUKTries))
	}
	root := node{children: []node{{tag: tagSDO, children: sdo}}}
	if a := c.session.agreement; a != nil && !a.used {
		root.children = append(root.children, node{tag: tagKeyAgreement, children: []node{{tag: 0x91, value: a.public}}})
	}
	return root
}

// counterObject holds maximum tries 9A, tries left 9B and the lengths of the data.
func counterObject(tag uint32, most, left int) node {
	return node{tag: tag, children: []node{
		{tag: 0xA0, children: []node{{tag: 0x9A, value: []byte{byte(most)}}, {tag: 0x9B, value: []byte{byte(left)}}}},
		{tag: 0x7F41, children: []node{{tag: 0x80, value: []byte{referenceLength}}, {tag: 0x81, value: []byte{referenceLength}}}},
	}}
}

// offersDH refuses the form of the domain parameter request this family lacks:
// three values at once, or one.
func (c *Card) offersDH(found node) bool {
	domain, ok := found.find(tagDHDomain)
	if !ok {
		return true
	}
	template, ok := domain.find(0xA3)
	if !ok {
		return false
	}
	switch c.settings.DHParameters {
	case DHSplit:
		return len(template.children) == 1
	case DHOneShot:
		return len(template.children) > 1
	}
	return true
}

package rpc

import (
	"encoding/binary"
	"slices"

	ck "cientro/pkcs11module/cryptoki"
)

// form is how an attribute's value is written. It follows from the type alone,
// and both sides must agree on it.
type form int

const (
	formBytes form = iota // everything not listed, known or not
	formByte
	formULong
	formDate
	formTemplate
	formMechanisms
)

// formOf gives an attribute type's form. The list is p11-kit's, gaps included:
// CKA_DESTROYABLE or CKA_PROFILE_ID, say, travel as the bytes of their memory.
// The vendors' types it knows are left out.
func formOf(kind uint32, offered byte) form {
	switch kind {
	case 0x001, 0x002, 0x086, 0x103, 0x104, 0x105, 0x106, 0x107, 0x108, 0x109, 0x10A, 0x10B, 0x10C,
		0x162, 0x163, 0x164, 0x165, 0x170, 0x171, 0x200, 0x202, 0x210, 0x301, 0x302, 0x405:
		return formByte
	case 0x000, 0x080, 0x087, 0x088, 0x100, 0x121, 0x133, 0x134, 0x160, 0x161, 0x166, 0x201,
		0x300, 0x400, 0x401, 0x402, 0x403, 0x404, 0x406, 0x500:
		return formULong
	case 0x110, 0x111:
		return formDate
	case 0x40000211, 0x40000212:
		return formTemplate
	case 0x40000213: // unknown to 0.24.1
		if offered > 0 {
			return formTemplate
		}
	case 0x40000600:
		return formMechanisms
	}
	return formBytes
}

// attributes reads `aA`, values in the memory form of ck.Attribute. What is in a
// template is checked and dropped: no object of this module has one.
func (p *parser) attributes(depth int) []ck.Attribute {
	count := p.count(depth)
	read := make([]ck.Attribute, 0, count)
	for range count {
		kind := p.uint32()
		attribute := ck.Attribute{Type: ck.AttributeType(kind)}
		if p.flag() {
			attribute.Value = p.attribute(formOf(kind, p.offered), p.uint32(), depth)
		}
		if p.bad {
			return nil
		}
		read = append(read, attribute)
	}
	return read
}

// attribute reads one value; length is ulValueLen in the sender's memory, 0 for
// an empty or NULL value.
func (p *parser) attribute(f form, length uint32, depth int) []byte {
	switch f {
	case formByte:
		value := p.take(1)
		p.refuse(length > 1)
		if p.bad {
			return nil
		}
		return value[:length]
	case formULong:
		return p.ulong(length)
	case formDate:
		date := p.blob()
		p.refuse(len(date) != 0 && len(date) != 8)
		return date
	case formTemplate:
		p.attributes(depth + 1)
		return nil
	case formMechanisms:
		return p.mechanisms()
	}
	return p.blob()
}

// ulong gives a CK_ULONG as 8 little-endian bytes. A sender whose CK_ULONG has
// only 4 bytes (Windows) writes 8 all the same; any other length stays what it
// is, so that it equals no value of ours.
func (p *parser) ulong(length uint32) []byte {
	number := p.uint64()
	p.refuse(length > 8)
	if p.bad || length == 0 {
		return nil
	}
	memory := binary.LittleEndian.AppendUint64(nil, number)
	if length == 4 {
		return memory
	}
	return memory[:length]
}

func (p *parser) mechanisms() []byte {
	count := uint64(p.uint32())
	wire := p.take(8 * count)
	memory := make([]byte, 0, len(wire))
	for number := range slices.Chunk(wire, 8) {
		memory = binary.LittleEndian.AppendUint64(memory, binary.BigEndian.Uint64(number))
	}
	return memory
}

// count reads an array's count and bounds it.
func (p *parser) count(depth int) int {
	count := p.uint32()
	p.refuse(depth >= maxDepth || count > maxAttributes)
	if p.bad {
		return 0
	}
	return int(count)
}

// flag reads a byte that is 0 or 1.
func (p *parser) flag() bool {
	flag := p.uint8()
	p.refuse(flag > 1)
	return flag == 1
}

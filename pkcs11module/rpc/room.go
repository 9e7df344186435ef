package rpc

import ck "cientro/pkcs11module/cryptoki"

// room is a caller's place for one attribute's value: 0 bytes where it has none
// and asks for the length.
type room struct {
	attribute ck.AttributeType
	length    uint32
}

// nesting is when an array of rooms goes on within a template's room. It differs
// between p11-kit's versions and nothing on the wire says so, but with the wrong
// one a body does not end where its values do.
type nesting int

const (
	nestedNever    nesting = iota // up to 0.25.3
	nestedAlways                  // 0.25.4 and 0.25.5
	nestedWithRoom                // from 0.25.6
)

// nestings gives what to try for a client, its most likely habit first.
func nestings(offered byte) []nesting {
	if offered >= 2 {
		return []nesting{nestedWithRoom, nestedAlways, nestedNever}
	}
	return []nesting{nestedNever, nestedAlways, nestedWithRoom}
}

// rooms reads `fA`. Rooms within templates are checked and dropped.
func (p *parser) rooms(depth int) []room {
	count := p.count(depth)
	read := make([]room, 0, count)
	for range count {
		kind, length := p.uint32(), p.uint32()
		if p.nested.applies(formOf(kind, p.offered), length) {
			p.rooms(depth + 1)
		}
		if p.bad {
			return nil
		}
		read = append(read, room{ck.AttributeType(kind), length})
	}
	return read
}

func (n nesting) applies(f form, length uint32) bool {
	return f == formTemplate && (n == nestedAlways || n == nestedWithRoom && length > 0)
}

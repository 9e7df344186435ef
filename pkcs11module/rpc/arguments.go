package rpc

import (
	"strings"

	ck "cientro/pkcs11module/cryptoki"
)

// value is one argument of a call; which field counts follows from its letter in
// the signature. Byte slices point into the frame.
type value struct {
	number     uint64 // y, u; fy and fu: the room, 0 = the caller wants the length
	bytes      []byte // ay, s, z; nil is a NULL pointer
	attributes []ck.Attribute
	rooms      []room
	mechanism  *ck.Mechanism
}

// arguments are the values of a request in the order of its signature.
type arguments []value

func (a arguments) session() ck.SessionHandle    { return ck.SessionHandle(a[0].number) }
func (a arguments) slot() ck.SlotID              { return ck.SlotID(a[0].number) }
func (a arguments) object(i int) ck.ObjectHandle { return ck.ObjectHandle(a[i].number) }
func (a arguments) flags(i int) ck.Flags         { return ck.Flags(a[i].number) }

// room is the room for a result, cut to what an answer may hold.
func (a arguments) room(i int) int { return int(min(a[i].number, maxRoom)) }

// parse reads a body's values. offered is the client's first byte, which tells
// the habits that the negotiated version does not (protocol section 7). Every
// byte must be accounted for: only that tells apart the habits that no byte tells.
func parse(signature string, body []byte, offered byte) (arguments, bool) {
	habits := nestings(offered)
	if !strings.Contains(signature, "fA") {
		habits = habits[:1]
	}
	for _, nested := range habits {
		p := parser{buffer: buffer{rest: body}, offered: offered, nested: nested}
		values := p.values(signature)
		if !p.bad && len(p.rest) == 0 {
			return values, true
		}
	}
	return nil, false
}

// parser holds what decoding one body depends on.
type parser struct {
	buffer
	offered byte
	nested  nesting
}

func (p *parser) values(signature string) arguments {
	values := make(arguments, 0, 6)
	for letter, rest := next(signature); letter != ""; letter, rest = next(rest) {
		if letter == "M" && !delimited(rest) {
			p.rest = nil
			return values
		}
		values = append(values, p.value(letter, rest))
		if p.bad {
			return nil
		}
	}
	return values
}

// next cuts the first letter, or pair of letters, off a signature.
func next(signature string) (letter, rest string) {
	n := min(1, len(signature))
	if n == 1 && (signature[0] == 'a' || signature[0] == 'f') {
		n = 2
	}
	return signature[:n], signature[n:]
}

// value reads one value; rest is the signature behind it.
func (p *parser) value(letter, rest string) (v value) {
	switch letter {
	case "y":
		v.number = uint64(p.uint8())
	case "u":
		v.number = p.uint64()
	case "fu":
		v.number = uint64(p.uint32())
	case "fy":
		// NULL with room for nothing and a buffer of length 0 want the same: the length.
		if v.number = uint64(p.uint32()); v.number == null {
			v.number = 0
		}
	case "ay":
		v.bytes = p.byteArray()
	case "s": // in requests a token's label only
		v.bytes = p.blob()
		p.refuse(len(v.bytes) != labelLength)
	case "z":
		v.bytes = p.blob()
	case "aA":
		v.attributes = p.attributes(0)
	case "fA":
		v.rooms = p.rooms(0)
	case "M":
		v.mechanism = p.mechanism(rest)
	}
	return v
}

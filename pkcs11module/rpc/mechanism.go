package rpc

import (
	"bytes"

	ck "cientro/pkcs11module/cryptoki"
)

// mechanism reads `M`. Its two forms (offered 0 or 1: p11-kit up to 0.25.5;
// 2: from 0.25.6) have no length of their own, and to delimit them one would
// have to know each mechanism's parameter. But where this module reads what
// follows, that has a fixed size, so that the mechanism is what is left over:
//
//	               old                   new
//	no parameter   type ffffffff         type
//	NULL parameter type ffffffff         type 00
//	parameter      type parameter        type 01 parameter
//	no mechanism   ffffffff or 00000000  ffffffff
//
// The calls where it has not (generate, unwrap, derive) are none of this
// module's: nothing is read there but the session, and the rest is passed over.
func (p *parser) mechanism(rest string) *ck.Mechanism {
	tail, _ := sizeOf(rest)
	if uint64(len(p.rest)) < tail {
		p.bad = true
		return nil
	}
	m := p.take(uint64(len(p.rest)) - tail)
	form := buffer{rest: m}
	kind := form.uint32()
	p.refuse(form.bad)
	if len(form.rest) == 0 && (kind == null || kind == 0 && p.offered < 2) {
		return nil
	}
	return &ck.Mechanism{Type: ck.MechanismType(kind), Parameter: parameter(form.rest, p.offered)}
}

// parameter is what a mechanism's type is followed by; nil where that says none.
// Clients from 0.25.6 write the new form even where they fell back to offering 0,
// hence no byte of the old form is insisted on.
func parameter(rest []byte, offered byte) []byte {
	switch {
	case len(rest) == 0, bytes.Equal(rest, []byte{0xFF, 0xFF, 0xFF, 0xFF}):
		return nil
	case offered >= 2 && len(rest) == 1 && rest[0] == 0:
		return nil
	case offered >= 2 && rest[0] == 1:
		return rest[1:]
	}
	return rest
}

// delimited tells whether the end of a mechanism can be found from what follows it.
func delimited(rest string) bool {
	_, fixed := sizeOf(rest)
	return fixed
}

// sizeOf is the number of bytes that a signature's values have, where that is fixed.
func sizeOf(signature string) (size uint64, fixed bool) {
	for letter, rest := next(signature); letter != ""; letter, rest = next(rest) {
		switch letter {
		case "y":
			size++
		case "fy", "fu":
			size += 4
		case "u":
			size += 8
		default:
			return 0, false
		}
	}
	return size, true
}

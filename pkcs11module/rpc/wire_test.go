package rpc_test

import (
	"encoding/binary"
	"math"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// The test's own pen and glasses for the wire: nothing of them is shared with
// the server, so that one mistake cannot be on both sides.

const nullLength = math.MaxUint32

func u8(n byte) []byte          { return []byte{n} }
func u32(n uint32) []byte       { return binary.BigEndian.AppendUint32(nil, n) }
func u64[T ~uint64](n T) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func blob(b []byte) []byte {
	if b == nil {
		return u32(nullLength)
	}
	return append(u32(uint32(len(b))), b...)
}

// ay writes a byte array as p11-kit from 0.25.0 does.
func ay(b []byte) []byte { return append([]byte{1}, blob(b)...) }

// body writes a request's or response's body.
func body(id rpc.CallID, signature string, values ...[]byte) []byte {
	b := u32(uint32(id))
	b = append(b, blob([]byte(signature))...)
	for _, value := range values {
		b = append(b, value...)
	}
	return b
}

// frame writes a whole frame, options as a client sends them.
func frame(code uint32, options string, body []byte) []byte {
	f := append(u32(code), u32(uint32(len(options)))...)
	f = append(f, u32(uint32(len(body)))...)
	f = append(f, options...)
	return append(f, body...)
}

// refused is the answer that carries only a return value.
func refused(code uint32, rv ck.RV) []byte {
	return frame(code, "", body(0, "u", u64(uint64(rv))))
}

// glasses read a body; they panic where it is too short, which is what a test wants.
type glasses struct{ b []byte }

func (g *glasses) take(n int) []byte { t := g.b[:n:n]; g.b = g.b[n:]; return t }
func (g *glasses) u8() byte          { return g.take(1)[0] }
func (g *glasses) u32() uint32       { return binary.BigEndian.Uint32(g.take(4)) }
func (g *glasses) u64() uint64       { return binary.BigEndian.Uint64(g.take(8)) }
func (g *glasses) text() string      { return string(g.take(int(g.u32()))) }
func (g *glasses) version() ck.Version {
	return ck.Version{Major: g.u8(), Minor: g.u8()}
}

func (g *glasses) blob() []byte {
	if n := g.u32(); n != nullLength {
		return g.take(int(n))
	}
	return nil
}

// list reads `au`; data is false where it says only how many.
func (g *glasses) list() (numbers []uint64, count int, data bool) {
	data = g.u8() == 1
	count = int(g.u32())
	for i := 0; data && i < count; i++ {
		numbers = append(numbers, g.u64())
	}
	return numbers, count, data
}

// head reads the number and the signature.
func (g *glasses) head() (rpc.CallID, string) {
	id := rpc.CallID(g.u32())
	return id, g.text()
}

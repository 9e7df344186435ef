package rpc

import "encoding/binary"

// null is the length of a byte array that is a NULL pointer.
const null = 0xFFFFFFFF

// buffer reads the values of a body, all of them big-endian. Running short sets
// bad and yields zeros from then on, so that one check at the end is enough.
type buffer struct {
	rest []byte
	bad  bool
}

// take returns the next n bytes, nil where there are fewer.
func (b *buffer) take(n uint64) []byte {
	if b.bad || n > uint64(len(b.rest)) {
		b.bad = true
		return nil
	}
	taken := b.rest[:n:n]
	b.rest = b.rest[n:]
	return taken
}

func (b *buffer) uint8() byte {
	if taken := b.take(1); taken != nil {
		return taken[0]
	}
	return 0
}

func (b *buffer) uint32() uint32 {
	if taken := b.take(4); taken != nil {
		return binary.BigEndian.Uint32(taken)
	}
	return 0
}

func (b *buffer) uint64() uint64 {
	if taken := b.take(8); taken != nil {
		return binary.BigEndian.Uint64(taken)
	}
	return 0
}

// blob reads a length and as many bytes; nil is a NULL pointer.
func (b *buffer) blob() []byte {
	length := b.uint32()
	if length == null {
		return nil
	}
	return b.take(uint64(length))
}

// byteArray reads `ay`: a blob behind a flag, or NULL. A NULL pointer with a
// length is an error of the caller.
func (b *buffer) byteArray() []byte {
	switch b.uint8() {
	case 0:
		b.refuse(b.uint32() != 0)
		return nil
	case 1:
		return b.blob()
	}
	b.bad = true
	return nil
}

func (b *buffer) refuse(wrong bool) { b.bad = b.bad || wrong }

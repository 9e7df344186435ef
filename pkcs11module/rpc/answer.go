package rpc

import (
	"encoding/binary"
	"unicode/utf8"

	ck "cientro/pkcs11module/cryptoki"
)

const headerLength = 12

// answer is a response being written, header included, so that it leaves in one
// piece. It follows the call's signature: anything else is a fault of this
// package and panics.
type answer struct {
	frame []byte
	rest  string // the letters not written yet
}

// newAnswer begins a response to the request with this code.
func newAnswer(code uint32, id CallID, signature string) *answer {
	a := &answer{frame: make([]byte, headerLength, 64), rest: signature}
	binary.BigEndian.PutUint32(a.frame, code)
	a.uint32(uint32(id))
	a.uint32(uint32(len(signature)))
	a.frame = append(a.frame, signature...)
	return a
}

// errorFrame is the response that carries nothing but a return value.
func errorFrame(code uint32, rv ck.RV) []byte {
	a := newAnswer(code, 0, "u")
	a.ulong(uint64(rv))
	return a.finish()
}

// finish fills in the length and gives the frame.
func (a *answer) finish() []byte {
	if a.rest != "" {
		panic("rpc: answer without " + a.rest)
	}
	binary.BigEndian.PutUint32(a.frame[8:], uint32(len(a.frame)-headerLength))
	return a.frame
}

func (a *answer) letter(letter string) {
	expected, rest := next(a.rest)
	if letter != expected {
		panic("rpc: answer with " + letter + " for " + a.rest)
	}
	a.rest = rest
}

func (a *answer) uint32(n uint32) { a.frame = binary.BigEndian.AppendUint32(a.frame, n) }

func (a *answer) blob(value []byte) {
	a.uint32(uint32(len(value)))
	a.frame = append(a.frame, value...)
}

// ulong writes `u`.
func (a *answer) ulong(numbers ...uint64) {
	for _, n := range numbers {
		a.letter("u")
		a.frame = binary.BigEndian.AppendUint64(a.frame, n)
	}
}

// version writes `v`.
func (a *answer) version(v ck.Version) {
	a.letter("v")
	a.frame = append(a.frame, v.Major, v.Minor)
}

// text writes `s`: cut, never within a character, and padded with spaces.
func (a *answer) text(s string, length int) {
	a.letter("s")
	if len(s) > length {
		for length := length; ; length-- {
			if utf8.RuneStart(s[length]) {
				s = s[:length]
				break
			}
		}
	}
	a.uint32(uint32(length))
	a.frame = append(a.frame, s...)
	for range length - len(s) {
		a.frame = append(a.frame, ' ')
	}
}

// bytes writes `ay`: the result, or its length alone where there is no result.
func (a *answer) bytes(result []byte, length int) {
	a.letter("ay")
	if result == nil {
		a.lengthOnly(length)
		return
	}
	a.frame = append(a.frame, 1)
	a.blob(result)
}

func (a *answer) lengthOnly(length int) {
	a.frame = append(a.frame, 0)
	a.uint32(uint32(length))
}

// list writes `au`: the numbers, or their count alone where room is too small.
func list[T ~uint64](a *answer, numbers []T, room int) {
	a.letter("au")
	if room == 0 || len(numbers) > room {
		a.lengthOnly(len(numbers))
		return
	}
	a.frame = append(a.frame, 1)
	a.uint32(uint32(len(numbers)))
	for _, n := range numbers {
		a.frame = binary.BigEndian.AppendUint64(a.frame, uint64(n))
	}
}

package securemessaging

import "errors"

// blockSize is the block of DES in bytes.
const blockSize = 8

// ErrPadding: the bytes do not end in 80 00…00.
var ErrPadding = errors.New("padding is not 80 00…00")

// Pad returns a copy of b followed by 80 and as many 00 as fill the last block
// of the given size; an aligned input gets a whole block (ISO 7816-4 padding,
// ISO 9797-1 method 2).
func Pad(b []byte, block int) []byte {
	out := make([]byte, padded(len(b), block))
	copy(out, b)
	out[len(b)] = 0x80
	return out
}

// Unpad returns the part of b before the last 80 that only 00 follow. It is a
// slice of b. The error is [ErrPadding].
func Unpad(b []byte) ([]byte, error) {
	for i := len(b) - 1; i >= 0; i-- {
		switch b[i] {
		case 0x00:
		case 0x80:
			return b[:i:i], nil
		default:
			return nil, ErrPadding
		}
	}
	return nil, ErrPadding
}

func padded(n, block int) int { return n - n%block + block }

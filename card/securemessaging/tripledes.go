package securemessaging

import (
	"crypto/cipher"
	"crypto/des" //nolint:gosec // the card's algorithm
	"errors"
	"fmt"
	"reflect"
)

// ErrKey: a key is not 16 bytes long, or data is not whole blocks.
var ErrKey = errors.New("wrong key or data length for 3DES")

// EncryptCBC encrypts whole blocks with two-key 3DES (K1, K2, K1), CBC, IV 0
// (ICAO 9303-11 section 9.8.6.1). data is not changed.
func EncryptCBC(key, data []byte) ([]byte, error) {
	b, err := newTripleDES(key)
	if err != nil || len(data)%blockSize != 0 {
		return nil, lengthError(key, data)
	}
	out := append([]byte(nil), data...)
	encryptCBC(b, out)
	wipeBlock(b)
	return out, nil
}

// DecryptCBC is the inverse of [EncryptCBC].
func DecryptCBC(key, data []byte) ([]byte, error) {
	b, err := newTripleDES(key)
	if err != nil || len(data)%blockSize != 0 {
		return nil, lengthError(key, data)
	}
	out := make([]byte, len(data))
	decryptCBC(b, out, data)
	wipeBlock(b)
	return out, nil
}

func lengthError(key, data []byte) error {
	return fmt.Errorf("key of %d bytes, data of %d: %w", len(key), len(data), ErrKey)
}

func newTripleDES(key []byte) (cipher.Block, error) {
	if len(key) != keySize {
		return nil, ErrKey
	}
	var k [24]byte
	copy(k[:], key)
	copy(k[16:], key[:8])
	defer clear(k[:])
	return des.NewTripleDESCipher(k[:])
}

// encryptCBC works in place, so that no clear copy of a PIN is left behind.
func encryptCBC(b cipher.Block, data []byte) {
	var previous []byte
	for ; len(data) > 0; data = data[blockSize:] {
		block := data[:blockSize]
		for i, v := range previous {
			block[i] ^= v
		}
		b.Encrypt(block, block)
		previous = block
	}
}

// decryptCBC writes to dst; src stays as it is and must not overlap.
func decryptCBC(b cipher.Block, dst, src []byte) {
	for i := 0; i < len(src); i += blockSize {
		b.Decrypt(dst[i:i+blockSize], src[i:i+blockSize])
		if i > 0 {
			for j := range blockSize {
				dst[i+j] ^= src[i-blockSize+j]
			}
		}
	}
}

// wipeBlock zeroes the key schedule of a block cipher. crypto/des has no method
// for it, and a schedule is as good as the key.
func wipeBlock(b cipher.Block) {
	if v := reflect.ValueOf(b); v.Kind() == reflect.Pointer && !v.IsNil() {
		v.Elem().SetZero()
	}
}

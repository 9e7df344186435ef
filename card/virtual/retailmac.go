package virtual

import (
	"crypto/cipher"
	"crypto/des"
	"fmt"
)

// keySize is the size of both session keys: two DES keys.
const keySize = 16

// pad8 adds 80 and zeros up to a multiple of 8 (ISO 7816-4 section 10.2.3.1,
// ISO 9797-1 padding method 2). An aligned input gets a whole block.
func pad8(b []byte) []byte {
	out := append(append([]byte(nil), b...), 0x80)
	for len(out)%des.BlockSize != 0 {
		out = append(out, 0)
	}
	return out
}

// unpad removes the padding; false if there is none.
func unpad(b []byte) ([]byte, bool) {
	for i := len(b) - 1; i >= 0; i-- {
		switch b[i] {
		case 0:
		case 0x80:
			return b[:i], true
		default:
			return nil, false
		}
	}
	return nil, false
}

// retailMAC is ISO 9797-1 MAC algorithm 3 with DES and a zero start value, all 8
// bytes, over data that is already padded.
type retailMAC struct{ k1, k2 cipher.Block }

func newRetailMAC(key []byte) (retailMAC, error) {
	if len(key) != keySize {
		return retailMAC{}, fmt.Errorf("retail MAC key of %d bytes", len(key))
	}
	k1, err := des.NewCipher(key[:8])
	if err != nil {
		return retailMAC{}, err
	}
	k2, err := des.NewCipher(key[8:])
	return retailMAC{k1, k2}, err
}

func (m retailMAC) sum(padded []byte) []byte {
	block := make([]byte, des.BlockSize)
	for len(padded) >= des.BlockSize {
		for i := range block {
			block[i] ^= padded[i]
		}
		m.k1.Encrypt(block, block)
		padded = padded[des.BlockSize:]
	}
	m.k2.Decrypt(block, block)
	m.k1.Encrypt(block, block)
	return block
}

// newTripleDES makes two-key triple DES: K1, K2, K1.
func newTripleDES(key []byte) (cipher.Block, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("triple DES key of %d bytes", len(key))
	}
	return des.NewTripleDESCipher(append(append([]byte(nil), key...), key[:8]...))
}

// cbc runs CBC with a zero start value over whole blocks, into a new slice.
func cbc(b cipher.Block, in []byte, encrypt bool) []byte {
	out, iv := make([]byte, len(in)), make([]byte, b.BlockSize())
	if encrypt {
		cipher.NewCBCEncrypter(b, iv).CryptBlocks(out, in)
	} else {
		cipher.NewCBCDecrypter(b, iv).CryptBlocks(out, in)
	}
	return out
}

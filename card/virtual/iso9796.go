package virtual

import (
	"crypto/sha256"
	"crypto/subtle"
	"math/big"
)

// Signatures with message recovery (ISO 9796-2 scheme 1, SHA-256, implicit hash):
// 6A, recovered part, hash, BC. No choice of the smaller of s and n-s is made.
const (
	recoveryHeader  = 0x6A
	recoveryTrailer = 0xBC
	// recoveryOverhead is what a block spends on header, hash and trailer.
	recoveryOverhead = 1 + sha256.Size + 1
)

// recoveryBlock joins a block to be signed.
func recoveryBlock(recovered, hash []byte) []byte {
	block := append([]byte{recoveryHeader}, recovered...)
	return append(append(block, hash...), recoveryTrailer)
}

// openRecovery opens a signature and returns recovered part and hash.
func openRecovery(n, e *big.Int, signature []byte) (recovered, hash []byte, ok bool) {
	block, ok := publicOperation(n, e, signature)
	if !ok || len(block) <= recoveryOverhead || block[0] != recoveryHeader || block[len(block)-1] != recoveryTrailer {
		return nil, nil, false
	}
	cut := len(block) - 1 - sha256.Size
	return block[1:cut], block[cut : len(block)-1], true
}

// hashOf is SHA-256 over the parts in order.
func hashOf(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

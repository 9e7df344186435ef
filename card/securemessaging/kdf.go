package securemessaging

import "crypto/sha256"

// keySize is the length of a two-key 3DES key in bytes.
const keySize = 16

// DeriveKeys makes the two session keys from the shared secret: the first 16
// bytes of SHA-256(secret ‖ counter), counter 00000001 for encryption and
// 00000002 for the MAC (ANSI X9.63 form; BSI TR-03110-3 section A.2.3). DES
// parity bits are left as they come. The secret must be as long as the DH
// prime, leading zeros included, or the keys are others than the card's.
func DeriveKeys(secret []byte) (kEnc, kMac []byte) {
	return deriveKey(secret, 1), deriveKey(secret, 2)
}

func deriveKey(secret []byte, counter byte) []byte {
	input := make([]byte, 0, len(secret)+4)
	input = append(input, secret...)
	input = append(input, 0, 0, 0, counter)
	sum := sha256.Sum256(input)
	clear(input)
	key := append(make([]byte, 0, keySize), sum[:keySize]...)
	clear(sum[:])
	return key
}

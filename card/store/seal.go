package store

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// masterSize is the length in bytes of a key that others are derived from.
const masterSize = 32

// errSeal says that a file is damaged, belongs elsewhere, or was sealed with
// another key: the three cannot be told apart.
var errSeal = errors.New("seal does not hold")

// magic opens each sealed file; the last byte is the version of the envelope.
var magic = []byte("CIENTRO\x01")

// keys are the subkeys of one master key (HKDF, RFC 5869). Each has one job,
// so that a name or a pseudonym never tells anything about a seal.
type keys struct {
	seal       cipher.AEAD
	names      []byte
	pseudonyms []byte
}

// newMaster returns a fresh master key.
func newMaster() []byte {
	master := make([]byte, masterSize)
	rand.Read(master) // never fails: crypto/rand ends the program instead
	return master
}

// deriveKeys makes the subkeys of a master key of masterSize bytes.
func deriveKeys(master []byte, purpose string) (*keys, error) {
	subkey := func(job string) ([]byte, error) {
		return hkdf.Key(sha256.New, master, nil, "cientro card store 1, "+purpose+", "+job, masterSize)
	}
	sealing, err := subkey("seal")
	if err != nil {
		return nil, err
	}
	names, err := subkey("names")
	if err != nil {
		return nil, err
	}
	pseudonyms, err := subkey("pseudonyms")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &keys{aead, names, pseudonyms}, nil
}

// fileName is what the file of a card is called: 128 bits of an HMAC over its name,
// in hexadecimal, and an extension.
func (k *keys) fileName(card []byte, extension string) string {
	return hex.EncodeToString(keyed(k.names, card)[:16]) + extension
}

// sealed is AES-256-GCM (NIST SP 800-38D) over plain, bound to the file's
// name, so that the file of one card cannot stand for another's.
func (k *keys) sealed(name string, plain []byte) []byte {
	return k.seal.Seal(bytes.Clone(magic), nil, plain, []byte(name))
}

// open is the inverse of sealed.
func (k *keys) open(name string, sealed []byte) ([]byte, error) {
	body, ok := bytes.CutPrefix(sealed, magic)
	if !ok {
		return nil, errSeal
	}
	plain, err := k.seal.Open(nil, nil, body, []byte(name))
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

// keyed is HMAC-SHA-256 over length-prefixed parts, so that ("ab", "c") and
// ("a", "bc") differ. The hash would keep its last block, in which a PIN may
// stand; it is overwritten.
func keyed(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		n := len(part)
		mac.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		mac.Write(part)
	}
	sum := mac.Sum(nil)
	mac.Reset()
	mac.Write(make([]byte, sha256.BlockSize-1))
	return sum
}

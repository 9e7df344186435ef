package securemessaging

import (
	"crypto/cipher"
	"crypto/des" //nolint:gosec // the card's algorithm
)

// RetailMAC is ISO 9797-1 MAC algorithm 3 with DES, a 16-byte key K1‖K2, IV 0
// and the full 8 bytes (ICAO 9303-11 section 9.8.6.2). The data must be padded
// already. The error is [ErrKey].
func RetailMAC(key, paddedData []byte) ([]byte, error) {
	m, err := newRetailMAC(key)
	if err != nil || len(paddedData)%blockSize != 0 || len(paddedData) == 0 {
		return nil, lengthError(key, paddedData)
	}
	defer m.wipe()
	m.write(paddedData)
	sum := m.sum()
	return sum[:], nil
}

// retailMAC takes its input in pieces, so that counter, header and data objects
// need not be copied together first.
type retailMAC struct {
	k1, k2 cipher.Block
	x      [blockSize]byte // chaining value
	n      int             // bytes of the current block in x
}

func newRetailMAC(key []byte) (*retailMAC, error) {
	if len(key) != keySize {
		return nil, ErrKey
	}
	k1, err := des.NewCipher(key[:8]) //nolint:gosec // the card's algorithm
	if err != nil {
		return nil, err
	}
	k2, err := des.NewCipher(key[8:]) //nolint:gosec // the card's algorithm
	if err != nil {
		return nil, err
	}
	return &retailMAC{k1: k1, k2: k2}, nil
}

// write adds input. A full block is encrypted only when more comes, since the
// last one takes one step more.
func (m *retailMAC) write(b []byte) {
	for _, v := range b {
		if m.n == blockSize {
			m.k1.Encrypt(m.x[:], m.x[:])
			m.n = 0
		}
		m.x[m.n] ^= v
		m.n++
	}
}

// pad closes the current block with 80 00…00.
func (m *retailMAC) pad() {
	m.write([]byte{0x80})
	m.n = blockSize
}

// sum finishes the MAC and makes m ready for the next one.
func (m *retailMAC) sum() (mac [blockSize]byte) {
	m.k1.Encrypt(m.x[:], m.x[:])
	m.k2.Decrypt(m.x[:], m.x[:])
	m.k1.Encrypt(m.x[:], m.x[:])
	mac = m.x
	m.x, m.n = [blockSize]byte{}, 0
	return mac
}

func (m *retailMAC) wipe() {
	wipeBlock(m.k1)
	wipeBlock(m.k2)
	m.x, m.n = [blockSize]byte{}, 0
}

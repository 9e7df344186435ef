package ias

import (
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"cientro/card/tlv"
)

// ErrPublicKey: a public key file that holds no usable RSA key.
var ErrPublicKey = errors.New("not a usable RSA public key")

// ParsePublicKey reads EF.Int.Kpub or EF.Servizi_Int.Kpub: SEQUENCE of two
// INTEGERs, modulus and exponent, taken as unsigned with or without leading
// zeros. Bytes after the sequence are not looked at.
func ParsePublicKey(der []byte) (*rsa.PublicKey, error) {
	sequence, _, err := tlv.ParseFirst(der)
	if err != nil || sequence.Tag != asn1.TagSequence|0x20 {
		return nil, fmt.Errorf("%w: no sequence", ErrPublicKey)
	}
	numbers, err := sequence.Children()
	if err != nil || len(numbers) != 2 || numbers[0].Tag != asn1.TagInteger || numbers[1].Tag != asn1.TagInteger {
		return nil, fmt.Errorf("%w: not two integers", ErrPublicKey)
	}
	return publicKey(numbers[0].Value, numbers[1].Value)
}

func publicKey(modulus, exponent []byte) (*rsa.PublicKey, error) {
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent)
	if n.BitLen() < 1024 || n.BitLen() > 8192 || n.Bit(0) == 0 {
		return nil, fmt.Errorf("%w: modulus of %d bits", ErrPublicKey, n.BitLen())
	}
	if e.BitLen() > 31 || e.Int64() < 3 || e.Bit(0) == 0 {
		return nil, fmt.Errorf("%w: exponent of %d bits", ErrPublicKey, e.BitLen())
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

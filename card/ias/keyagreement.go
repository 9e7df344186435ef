package ias

import (
	"errors"
	"fmt"
	"io"
	"math/big"

	"cientro/card/iso7816"
	"cientro/card/securemessaging"
	"cientro/card/tlv"
)

// initialSSC is the send sequence counter after the key agreement; the first
// protected command uses the next value.
const initialSSC = 1

// Agreement is what the key agreement leaves behind for device authentication:
// the parameters and both public keys, each as long as p.
type Agreement struct {
	Domain              DomainParameters
	TerminalKey, ICCKey []byte
}

// ErrKeyAgreement: the card's public key is not an element of the group.
var ErrKeyAgreement = errors.New("card's DH public key out of range")

// Agree runs the Diffie-Hellman exchange in clear and returns the secure
// messaging session over t (IAS ECC key exchange; MSE SET then GET DATA). The
// other end is not known yet: only AuthenticateDevices tells who it is. random
// gives the private exponent, len(q) bytes for each attempt.
func Agree(t iso7816.Transmitter, d DomainParameters, random io.Reader) (*securemessaging.Session, Agreement, error) {
	session, a, err := agree(t, d, random)
	if err != nil {
		return nil, Agreement{}, fmt.Errorf("key agreement: %w", err)
	}
	return session, a, nil
}

func agree(t iso7816.Transmitter, d DomainParameters, random io.Reader) (*securemessaging.Session, Agreement, error) {
	if err := d.check(); err != nil {
		return nil, Agreement{}, err
	}
	g, p, q := d.ints()
	x, err := privateExponent(q, random)
	if err != nil {
		return nil, Agreement{}, err
	}
	defer wipe(x)

	a := Agreement{Domain: d, TerminalKey: make([]byte, d.size())}
	new(big.Int).Exp(g, x, p).FillBytes(a.TerminalKey)
	if a.ICCKey, err = exchangeKeys(Plain(t), a.TerminalKey); err != nil {
		return nil, Agreement{}, err
	}
	peer := new(big.Int).SetBytes(a.ICCKey)
	if err := checkPeerKey(peer, p, q); err != nil {
		return nil, Agreement{}, err
	}
	// The chip hashes its key at full length, also where it sent fewer bytes.
	a.ICCKey = peer.FillBytes(make([]byte, d.size()))

	shared := new(big.Int).Exp(peer, x, p)
	defer wipe(shared)
	secret := shared.FillBytes(make([]byte, d.size())) // left-padded: the key derivation hashes the zeros too
	defer clear(secret)
	kEnc, kMac := securemessaging.DeriveKeys(secret)
	defer clear(kEnc)
	defer clear(kMac)
	return securemessaging.New(t, kEnc, kMac, initialSSC), a, nil
}

// exchangeKeys sends the terminal's public key (MSE SET KAT with algorithm 9B
// and domain 81) and fetches the chip's.
func exchangeKeys(send Sender, terminalKey []byte) ([]byte, error) {
	data := tlv.Encode(0x80, []byte{algorithmDAPP})
	data = append(data, tlv.Encode(0x83, []byte{keyDHDomain})...)
	data = append(data, tlv.Encode(0x91, terminalKey)...)
	if _, err := step(send, "send public key", iso7816.MSESet(0x41, templateKeyAgreement, data)); err != nil {
		return nil, err
	}
	answer, err := getData(send, []byte{0x4D, 0x04, templateKeyAgreement, 0x02, 0x91, 0x00})
	if err != nil {
		return nil, fmt.Errorf("fetch chip's public key: %w", err)
	}
	return findValue(answer, templateKeyAgreement, 0x91)
}

// privateExponent draws x uniformly from [2, q-2].
func privateExponent(q *big.Int, random io.Reader) (*big.Int, error) {
	const attempts = 256
	buffer := make([]byte, (q.BitLen()+7)/8)
	defer clear(buffer)
	limit := new(big.Int).Sub(q, big.NewInt(2))
	for range attempts {
		if _, err := io.ReadFull(random, buffer); err != nil {
			return nil, fmt.Errorf("draw random numbers: %w", err)
		}
		buffer[0] &= 0xFF >> (8*len(buffer) - q.BitLen()) // else most draws would be too large for some q
		x := new(big.Int).SetBytes(buffer)
		if x.Cmp(big.NewInt(2)) >= 0 && x.Cmp(limit) <= 0 {
			return x, nil
		}
	}
	return nil, errors.New("draw random numbers: source gives nothing usable")
}

// checkPeerKey refuses keys outside the subgroup of order q, which would make
// the secret guessable.
func checkPeerKey(y, p, q *big.Int) error {
	one := big.NewInt(1)
	if y.Cmp(one) <= 0 || y.Cmp(new(big.Int).Sub(p, one)) >= 0 || new(big.Int).Exp(y, q, p).Cmp(one) != 0 {
		return ErrKeyAgreement
	}
	return nil
}

// wipe overwrites the words of a secret number.
func wipe(x *big.Int) { clear(x.Bits()) }

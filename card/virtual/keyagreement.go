package virtual

import (
	"errors"
	"fmt"
	"io"
	"math/big"
)

// errBadRandom: the source gave nothing usable in many draws.
var errBadRandom = errors.New("random source gives no usable private key")

// group holds the DH domain parameters as numbers.
type group struct {
	g, p, q *big.Int
	size    int // bytes of p
}

func newGroup(g, p, q []byte) (group, error) {
	out := group{g: new(big.Int).SetBytes(g), p: new(big.Int).SetBytes(p), q: new(big.Int).SetBytes(q)}
	out.size = (out.p.BitLen() + 7) / 8
	if out.p.BitLen() < 1024 || out.p.Bit(0) == 0 || out.q.BitLen() < 160 || out.g.Cmp(big.NewInt(1)) <= 0 || out.g.Cmp(out.p) >= 0 {
		return group{}, errors.New("DH domain parameters are missing or too small")
	}
	return out, nil
}

// agreement is a key exchange whose channel may not have been used yet.
type agreement struct {
	public   []byte // the card's key, as long as p
	terminal []byte // the terminal's key
	secret   []byte // as long as p
	used     bool   // a protected command arrived: the key is not told again
}

// zeros asks for keys with zero bytes at the front, which clients tend to lose.
type zeros struct{ public, secret int }

// accepts refuses public keys that are short, trivial or outside the subgroup.
func (d group) accepts(public []byte) bool {
	if len(public) != d.size {
		return false
	}
	y := new(big.Int).SetBytes(public)
	one := big.NewInt(1)
	if y.Cmp(one) <= 0 || y.Cmp(new(big.Int).Sub(d.p, one)) >= 0 {
		return false
	}
	return new(big.Int).Exp(y, d.q, d.p).Cmp(one) == 0
}

// agree draws the card's private key and computes public key and secret.
func (d group) agree(terminal []byte, random io.Reader, want zeros) (*agreement, error) {
	x, err := d.draw(random)
	if err != nil {
		return nil, err
	}
	y := new(big.Int).SetBytes(terminal)
	public, secret := new(big.Int).Exp(d.g, x, d.p), new(big.Int).Exp(y, x, d.p)
	// Counting the exponent up costs one multiplication a step, a fresh draw a power.
	for public.BitLen() > 8*(d.size-want.public) || secret.BitLen() > 8*(d.size-want.secret) {
		public.Mod(public.Mul(public, d.g), d.p)
		secret.Mod(secret.Mul(secret, y), d.p)
	}
	return &agreement{
		public:   public.FillBytes(make([]byte, d.size)),
		terminal: append([]byte(nil), terminal...),
		secret:   secret.FillBytes(make([]byte, d.size)),
	}, nil
}

// draw takes a private key from 2 to q-2, by rejection, so that a known random
// stream gives a known key.
func (d group) draw(random io.Reader) (*big.Int, error) {
	most := new(big.Int).Sub(d.q, big.NewInt(2))
	raw := make([]byte, (d.q.BitLen()+7)/8)
	for range 256 {
		if _, err := io.ReadFull(random, raw); err != nil {
			return nil, fmt.Errorf("draw DH private key: %w", err)
		}
		x := new(big.Int).SetBytes(raw)
		if x.Cmp(big.NewInt(2)) >= 0 && x.Cmp(most) <= 0 {
			return x, nil
		}
	}
	return nil, errBadRandom
}

// setKeyAgreement executes MSE SET 41A6: algorithm, domain and terminal key.
func (c *Card) setKeyAgreement(objects map[uint32][]byte, protected bool) StatusWord {
	algorithm, reference, public := objects[0x80], objects[0x83], objects[0x91]
	switch {
	case protected:
		return swConditions // keys are not changed under the keys
	case len(objects) != 3 || !equal(algorithm, []byte{algorithmDHwithAuth}) || len(reference) != 1:
		return swWrongData
	case reference[0] != 0x81:
		return swReferenceNotFound
	case !c.group.accepts(public):
		return swWrongData
	}
	c.operation = OperationDH
	want := zeros{c.settings.LeadingZerosPublic, c.settings.LeadingZerosSecret}
	a, err := c.group.agree(public, c.random, want)
	if err != nil {
		return swNoDiagnosis
	}
	c.session = session{agreement: a}
	return swOK
}

// startChannel opens secure messaging when the card tells its public key. The
// send sequence counter starts at 1 and is moved before its first use.
func (c *Card) startChannel() {
	a := c.session.agreement
	s, err := newChannel(deriveKey(a.secret, 1), deriveKey(a.secret, 2), 1)
	if err != nil {
		return // cannot be: derived keys have the right size
	}
	c.session.channel = s
}

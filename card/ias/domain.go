package ias

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// DomainParameters are the Diffie-Hellman parameters of the card, big-endian,
// as the card gave them: the hashes of device authentication run over exactly
// these bytes, whatever leading zeros they have or lack.
type DomainParameters struct{ G, P, Q []byte }

// Tags of the DH data object (IAS ECC: SDO class 21, local object 1).
const (
	tagTemplate  tlv.Tag = 0x70
	tagSDODomain tlv.Tag = 0xBFA101
	tagDomain    tlv.Tag = 0xA3
	tagGenerator tlv.Tag = 0x97
	tagPrime     tlv.Tag = 0x98
	tagOrder     tlv.Tag = 0x99
)

// ErrDomainParameters: parameters that no key agreement should be run with.
var ErrDomainParameters = errors.New("DH domain parameters out of range")

// ReadDomainParameters asks for g, p and q one by one, which every known chip
// answers, and in one request where the card refuses that. Check them before use.
func ReadDomainParameters(send Sender) (DomainParameters, error) {
	d, err := readDomainSplit(send)
	if errors.As(err, new(*StepError)) {
		d, err = readDomainAtOnce(send)
	}
	if err != nil {
		return DomainParameters{}, fmt.Errorf("read DH domain parameters: %w", err)
	}
	return d, d.check()
}

func readDomainSplit(send Sender) (d DomainParameters, err error) {
	for _, part := range []struct {
		tag tlv.Tag
		to  *[]byte
	}{{tagGenerator, &d.G}, {tagPrime, &d.P}, {tagOrder, &d.Q}} {
		data, err := getData(send, []byte{0x4D, 0x0A, 0x70, 0x08, 0xBF, 0xA1, 0x01, 0x04, 0xA3, 0x02, byte(part.tag), 0x00})
		if err != nil {
			return d, err
		}
		if *part.to, err = findValue(data, tagTemplate, tagSDODomain, tagDomain, part.tag); err != nil {
			return d, err
		}
	}
	return d, nil
}

func readDomainAtOnce(send Sender) (d DomainParameters, err error) {
	data, err := getData(send, []byte{0x4D, 0x08, 0x70, 0x06, 0xBF, 0xA1, 0x01, 0x02, 0xA3, 0x80})
	if err != nil {
		return d, err
	}
	if d.G, err = findValue(data, tagTemplate, tagSDODomain, tagDomain, tagGenerator); err != nil {
		return d, err
	}
	if d.P, err = findValue(data, tagTemplate, tagSDODomain, tagDomain, tagPrime); err != nil {
		return d, err
	}
	d.Q, err = findValue(data, tagTemplate, tagSDODomain, tagDomain, tagOrder)
	return d, err
}

// check refuses parameters that are too small, too large or out of order. It
// does not prove p prime: the chip signs the parameters in device
// authentication, and the SOD binds that key.
func (d DomainParameters) check() error {
	g, p, q := d.ints()
	if len(d.P) > 1024 || p.BitLen() < 1024 || p.Bit(0) == 0 || q.BitLen() < 160 || q.Cmp(p) >= 0 ||
		g.Cmp(big.NewInt(1)) <= 0 || g.Cmp(p) >= 0 {
		return fmt.Errorf("%w: p of %d bits, q of %d bits", ErrDomainParameters, p.BitLen(), q.BitLen())
	}
	return nil
}

func (d DomainParameters) ints() (g, p, q *big.Int) {
	return new(big.Int).SetBytes(d.G), new(big.Int).SetBytes(d.P), new(big.Int).SetBytes(d.Q)
}

// size is the length in bytes of public keys and of the shared secret.
func (d DomainParameters) size() int {
	_, p, _ := d.ints()
	return (p.BitLen() + 7) / 8
}

// getData sends GET DATA with an extended header list (ISO/IEC 7816-4 section
// 11.4.3), with Le 00 and, for cards that do not want it, without.
func getData(send Sender, headerList []byte) ([]byte, error) {
	const name = "get data"
	data, err := step(send, name, iso7816.GetData(headerList, 256))
	if errors.Is(err, iso7816.SWWrongLength) {
		data, err = step(send, name, iso7816.GetData(headerList, 0))
	}
	return data, err
}

// findValue looks a value up by tags, wherever the card puts it among its
// siblings, and copies it.
func findValue(data []byte, path ...tlv.Tag) ([]byte, error) {
	object, err := tlv.Find(data, path...)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(object.Value), nil
}

package specimen

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Check returns an error that names the first part of d which is missing,
// malformed or at odds with another part. A card built from data that pass has
// every file and key, and plays a specimen.
func (d *Data) Check() error {
	for _, step := range []func() error{
		d.Holder.Check, d.checkSecrets, d.checkFiles, d.checkDH, d.checkExtAuth, d.checkKeys, d.checkCertificates,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (d *Data) checkSecrets() error {
	if err := checkSecret(d.PIN); err != nil {
		return fmt.Errorf("PIN: %w", err)
	}
	if err := checkSecret(d.PUK); err != nil {
		return fmt.Errorf("PUK: %w", err)
	}
	if d.PINTries < 1 || d.PINTries > 15 || d.PUKTries < 1 || d.PUKTries > 15 {
		return errors.New("tries are not between 1 and 15") // 63Cx has one hexadecimal digit
	}
	return nil
}

func (d *Data) checkFiles() error {
	for _, f := range []struct {
		name string
		data []byte
	}{
		{"EF.ATR", d.EFATR}, {"EF.DIR", d.EFDIR}, {"EF.SOD with SHA-256", d.SODSHA256}, {"EF.SOD with SHA-512", d.SODSHA512},
	} {
		if len(f.data) == 0 || len(f.data) > 0x7FFF { // 15-bit offsets, ISO 7816-4 section 7.2.3
			return fmt.Errorf("%s has %d bytes", f.name, len(f.data))
		}
	}
	switch {
	case !bytes.Equal(d.IDServizi, []byte(d.Holder.NIS)):
		return errors.New("EF.ID_Servizi is not the holder's NIS")
	case !bytes.Equal(d.Seriale, []byte(d.Holder.DocumentNumber)):
		return errors.New("EF.Seriale is not the holder's document number")
	case !bytes.Equal(d.EFSN, serialNumber(d.Holder.NIS)):
		return errors.New("EF.SN does not follow from the NIS")
	case !bytes.Equal(d.SNICC, serialOfChip(d.EFSN)):
		return errors.New("SN.ICC is not the end of EF.SN")
	}
	return nil
}

// checkDH bounds the group by size, so that a hostile document cannot make the
// card compute for minutes, and asks that g has order q.
func (d *Data) checkDH() error {
	p, q, g := new(big.Int).SetBytes(d.DHPrime), new(big.Int).SetBytes(d.DHOrder), new(big.Int).SetBytes(d.DHGenerator)
	one := big.NewInt(1)
	switch {
	case len(d.DHPrime) != 256 || p.BitLen() != 2048 || p.Bit(0) == 0:
		return errors.New("the DH prime is not an odd number of 2048 bits")
	case q.BitLen() < 160 || len(d.DHOrder) > 256:
		return errors.New("the DH order is too small or too long")
	case len(d.DHGenerator) > len(d.DHPrime) || g.Cmp(one) <= 0 || g.Cmp(p) >= 0:
		return errors.New("the DH generator is outside the group")
	case new(big.Int).Exp(g, q, p).Cmp(one) != 0:
		return errors.New("the DH generator does not have the order given")
	case !bytes.Equal(d.EFDH, der(tagSequence, derInteger(g), derInteger(p), derInteger(q))):
		return errors.New("EF.DH does not hold the DH parameters")
	}
	return nil
}

func (d *Data) checkExtAuth() error {
	if len(d.ExtAuthModulus) != 256 || d.ExtAuthModulus[0] <= 0x6A || d.ExtAuthModulus[255]&1 == 0 {
		return errors.New("the external authentication modulus is not 256 bytes above 6A… and odd")
	}
	if n := len(d.ExtAuthExponent); n == 0 || n > 256 {
		return fmt.Errorf("the external authentication exponent has %d bytes", n)
	}
	if len(d.ExtAuthCHR) != 12 || len(d.ExtAuthCHA) != 7 {
		return errors.New("CHR and CHA are not 12 and 7 bytes")
	}
	return nil
}

func (d *Data) checkKeys() error {
	for _, k := range []struct {
		name string
		key  *rsa.PrivateKey
	}{{"chip key", d.ChipKey}, {"services key", d.ServicesKey}, {"holder key", d.HolderKey}} {
		if k.key == nil || k.key.N == nil || k.key.N.BitLen() != 2048 || len(k.key.Primes) != 2 {
			return fmt.Errorf("the %s is not an RSA key of 2048 bits and two primes", k.name)
		}
	}
	if !bytes.Equal(d.IntKpub, x509.MarshalPKCS1PublicKey(&d.ChipKey.PublicKey)) ||
		!bytes.Equal(d.ServiziKpub, x509.MarshalPKCS1PublicKey(&d.ServicesKey.PublicKey)) {
		return errors.New("EF.Int.Kpub or EF.Servizi_Int.Kpub does not hold its key")
	}
	return nil
}

// checkCertificates asks that the certificate belongs to holder and key, that
// its chain holds, and that every issuer says TEST.
func (d *Data) checkCertificates() error {
	var parsed [4]*x509.Certificate
	for i, c := range []struct {
		name string
		raw  []byte
	}{{"holder certificate", d.CertCIE}, {"holder CA", d.HolderCA}, {"holder root", d.HolderRoot}, {"CSCA", d.CSCA}} {
		var err error
		if parsed[i], err = x509.ParseCertificate(c.raw); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if !strings.Contains(parsed[i].Issuer.CommonName, "TEST") {
			return fmt.Errorf("%s: the issuer's name does not contain TEST", c.name)
		}
	}
	holder, ca, root := parsed[0], parsed[1], parsed[2]
	if !bytes.Equal(holder.RawSubject, d.Holder.subject()) || !d.HolderKey.PublicKey.Equal(holder.PublicKey) {
		return errors.New("the holder certificate belongs to another holder or key")
	}
	if err := holder.CheckSignatureFrom(ca); err != nil {
		return fmt.Errorf("holder certificate: %w", err)
	}
	if err := ca.CheckSignatureFrom(root); err != nil {
		return fmt.Errorf("holder CA: %w", err)
	}
	return nil
}

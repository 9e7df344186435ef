package ias

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"

	"cientro/card/tlv"
)

// The terminal's key pair and the private exponent that signs its certificate
// are printed in every published CIE client: they open the channel, they do
// not prove who the terminal is. Nothing secret is in this file.
const (
	terminalModulusHex = "ba2837ab4c6bb827577bff4eb7b1e49cdde0f16614d1ef24c1b75cf70fb12cd1" +
		"8f4d14e2814ba4877ea800e175906076b562ba535973c5d8b378051d8afc7407" +
		"a1d919529e03c106cda18d699afb0d8ab4fddd9dc719159a50de9468f02ab103" +
		"e282a50e716ec23cda5bfc4a232b09a4b2c70745939549099b4483cbae62d009" +
		"9674dbf6f39b7223a99d88e33f1a0cdedeebbdc35517abe9880aab240e1ea166" +
		"283a274a9ad93b4b1d19f3679f3e8b5ff6a1e0ed736e84d5abe03c59e7346b42" +
		"18755d75366cbf4136f0a26c3dc70a69abaaf66e13a1b2faad052ca6ec9c51e2" +
		"aed14d16e090254dc3f64ea2bd8a836bba99defacba3a613aeedd93a9615273d"
	terminalPrivateExponentHex = "4716c2a38ccc7a07b415eb1a6175f2aaa0e49ceaf1ba75cba09a684b04d81118" +
		"79d3e2ccd8b94d3c5cf6c55753f0ed9587910b3c77258a01460fe84c2ede5764" +
		"eebe9c37fb95cd69ceaf09f4b1357c276314ab43ec5b3cefb0403f868f688e2e" +
		"c09a4973e987756f8da7a101a2ca75a54a8c4ccf9a1b6147e4de56423af70b20" +
		"67179c5eeb646867863478d752c7f412db277541575aa0619d30bccc8d87e617" +
		"0b33439a2c93f2d97e18c0a82343a6012a5bb1822808f01b5cfd85673ac0964c" +
		"5f3cfd2daf8142359764a9adb9e3f76db613461c1bc913dc9ac0ab50d365f77c" +
		"b93194c98aa966d89cdd555125a5e59ecf4fa3f0c3fd610cd3d056439338fd81"
	// A factor of the modulus, which anybody finds who has the private exponent.
	terminalPrimeHex = "e9281d696bcf26576ada4491bdbb48057cdd3e78d846d9616469e2b48151098d" +
		"b688704f676eb93f7ed50c7a725bfda26bff10630a0aa9658684b881e007f0f1" +
		"a53208da67e2d62216b01990dbbc93cb2870b99f87742ffa87a17129c9fad525" +
		"f6cf2ae6f45a04c0fc0750f2ca4d5b4f54273fc5993ba965851d38efa92c36dd"
	authorityPrivateExponentHex = "186b31488c25dcf85d953d3630c0d073ba1c6aa24581ad254f3b6719c5d72cca" +
		"3e5cdc5a1e5316578d75954ff73b237b532c9f8de4a2c4c911385a23e63e33e4" +
		"7ee45e66efd49b18e02cff87598c39109e8f86a66bc330249ce3fcad655dcdbf" +
		"98c9c5e479321af53b517d041061880a647bbe0ff813683470e6c50094ce81d0" +
		"64e204e351bd3ae0a7947d8e91c3fd5c0a15233c349a5215a4e66e21c5d33498" +
		"e71991ea24473b29f1475f6fd9be3996e19bd474fad1b41ea0dcd2fc16c9bffa" +
		"071bfec1b22415184811c1985fbfe3e7b4f44a4b3c8dfab4d90cecfc5e608d67" +
		"3e6762c62cb798341271149ba688162ec7d0e3468f65a94ab4ad1ab67e37bfc1"
)

// terminalPublicExponent is the field as the certificate carries it.
var terminalPublicExponent = []byte{0x00, 0x01, 0x00, 0x01}

// certificateAlgorithm is the OID value of the certificate, without tag and length.
var certificateAlgorithm = []byte{0x2A, 0x81, 0x22, 0xF4, 0x2A, 0x02, 0x04, 0x01, 0x04}

const (
	certificateProfile = 0x8A // CPI
	terminalRole       = 0x01 // last byte of the holder authorisation
)

// terminalSerial is SN.IFD, 8 bytes.
func terminalSerial() []byte { return []byte{0x20, 0, 0, 0, 0, 0, 0, 0x01} }

// terminalCHR is the certificate holder reference, 12 bytes.
func terminalCHR() []byte { return append(make([]byte, 4), terminalSerial()...) }

// privateKey signs by plain exponentiation: the keys here are public, so
// there is no timing to hide.
type privateKey struct {
	modulus, exponent *big.Int
	prime             *big.Int // a factor of the modulus, nil where unknown
}

func terminalKey() privateKey {
	return privateKey{modulus: number(terminalModulusHex), exponent: number(terminalPrivateExponentHex), prime: number(terminalPrimeHex)}
}

func (k privateKey) size() int { return (k.modulus.BitLen() + 7) / 8 }

// sign raises block to the private exponent; the result is as long as the modulus.
func (k privateKey) sign(block []byte) ([]byte, error) {
	m := new(big.Int).SetBytes(block)
	if m.Cmp(k.modulus) >= 0 {
		return nil, errors.New("sign: modulus too small for the block")
	}
	return k.power(m).FillBytes(make([]byte, k.size())), nil
}

// power is m to the private exponent, a quarter of the work where a prime is
// known (RFC 8017 section 5.1.2, step 2b).
func (k privateKey) power(m *big.Int) *big.Int {
	if k.prime == nil {
		return new(big.Int).Exp(m, k.exponent, k.modulus)
	}
	p, q := k.prime, new(big.Int).Div(k.modulus, k.prime)
	modulo := func(f *big.Int) *big.Int {
		exponent := new(big.Int).Sub(f, big.NewInt(1))
		return new(big.Int).Exp(m, exponent.Mod(k.exponent, exponent), f)
	}
	byP, byQ := modulo(p), modulo(q)
	h := byP.Sub(byP, byQ)
	h.Mod(h.Mul(h, new(big.Int).ModInverse(q, p)), p)
	return byQ.Add(byQ, h.Mul(h, q))
}

// terminalCertificate builds the card-verifiable certificate of the terminal,
// signed for the key k of this card: 7F21 {5F37 signature, 5F38 rest, 42 CAR},
// ISO/IEC 9796-2 with partial message recovery.
func terminalCertificate(k AuthenticationKey) ([]byte, error) {
	return certificateFor(k, privateKey{
		modulus:  new(big.Int).SetBytes(k.Modulus),
		exponent: number(authorityPrivateExponentHex),
	})
}

func certificateFor(k AuthenticationKey, authority privateKey) ([]byte, error) {
	body := certificateBody(k)
	recoverable := authority.size() - hashOverhead
	if recoverable <= 0 || recoverable >= len(body) {
		return nil, fmt.Errorf("terminal certificate: authority key of %d bytes", authority.size())
	}
	digest := sha256.Sum256(body)
	signature, err := authority.sign(recoverableBlock(body[:recoverable], digest[:]))
	if err != nil {
		return nil, fmt.Errorf("terminal certificate: %w", err)
	}
	return tlv.Encode(0x7F21,
		tlv.Encode(0x5F37, signature),
		tlv.Encode(0x5F38, body[recoverable:]),
		tlv.Encode(0x42, k.CHR[4:])), nil
}

// certificateBody is CPI, CAR, CHR, CHA, algorithm, modulus and exponent, 297 bytes.
func certificateBody(k AuthenticationKey) []byte {
	body := []byte{certificateProfile}
	body = append(body, k.CHR[4:]...)
	body = append(body, terminalCHR()...)
	body = append(append(body, k.CHA[:6]...), terminalRole)
	body = append(body, certificateAlgorithm...)
	body = append(body, terminalKey().modulus.Bytes()...)
	return append(body, terminalPublicExponent...)
}

func number(digits string) *big.Int {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic("ias: constant is not hexadecimal") // a typing error in this file, found by any test
	}
	return new(big.Int).SetBytes(b)
}

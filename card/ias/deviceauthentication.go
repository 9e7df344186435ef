package ias

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"

	"cientro/card/iso7816"
	"cientro/card/securemessaging"
	"cientro/card/tlv"
)

// Control reference templates, algorithms and keys of MANAGE SECURITY
// ENVIRONMENT (ISO/IEC 7816-4 section 11.5.11; IAS ECC).
const (
	templateAuthentication = 0xA4
	templateKeyAgreement   = 0xA6
	templateSignature      = 0xB6

	algorithmRSASHA256 = 0x41 // RSA, ISO/IEC 9796-2, SHA-256
	algorithmDAPP      = 0x9B // DH and device authentication, SHA-256
	algorithmRSAPKCS1  = 0x02 // RSA PKCS#1 v1.5, client-server authentication

	keyDHDomain   = 0x81
	keyExtAuthCA  = 0x84
	keyChip       = 0x82
	keyServices   = 0x83
	keyHolder     = 0x81
	challengeSize = 8
)

// AuthenticationKey is the card's key that checks terminal certificates (SDO
// BFA004), with the holder reference and authorisation that go with it.
type AuthenticationKey struct {
	Modulus, Exponent []byte
	CHR               []byte // 12 bytes; the last 8 are the issuer reference of our certificate
	CHA               []byte // 7 bytes; the first 6 are reused
}

// ReadAuthenticationKey asks for it (GET DATA).
func ReadAuthenticationKey(send Sender) (k AuthenticationKey, err error) {
	data, err := getData(send, []byte{0x4D, 0x09, 0x70, 0x07, 0xBF, 0xA0, 0x04, 0x03, 0x7F, 0x49, 0x80})
	if err != nil {
		return k, fmt.Errorf("read external authentication key: %w", err)
	}
	for _, part := range []struct {
		tag tlv.Tag
		to  *[]byte
	}{{0x81, &k.Modulus}, {0x82, &k.Exponent}, {0x5F20, &k.CHR}, {0x5F4C, &k.CHA}} {
		if *part.to, err = findValue(data, tagTemplate, 0xBFA004, 0x7F49, part.tag); err != nil {
			return AuthenticationKey{}, fmt.Errorf("read external authentication key: %w", err)
		}
	}
	k.Modulus = bytes.TrimLeft(k.Modulus, "\x00")
	return k, k.Check()
}

// Check says whether the fields can be what they are said to be.
func (k AuthenticationKey) Check() error {
	if len(k.CHR) != 12 || len(k.CHA) != 7 || len(k.Modulus) < 128 || len(k.Modulus) > 512 {
		return errors.New("external authentication key: fields of the wrong length")
	}
	return nil
}

// ErrChip: the chip could not prove that it holds the key of EF.Int.Kpub.
var ErrChip = errors.New("chip did not prove its key")

// AuthenticateDevices runs device authentication with privacy protection (IAS
// ECC) inside the session: the terminal shows a certificate under the card's
// key and signs the exchange, then the chip signs it with the key of
// EF.Int.Kpub. Afterwards PIN commands are accepted and the other end is known
// to hold chip. What ties that key to the State is the SOD, checked elsewhere.
//
// random gives 222 bytes and then 8. A wrong proof gives ErrChip, a status
// word a *StepError.
func AuthenticateDevices(s *securemessaging.Session, a Agreement, k AuthenticationKey, chip *rsa.PublicKey, random io.Reader) error {
	certificate, err := terminalCertificate(k)
	if err != nil {
		return fmt.Errorf("device authentication: %w", err)
	}
	return authenticateDevices(s, a, certificate, chip, random)
}

func authenticateDevices(s *securemessaging.Session, a Agreement, certificate []byte, chip *rsa.PublicKey, random io.Reader) error {
	rndICC, err := authenticateTerminal(s, a, certificate, random)
	if err != nil {
		return fmt.Errorf("device authentication: %w", err)
	}
	rndIFD, err := authenticateChip(s, a, chip, random)
	if err != nil {
		return fmt.Errorf("device authentication: %w", err)
	}
	s.SetSSC(binary.BigEndian.Uint64(append(bytes.Clone(rndICC[4:8]), rndIFD[4:8]...)))
	return nil
}

func authenticateTerminal(s *securemessaging.Session, a Agreement, certificate []byte, random io.Reader) ([]byte, error) {
	setKey := append(tlv.Encode(0x80, []byte{algorithmRSASHA256}), tlv.Encode(0x83, []byte{keyExtAuthCA})...)
	if _, err := step(s.Send, "set certificate key", iso7816.MSESet(0x81, templateSignature, setKey)); err != nil {
		return nil, err
	}
	if _, err := step(s.Send, "verify terminal certificate", iso7816.PSOVerifyCertificate(certificate)); err != nil {
		return nil, err
	}
	// Template A4 although the standard says B6: some chips take only A4, the others both.
	if _, err := step(s.Send, "set terminal key", iso7816.MSESet(0x81, templateAuthentication, tlv.Encode(0x83, terminalCHR()))); err != nil {
		return nil, err
	}
	rndICC, err := step(s.Send, "get challenge", iso7816.GetChallenge(challengeSize))
	if err != nil {
		return nil, err
	}
	if len(rndICC) != challengeSize {
		return nil, fmt.Errorf("get challenge: %d bytes", len(rndICC))
	}
	proof, err := terminalProof(a, rndICC, random)
	if err != nil {
		return nil, err
	}
	_, err = step(s.Send, "external authenticate", iso7816.ExternalAuthenticate(proof))
	return rndICC, err
}

// terminalProof is SN.IFD and the signature of the terminal over the exchange.
func terminalProof(a Agreement, rndICC []byte, random io.Reader) ([]byte, error) {
	key := terminalKey()
	prnd := make([]byte, key.size()-hashOverhead)
	if _, err := io.ReadFull(random, prnd); err != nil {
		return nil, fmt.Errorf("draw random numbers: %w", err)
	}
	digest := exchangeDigest(prnd, a.TerminalKey, terminalSerial(), rndICC, a.ICCKey, a.Domain)
	signature, err := key.sign(recoverableBlock(prnd, digest))
	if err != nil {
		return nil, err
	}
	return append(terminalSerial(), signature...), nil
}

func authenticateChip(s *securemessaging.Session, a Agreement, chip *rsa.PublicKey, random io.Reader) ([]byte, error) {
	setKey := append(tlv.Encode(0x84, []byte{keyChip}), tlv.Encode(0x80, []byte{algorithmDAPP})...)
	if _, err := step(s.Send, "set chip key", iso7816.MSESet(0x41, templateAuthentication, setKey)); err != nil {
		return nil, err
	}
	rndIFD := make([]byte, challengeSize)
	if _, err := io.ReadFull(random, rndIFD); err != nil {
		return nil, fmt.Errorf("draw random numbers: %w", err)
	}
	answer, err := step(s.Send, "internal authenticate", iso7816.InternalAuthenticate(rndIFD, 0))
	var refused *StepError
	if errors.As(err, &refused) && !s.Lost() { // said through the channel: it is the chip's own word
		return nil, fmt.Errorf("%w: %w", ErrChip, err)
	}
	if err != nil {
		return nil, err
	}
	return rndIFD, checkChipProof(answer, a, rndIFD, chip)
}

// checkChipProof opens SN.ICC and signature with the chip's public key.
func checkChipProof(answer []byte, a Agreement, rndIFD []byte, chip *rsa.PublicKey) error {
	size := (chip.N.BitLen() + 7) / 8
	if len(answer) != 8+size {
		return fmt.Errorf("%w: answer of %d bytes", ErrChip, len(answer))
	}
	serial, signature := answer[:8], new(big.Int).SetBytes(answer[8:])
	if signature.Cmp(chip.N) >= 0 {
		return fmt.Errorf("%w: signature out of range", ErrChip)
	}
	block := signature.Exp(signature, big.NewInt(int64(chip.E)), chip.N).FillBytes(make([]byte, size))
	prnd := block[1 : size-hashOverhead+1]
	expected := recoverableBlock(prnd, exchangeDigest(prnd, a.ICCKey, serial, rndIFD, a.TerminalKey, a.Domain))
	if subtle.ConstantTimeCompare(block, expected) != 1 {
		return fmt.Errorf("%w: signature does not hold", ErrChip)
	}
	return nil
}

// hashOverhead is what header, SHA-256 and trailer take of an ISO/IEC 9796-2
// block; the rest is recoverable message.
const hashOverhead = 2 + sha256.Size

// recoverableBlock is the ISO/IEC 9796-2 block: 6A, message part, hash, BC.
func recoverableBlock(message, digest []byte) []byte {
	block := append([]byte{0x6A}, message...)
	return append(append(block, digest...), 0xBC)
}

// exchangeDigest hashes what a side signs: its own key first, the other key
// after the other side's nonce.
func exchangeDigest(prnd, ownKey, ownSerial, nonce, otherKey []byte, d DomainParameters) []byte {
	h := sha256.New()
	for _, part := range [][]byte{prnd, ownKey, ownSerial, nonce, otherKey, d.G, d.P, d.Q} {
		h.Write(part)
	}
	return h.Sum(nil)
}

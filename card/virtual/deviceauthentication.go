package virtual

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/big"
)

// Lengths in bytes of the terminal certificate's fields.
const (
	carLength       = 8
	chrLength       = 12
	chaLength       = 7
	oidLength       = 9
	exponentLength  = 4
	serialLength    = 8
	challengeLength = 8
)

// Fixed fields of the terminal certificate.
const (
	certificateProfile = 0x8A
	terminalRole       = 0x01
)

// certificateOID is the key's algorithm, value bytes only.
var certificateOID = [oidLength]byte{0x2A, 0x81, 0x22, 0xF4, 0x2A, 0x02, 0x04, 0x01, 0x04}

// terminal is the public key of a verified terminal certificate.
type terminal struct {
	holder []byte // CHR, 12 bytes; the last 8 are the terminal's serial number
	n, e   *big.Int
}

// verifyCertificate executes PSO VERIFY CERTIFICATE (ISO 7816-8 section 11.12) for
// the object 7F21 { 5F37 signature, 5F38 remainder, 42 authority reference }.
func (c *Card) verifyCertificate(cmd command, protected bool) StatusWord {
	s := &c.session
	switch {
	case cmd.p1p2() != 0x00AE:
		return swWrongP1P2
	case !protected:
		return swSecurityStatus
	case !s.certificateKeySet:
		return swConditions
	}
	s.terminal, s.terminalSelected = nil, false
	outer, rest, ok := readObject(cmd.data)
	if !ok || outer.tag != 0x7F21 || len(rest) > 0 {
		return swWrongData
	}
	objects, ok := readObjects(outer.value)
	if !ok || len(objects) != 3 || objects[0x5F37] == nil || objects[0x5F38] == nil {
		return swWrongData
	}
	if !equal(objects[0x42], c.data.ExtAuthCHR[chrLength-carLength:]) {
		return swReferenceNotFound
	}
	c.operation = OperationRSAPublic
	recovered, hash, ok := openRecovery(c.authority.n, c.authority.e, objects[0x5F37])
	body := append(append([]byte(nil), recovered...), objects[0x5F38]...)
	if !ok || !equal(hashOf(body), hash) {
		return swAuthFailed
	}
	t, ok := c.parseCertificate(body)
	if !ok {
		return swWrongData
	}
	s.terminal = t
	return swOK
}

// parseCertificate reads CPI, CAR, CHR, CHA, OID, modulus and exponent.
func (c *Card) parseCertificate(body []byte) (*terminal, bool) {
	const fixed = 1 + carLength + chrLength + chaLength + oidLength
	if len(body) < fixed+128+exponentLength {
		return nil, false
	}
	take := func(n int) []byte {
		field := body[:n]
		body = body[n:]
		return field
	}
	profile, authority, holder := take(1), take(carLength), take(chrLength)
	role, oid := take(chaLength), take(oidLength)
	n := new(big.Int).SetBytes(take(len(body) - exponentLength))
	e := new(big.Int).SetBytes(body)
	switch {
	case profile[0] != certificateProfile,
		!bytes.Equal(authority, c.data.ExtAuthCHR[chrLength-carLength:]),
		!bytes.Equal(role[:chaLength-1], c.data.ExtAuthCHA[:chaLength-1]) || role[chaLength-1] != terminalRole,
		!bytes.Equal(oid, certificateOID[:]),
		n.BitLen() < 1024 || n.Bit(0) == 0 || e.Bit(0) == 0 || e.BitLen() < 2:
		return nil, false
	}
	return &terminal{holder: append([]byte(nil), holder...), n: n, e: e}, true
}

// getChallenge executes GET CHALLENGE. The 8 bytes serve one EXTERNAL AUTHENTICATE.
func (c *Card) getChallenge(cmd command) ([]byte, StatusWord) {
	switch {
	case cmd.p1p2() != 0:
		return nil, swWrongP1P2
	case len(cmd.data) > 0 || cmd.ne == 0:
		return nil, swWrongLength
	case cmd.ne < challengeLength:
		return nil, swWrongLe.withLength(challengeLength)
	}
	challenge := make([]byte, challengeLength)
	if _, err := io.ReadFull(c.random, challenge); err != nil {
		return nil, swNoDiagnosis
	}
	c.session.challenge = challenge
	return challenge, swOK
}

// externalAuthenticate checks the terminal's serial number and signature.
func (c *Card) externalAuthenticate(cmd command, protected bool) StatusWord {
	s := &c.session
	challenge := s.challenge
	s.challenge, s.provenChallenge = nil, nil // single use, whatever comes out
	switch {
	case cmd.p1p2() != 0:
		return swWrongP1P2
	case !protected || s.agreement == nil:
		return swSecurityStatus
	case !s.terminalSelected || challenge == nil:
		return swConditions
	case len(cmd.data) != serialLength+(s.terminal.n.BitLen()+7)/8:
		return swWrongLength
	}
	c.operation = OperationRSAPublic
	serial, signature := cmd.data[:serialLength], cmd.data[serialLength:]
	d := c.data
	random, hash, ok := openRecovery(s.terminal.n, s.terminal.e, signature)
	if !ok || !equal(serial, s.terminal.holder[chrLength-serialLength:]) {
		return swAuthFailed
	}
	want := hashOf(random, s.agreement.terminal, serial, challenge, s.agreement.public, d.DHGenerator, d.DHPrime, d.DHOrder)
	if !equal(want, hash) {
		return swAuthFailed
	}
	s.provenChallenge = challenge
	return swOK
}

// authenticateDevice answers INTERNAL AUTHENTICATE with the chip key: serial
// number and signature over both DH keys. The session's counter starts afresh
// after this answer, which itself still runs under the old one.
func (c *Card) authenticateDevice(nonce []byte, protected bool) ([]byte, StatusWord) {
	s := &c.session
	switch {
	case !protected:
		return nil, swSecurityStatus
	case s.provenChallenge == nil:
		return nil, swConditions
	case len(nonce) != challengeLength:
		return nil, swWrongLength
	}
	key := c.keys[keyChip]
	if c.foreignChip() {
		key = c.keys[keyServices]
	}
	random := make([]byte, key.size()-recoveryOverhead)
	if _, err := io.ReadFull(c.random, random); err != nil {
		return nil, swNoDiagnosis
	}
	c.operation = OperationRSAPrivate
	d, a := c.data, s.agreement
	hash := hashOf(random, a.public, d.SNICC, nonce, a.terminal, d.DHGenerator, d.DHPrime, d.DHOrder)
	signature := key.private(recoveryBlock(random, hash))
	if c.due(FaultFailedAuthentication) {
		signature[len(signature)-1] ^= 0x01
	}
	next := append(append([]byte(nil), s.provenChallenge[4:]...), nonce[4:]...)
	c.afterAnswer = func() {
		s.channel.ssc = binary.BigEndian.Uint64(next)
		s.deviceAuthenticated = true
	}
	return append(append([]byte(nil), d.SNICC...), signature...), swOK
}

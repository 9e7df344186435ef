package ias

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"

	"cientro/card/iso7816"
	"cientro/card/tlv"
)

// MaxSignInput is the longest data the holder's key signs: 40 % of a 2048-bit
// modulus, as IAS ECC limits client-server authentication.
const MaxSignInput = 102

// ErrSignInput: data the card would not sign; nothing was sent.
var ErrSignInput = errors.New("data to sign is empty or too long")

// Sign lets the holder's key sign: the card pads data, normally a DER
// DigestInfo, with PKCS#1 v1.5 type 1 and returns the signature, as long as
// the modulus. The PIN must be verified (else a *StepError with 6982).
func Sign(send Sender, data []byte) ([]byte, error) {
	if len(data) == 0 || len(data) > MaxSignInput {
		return nil, fmt.Errorf("%w: %d bytes", ErrSignInput, len(data))
	}
	setKey := append(tlv.Encode(0x80, []byte{algorithmRSAPKCS1}), tlv.Encode(0x84, []byte{keyHolder})...)
	if _, err := step(send, "set signature key", iso7816.MSESet(0x41, templateAuthentication, setKey)); err != nil {
		return nil, err
	}
	signature, err := step(send, "sign", iso7816.InternalAuthenticate(data, 0))
	if err != nil {
		return nil, err
	}
	if len(signature) == 0 {
		return nil, errors.New("sign: empty signature")
	}
	return signature, nil
}

// ProveServices lets the services' key sign a challenge of the caller (16 to
// 32 random bytes) and checks the proof with the key of EF.Servizi_Int.Kpub.
// It needs neither PIN nor channel: a badge reader's proof that the number on
// the card was not copied.
func ProveServices(send Sender, challenge []byte, services *rsa.PublicKey) error {
	setKey := append(tlv.Encode(0x80, []byte{algorithmRSAPKCS1}), tlv.Encode(0x84, []byte{keyServices})...)
	if _, err := step(send, "set services key", iso7816.MSESet(0x41, templateAuthentication, setKey)); err != nil {
		return err
	}
	const name = "prove services key"
	proof, err := step(send, name, iso7816.InternalAuthenticate(challenge, 256))
	if errors.Is(err, iso7816.SWWrongLength) {
		proof, err = step(send, name, iso7816.InternalAuthenticate(challenge, 0))
	}
	if err != nil {
		return err
	}
	// Hash 0: the block holds the bare challenge, without DigestInfo.
	if err := rsa.VerifyPKCS1v15(services, crypto.Hash(0), challenge, proof); err != nil {
		return fmt.Errorf("%w: services key: %w", ErrChip, err)
	}
	return nil
}

package token

import (
	"context"
	"crypto"
	"crypto/rsa"
	_ "crypto/sha1"   //nolint:gosec // for crypto.Hash; servers still ask for it
	_ "crypto/sha256" // for crypto.Hash
	_ "crypto/sha512" // for crypto.Hash
	"errors"
	"hash"
	"slices"

	"cientro/card"
	"cientro/card/ias"
	ck "cientro/pkcs11module/cryptoki"
)

// signing is a signature in the making.
type signing struct {
	kind  crypto.Hash
	hash  hash.Hash // nil: the data are signed as they are
	data  []byte
	parts bool // C_SignUpdate was called
}

func (s *session) dropSigning() {
	if s.signing != nil {
		clear(s.signing.data)
		s.signing = nil
	}
}

// SignInit begins a signature with the holder's key.
func (m *Module) SignInit(_ context.Context, handle ck.SessionHandle, mechanism *ck.Mechanism, key ck.ObjectHandle) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.session(handle)
	if err != nil {
		return err
	}
	if mechanism == nil { // section 5.13.1: ends what is active
		s.dropSigning()
		return nil
	}
	if s.signing != nil {
		return ck.RVOperationActive
	}
	kind, err := hashOf(mechanism.Type)
	if err != nil {
		return err
	}
	if len(mechanism.Parameter) > 0 {
		return ck.RVMechanismParamInvalid
	}
	o, err := s.object(key)
	switch {
	case err != nil, o.class == ck.ClassCertificate, o.class == ck.ClassProfile:
		return ck.RVKeyHandleInvalid
	case o.class != ck.ClassPrivateKey:
		return ck.RVKeyTypeInconsistent
	case !s.token.loggedIn:
		return ck.RVUserNotLoggedIn
	}
	s.signing = &signing{kind: kind}
	if kind != 0 {
		s.signing.hash = kind.New()
	}
	return nil
}

// Sign signs data at once. It ends the operation, unless it only tells the
// length of the signature.
func (m *Module) Sign(ctx context.Context, handle ck.SessionHandle, data []byte, room int) ([]byte, int, error) {
	return m.finishSigning(ctx, handle, room, func(s *signing) error {
		if s.parts { // section 5.13.2: not to end a signature of several parts
			return ck.RVOperationActive
		}
		return s.take(data)
	})
}

// SignUpdate takes another part of the data. A part that is too much ends the
// operation.
func (m *Module) SignUpdate(_ context.Context, handle ck.SessionHandle, part []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.session(handle)
	if err != nil {
		return err
	}
	if s.signing == nil {
		return ck.RVOperationNotInitialized
	}
	s.signing.parts = true
	if err := s.signing.take(part); err != nil {
		s.dropSigning()
		return err
	}
	return nil
}

// SignFinal signs the parts, and ends the operation as Sign does.
func (m *Module) SignFinal(ctx context.Context, handle ck.SessionHandle, room int) ([]byte, int, error) {
	return m.finishSigning(ctx, handle, room, func(*signing) error { return nil })
}

func (m *Module) finishSigning(ctx context.Context, handle ck.SessionHandle, room int, last func(*signing) error) ([]byte, int, error) {
	m.mu.Lock()
	s, err := m.session(handle)
	if err == nil && s.signing == nil {
		err = ck.RVOperationNotInitialized
	}
	if err != nil {
		m.mu.Unlock()
		return nil, 0, err
	}
	t, size := s.token, s.token.key.public.Size()
	if room < size {
		m.mu.Unlock()
		return nil, size, nil
	}
	operation := s.signing
	s.signing = nil
	m.mu.Unlock()
	defer func() { clear(operation.data) }()
	if err := last(operation); err != nil {
		return nil, 0, err
	}
	input, err := operation.input()
	if err != nil {
		return nil, 0, returnValue(err)
	}
	signature, err := m.sign(ctx, t, input)
	return signature, len(signature), err
}

// take adds data. What the card signs as it is, it takes 102 bytes of.
func (s *signing) take(data []byte) error {
	if s.hash != nil {
		_, _ = s.hash.Write(data) // never fails
		return nil
	}
	if len(s.data)+len(data) > ias.MaxSignInput {
		return ck.RVDataLenRange
	}
	s.data = append(s.data, data...)
	return nil
}

// input is what goes to the card, to be padded there.
func (s *signing) input() ([]byte, error) {
	if s.hash == nil {
		return slices.Clone(s.data), nil
	}
	return card.DigestInfo(s.kind, s.hash.Sum(nil))
}

// errNotOurs: what the card gave is no signature by the holder's key.
var errNotOurs = errors.New("card's answer is not a signature of the holder's key")

// sign lets the card sign, and looks whether it did.
func (m *Module) sign(ctx context.Context, t *token, input []byte) (signature []byte, _ error) {
	m.mu.Lock()
	loggedIn := t.loggedIn
	m.mu.Unlock()
	if !loggedIn && t.ctx.Err() == nil {
		return nil, ck.RVUserNotLoggedIn
	}
	err := m.atCard(ctx, t, signLimit, func(ctx context.Context) (err error) {
		if signature, err = t.chip.Sign(ctx, input); err != nil {
			m.learnAgain(t, err)
			return err
		}
		if rsa.VerifyPKCS1v15(t.key.public, 0, input, signature) != nil {
			return errNotOurs
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	m.used(t)
	m.mu.Unlock()
	return signature, nil
}

package token

import (
	"context"
	"errors"
	"time"

	"cientro/card"
	ck "cientro/pkcs11module/cryptoki"
)

// SetPIN changes the PIN, by the rules of a login for the old one and those of
// a good PIN for the new one. The card is reset afterwards, so that the
// sessions are public (section 5.6.7 leaves that open).
func (m *Module) SetPIN(ctx context.Context, handle ck.SessionHandle, old, pin []byte) error {
	m.mu.Lock()
	s, err := m.session(handle)
	if err == nil && !s.readWrite {
		err = ck.RVSessionReadOnly
	}
	m.mu.Unlock()
	if err != nil {
		return err
	}
	oldCode, err := card.ParsePIN(old)
	if err != nil {
		return ck.RVPINIncorrect
	}
	defer oldCode.Wipe()
	newCode, err := card.ParsePIN(pin)
	if err != nil {
		return newPINValue(err)
	}
	defer newCode.Wipe()
	if err := card.CheckNewPIN(newCode, oldCode, time.Time{}); err != nil {
		return newPINValue(err)
	}
	t := s.token
	return m.atCard(ctx, t, loginLimit, func(ctx context.Context) error {
		return m.present(ctx, t, old, func(ctx context.Context, consent card.Consent) error {
			_, err := t.chip.ChangePIN(ctx, oldCode, newCode, consent)
			return err
		})
	})
}

// newPINValue says what is wrong with a new PIN.
func newPINValue(err error) error {
	var format *card.FormatError
	if errors.As(err, &format) && !format.NotDigits {
		return ck.RVPINLenRange
	}
	return ck.RVPINInvalid
}

// InitPIN is for the security officer, whom the CIE does not have: the PUK
// belongs in our own windows (section 5.6.6: "can only be called in the R/W SO
// Functions state").
func (m *Module) InitPIN(_ context.Context, handle ck.SessionHandle, _ []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.session(handle); err != nil {
		return err
	}
	return ck.RVUserNotLoggedIn
}

// InitToken would make a card empty; nobody can do that to a CIE.
func (m *Module) InitToken(ctx context.Context, id ck.SlotID, _ []byte, _ string) error {
	if err := m.ready(ctx); err != nil {
		return err
	}
	t, _, err := m.tokenIn(id)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sessionsOf(t) > 0 {
		return ck.RVSessionExists
	}
	return ck.RVTokenWriteProtected
}

package token

import (
	"context"

	"cientro/card"
	ck "cientro/pkcs11module/cryptoki"
)

// Labels of a token. The hint at eight digits is the one text that every
// program shows beside its PIN prompt.
const (
	tokenLabel = "CIE (PIN di 8 cifre)" //nolint:gosec // a name, no secret
	demoLabel  = "DEMO " + tokenLabel
	pinLength  = 8
)

// GetTokenInfo describes the card in a slot, by what is known of it. The first
// call after a card came finds out what it is; no other talks to it.
func (m *Module) GetTokenInfo(ctx context.Context, id ck.SlotID) (ck.TokenInfo, error) {
	t, err := m.recognised(ctx, id)
	if err != nil {
		return ck.TokenInfo{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	info := ck.TokenInfo{
		Label:              tokenLabel,
		Manufacturer:       cardManufacturer,
		Model:              cardModel,
		Serial:             t.serial,
		Flags:              ck.TokenLoginRequired | ck.TokenUserPINInitialized | ck.TokenTokenInitialized,
		MaxSessions:        ck.EffectivelyInfinite,
		MaxRWSessions:      ck.EffectivelyInfinite,
		MaxPINLength:       pinLength,
		MinPINLength:       pinLength,
		TotalPublicMemory:  ck.Unavailable,
		FreePublic:         ck.Unavailable,
		TotalPrivateMemory: ck.Unavailable,
		FreePrivate:        ck.Unavailable,
	}
	if t.demo {
		info.Label = demoLabel
	}
	info.Flags |= triesFlags(t.pin, ck.TokenUserPINCountLow, ck.TokenUserPINFinalTry, ck.TokenUserPINLocked)
	info.Flags |= triesFlags(t.puk, ck.TokenSOPINCountLow, ck.TokenSOPINFinalTry, ck.TokenSOPINLocked)
	for _, s := range m.sessions {
		if s.token != t {
			continue
		}
		info.Sessions++
		if s.readWrite {
			info.RWSessions++
		}
	}
	return info, nil
}

// triesFlags tells a counter by the flags of section 3.2: at least one wrong
// presentation since the last right one, one try left, none left.
func triesFlags(t card.Tries, low, final, locked ck.Flags) ck.Flags {
	switch t.State() {
	case card.StateBlocked:
		return locked
	case card.StateLastTry:
		return final | low
	case card.StateCounted:
		return low
	}
	if t.FailedSince {
		return low
	}
	return 0
}

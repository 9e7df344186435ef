package token

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"cientro/card"
	"cientro/card/iso7816"
	ck "cientro/pkcs11module/cryptoki"
)

// recognised returns the token in a slot, looking at the card if nobody has yet.
func (m *Module) recognised(ctx context.Context, id ck.SlotID) (*token, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	t, state, err := m.tokenIn(id)
	if err != nil {
		return nil, err
	}
	if state == unseen {
		if err := m.atCard(ctx, t, recogniseLimit, func(ctx context.Context) error { return m.identify(ctx, t) }); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case t.gone:
		return nil, ck.RVDeviceRemoved
	case t.state == foreign:
		return nil, ck.RVTokenNotRecognized
	}
	return t, nil
}

func (m *Module) tokenIn(id ck.SlotID) (*token, tokenState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.slot(id)
	switch {
	case err != nil:
		return nil, unseen, err
	case s.mute:
		return nil, unseen, ck.RVTokenNotRecognized
	case s.token == nil:
		return nil, unseen, ck.RVTokenNotPresent
	}
	return s.token, s.token.state, nil
}

// identify finds out what the card is, once. A foreign card is let go at once:
// other programs may want it. The caller holds busy.
func (m *Module) identify(ctx context.Context, t *token) error {
	m.mu.Lock()
	state := t.state
	m.mu.Unlock()
	if state != unseen {
		return nil
	}
	m.dismiss(t.slot)
	identity, err := m.meet(ctx, t)
	var notCIE *card.NotCIEError
	if errors.As(err, &notCIE) {
		m.mu.Lock()
		t.state = foreign
		m.mu.Unlock()
	}
	if err != nil {
		t.letGo()
		return notThere(err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	t.state, t.serial = known, serialOf(identity.SN)
	t.pin, t.puk = identity.PIN, identity.PUK
	t.objects = t.profileObjects(0, ofKnownCards)
	if identity.Certificate != nil {
		m.show(t, identity.Certificate)
	}
	return nil
}

func (m *Module) meet(ctx context.Context, t *token) (*card.Identity, error) {
	connection, err := m.o.Readers.Connect(ctx, t.reader)
	if err != nil {
		return nil, err
	}
	t.connection, t.chip = connection, m.open(connection)
	return t.chip.Identify(ctx)
}

// notThere says of a card that was never met what may be said of it: it is not
// there, or makes no sense.
func notThere(err error) error {
	switch {
	case errors.Is(err, iso7816.ErrRemoved):
		return ck.RVTokenNotPresent
	case errors.Is(err, iso7816.ErrMute), errors.Is(err, iso7816.ErrUnpowered):
		return ck.RVTokenNotRecognized
	}
	return err
}

// serialLength is how many characters a token's serial number has.
const serialLength = 16

// serialOf is the token's serial number: by it alone nobody learns the card's.
func serialOf(sn []byte) string {
	sum := sha256.Sum256(sn)
	return hex.EncodeToString(sum[:])[:serialLength]
}

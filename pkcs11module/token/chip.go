package token

import (
	"context"
	"log/slog"

	"cientro/card"
	"cientro/card/holder"
)

// chip is what this package needs of package card: one card, from recognition
// to the last signature. It belongs to who holds its slot's busy.
type chip interface {
	Identify(ctx context.Context) (*card.Identity, error)
	Inspect(ctx context.Context, refs ...card.Reference) (*card.Report, error)
	Login(ctx context.Context, pin card.PIN, consent card.Consent) error
	LoggedIn() bool
	Logout() error
	OwesReset() bool
	LastSeen(ref card.Reference) card.Tries
	ChangePIN(ctx context.Context, old, new card.PIN, consent card.Consent) (card.Tries, error)
	Certificate(ctx context.Context) (*holder.Certificate, error)
	Sign(ctx context.Context, data []byte) ([]byte, error)
	Close() error
}

// inHand is a card with what its login opens.
type inHand struct {
	*card.Card
	log *slog.Logger
}

func (m *Module) openCard(c Connection) chip {
	return inHand{card.New(c, card.Options{
		Rand: m.o.Rand, Now: m.o.Now, Anchors: m.o.Anchors, Store: m.o.Store, QueryTries: m.o.QueryTries,
	}), m.o.Log}
}

// Certificate reads the holder's certificate within the login. One that the card's
// SOD does not sign comes from a card that the user has accepted as it is; there
// is nobody here to tell but the log.
func (c inHand) Certificate(ctx context.Context) (certificate *holder.Certificate, err error) {
	err = c.Use(ctx, func(h *card.Holder) (err error) {
		certificate, err = h.Certificate(ctx)
		if err == nil && !h.Proves(certificate) {
			c.log.Warn("certificate not signed by the card's SOD, which the user has accepted")
		}
		return err
	})
	return certificate, err
}

// Sign lets the holder's key sign within the login.
func (c inHand) Sign(ctx context.Context, data []byte) (signature []byte, err error) {
	err = c.Use(ctx, func(h *card.Holder) (err error) {
		signature, err = h.Sign(ctx, data)
		return err
	})
	return signature, err
}

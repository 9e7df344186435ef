// Package virtuallink puts a virtual card on an imaginary reader in this
// process: it gives connections with transactions, resets and removals as
// PC/SC does, without PC/SC.
//
// It is the only place where card/virtual, which imports nothing of the client,
// and the client's own types meet.
package virtuallink

import (
	"context"
	"errors"
	"sync"

	"cientro/card/iso7816"
	"cientro/card/virtual"
)

// Reader is a reader with one virtual card. Several connections share it, as
// several programs share a real one.
type Reader struct {
	card  *virtual.Card
	owner chan struct{} // holds a token while a transaction is open

	mu     sync.Mutex
	resets int // how often the card was reset, by whom ever
}

// NewReader puts card on a reader.
func NewReader(card *virtual.Card) *Reader {
	return &Reader{card: card, owner: make(chan struct{}, 1)}
}

// Card returns the card, for its control interface.
func (r *Reader) Card() *virtual.Card { return r.card }

// Reset resets the card, as another program might.
func (r *Reader) Reset() error {
	_, err := r.card.Reset()
	r.noteReset()
	return translate(err, false)
}

func (r *Reader) noteReset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resets++
}

func (r *Reader) resetCount() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.resets
}

// Connect opens a connection; the card must be there.
func (r *Reader) Connect() (*Link, error) {
	if !r.card.Inserted() {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkRemoved}
	}
	return &Link{reader: r, seen: r.resetCount()}, nil
}

// Link is one connection. It satisfies the Link of package card.
type Link struct {
	reader *Reader
	seen   int // resets this connection knows of
	inside bool
}

// ATR returns the card's answer to reset.
func (l *Link) ATR() []byte { return l.reader.card.ATR() }

// Transmit sends a command, alone or inside the transaction.
func (l *Link) Transmit(command []byte) ([]byte, error) {
	if l.seen != l.reader.resetCount() {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkReset}
	}
	answer, err := l.reader.card.Transmit(command)
	if errors.Is(err, virtual.NewError(virtual.WasReset)) {
		l.reader.noteReset()
	}
	return answer, translate(err, true)
}

// Begin waits for the transaction.
func (l *Link) Begin(ctx context.Context) (reset bool, err error) {
	select {
	case l.reader.owner <- struct{}{}:
		l.inside = true
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if !l.reader.card.Inserted() {
		l.leave()
		return false, &iso7816.LinkError{Kind: iso7816.LinkRemoved}
	}
	now := l.reader.resetCount()
	reset, l.seen = now != l.seen, now
	return reset, nil
}

// End closes the transaction and may reset the card.
func (l *Link) End(reset bool) error {
	if !l.inside {
		return nil
	}
	defer l.leave()
	if !reset {
		return nil
	}
	err := l.reader.Reset()
	l.seen = l.reader.resetCount()
	return err
}

func (l *Link) leave() {
	l.inside = false
	<-l.reader.owner
}

// Reconnect takes notice of a reset.
func (l *Link) Reconnect(context.Context) error {
	if !l.reader.card.Inserted() {
		return &iso7816.LinkError{Kind: iso7816.LinkRemoved}
	}
	l.seen = l.reader.resetCount()
	return nil
}

// translate puts the virtual card's failures into the words of a link. Whether
// the command arrived is never known for sure, so sent stands for "may have".
func translate(err error, sent bool) error {
	var failure *virtual.Error
	if !errors.As(err, &failure) {
		return err
	}
	kinds := map[virtual.Kind]iso7816.LinkKind{
		virtual.Removed:   iso7816.LinkRemoved,
		virtual.WasReset:  iso7816.LinkReset,
		virtual.LinkLost:  iso7816.LinkLost,
		virtual.Unpowered: iso7816.LinkUnpowered,
	}
	return &iso7816.LinkError{Kind: kinds[failure.Kind()], Sent: sent, Err: err}
}

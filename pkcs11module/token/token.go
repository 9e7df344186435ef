package token

import (
	"context"
	"errors"
	"time"

	"cientro/card"
	"cientro/card/iso7816"
	ck "cientro/pkcs11module/cryptoki"
)

// token is one stay of one card in a slot.
type token struct {
	slot      *slot
	reader    string
	insertion uint64
	demo      bool
	run       *run
	ctx       context.Context // ends with the card's stay
	end       context.CancelFunc
	handles   ck.ObjectHandle // the first of this token's object handles

	// Guarded by Module.mu.
	gone     bool
	state    tokenState
	serial   string
	pin, puk card.Tries
	objects  []*object
	key      *holderKey // nil: certificate not known yet
	loggedIn bool
	owing    bool        // the card should have been reset and could not be
	idle     *time.Timer // to the end of an unused login, or to another try at that reset
	lastUse  time.Time

	// Guarded by slot.busy.
	chip       chip
	connection Connection
	refused    []byte // digest of the PIN that the card refused last
	accepted   []byte // digest of the PIN that it took at the last login
}

type tokenState uint8

// What is known of the card: nothing yet, that it is a CIE, that it is not.
const (
	unseen tokenState = iota
	known
	foreign
)

// newToken makes the token of a card that was put on a reader. Nothing is sent
// to it before somebody wants to know. The caller holds m.mu.
func (m *Module) newToken(r *run, s *slot, insertion uint64) *token {
	t := &token{slot: s, reader: s.reader, insertion: insertion, demo: s.demo, run: r, handles: m.nextObject}
	t.ctx, t.end = context.WithCancel(r.ctx)
	m.nextObject += handlesPerToken
	return t
}

// takeCard ends the stay of a slot's card, its sessions with it, and lets the
// card go as soon as nobody talks to it any more. The caller holds m.mu.
func (m *Module) takeCard(s *slot) {
	t := s.token
	if t == nil {
		return
	}
	s.token, t.gone = nil, true
	t.end()
	m.publish(t, false)
	for handle, session := range m.sessions {
		if session.token == t {
			delete(m.sessions, handle)
		}
	}
	s.leaving = append(s.leaving, t)
	t.run.workers.Go(func() {
		s.busy <- struct{}{}
		defer func() { <-s.busy }()
		m.dismiss(s)
	})
}

// dismiss lets go of the cards that left a slot. Who meets the next card does
// so first, as the reset of a card that left may hit the one that came: it can
// be the same. The caller holds busy.
func (m *Module) dismiss(s *slot) {
	m.mu.Lock()
	leaving := s.leaving
	s.leaving = nil
	m.mu.Unlock()
	for _, t := range leaving {
		t.letGo()
	}
}

// letGo resets the card where a PIN is verified, and disconnects. What cannot
// be closed is gone anyway. The caller holds busy.
func (t *token) letGo() {
	if t.chip != nil {
		_ = t.chip.Close()
	}
	if t.connection != nil {
		_ = t.connection.Close()
	}
	t.chip, t.connection, t.refused, t.accepted = nil, nil, nil, nil
}

// How long work on a card may take before the caller is told that it failed.
// Most of it would be waiting for another program.
const (
	recogniseLimit = 5 * time.Second
	workLimit      = 60 * time.Second
	signLimit      = 30 * time.Second
)

// atCard runs work on the token's card while nobody else talks to it. The
// context that work gets ends with the caller's, with the card's stay and
// after limit. What work did to login and link is taken up here. The error is
// an RV.
func (m *Module) atCard(ctx context.Context, t *token, limit time.Duration, work func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer context.AfterFunc(t.ctx, cancel)()
	select {
	case t.slot.busy <- struct{}{}:
		defer func() { <-t.slot.busy }()
	case <-ctx.Done():
		return t.explain(ctx.Err())
	}
	if t.ctx.Err() != nil {
		return t.explain(t.ctx.Err())
	}
	err := work(ctx)
	m.takeUp(t, err)
	return t.explain(err)
}

// explain is returnValue where the stay of the card or the run may be over.
func (t *token) explain(err error) error {
	var said ck.RV
	if errors.As(err, &said) {
		return said
	}
	if t.ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		if t.run.ctx.Err() != nil {
			return ck.RVCryptokiNotInitialized
		}
		return ck.RVDeviceRemoved
	}
	return returnValue(err)
}

// takeUp writes down what work on a card left behind. A connection that is dead
// ends the card's stay, as far as our callers can tell: sessions and login are
// gone, and who opens a session meets whatever lies there now. The caller holds
// busy.
func (m *Module) takeUp(t *token, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t.gone {
		return
	}
	m.publish(t, t.chip != nil && t.chip.LoggedIn())
	t.owing = t.chip != nil && t.chip.OwesReset()
	m.lookAgain(t)
	if !connectionDead(err) || t.chip == nil {
		return
	}
	s := t.slot
	m.takeCard(s)
	s.token = m.newToken(t.run, s, t.insertion)
	s.event = true
	t.run.wake()
}

func connectionDead(err error) bool {
	for _, kind := range []error{iso7816.ErrRemoved, iso7816.ErrUnpowered, iso7816.ErrMute, card.ErrOtherCard} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// publish makes a login, or its end, visible to all sessions. The caller holds
// m.mu.
func (m *Module) publish(t *token, loggedIn bool) {
	if t.loggedIn == loggedIn {
		return
	}
	t.loggedIn = loggedIn
	if loggedIn {
		return
	}
	if t.idle != nil {
		t.idle.Stop()
		t.idle = nil
	}
	for _, session := range m.sessions {
		if session.token == t {
			session.dropSigning()
		}
	}
}

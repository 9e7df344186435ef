package token

import (
	"context"

	ck "cientro/pkcs11module/cryptoki"
)

// session is one session of the host with a token. Its fields are guarded by
// Module.mu.
type session struct {
	token     *token
	readWrite bool
	search    *search  // nil: none active
	signing   *signing // nil: none active
}

// maxSessions bounds what a host can make this process remember.
const maxSessions = 4096

// OpenSession opens a session. Read/write sessions are open to everybody
// (OpenSSH asks for one to sign), although nothing but the PIN can be written.
func (m *Module) OpenSession(ctx context.Context, id ck.SlotID, flags ck.Flags) (ck.SessionHandle, error) {
	if err := m.ready(ctx); err != nil {
		return 0, err
	}
	if flags&ck.SessionSerial == 0 {
		if _, _, err := m.tokenIn(id); err == ck.RVSlotIDInvalid { //nolint:errorlint // an RV as it is
			return 0, err
		}
		return 0, ck.RVSessionParallelNotSupport
	}
	t, err := m.recognised(ctx, id)
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if t.gone {
		return 0, ck.RVDeviceRemoved
	}
	if len(m.sessions) >= maxSessions {
		return 0, ck.RVSessionCount
	}
	handle := m.nextSession
	m.nextSession += 1 + ck.SessionHandle(m.random()&0xF)
	m.sessions[handle] = &session{token: t, readWrite: flags&ck.SessionRW != 0}
	return handle, nil
}

// session finds a session. The caller holds m.mu.
func (m *Module) session(handle ck.SessionHandle) (*session, error) {
	if _, err := m.running(); err != nil {
		return nil, err
	}
	s := m.sessions[handle]
	if s == nil {
		return nil, ck.RVSessionHandleInvalid
	}
	return s, nil
}

// CloseSession closes a session. With a token's last session its login ends
// (section 5.6.2).
func (m *Module) CloseSession(ctx context.Context, handle ck.SessionHandle) error {
	m.mu.Lock()
	s, err := m.session(handle)
	if err != nil {
		m.mu.Unlock()
		return err
	}
	delete(m.sessions, handle)
	s.dropSigning()
	ends := s.token.loggedIn && m.sessionsOf(s.token) == 0
	m.mu.Unlock()
	if ends {
		_ = m.logout(ctx, s.token, func() bool { return m.sessionsOf(s.token) == 0 })
	}
	return nil
}

// CloseAllSessions closes all sessions with the card in a slot.
func (m *Module) CloseAllSessions(ctx context.Context, id ck.SlotID) error {
	if err := m.ready(ctx); err != nil {
		return err
	}
	m.mu.Lock()
	s, err := m.slot(id)
	if err != nil {
		m.mu.Unlock()
		return err
	}
	t := s.token
	if t == nil {
		m.mu.Unlock()
		return ck.RVTokenNotPresent
	}
	for handle, session := range m.sessions {
		if session.token == t {
			session.dropSigning()
			delete(m.sessions, handle)
		}
	}
	ends := t.loggedIn
	m.mu.Unlock()
	if ends {
		_ = m.logout(ctx, t, func() bool { return m.sessionsOf(t) == 0 })
	}
	return nil
}

func (m *Module) sessionsOf(t *token) (n int) {
	for _, s := range m.sessions {
		if s.token == t {
			n++
		}
	}
	return n
}

// GetSessionInfo describes a session. It never asks the card.
func (m *Module) GetSessionInfo(_ context.Context, handle ck.SessionHandle) (ck.SessionInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.session(handle)
	if err != nil {
		return ck.SessionInfo{}, err
	}
	info := ck.SessionInfo{Slot: s.token.slot.id, Flags: ck.SessionSerial, State: ck.StateROPublic}
	if s.token.loggedIn {
		info.State = ck.StateROUser
	}
	if s.readWrite {
		info.Flags |= ck.SessionRW
		info.State += ck.StateRWPublic - ck.StateROPublic
	}
	return info, nil
}

// SessionCancel ends the operations that flags name (section 5.6.8); what is not
// active is cancelled already.
func (m *Module) SessionCancel(_ context.Context, handle ck.SessionHandle, flags ck.Flags) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.session(handle)
	if err != nil {
		return err
	}
	if flags&ck.FlagFindObjects != 0 {
		s.search = nil
	}
	if flags&ck.MechanismSign != 0 {
		s.dropSigning()
	}
	return nil
}

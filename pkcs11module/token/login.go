package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cientro/card"
	"cientro/card/iso7816"
	ck "cientro/pkcs11module/cryptoki"
)

// Login presents the PIN, at most once. Whatever is not 8 digits, or is the PIN
// that this card just refused, is a wrong PIN without the card being asked: the one answer on which browsers ask again. Once the card
// was asked no answer is one on which they would repeat the call.
func (m *Module) Login(ctx context.Context, handle ck.SessionHandle, user ck.UserType, pin []byte) error {
	m.mu.Lock()
	s, err := m.session(handle)
	if err == nil {
		err = mayLogIn(s.token, user)
	}
	m.mu.Unlock()
	if err != nil {
		return err
	}
	code, err := card.ParsePIN(pin)
	if err != nil {
		return ck.RVPINIncorrect
	}
	defer code.Wipe()
	t := s.token
	return m.atCard(ctx, t, loginLimit, func(ctx context.Context) error { return m.login(ctx, t, user, code, pin) })
}

// loginLimit has room for a person who is asked.
const loginLimit = workLimit + consentLimit

// mayLogIn: there is one user, and one login for all sessions of the host.
func mayLogIn(t *token, user ck.UserType) error {
	switch user {
	case ck.UserUser:
		if t.loggedIn {
			return ck.RVUserAlreadyLoggedIn
		}
		return nil
	case ck.UserContextSpecific:
		return ck.RVOperationNotInitialized // no key asks for its PIN at each use
	}
	return ck.RVUserTypeInvalid
}

// login is the part of Login that talks to the card. The caller holds busy.
func (m *Module) login(ctx context.Context, t *token, user ck.UserType, code card.PIN, pin []byte) error {
	m.mu.Lock()
	err := mayLogIn(t, user) // another thread may have been faster
	m.mu.Unlock()
	if err != nil {
		return err
	}
	err = m.present(ctx, t, pin, func(ctx context.Context, consent card.Consent) error {
		return maybeSent(t.chip.Login(ctx, code, consent))
	})
	if err != nil {
		return err
	}
	if err := m.afterLogin(ctx, t); err != nil {
		// The PIN was right and what was to follow failed, or there is nobody
		// left to be logged in: to say so is all that is safe.
		_ = t.chip.Logout()
		m.o.Log.Warn("login given up", "error", err)
		return ck.RVDeviceError
	}
	m.o.Log.Info("logged in")
	return nil
}

// maybeSent is for errors that leave open whether the PIN had gone out, and was
// taken, before link or card failed. To these there is one answer.
func maybeSent(err error) error {
	var link *iso7816.LinkError
	open := errors.As(err, &link) && link.Kind != iso7816.LinkBusy ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, card.ErrNotVerified)
	if open {
		return fmt.Errorf("%w: %w", ck.RVDeviceError, err)
	}
	return err
}

// afterLogin shows what the login opened.
func (m *Module) afterLogin(ctx context.Context, t *token) error {
	m.mu.Lock()
	shown := t.key != nil
	m.mu.Unlock()
	if !shown {
		certificate, err := t.chip.Certificate(ctx)
		if err != nil {
			return err
		}
		m.mu.Lock()
		m.show(t, certificate)
		m.mu.Unlock()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if t.gone || m.sessionsOf(t) == 0 {
		return errNobodyLeft
	}
	m.publish(t, true)
	m.used(t)
	return nil
}

var errNobodyLeft = errors.New("card or sessions gone during the login")

// Logout ends the login of all sessions with the token and resets the card.
func (m *Module) Logout(ctx context.Context, handle ck.SessionHandle) error {
	m.mu.Lock()
	s, err := m.session(handle)
	if err == nil && !s.token.loggedIn {
		err = ck.RVUserNotLoggedIn
	}
	m.mu.Unlock()
	if err != nil {
		return err
	}
	return m.logout(ctx, s.token, func() bool { return true })
}

// logout makes all sessions public and the card forget the PIN, as soon as
// nobody else talks to it, if that is still wanted then. A card that left has
// forgotten it.
func (m *Module) logout(ctx context.Context, t *token, wanted func() bool) error {
	// The host may go while its card is still verified: that ends nothing here.
	err := m.atCard(context.WithoutCancel(ctx), t, workLimit, func(context.Context) error {
		m.mu.Lock()
		yes := wanted()
		if yes {
			m.publish(t, false)
		}
		m.mu.Unlock()
		if !yes {
			return nil
		}
		return t.chip.Logout()
	})
	if t.ctx.Err() == nil {
		return err
	}
	return nil // gone meanwhile, and reset with it
}

// used notes that the login was used, and so lives on. The caller holds m.mu.
func (m *Module) used(t *token) {
	if !t.loggedIn || t.gone {
		return
	}
	t.lastUse = time.Now()
	m.lookAgain(t)
}

// lookAgain makes sure that a card that is, or may be, verified is looked after
// once a login may have lain unused for its time. The caller holds m.mu.
func (m *Module) lookAgain(t *token) {
	if t.idle == nil && !t.gone && (t.loggedIn || t.owing) {
		t.idle = time.AfterFunc(m.o.Idle, func() { m.idled(t) })
	}
}

// idled ends a login that nobody used, or waits for the rest of its time; and
// tries again to reset a card that somebody else kept when its login ended.
func (m *Module) idled(t *token) {
	m.mu.Lock()
	t.idle = nil
	if !t.loggedIn && !t.owing || t.gone || t.run.closing {
		m.mu.Unlock()
		return
	}
	if left := m.o.Idle - time.Since(t.lastUse); t.loggedIn && left > 0 {
		t.idle = time.AfterFunc(left, func() { m.idled(t) })
		m.mu.Unlock()
		return
	}
	if t.loggedIn {
		m.o.Log.Info("login unused, ended")
	}
	t.run.workers.Add(1)
	m.mu.Unlock()
	defer t.run.workers.Done()
	_ = m.logout(t.run.ctx, t, func() bool { return !t.loggedIn || time.Since(t.lastUse) >= m.o.Idle })
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lookAgain(t) // where somebody keeps the card so long
}

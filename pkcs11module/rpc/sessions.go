package rpc

import (
	"context"

	ck "cientro/pkcs11module/cryptoki"
)

func openSession(ctx context.Context, m Module, in arguments, out *answer) error {
	session, err := m.OpenSession(ctx, in.slot(), in.flags(1))
	out.ulong(uint64(session))
	return err
}

func closeSession(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.CloseSession(ctx, in.session())
}

func closeAllSessions(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.CloseAllSessions(ctx, in.slot())
}

func getSessionInfo(ctx context.Context, m Module, in arguments, out *answer) error {
	info, err := m.GetSessionInfo(ctx, in.session())
	out.ulong(uint64(info.Slot), uint64(info.State), uint64(info.Flags), info.DeviceError)
	return err
}

func sessionCancel(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.SessionCancel(ctx, in.session(), in.flags(1))
}

func initPIN(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.InitPIN(ctx, in.session(), in[1].bytes)
}

func setPIN(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.SetPIN(ctx, in.session(), in[1].bytes, in[2].bytes)
}

func login(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.Login(ctx, in.session(), ck.UserType(in[1].number), in[2].bytes)
}

// loginUser is C_Login where it names nobody: a card has one user, without a name.
func loginUser(ctx context.Context, m Module, in arguments, out *answer) error {
	if len(in[3].bytes) == 0 {
		return login(ctx, m, in, out)
	}
	if _, err := m.GetSessionInfo(ctx, in.session()); err != nil {
		return err
	}
	return ck.RVArgumentsBad
}

func logout(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.Logout(ctx, in.session())
}

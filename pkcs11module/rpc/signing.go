package rpc

import (
	"context"

	ck "cientro/pkcs11module/cryptoki"
)

func signInit(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.SignInit(ctx, in.session(), in[1].mechanism, in.object(2))
}

func sign(ctx context.Context, m Module, in arguments, out *answer) error {
	room := in.room(2)
	signature, length, err := m.Sign(ctx, in.session(), in[1].bytes, room)
	return result(out, signature, length, room, err)
}

func signUpdate(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.SignUpdate(ctx, in.session(), in[1].bytes)
}

func signFinal(ctx context.Context, m Module, in arguments, out *answer) error {
	room := in.room(1)
	signature, length, err := m.SignFinal(ctx, in.session(), room)
	return result(out, signature, length, room, err)
}

// result writes a result into the caller's room, or its length alone. That is no
// error on the wire: the client, which knows whether there was a buffer, makes
// CKR_BUFFER_TOO_SMALL of it (protocol section 4).
func result(out *answer, bytes []byte, length, room int, err error) error {
	if err == nil && len(bytes) > room {
		return ck.RVGeneralError
	}
	out.bytes(bytes, length)
	return err
}

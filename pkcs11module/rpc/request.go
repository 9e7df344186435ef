package rpc

import (
	"context"
	"encoding/binary"
	"errors"
	"runtime/debug"

	ck "cientro/pkcs11module/cryptoki"
)

// request is one frame of a client. The client chose the code, and finds its
// answer by it.
type request struct {
	code  uint32
	frame []byte // options and body; wiped when the call has returned
	body  []byte
}

// id is the call's number, 0 where the body is too short for one.
func (r request) id() CallID {
	if len(r.body) < 4 {
		return 0
	}
	return CallID(binary.BigEndian.Uint32(r.body))
}

// arguments reads the body behind the number: the signature must be the table's,
// letter by letter.
func (r request) arguments(signature string, offered byte) (arguments, bool) {
	b := buffer{rest: r.body[4:]}
	if given := b.take(uint64(b.uint32())); b.bad || string(given) != signature {
		return nil, false
	}
	return parse(signature, b.rest, offered)
}

// answer serves a request and gives the frame to send. Whatever goes wrong with a
// whole frame is answered: the connection, and the logins on it, live on.
func (s *server) answer(ctx context.Context, r request) []byte {
	var frame []byte
	err := s.guard(r.id(), func() (err error) {
		frame, err = s.call(ctx, r)
		return err
	})
	if err != nil {
		return errorFrame(r.code, returnValue(err))
	}
	return frame
}

// guard makes an error of a panic.
func (s *server) guard(id CallID, do func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = ck.RVGeneralError
			if s.options.OnPanic != nil {
				s.options.OnPanic(id, fault, debug.Stack())
			}
		}
	}()
	return do()
}

// call reads a request's values, has it served and writes the response.
func (s *server) call(ctx context.Context, r request) ([]byte, error) {
	id := r.id()
	call, known := callOf(id)
	if !known {
		return nil, ck.RVFunctionNotSupported
	}
	in, ok := r.arguments(call.request, s.offered)
	if !ok {
		return nil, ck.RVArgumentsBad
	}
	if call.serve == nil {
		return nil, refusal(s.module.Unsupported(ctx, in.session(), id))
	}
	out := newAnswer(r.code, id, call.answer)
	if err := call.serve(ctx, s.module, in, out); err != nil {
		return nil, err
	}
	return out.finish(), nil
}

// returnValue is what an error is on the wire.
func returnValue(err error) ck.RV {
	var rv ck.RV
	if !errors.As(err, &rv) || rv == ck.OK {
		return ck.RVGeneralError
	}
	return rv
}

// refusal makes sure of an error where success could not be answered.
func refusal(err error) error {
	if err == nil {
		return ck.RVFunctionNotSupported
	}
	return err
}

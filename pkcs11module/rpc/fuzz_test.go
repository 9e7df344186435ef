package rpc_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// obliging is a module that says yes to everything and gives what fits.
type obliging struct{ absent }

func (obliging) GetSlotList(context.Context, bool, bool) ([]ck.SlotID, error) {
	return []ck.SlotID{1, 2}, nil
}
func (obliging) WaitForSlotEvent(ctx context.Context, _ ck.Flags) (ck.SlotID, error) {
	<-ctx.Done()
	return 0, ck.RVCryptokiNotInitialized
}
func (obliging) GetSlotInfo(context.Context, ck.SlotID) (ck.SlotInfo, error) {
	return ck.SlotInfo{Description: "reader"}, nil
}
func (obliging) FindObjectsInit(_ context.Context, _ ck.SessionHandle, t []ck.Attribute) error {
	if len(t) > 256 {
		panic("more attributes than allowed")
	}
	return nil
}
func (obliging) FindObjects(_ context.Context, _ ck.SessionHandle, most int) ([]ck.ObjectHandle, error) {
	return []ck.ObjectHandle{1, 2, 3}[:min(most, 3)], nil
}
func (obliging) GetAttribute(_ context.Context, _ ck.SessionHandle, _ ck.ObjectHandle, kind ck.AttributeType) ([]byte, error) {
	return make([]byte, kind%17), nil
}
func (obliging) Sign(_ context.Context, _ ck.SessionHandle, data []byte, room int) ([]byte, int, error) {
	if room < len(data) {
		return nil, len(data), nil
	}
	return data, len(data), nil
}

// FuzzServe plays a client that sends anything. The server must not panic, must
// end when the client does, and must write nothing but whole answers to
// requests: each with the code and, unless it is an error, the call of one.
func FuzzServe(f *testing.F) {
	for _, c := range captures(f) {
		input := []byte{c.offered}
		for _, x := range c.exchanges {
			input = append(input, x.request...)
		}
		f.Add(input[:min(len(input), 4000)])
	}
	f.Add(append([]byte{2}, wait(1)...))
	f.Add(append([]byte{0}, append(sessionInfo(1), 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF)...))
	f.Fuzz(func(t *testing.T, input []byte) {
		conn := &witness{script: script{Reader: bytes.NewReader(input)}}
		options := rpc.Options{OnPanic: func(call rpc.CallID, fault any, stack []byte) {
			t.Errorf("%v: %v\n%s", call, fault, stack)
		}}
		err := rpc.Serve(context.Background(), conn, obliging{}, options)
		var long *rpc.FrameTooLongError
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &long) {
			t.Fatal(err)
		}
		for _, place := range conn.places {
			if len(place) > 4<<10+1<<20 {
				t.Fatalf("%d bytes made room for", len(place))
			}
		}
		if len(input) > 0 {
			checkAnswers(t, input[1:], conn.written[1:])
		}
	})
}

// checkAnswers demands one answer to each whole request.
func checkAnswers(t *testing.T, requests, answers []byte) {
	type key struct {
		code uint32
		call rpc.CallID
	}
	open := map[key]int{}
	asked := 0
	for {
		code, body, rest, ok := cut(requests)
		if !ok {
			break
		}
		var call rpc.CallID
		if len(body) >= 4 {
			call = rpc.CallID((&glasses{body}).u32())
		}
		open[key{code, call}]++
		asked++
		requests = rest
	}
	for ; len(answers) > 0; asked-- {
		code, body, rest, ok := cut(answers)
		if !ok {
			t.Fatalf("answers end in %x", answers)
		}
		g := glasses{body}
		if call, _ := g.head(); call != 0 {
			if open[key{code, call}] == 0 {
				t.Fatalf("answer %d to %v, which nobody asked", code, call)
			}
			open[key{code, call}]--
		}
		answers = rest
	}
	if asked != 0 {
		t.Fatalf("%d requests without an answer", asked)
	}
}

// cut cuts the first frame off, if it is whole and of a length that is served.
func cut(b []byte) (code uint32, body, rest []byte, ok bool) {
	if len(b) < 12 {
		return
	}
	g := glasses{b}
	code = g.u32()
	options, length := g.u32(), g.u32()
	if options > 4<<10 || length > 1<<20 || uint64(len(g.b)) < uint64(options)+uint64(length) {
		return
	}
	g.take(int(options))
	body = g.take(int(length))
	return code, body, g.b, true
}

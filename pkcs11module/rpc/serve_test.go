package rpc_test

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// slow is a module whose calls last until they are let go.
type slow struct {
	absent
	signing   chan struct{} // C_Sign arrives
	sign      chan struct{} // C_Sign may go on
	waiting   chan struct{} // C_WaitForSlotEvent arrives
	finalized atomic.Int32
	woken     chan struct{} // the first C_Finalize
}

func newSlow() *slow {
	return &slow{signing: make(chan struct{}, 1000), sign: make(chan struct{}), waiting: make(chan struct{}, 1000), woken: make(chan struct{})}
}

func (s *slow) Sign(_ context.Context, _ ck.SessionHandle, data []byte, _ int) ([]byte, int, error) {
	s.signing <- struct{}{}
	<-s.sign
	return data, len(data), nil
}

// WaitForSlotEvent heeds both: it ends when its context has ended and the module is finalized.
func (s *slow) WaitForSlotEvent(ctx context.Context, flags ck.Flags) (ck.SlotID, error) {
	if flags&ck.DontBlock != 0 {
		return 0, ck.RVNoEvent
	}
	s.waiting <- struct{}{}
	<-ctx.Done()
	<-s.woken
	return 0, ck.RVCryptokiNotInitialized
}

func (s *slow) GetSessionInfo(_ context.Context, session ck.SessionHandle) (ck.SessionInfo, error) {
	return ck.SessionInfo{Slot: 1, State: ck.StateROUser, Flags: ck.SessionSerial}, nil
}

func (s *slow) Finalize(context.Context) error {
	if s.finalized.Add(1) == 1 {
		close(s.woken)
	}
	return nil
}

func wait(code uint32) []byte {
	return frame(code, "", body(rpc.CallWaitForSlotEvent, "u", u64[uint64](0)))
}

func signing(code uint32) []byte {
	return frame(code, "", body(rpc.CallSign, "uayfy", u64[uint64](1), ay([]byte("abc")), u32(256)))
}

func signed(code uint32) []byte { return frame(code, "", body(rpc.CallSign, "ay", ay([]byte("abc")))) }

func sessionInfo(code uint32) []byte {
	return frame(code, "", body(rpc.CallGetSessionInfo, "u", u64[uint64](1)))
}

func sessionInfoAnswer(code uint32) []byte {
	return frame(code, "", body(rpc.CallGetSessionInfo, "uuuu", u64[uint64](1), u64[uint64](1), u64[uint64](4), u64[uint64](0)))
}

func send(t testing.TB, conn io.Writer, frames ...[]byte) {
	for _, f := range frames {
		_, err := conn.Write(f)
		require.NoError(t, err)
	}
}

func TestVersion(t *testing.T) {
	for offered, want := range map[byte]byte{0: 0, 1: 1, 2: 2, 3: 2, 7: 2, 255: 2} {
		_, answered, _ := dial(t, absent{}, offered)
		assert.Equal(t, want, answered, "offered %d", offered)
	}
}

// A wait for a card and a long signature hold up nobody, and answers come as they are ready.
func TestCallsInFlight(t *testing.T) {
	m := newSlow()
	conn, _, done := dial(t, m, 2)
	send(t, conn, wait(1), signing(2))
	<-m.waiting
	<-m.signing
	send(t, conn, sessionInfo(3))
	assert.Equal(t, sessionInfoAnswer(3), readFrame(t, conn))
	close(m.sign)
	assert.Equal(t, signed(2), readFrame(t, conn))
	require.NoError(t, conn.Close())
	assert.NoError(t, <-done, "the client may go while a call waits")
	assert.Equal(t, int32(2), m.finalized.Load(), "once to wake the call, once after it")
}

func TestCodesAreEchoed(t *testing.T) {
	conn, _, _ := dial(t, newSlow(), 1)
	for _, code := range []uint32{0, 0x10, 0xFFFFFFFF} {
		send(t, conn, sessionInfo(code))
		assert.Equal(t, sessionInfoAnswer(code), readFrame(t, conn))
	}
}

// More calls than places are not read; waits take none and are bounded by themselves.
func TestPlacesAreBounded(t *testing.T) {
	m := newSlow()
	conn, _, done := dial(t, m, 2)
	for i := range uint32(16) {
		send(t, conn, wait(i))
		<-m.waiting
	}
	send(t, conn, wait(16))
	assert.Equal(t, refused(16, ck.RVFunctionFailed), readFrame(t, conn))

	var sent atomic.Int32
	go func() {
		for i := range uint32(100) {
			if _, err := conn.Write(signing(1000 + i)); err != nil {
				return
			}
			sent.Add(1)
		}
	}()
	for range 64 {
		<-m.signing
	}
	for range 100 {
		runtime.Gosched()
	}
	assert.LessOrEqual(t, sent.Load(), int32(65), "one may be in the reader's hands")
	assert.Empty(t, m.signing, "no 65th call has begun")
	close(m.sign)
	for range 100 {
		readFrame(t, conn)
	}
	require.NoError(t, conn.Close())
	assert.NoError(t, <-done)
}

// The end between two frames is clean, also where calls are running: their
// context ends, the module is finalized, and Serve waits for them.
func TestEndOfConnection(t *testing.T) {
	whole := sessionInfo(1)
	tests := []struct {
		name string
		sent []byte
		want error
	}{
		{name: "before anything"},
		{name: "after the version", sent: []byte{2}},
		{name: "after a frame", sent: append([]byte{2}, whole...)},
		{name: "in a header", sent: append([]byte{2}, whole[:5]...), want: io.ErrUnexpectedEOF},
		{name: "behind a header", sent: append([]byte{2}, whole[:12]...), want: io.ErrUnexpectedEOF},
		{name: "in a body", sent: append([]byte{2}, whole[:20]...), want: io.ErrUnexpectedEOF},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newSlow()
			err := rpc.Serve(context.Background(), &script{Reader: strings.NewReader(string(test.sent))}, m, rpc.Options{})
			assert.ErrorIs(t, err, test.want)
			assert.GreaterOrEqual(t, m.finalized.Load(), int32(1))
		})
	}
}

// script is a connection that plays what a client says, and fails to write where told.
type script struct {
	io.Reader
	mutex   sync.Mutex
	written []byte
	fail    error
	closed  bool
}

func (s *script) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.fail != nil && len(s.written) > 0 {
		return 0, s.fail
	}
	s.written = append(s.written, p...)
	return len(p), nil
}

func (s *script) Close() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.closed = true
	return nil
}

// A client that cannot be written to has gone, or is broken: Serve ends, and no
// call stays behind.
func TestWriteFails(t *testing.T) {
	lost := errors.New("cable cut")
	for fail, want := range map[error]error{syscall.EPIPE: nil, syscall.ECONNRESET: nil, io.ErrClosedPipe: nil, lost: lost} {
		input := append([]byte{2}, sessionInfo(1)...)
		conn := &script{Reader: strings.NewReader(string(append(input, sessionInfo(2)...))), fail: fail}
		err := rpc.Serve(context.Background(), conn, newSlow(), rpc.Options{})
		assert.ErrorIs(t, err, want)
		assert.True(t, conn.closed)
		assert.Equal(t, []byte{2}, conn.written)
	}
	conn := &script{Reader: strings.NewReader("\x02"), fail: lost, written: []byte{0}}
	assert.ErrorIs(t, rpc.Serve(context.Background(), conn, absent{}, rpc.Options{}), lost, "the version")
}

func TestContextEnds(t *testing.T) {
	stopped := errors.New("told to stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	client, served := net.Pipe()
	done := make(chan error)
	m := newSlow()
	go func() { done <- rpc.Serve(ctx, served, m, rpc.Options{}) }()
	send(t, client, []byte{2})
	_, err := io.ReadFull(client, make([]byte, 1))
	require.NoError(t, err)
	send(t, client, wait(1))
	<-m.waiting
	cancel(stopped)
	assert.ErrorIs(t, <-done, stopped)
	assert.GreaterOrEqual(t, m.finalized.Load(), int32(1))
}

// The end is also noticed where every place is taken and one more call waits for one.
func TestContextEndsInACrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		input := []byte{2}
		for i := range uint32(65) {
			input = append(input, signing(i)...)
		}
		m := newSlow()
		done := make(chan error)
		go func() {
			done <- rpc.Serve(ctx, &script{Reader: strings.NewReader(string(input))}, m, rpc.Options{})
		}()
		synctest.Wait()
		assert.Len(t, m.signing, 64)
		cancel()
		synctest.Wait()
		close(m.sign)
		assert.ErrorIs(t, <-done, context.Canceled)
		assert.Len(t, m.signing, 64, "the last call never began")
	})
}

// A client that closes its side and never reads keeps no agent alive.
func TestUnreadAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newSlow()
		close(m.sign)
		conn := &stuck{Reader: strings.NewReader("\x02" + string(signing(1))), gone: make(chan struct{})}
		assert.NoError(t, rpc.Serve(t.Context(), conn, m, rpc.Options{}))
	})
}

// stuck takes the version, and nothing after it.
type stuck struct {
	io.Reader
	taken bool
	gone  chan struct{}
	once  sync.Once
}

func (s *stuck) Write(p []byte) (int, error) {
	if !s.taken {
		s.taken = true
		return len(p), nil
	}
	<-s.gone
	return 0, io.ErrClosedPipe
}

func (s *stuck) Close() error { s.once.Do(func() { close(s.gone) }); return nil }

func TestFramesTooLong(t *testing.T) {
	tests := []struct {
		header []byte
		want   rpc.FrameTooLongError
	}{
		{append(append(u32(1), u32(4097)...), u32(8)...), rpc.FrameTooLongError{Part: "options", Length: 4097, Limit: 4096}},
		{append(append(u32(1), u32(0)...), u32(1<<20+1)...), rpc.FrameTooLongError{Part: "body", Length: 1<<20 + 1, Limit: 1 << 20}},
		{append(append(u32(1), u32(0xFFFFFFFF)...), u32(0xFFFFFFFF)...), rpc.FrameTooLongError{Part: "options", Length: 0xFFFFFFFF, Limit: 4096}},
	}
	for _, test := range tests {
		conn := &script{Reader: strings.NewReader("\x02" + string(test.header))}
		err := rpc.Serve(context.Background(), conn, absent{}, rpc.Options{})
		var long *rpc.FrameTooLongError
		require.ErrorAs(t, err, &long)
		assert.Equal(t, test.want, *long)
		assert.Contains(t, err.Error(), test.want.Part)
	}
}

// Whatever is wrong within a whole frame is answered, and the connection lives on.
func TestBadBodies(t *testing.T) {
	conn, _, _ := dial(t, newSlow(), 2)
	tests := []struct {
		name string
		body []byte
		want ck.RV
	}{
		{"empty", nil, ck.RVFunctionNotSupported},
		{"half a number", []byte{0, 0}, ck.RVFunctionNotSupported},
		{"call 0", body(0, "u", u64[uint64](0)), ck.RVFunctionNotSupported},
		{"call 90", body(90, ""), ck.RVFunctionNotSupported},
		{"call of another world", body(0xFFFFFFFF, ""), ck.RVFunctionNotSupported},
		{"no signature", u32(uint32(rpc.CallGetSessionInfo)), ck.RVArgumentsBad},
		{"signature longer than the body", append(u32(uint32(rpc.CallGetSessionInfo)), u32(0xFFFFFFFF)...), ck.RVArgumentsBad},
		{"another's signature", body(rpc.CallGetSessionInfo, "uu", u64[uint64](1), u64[uint64](1)), ck.RVArgumentsBad},
		{"too short", body(rpc.CallGetSessionInfo, "u", u32(1)), ck.RVArgumentsBad},
		{"too long", body(rpc.CallGetSessionInfo, "u", u64[uint64](1), u8(0)), ck.RVArgumentsBad},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			send(t, conn, frame(7, "tee", test.body))
			assert.Equal(t, refused(7, test.want), readFrame(t, conn))
		})
	}
	send(t, conn, sessionInfo(8))
	assert.Equal(t, sessionInfoAnswer(8), readFrame(t, conn))
}

// faulty panics where it is asked about a session.
type faulty struct{ *slow }

func (*faulty) GetSessionInfo(context.Context, ck.SessionHandle) (i ck.SessionInfo, err error) {
	var none []byte
	_ = none[3]
	return
}

func TestPanicIsAnAnswer(t *testing.T) {
	type report struct {
		call  rpc.CallID
		stack string
	}
	reports := make(chan report, 1)
	client, served := net.Pipe()
	m := &faulty{newSlow()}
	options := rpc.Options{OnPanic: func(call rpc.CallID, fault any, stack []byte) {
		reports <- report{call, string(stack)}
	}}
	go rpc.Serve(context.Background(), served, m, options)
	send(t, client, []byte{2})
	_, err := io.ReadFull(client, make([]byte, 1))
	require.NoError(t, err)
	send(t, client, signing(1))
	<-m.signing
	send(t, client, sessionInfo(2))
	assert.Equal(t, refused(2, ck.RVGeneralError), readFrame(t, client))
	got := <-reports
	assert.Equal(t, rpc.CallGetSessionInfo, got.call)
	assert.Contains(t, got.stack, "faulty")
	close(m.sign)
	assert.Equal(t, signed(1), readFrame(t, client), "another call is not harmed")
	require.NoError(t, client.Close())
}

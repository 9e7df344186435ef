package rpc

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	ck "cientro/pkcs11module/cryptoki"
)

// maxVersion is the highest protocol version this server speaks.
const maxVersion = 2

// grace is how long answers may still be on their way when the client has closed
// its side, before they are given up.
const grace = 2 * time.Second

// Options are what a caller may set; the zero value is right for most.
type Options struct {
	// OnPanic is told of a panic in the module. The call is answered with
	// CKR_GENERAL_ERROR and everything else goes on. Nothing of the request is
	// in what it gets.
	OnPanic func(call CallID, fault any, stack []byte)
}

// Serve speaks the protocol on a connection until the client closes it, and
// closes it, too. It returns nil when the client has gone, with or without
// C_Finalize, context.Cause where ctx ended first, [*FrameTooLongError] or
// io.ErrUnexpectedEOF (wrapped) where the client broke the protocol. By then the
// module has been finalized and no call is in flight.
//
// Close must make a blocked Read return, as that of a net.Conn does. Reads go
// straight into the frame that is wiped after its call, so a conn with a buffer
// of its own would keep copies of PINs.
func Serve(ctx context.Context, conn io.ReadWriteCloser, m Module, o Options) error {
	calls, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &server{conn: conn, module: m, options: o, inFlight: make(chan struct{}, maxInFlight)}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()

	err := s.read(calls)
	cancel()
	s.finalize(ctx)
	if failed := s.failure(); failed != nil {
		err = failed
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case gone(err):
		return nil
	}
	return err
}

// gone tells whether an error means that the client is no longer there.
func gone(err error) bool {
	for _, sign := range []error{io.EOF, io.ErrClosedPipe, syscall.EPIPE, syscall.ECONNRESET} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return false
}

// server is one connection.
type server struct {
	conn    io.ReadWriteCloser
	module  Module
	options Options
	offered byte // the client's first byte: what it can, and which habits it has

	calls    sync.WaitGroup
	running  atomic.Int32
	waiting  atomic.Int32  // of them, in C_WaitForSlotEvent
	inFlight chan struct{} // a place for each of the others

	write  sync.Mutex // one frame at a time
	failed error      // the first failure to write
}

// read reads frames and starts their calls until it cannot go on.
func (s *server) read(ctx context.Context) error {
	if err := s.negotiate(); err != nil {
		return err
	}
	for {
		r, err := s.readRequest()
		if err != nil {
			return err
		}
		if err := s.start(ctx, r); err != nil {
			return err
		}
	}
}

// negotiate answers the version a client offers, one byte each.
func (s *server) negotiate() error {
	var offer [1]byte
	if _, err := io.ReadFull(s.conn, offer[:]); err != nil {
		return fmt.Errorf("read version: %w", err)
	}
	s.offered = offer[0]
	if _, err := s.conn.Write([]byte{min(s.offered, maxVersion)}); err != nil {
		return fmt.Errorf("write version: %w", err)
	}
	return nil
}

// readRequest reads one frame. io.EOF is an end between two frames.
func (s *server) readRequest() (request, error) {
	var header [headerLength]byte
	if _, err := io.ReadFull(s.conn, header[:]); err != nil {
		return request{}, fmt.Errorf("read header: %w", err)
	}
	options := binary.BigEndian.Uint32(header[4:])
	body := binary.BigEndian.Uint32(header[8:])
	if options > maxOptions {
		return request{}, &FrameTooLongError{Part: "options", Length: options, Limit: maxOptions}
	}
	if body > maxBody {
		return request{}, &FrameTooLongError{Part: "body", Length: body, Limit: maxBody}
	}
	frame := make([]byte, options+body)
	if _, err := io.ReadFull(s.conn, frame); err != nil {
		clear(frame)
		return request{}, fmt.Errorf("read frame: %w", unexpected(err))
	}
	return request{code: binary.BigEndian.Uint32(header[:]), frame: frame, body: frame[options:]}, nil
}

// unexpected turns an end within a frame into what it is.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// start serves a request on its own, when there is a place for it. Calls that
// wait for a slot take none, or they could keep out the C_Finalize that wakes them.
func (s *server) start(ctx context.Context, r request) error {
	place := s.inFlight
	if r.id() == CallWaitForSlotEvent {
		if s.waiting.Add(1) > maxWaiting {
			s.waiting.Add(-1)
			clear(r.frame)
			s.send(errorFrame(r.code, ck.RVFunctionFailed))
			return nil
		}
		place = nil
	} else {
		select {
		case place <- struct{}{}:
		case <-ctx.Done():
			clear(r.frame)
			return ctx.Err()
		}
	}
	s.running.Add(1)
	s.calls.Go(func() {
		defer s.running.Add(-1)
		frame := s.answer(ctx, r)
		clear(r.frame)
		if place == nil {
			s.waiting.Add(-1)
		} else {
			<-place
		}
		s.send(frame)
	})
	return nil
}

// send writes a frame whole. A connection that cannot be written to is closed,
// which ends the reading, too.
func (s *server) send(frame []byte) {
	s.write.Lock()
	defer s.write.Unlock()
	if s.failed != nil {
		return
	}
	if _, err := s.conn.Write(frame); err != nil {
		s.failed = fmt.Errorf("write answer: %w", err)
		s.conn.Close()
	}
}

func (s *server) failure() error {
	s.write.Lock()
	defer s.write.Unlock()
	return s.failed
}

// finalize ends the module and every call: now, for those that wait, and once
// more for what a call in flight may have begun since.
func (s *server) finalize(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	if s.running.Load() > 0 {
		s.finalizeModule(ctx)
		unread := time.AfterFunc(grace, func() { s.conn.Close() })
		s.calls.Wait()
		unread.Stop()
	}
	s.finalizeModule(ctx)
}

// finalizeModule calls Finalize, whose error says only that it was called before.
func (s *server) finalizeModule(ctx context.Context) {
	_ = s.guard(CallFinalize, func() error { return s.module.Finalize(ctx) })
}

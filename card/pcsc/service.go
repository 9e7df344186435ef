package pcsc

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// Service is the system's smart card service. Its methods may be called from
// several goroutines; each watch and each card has a context of its own, as a
// blocking call holds a PC/SC context.
type Service struct {
	platform platform

	mu     sync.Mutex
	ctx    scardContext // of Readers; nil when it has to be made anew
	closed bool

	arriving sync.Mutex
	left     map[string][]*arrival // by reader: connections nobody waits for any more
}

// Reader is one slot and what lies on it.
type Reader struct {
	// Name is PC/SC's, with the slot numbers that pcsc-lite appends.
	Name string
	// Index is the place in PC/SC's list, from 0. It changes when readers come
	// and go.
	Index int
	Kind  Kind

	CardPresent bool
	// ATR of the card, empty if there is none or it is mute.
	ATR []byte
	// Mute: there is a card and it does not answer; it may lie badly.
	Mute bool
	// InUse: some program is connected. Exclusive: it shares with nobody.
	InUse, Exclusive bool
}

// Open finds the system's smart card service. The error is a [*ServiceError],
// or ctx's own. Close the service when done.
func Open(ctx context.Context) (*Service, error) { return open(ctx, thisPlatform()) }

func open(ctx context.Context, p platform) (*Service, error) {
	s := &Service{platform: p, left: map[string][]*arrival{}}
	sc, err := s.establish(ctx)
	if err != nil {
		return nil, err
	}
	s.ctx = sc
	return s, nil
}

// establish opens a PC/SC context. A daemon that hangs does not hang us.
func (s *Service) establish(ctx context.Context) (scardContext, error) {
	sc, err := await(ctx, s.platform.establish, func(sc scardContext) { _ = sc.release() })
	if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return sc, err
	}
	var already *ServiceError
	if errors.As(err, &already) {
		return nil, already
	}
	return nil, s.platform.diagnose(err)
}

// Close lets go of the service. Watches and cards live on their own contexts
// and are ended by their own means.
func (s *Service) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.ctx == nil {
		return nil
	}
	err := s.ctx.release()
	s.ctx = nil
	return err
}

// Readers lists the readers and looks once at each, without connecting. No
// reader is an empty list. The error is a [*ServiceError] where the service
// has gone; if it only restarted, the caller notices nothing.
func (s *Service) Readers() ([]Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	var err error
	for range 3 { // a dead context, a reader that left between two calls
		if s.ctx == nil {
			if s.ctx, err = s.establish(context.Background()); err != nil {
				s.ctx = nil
				return nil, err
			}
		}
		var readers []Reader
		if readers, err = look(s.ctx); err == nil {
			return readers, nil
		}
		if serviceLost(err) {
			_ = s.ctx.release()
			s.ctx = nil
		}
	}
	return nil, s.platform.diagnose(err)
}

func look(sc scardContext) ([]Reader, error) {
	names, err := readerNames(sc)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	states := make([]readerState, len(names))
	for i, name := range names {
		states[i].reader = name
	}
	if err := sc.getStatusChange(states, 0); err != nil && code(err) != CodeTimeout {
		return nil, err
	}
	readers := make([]Reader, len(names))
	for i, st := range states {
		readers[i] = st.describe(i)
	}
	return readers, nil
}

// readerNames lists readers; none at all is no error.
func readerNames(sc scardContext) ([]string, error) {
	names, err := sc.listReaders()
	if code(err) == CodeNoReaders {
		return nil, nil
	}
	return names, err
}

func (st readerState) describe(index int) Reader {
	r := Reader{
		Name:        st.reader,
		Index:       index,
		Kind:        KindOf(st.reader),
		CardPresent: st.event&statePresent != 0,
		InUse:       st.event&stateInUse != 0,
		Exclusive:   st.event&stateExclusive != 0,
	}
	r.Mute = r.CardPresent && st.event&stateMute != 0
	if r.CardPresent && !r.Mute {
		r.ATR = slices.Clone(st.atr)
	}
	return r
}

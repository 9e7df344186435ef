package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"cientro/app/pcscreaders"
	"cientro/card/iso7816"
	"cientro/card/pcsc"
	"cientro/pkcs11module/token"
)

// Pauses between two looks for a service that is not there.
const (
	firstServiceRetry = 250 * time.Millisecond
	lastServiceRetry  = 2 * time.Second

	// startPatience is how long the virtual reader waits for the real ones at the
	// start: who lists readers once wants to see them all. A system that has to
	// start its service first takes its time.
	startPatience = 700 * time.Millisecond
)

// smartCardService is what the agent needs of PC/SC.
type smartCardService interface {
	Readers() ([]pcsc.Reader, error)
	Watch(ctx context.Context, tell func(pcsc.Event)) error
	Connect(ctx context.Context, reader string) (token.Connection, error)
	Close() error
}

// pcscService makes a connected card a Connection.
type pcscService struct{ *pcsc.Service }

func openPCSCService(ctx context.Context) (smartCardService, error) {
	service, err := pcsc.Open(ctx)
	if err != nil {
		return nil, err
	}
	return pcscService{service}, nil
}

func (s pcscService) Connect(ctx context.Context, reader string) (token.Connection, error) {
	c, err := s.Service.Connect(ctx, reader)
	if err != nil {
		return nil, err
	}
	return pcscreaders.Link(c), nil
}

// agentReaders are the readers that PKCS#11 slots stand for: those of PC/SC
// that can carry a CIE, and the virtual one while it is offered. All
// connections of an agent share them.
type agentReaders struct {
	open    func(context.Context) (smartCardService, error)
	virtual *virtualOffer
	trace   func(iso7816.Entry) // nil: none
	log     *slog.Logger

	mu      sync.Mutex
	service smartCardService // nil: not reached yet
}

var _ token.Readers = (*agentReaders)(nil)

// Watch tells readers and cards until ctx ends. It waits for a service that is
// not there, and goes on without one where there can be none: the virtual
// reader may still be offered.
func (r *agentReaders) Watch(ctx context.Context, tell func(token.Event)) error {
	var one sync.Mutex
	inTurn := func(e token.Event) {
		one.Lock()
		defer one.Unlock()
		if ctx.Err() == nil {
			tell(e)
		}
	}
	told := make(chan struct{}) // what PC/SC has at the start
	var both sync.WaitGroup
	both.Go(func() {
		var once sync.Once
		r.watchPCSC(ctx, inTurn, func() { once.Do(func() { close(told) }) })
	})
	both.Go(func() {
		select {
		case <-told:
		case <-ctx.Done():
		case <-time.After(startPatience):
		}
		r.virtual.watch(ctx, inTurn, func() { inTurn(token.Event{Kind: token.Settled}) })
	})
	both.Wait()
	return ctx.Err()
}

// watchPCSC tells what PC/SC has, and settled once it has told what was there
// at the start, even if that is nothing.
func (r *agentReaders) watchPCSC(ctx context.Context, tell func(token.Event), settled func()) {
	service, err := r.reach(ctx, settled)
	if err != nil {
		return
	}
	start := expect(service, settled)
	err = service.Watch(ctx, func(e pcsc.Event) {
		if told, ok := slotEvent(e); ok {
			tell(told)
		}
		switch e.Kind {
		case pcsc.ServiceLost:
			r.log.Warn("service-lost", "error", e.Err)
		case pcsc.ServiceBack:
			r.log.Info("service-back")
		}
		start.heard(e)
	})
	if ctx.Err() == nil {
		r.log.Warn("no-readers", "error", err)
	}
	settled()
}

// reach waits for the service and keeps it.
func (r *agentReaders) reach(ctx context.Context, notYet func()) (smartCardService, error) {
	retry := firstServiceRetry
	for {
		service, err := r.reachOnce(ctx)
		if err == nil || ctx.Err() != nil {
			return service, err
		}
		if retry == firstServiceRetry {
			r.log.Warn("no-service", "error", err)
		}
		notYet()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(retry):
		}
		retry = min(2*retry, lastServiceRetry)
	}
}

func (r *agentReaders) reachOnce(ctx context.Context) (smartCardService, error) {
	r.mu.Lock()
	service := r.service
	r.mu.Unlock()
	if service != nil {
		return service, nil
	}
	service, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.service != nil { // another connection was quicker
		_ = service.Close()
		return r.service, nil
	}
	r.service = service
	return service, nil
}

// Connect connects the card on a reader.
func (r *agentReaders) Connect(ctx context.Context, reader string) (token.Connection, error) {
	c, err := r.connect(ctx, reader)
	if err != nil || r.trace == nil {
		return c, err
	}
	return tracedConnection{c, &iso7816.Trace{Next: c, Emit: r.trace}}, nil
}

func (r *agentReaders) connect(ctx context.Context, reader string) (token.Connection, error) {
	if reader == virtualReaderName {
		return r.virtual.connect(ctx)
	}
	r.mu.Lock()
	service := r.service
	r.mu.Unlock()
	if service == nil {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkRemoved, Err: pcsc.ErrUnknownReader}
	}
	return service.Connect(ctx, reader)
}

// tracedConnection is a Connection whose exchanges are told: headers and
// lengths, never data.
type tracedConnection struct {
	token.Connection
	trace *iso7816.Trace
}

func (c tracedConnection) Transmit(command []byte) ([]byte, error) { return c.trace.Transmit(command) }

// slotEvent puts an event of PC/SC into the words of package token; false means
// that it says nothing about slots. A reader that cannot carry a CIE is none.
// That the service is lost says nothing either: its readers were removed before,
// one by one, and the virtual one stays.
func slotEvent(e pcsc.Event) (token.Event, bool) {
	told := token.Event{Reader: e.Reader, Insertion: e.Insertion}
	switch e.Kind {
	case pcsc.ReaderAdded:
		told.Kind = token.ReaderAdded
	case pcsc.ReaderRemoved:
		told.Kind = token.ReaderRemoved
	case pcsc.CardInserted, pcsc.CardSwapped:
		told.Kind = token.CardInserted
	case pcsc.CardRemoved:
		told.Kind = token.CardRemoved
	case pcsc.CardMute:
		told.Kind = token.CardMute
	default:
		return token.Event{}, false
	}
	return told, pcsc.KindOf(e.Reader).CarriesCIE()
}

// beginning knows what a watch will tell first. Its methods are called by one
// goroutine.
type beginning struct {
	readers map[string]bool // name: a card is in it
	settled func()
}

// expect looks once at what is there.
func expect(service smartCardService, settled func()) *beginning {
	b := &beginning{readers: map[string]bool{}, settled: settled}
	readers, err := service.Readers()
	for _, reader := range readers {
		b.readers[reader.Name] = reader.CardPresent
	}
	if err != nil || len(readers) == 0 {
		settled()
	}
	return b
}

// heard crosses off what an event tells.
func (b *beginning) heard(e pcsc.Event) {
	if len(b.readers) == 0 {
		return
	}
	withCard, waited := b.readers[e.Reader]
	switch {
	case e.Kind == pcsc.ServiceLost:
		clear(b.readers)
	case !waited, e.Kind == pcsc.ReaderAdded && withCard:
	default:
		delete(b.readers, e.Reader)
	}
	if len(b.readers) == 0 {
		b.settled()
	}
}

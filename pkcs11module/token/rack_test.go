package token_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/card/iso7816"
	"cientro/card/virtuallink"
	"cientro/pkcs11module/token"
)

// rack stands in for PC/SC: readers that a test plugs and unplugs, with virtual
// cards on them.
type rack struct {
	mu         sync.Mutex
	order      []string
	readers    map[string]*bay
	insertions uint64
	tell       chan token.Event // nil: nobody watches
	over       <-chan struct{}  // that watch is over
	silent     bool             // never says Settled
	hopeless   error            // Watch ends with it at once

	refuse   atomic.Pointer[iso7816.LinkError] // what Connect answers; nil: nothing
	apdus    atomic.Int64
	open     atomic.Int64 // connections
	watching atomic.Int64
}

// bay is one reader.
type bay struct {
	card      *virtuallink.Reader // nil: none
	insertion uint64
	mute      bool
	demo      bool
}

// newRack is without readers. At the end of the test nothing of it is in use.
func newRack(t testing.TB) *rack {
	r := &rack{readers: map[string]*bay{}}
	t.Cleanup(func() {
		assert.Zero(t, r.open.Load(), "connections left open")
		assert.Zero(t, r.watching.Load(), "watches left running")
	})
	return r
}

func (r *rack) Watch(ctx context.Context, tell func(token.Event)) error {
	r.watching.Add(1)
	defer r.watching.Add(-1)
	if r.hopeless != nil {
		return r.hopeless
	}
	events := make(chan token.Event, 64)
	r.mu.Lock()
	var start []token.Event
	for _, name := range r.order {
		b := r.readers[name]
		start = append(start, token.Event{Kind: token.ReaderAdded, Reader: name, Demo: b.demo})
		if b.card != nil {
			start = append(start, token.Event{Kind: token.CardInserted, Reader: name, Insertion: b.insertion})
		}
		if b.mute {
			start = append(start, token.Event{Kind: token.CardMute, Reader: name})
		}
	}
	if !r.silent {
		start = append(start, token.Event{Kind: token.Settled})
	}
	r.tell, r.over = events, ctx.Done()
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.tell = nil
		r.mu.Unlock()
	}()
	for _, e := range start {
		tell(e)
	}
	for {
		select {
		case e := <-events:
			tell(e)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// emit tells the watch. The caller holds mu.
func (r *rack) emit(e token.Event) {
	if r.tell == nil {
		return
	}
	select {
	case r.tell <- e:
	case <-r.over:
	}
}

func (r *rack) plug(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.readers[name] == nil {
		r.readers[name] = &bay{}
		r.order = append(r.order, name)
		r.emit(token.Event{Kind: token.ReaderAdded, Reader: name})
	}
}

func (r *rack) plugDemo(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readers[name] = &bay{demo: true}
	r.order = append(r.order, name)
	r.emit(token.Event{Kind: token.ReaderAdded, Reader: name, Demo: true})
}

func (r *rack) unplug(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.readers[name]
	if b == nil {
		return
	}
	if b.card != nil {
		b.card.Card().Remove()
	}
	delete(r.readers, name)
	r.order = slices.DeleteFunc(r.order, func(n string) bool { return n == name })
	r.emit(token.Event{Kind: token.ReaderRemoved, Reader: name})
}

func (r *rack) insert(name string, reader *virtuallink.Reader) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.readers[name]
	if b == nil || b.card != nil {
		return
	}
	_ = reader.Card().Insert()
	r.insertions++
	b.card, b.insertion, b.mute = reader, r.insertions, false
	r.emit(token.Event{Kind: token.CardInserted, Reader: name, Insertion: b.insertion})
}

func (r *rack) remove(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.readers[name]
	if b == nil || b.card == nil && !b.mute {
		return
	}
	if b.card != nil {
		b.card.Card().Remove()
	}
	b.card, b.mute = nil, false
	r.emit(token.Event{Kind: token.CardRemoved, Reader: name})
}

func (r *rack) goMute(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.readers[name]
	b.card, b.mute = nil, true
	r.emit(token.Event{Kind: token.CardMute, Reader: name})
}

func (r *rack) loseService() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.readers {
		if b.card != nil {
			b.card.Card().Remove()
		}
	}
	r.readers, r.order = map[string]*bay{}, nil
	r.emit(token.Event{Kind: token.ServiceLost})
}

func (r *rack) Connect(_ context.Context, name string) (token.Connection, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if refusal := r.refuse.Load(); refusal != nil {
		return nil, refusal
	}
	b := r.readers[name]
	if b == nil || b.card == nil {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkRemoved}
	}
	link, err := b.card.Connect()
	if err != nil {
		return nil, err
	}
	r.open.Add(1)
	return &connection{Link: link, rack: r}, nil
}

// connection counts.
type connection struct {
	*virtuallink.Link
	rack   *rack
	closed atomic.Bool
}

func (c *connection) Transmit(command []byte) ([]byte, error) {
	c.rack.apdus.Add(1)
	return c.Link.Transmit(command)
}

func (c *connection) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		c.rack.open.Add(-1)
	}
	return nil
}

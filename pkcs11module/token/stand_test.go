package token_test

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/cardtest/story"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

const (
	rightPIN = story.RightPIN
	wrongPIN = story.WrongPIN
	newPIN   = story.NewPIN
	rightPUK = story.RightPUK

	firstReader  = "Virtual PCD 00 00"
	secondReader = "Virtual PCD 00 01"
)

var ctx = context.Background()

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

// stand is a host with the module, and one card in the first reader.
type stand struct {
	t      testing.TB
	rack   *rack
	memory *store.Store
	reader *virtuallink.Reader
	chip   *virtual.Card
	m      *token.Module
}

func newCard(t testing.TB, profile string, change ...func(*virtual.Settings)) *virtuallink.Reader {
	t.Helper()
	p, ok := virtual.ProfileByName(profile)
	require.True(t, ok, profile)
	settings := p.Defaults()
	for _, f := range change {
		f(&settings)
	}
	chip, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: p, Settings: &settings})
	require.NoError(t, err)
	return virtuallink.NewReader(chip)
}

// quick makes a chip answer at once, as the budgets assume.
func quick(s *virtual.Settings) {
	s.NoLe, s.FilePadding, s.ReadLimit, s.ReadLimitSM = virtual.NoLeData, nil, 0, 0
	s.GetDataRefusesLe, s.GetResponseCLA, s.ShortLe = false, virtual.GetResponseAny, virtual.ShortLeMore
	s.DHParameters = virtual.DHBoth
}

func newStand(t testing.TB, change ...func(*token.Options)) *stand {
	t.Helper()
	return newStandOf(t, newCard(t, "gemalto", quick), change...)
}

func newStandOf(t testing.TB, reader *virtuallink.Reader, change ...func(*token.Options)) *stand {
	t.Helper()
	s := &stand{t: t, rack: newRack(t), memory: store.Memory(), reader: reader, chip: reader.Card()}
	s.rack.plug(firstReader)
	s.rack.insert(firstReader, reader)
	s.m = s.module(change...)
	require.NoError(t, s.m.Initialize(ctx, nil))
	return s
}

// module makes a module over the stand's readers and memory, not initialized.
func (s *stand) module(change ...func(*token.Options)) *token.Module {
	s.t.Helper()
	o := token.Options{Readers: s.rack, Store: s.memory, QueryTries: true}
	for _, f := range change {
		f(&o)
	}
	m := token.New(o)
	s.t.Cleanup(func() { _ = m.Close() })
	return m
}

func (s *stand) open(flags ...ck.Flags) ck.SessionHandle {
	s.t.Helper()
	all := ck.SessionSerial
	for _, f := range flags {
		all |= f
	}
	h, err := s.m.OpenSession(ctx, 1, all)
	require.NoError(s.t, err)
	return h
}

func (s *stand) login(h ck.SessionHandle, pin string) error {
	s.t.Helper()
	return s.m.Login(ctx, h, ck.UserUser, []byte(pin))
}

// logIn is a session that is logged in.
func (s *stand) logIn() ck.SessionHandle {
	s.t.Helper()
	h := s.open()
	require.NoError(s.t, s.login(h, rightPIN))
	return h
}

func (s *stand) state(h ck.SessionHandle) ck.State {
	s.t.Helper()
	info, err := s.m.GetSessionInfo(ctx, h)
	require.NoError(s.t, err)
	return info.State
}

func (s *stand) find(h ck.SessionHandle, template ...ck.Attribute) []ck.ObjectHandle {
	s.t.Helper()
	require.NoError(s.t, s.m.FindObjectsInit(ctx, h, template))
	found, err := s.m.FindObjects(ctx, h, 100)
	require.NoError(s.t, err)
	require.NoError(s.t, s.m.FindObjectsFinal(ctx, h))
	return found
}

func (s *stand) one(h ck.SessionHandle, class ck.ObjectClass) ck.ObjectHandle {
	s.t.Helper()
	found := s.find(h, of(class))
	require.Len(s.t, found, 1)
	return found[0]
}

func (s *stand) attribute(h ck.SessionHandle, o ck.ObjectHandle, kind ck.AttributeType) []byte {
	s.t.Helper()
	value, err := s.m.GetAttribute(ctx, h, o, kind)
	require.NoError(s.t, err)
	return value
}

// sign signs text with a mechanism.
func (s *stand) sign(h ck.SessionHandle, mechanism ck.MechanismType, text []byte) ([]byte, error) {
	s.t.Helper()
	// The handle lives on where the key is not found any more: the third object.
	key := ck.ObjectHandle(3)
	if found := s.find(h, of(ck.ClassPrivateKey)); len(found) > 0 {
		key = found[0]
	}
	if err := s.m.SignInit(ctx, h, &ck.Mechanism{Type: mechanism}, key); err != nil {
		return nil, err
	}
	signature, _, err := s.m.Sign(ctx, h, text, 512)
	return signature, err
}

// verifies is how many VERIFY commands with data reached the chip.
func (s *stand) verifies() int { return s.chip.Counters().Verify[0x81] }

func (s *stand) triesLeft() int { return s.chip.State().PINTries }

// knowCard lets the memory know the card, as after a first visit.
func (s *stand) knowCard() {
	s.t.Helper()
	link, err := s.reader.Connect()
	require.NoError(s.t, err)
	c := card.New(link, card.Options{Store: s.memory, QueryTries: true})
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(s.t, err)
	require.NoError(s.t, c.Login(ctx, story.PIN(s.t, rightPIN), story.Agreed(r, card.PINReference)))
	require.NoError(s.t, c.Close())
	s.chip.ClearJournal()
	s.rack.apdus.Store(0)
}

// soon waits for what another goroutine brings about.
func (s *stand) soon(what string, condition func() bool) {
	s.t.Helper()
	require.Eventually(s.t, condition, 5*time.Second, time.Millisecond, what)
}

func of(class ck.ObjectClass) ck.Attribute {
	return ck.Attribute{Type: ck.AttributeClass, Value: ulong(uint64(class))}
}

func ulong(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

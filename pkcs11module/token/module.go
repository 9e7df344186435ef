package token

import (
	"context"
	"encoding/binary"
	"strconv"
	"strings"
	"sync"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// Module is the token behind one connection. All methods are safe for
// concurrent use.
type Module struct {
	o Options

	mu       sync.Mutex
	run      *run // nil: not initialized
	slots    []*slot
	listed   int // how many slots the last refreshed list had
	sessions map[ck.SessionHandle]*session

	nextSession ck.SessionHandle // never used again, also over C_Finalize
	nextObject  ck.ObjectHandle

	// open makes a chip of a connection; tests put another in its place.
	open func(Connection) chip
}

var _ rpc.Module = (*Module)(nil)

// New makes a Module. Nothing is started.
func New(o Options) *Module {
	m := &Module{o: o.withDefaults(), sessions: map[ck.SessionHandle]*session{}, nextObject: 1}
	m.open = m.openCard
	m.nextSession = 1 + ck.SessionHandle(m.random()&0x3FFFFFFF)
	return m
}

// run is the time from C_Initialize to C_Finalize.
type run struct {
	ctx     context.Context
	end     context.CancelFunc
	unhook  func() bool    // of the connection's context
	workers sync.WaitGroup // goroutines that C_Finalize waits for
	watching,
	closing bool
	settled chan struct{} // closed once it is known what was there at the start
	news    chan struct{} // closed and replaced at each slot event
}

// restartNote is what the C library says in C_Initialize's pReserved when it
// starts a second agent, because the first one died: the number of slots that
// its host has seen.
const restartNote = "cientro-restart:"

// maxSlots bounds how many readers a host may ever see; the spare comes on top.
const maxSlots = 256

// Initialize begins. The readers are not looked for before a call needs them.
func (m *Module) Initialize(ctx context.Context, reserved []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.run != nil {
		return ck.RVCryptokiAlreadyInit
	}
	r := &run{settled: make(chan struct{}), news: make(chan struct{})}
	r.ctx, r.end = context.WithCancel(context.WithoutCancel(ctx))
	r.unhook = context.AfterFunc(ctx, func() { _ = m.finish(r) })
	m.run = r
	for len(m.slots) < min(seenSlots(string(reserved)), maxSlots+1) {
		m.addSlot("")
	}
	m.listed = len(m.slots)
	return nil
}

func seenSlots(reserved string) int {
	number, ok := strings.CutPrefix(strings.TrimRight(reserved, "\x00"), restartNote)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return n
}

// Finalize resets the cards, forgets the sessions and wakes whoever waits.
func (m *Module) Finalize(context.Context) error {
	m.mu.Lock()
	r := m.run
	m.mu.Unlock()
	if r == nil {
		return ck.RVCryptokiNotInitialized
	}
	return m.finish(r)
}

// Close is Finalize for the program, when the connection is over: whether the
// host ever said so or not, no card stays open. It may be called twice.
func (m *Module) Close() error {
	m.mu.Lock()
	r := m.run
	m.mu.Unlock()
	if r != nil {
		_ = m.finish(r)
	}
	return nil
}

// finish ends a run, once; who comes second waits for the first.
func (m *Module) finish(r *run) error {
	m.mu.Lock()
	first := !r.closing
	if first {
		r.closing = true
		r.end()
		r.unhook()
		for _, s := range m.slots {
			m.takeCard(s)
			s.plugged, s.event = false, false
		}
	}
	m.mu.Unlock()
	r.workers.Wait()
	m.mu.Lock()
	if m.run == r {
		m.run = nil
	}
	m.mu.Unlock()
	if !first {
		return ck.RVCryptokiNotInitialized
	}
	return nil
}

// running returns the run, or why there is none. The caller holds m.mu.
func (m *Module) running() (*run, error) {
	if m.run == nil || m.run.closing {
		return nil, ck.RVCryptokiNotInitialized
	}
	return m.run, nil
}

// Names of the makers in the information structures.
const (
	libraryManufacturer = "CIEntro"
	libraryDescription  = "CIEntro, carta d'identita' CIE"
	cardManufacturer    = "IPZS"
	cardModel           = "CIE 3.0"
)

// GetInfo describes this library.
func (m *Module) GetInfo(context.Context) (ck.Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.running(); err != nil {
		return ck.Info{}, err
	}
	return ck.Info{
		Cryptoki:       ck.Version{Major: 3},
		Manufacturer:   libraryManufacturer,
		Description:    libraryDescription,
		LibraryVersion: m.o.Version,
	}, nil
}

// random returns 32 random bits. Handles are no secrets: without randomness
// they only begin at 1.
func (m *Module) random() uint32 {
	var b [4]byte
	_, _ = m.o.Rand.Read(b[:])
	return binary.BigEndian.Uint32(b[:])
}

package token_test

import (
	"context"
	"crypto"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtuallink"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

// hotplug is a desk where somebody plays with readers and cards while programs
// work with them.
type hotplug struct {
	*stand
	names []string
	cards []*virtuallink.Reader
	dice  *rand.Rand

	done   atomic.Bool
	signed atomic.Int64

	mu        sync.Mutex
	pending   map[string]time.Time // reader: when the oldest untold event of it was emitted
	latencies []time.Duration
	place     map[ck.SlotID]string // the reader that a slot was seen with
}

// TestHotplug plays random events against polling and signing clients: nothing
// crashes, hangs or leaks, slots stay with their readers, events are told, and no
// PIN is ever presented that the card would not take. How soon they are told is
// seen by TestEventsAreToldAtOnce, as here the machine has other things to do.
func TestHotplug(t *testing.T) {
	events := 2000
	if testing.Short() {
		events = 200
	}
	const seed = 20261122
	before := runtime.NumGoroutine()
	h := &hotplug{
		stand:   empty(t, func(o *token.Options) { o.Idle = 40 * time.Millisecond }),
		names:   []string{"A", "B", "C"},
		dice:    rand.New(rand.NewPCG(seed, 0)),
		pending: map[string]time.Time{}, place: map[ck.SlotID]string{},
	}
	for range 2 {
		h.cards = append(h.cards, newCard(t, "gemalto", quick))
	}
	h.slots(false, true)
	waiting, endWait := context.WithCancel(ctx)
	var clients sync.WaitGroup
	clients.Go(func() { h.waitForEvents(waiting) })
	for i := range 2 {
		clients.Go(h.pollAndLook)
		clients.Go(func() { h.signAway(ck.SlotID(i + 1)) })
	}
	for range events {
		h.something()
		pause := time.Duration(h.dice.IntN(4)) * time.Millisecond
		if h.dice.IntN(40) == 0 {
			pause = 60 * time.Millisecond // long enough for a whole login
		}
		time.Sleep(pause)
	}
	h.done.Store(true)
	endWait()
	clients.Wait()

	assert.Positive(t, h.signed.Load(), "somebody got to sign")
	for _, c := range h.cards {
		assert.Equal(t, 3, c.Card().State().PINTries)
		assert.Zero(t, c.Card().Counters().Wrong[0x81])
	}
	slices.Sort(h.latencies)
	require.NotEmpty(t, h.latencies)
	t.Logf("%d signatures, %d events told, median %v, worst %v", h.signed.Load(), len(h.latencies),
		h.latencies[len(h.latencies)/2], h.latencies[len(h.latencies)-1])

	require.NoError(t, h.m.Finalize(ctx))
	assert.Zero(t, h.rack.open.Load(), "connections left open")
	for _, c := range h.cards {
		c.Card().Remove()
	}
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("goroutines left running:\n%s", stacks[:runtime.Stack(stacks, true)])
}

// TestEventsAreToldAtOnce: nobody who waits for one waits for a clock.
func TestEventsAreToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.slots(false, true)
		for turn := range 6 {
			told := make(chan ck.SlotID)
			go func() {
				id, err := s.m.WaitForSlotEvent(ctx, 0)
				assert.NoError(t, err)
				told <- id
			}()
			synctest.Wait() // until it waits
			select {
			case <-told:
				require.Fail(t, "told of nothing")
			default:
			}
			before := time.Now()
			if turn%2 == 0 {
				s.rack.remove(firstReader)
			} else {
				s.rack.insert(firstReader, s.reader)
			}
			assert.Equal(t, ck.SlotID(1), <-told)
			assert.Zero(t, time.Since(before))
		}
	})
}

// something happens to a reader.
func (h *hotplug) something() {
	name, other := h.names[h.dice.IntN(len(h.names))], h.names[h.dice.IntN(len(h.names))]
	c := h.cards[h.dice.IntN(len(h.cards))]
	on := h.rack.readerOf(c)
	switch h.dice.IntN(10) {
	case 0:
		h.note(name, h.rack.holds(name))
		h.rack.unplug(name)
	case 1, 2:
		h.rack.plug(name)
	case 3, 4:
		h.note(name, h.rack.holds(name))
		h.rack.remove(name)
	case 5:
		if on == "" && h.rack.has(name) && !h.rack.holds(name) {
			h.rack.goMute(name)
		}
	default:
		if on == "" {
			h.rack.plug(other)
			h.note(other, !h.rack.holds(other))
			h.rack.insert(other, c)
		}
	}
}

// note remembers when something was about to happen that callers must be told.
func (h *hotplug) note(reader string, tells bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, waits := h.pending[reader]; tells && !waits {
		h.pending[reader] = time.Now()
	}
}

func (h *hotplug) waitForEvents(ctx context.Context) {
	for {
		id, err := h.m.WaitForSlotEvent(ctx, 0)
		if err != nil {
			return
		}
		now := time.Now()
		info, err := h.m.GetSlotInfo(ctx, id)
		if !assert.NoError(h.t, err) {
			return
		}
		h.mu.Lock()
		if since, waits := h.pending[info.Description]; waits {
			h.latencies = append(h.latencies, now.Sub(since))
			delete(h.pending, info.Description)
		}
		h.mu.Unlock()
	}
}

func (h *hotplug) pollAndLook() {
	for !h.done.Load() {
		ids, err := h.m.GetSlotList(ctx, false, true)
		if !assert.NoError(h.t, err) {
			return
		}
		for _, id := range ids {
			info, err := h.m.GetSlotInfo(ctx, id)
			if !assert.NoError(h.t, err) {
				return
			}
			h.mu.Lock()
			if seen, known := h.place[id]; known {
				assert.Equal(h.t, seen, info.Description, "slot %d", id)
			}
			if info.Description != "Lettore CIE (non collegato)" {
				h.place[id] = info.Description
			}
			h.mu.Unlock()
			_, err = h.m.GetTokenInfo(ctx, id)
			h.expected(err)
		}
		time.Sleep(time.Millisecond)
	}
}

func (h *hotplug) signAway(id ck.SlotID) {
	for !h.done.Load() {
		h.expected(h.signOnce(id))
		time.Sleep(100 * time.Microsecond)
	}
}

func (h *hotplug) signOnce(id ck.SlotID) error {
	session, err := h.m.OpenSession(ctx, id, ck.SessionSerial)
	if err != nil {
		return err
	}
	defer func() { h.expected(h.m.CloseSession(ctx, session)) }()
	if err := h.m.Login(ctx, session, ck.UserUser, []byte(rightPIN)); err != nil && !errors.Is(err, ck.RVUserAlreadyLoggedIn) {
		return err
	}
	if err := h.m.FindObjectsInit(ctx, session, []ck.Attribute{of(ck.ClassPrivateKey)}); err != nil {
		return err
	}
	found, err := h.m.FindObjects(ctx, session, 1)
	if err != nil || len(found) == 0 {
		return err
	}
	if err := h.m.SignInit(ctx, session, &ck.Mechanism{Type: ck.MechanismSHA256RSAPKCS}, found[0]); err != nil {
		return err
	}
	signature, _, err := h.m.Sign(ctx, session, []byte("text"), 256)
	if err != nil {
		return err
	}
	assertSigned(h.t, crypto.SHA256, digest(crypto.SHA256, []byte("text")), signature)
	h.signed.Add(1)
	return nil
}

// expected: what may become of a call whose card is pulled away under it.
// CKR_PIN_INCORRECT is not among it.
func (h *hotplug) expected(err error) {
	if err == nil {
		return
	}
	assert.Contains(h.t, []error{
		ck.RVTokenNotPresent, ck.RVTokenNotRecognized, ck.RVDeviceRemoved, ck.RVDeviceError, ck.RVSessionHandleInvalid,
		ck.RVUserNotLoggedIn, ck.RVOperationNotInitialized, ck.RVKeyHandleInvalid, ck.RVSlotIDInvalid,
	}, err)
}

func (r *rack) has(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.readers[name] != nil
}

func (r *rack) holds(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.readers[name] != nil && r.readers[name].card != nil
}

func (r *rack) readerOf(c *virtuallink.Reader) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, b := range r.readers {
		if b.card == c {
			return name
		}
	}
	return ""
}

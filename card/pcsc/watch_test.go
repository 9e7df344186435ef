package pcsc

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// watching runs a Watch and hands out its events one by one.
type watching struct {
	t      *testing.T
	world  *world
	events chan Event
	stop   context.CancelFunc
	ended  chan error
}

func watchWorld(t *testing.T, w *world) *watching {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	v := &watching{t, w, make(chan Event, 64), cancel, make(chan error, 1)}
	s := &Service{platform: w.platform()}
	go func() { v.ended <- s.Watch(ctx, func(e Event) { v.events <- e }) }()
	t.Cleanup(cancel)
	return v
}

func (v *watching) expect(kind EventKind, reader string) Event {
	v.t.Helper()
	select {
	case e := <-v.events:
		require.Equal(v.t, kind, e.Kind, "%+v", e)
		require.Equal(v.t, reader, e.Reader)
		return e
	case <-time.After(waitFor):
		require.Fail(v.t, "no event", "%s %s", kind, reader)
		return Event{}
	}
}

// finish ends the watch and checks that it left nothing behind.
func (v *watching) finish() {
	v.t.Helper()
	v.stop()
	select {
	case err := <-v.ended:
		assert.ErrorIs(v.t, err, context.Canceled)
	case <-time.After(waitFor):
		require.Fail(v.t, "Watch does not end")
	}
	assert.Empty(v.t, v.events, "unexpected events")
	assert.Equal(v.t, 0, v.world.contexts, "contexts left open")
}

func TestWatchReadersComeAndGo(t *testing.T) {
	w := newWorld("a")
	v := watchWorld(t, w)
	v.expect(ReaderAdded, "a")
	w.plug("b")
	v.expect(ReaderAdded, "b")
	w.unplug("a")
	v.expect(ReaderRemoved, "a")
	w.unplug("b")
	v.expect(ReaderRemoved, "b")
	w.plug("a")
	v.expect(ReaderAdded, "a")
	v.finish()
}

// The pseudo-reader may only count readers: one that leaves and one that comes
// between two looks leave the count as it was.
func TestWatchMissesNoReaderBetweenListAndWait(t *testing.T) {
	w := newWorld("a")
	w.afterList = func(names []string) {
		if len(names) == 0 {
			w.plug("b")
		}
	}
	v := watchWorld(t, w)
	v.expect(ReaderAdded, "a")
	w.unplug("a")
	v.expect(ReaderRemoved, "a")
	v.expect(ReaderAdded, "b")
	v.finish()
}

func TestWatchCardsComeAndGo(t *testing.T) {
	w := newWorld("a")
	w.put("a", statePresent, []byte{1})
	v := watchWorld(t, w)
	v.expect(ReaderAdded, "a")
	first := v.expect(CardInserted, "a")
	assert.Equal(t, []byte{1}, first.ATR)
	assert.Equal(t, uint64(1), first.Insertion)
	w.touch("a", statePresent|stateInUse)
	w.touch("a", statePresent)
	w.put("a", stateEmpty, nil)
	assert.Equal(t, uint64(1), v.expect(CardRemoved, "a").Insertion)
	w.put("a", statePresent, []byte{2})
	second := v.expect(CardInserted, "a")
	assert.Equal(t, []byte{2}, second.ATR)
	assert.Equal(t, uint64(2), second.Insertion)
	w.do(func() { // out and in again between two looks
		w.states["a"] = readerState{reader: "a", event: statePresent | 9<<16, atr: []byte{2}}
	})
	assert.Equal(t, uint64(3), v.expect(CardSwapped, "a").Insertion)
	w.do(func() { // same count, other ATR: some systems do not count
		w.states["a"] = readerState{reader: "a", event: statePresent | 9<<16, atr: []byte{3}}
	})
	w.touch("a", statePresent|stateInUse)
	assert.Equal(t, []byte{3}, v.expect(CardSwapped, "a").ATR)
	w.unplug("a")
	v.expect(CardRemoved, "a")
	v.expect(ReaderRemoved, "a")
	v.finish()
}

func TestWatchMuteCard(t *testing.T) {
	w := newWorld("a")
	v := watchWorld(t, w)
	v.expect(ReaderAdded, "a")
	w.put("a", statePresent|stateMute, nil)
	mute := v.expect(CardMute, "a")
	assert.Empty(t, mute.ATR)
	w.do(func() { // it wakes up where it lies
		s := w.states["a"]
		s.event, s.atr = s.event&^stateMute, []byte{1}
		w.states["a"] = s
	})
	assert.Equal(t, mute.Insertion, v.expect(CardInserted, "a").Insertion)
	w.touch("a", statePresent|stateMute)
	v.expect(CardMute, "a")
	w.put("a", statePresent, []byte{1})
	v.expect(CardInserted, "a")
	w.touch("a", stateUnavailable|statePresent)
	v.expect(CardRemoved, "a")
	v.finish()
}

func TestWatchSurvivesTheService(t *testing.T) {
	w := newWorld("a")
	w.put("a", statePresent, []byte{1})
	v := watchWorld(t, w)
	v.expect(ReaderAdded, "a")
	v.expect(CardInserted, "a")
	w.crash(CodeNoService)
	v.expect(CardRemoved, "a")
	v.expect(ReaderRemoved, "a")
	lost := v.expect(ServiceLost, "")
	var failure *ServiceError
	assert.ErrorAs(t, lost.Err, &failure)
	w.crash(nil)
	v.expect(ServiceBack, "")
	v.expect(ReaderAdded, "a")
	v.expect(CardInserted, "a")
	v.finish()
}

func TestWatchStartsWithoutAService(t *testing.T) {
	w := newWorld()
	w.down = CodeNoService
	v := watchWorld(t, w)
	v.expect(ServiceLost, "")
	w.crash(nil)
	v.expect(ServiceBack, "")
	w.crash(CodeInvalidHandle)
	v.expect(ServiceLost, "")
	v.finish()
}

func TestWatchGivesUpWhereThereIsNoHope(t *testing.T) {
	w := newWorld()
	w.down = &ServiceError{State: StateUnsupported, Reason: ReasonNoCgo}
	err := (&Service{platform: w.platform()}).Watch(context.Background(), func(Event) {})
	var failure *ServiceError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, ReasonNoCgo, failure.Reason)
}

func TestWatchPollsWithoutThePseudoReader(t *testing.T) {
	for _, c := range []struct {
		what         string
		announced    bool // the platform claims to know the pseudo-reader
		startReaders []string
	}{{"never claimed", false, nil}, {"claimed in vain", true, []string{"a"}}} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(c.startReaders...)
			w.noPnP = true
			p := w.platform()
			p.plugAndPlay, p.slice = c.announced, 2*time.Millisecond
			ctx, cancel := context.WithCancel(context.Background())
			v := &watching{t, w, make(chan Event, 64), cancel, make(chan error, 1)}
			go func() { v.ended <- (&Service{platform: p}).Watch(ctx, func(e Event) { v.events <- e }) }()
			for _, r := range c.startReaders {
				v.expect(ReaderAdded, r)
			}
			w.plug("b")
			v.expect(ReaderAdded, "b")
			w.unplug("b")
			v.expect(ReaderRemoved, "b")
			v.finish()
		})
	}
}

// A system that reports the same news for ever must not make us spin.
func TestWatchDoesNotSpin(t *testing.T) {
	w := newWorld("a")
	w.noisy = true
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	p := w.platform()
	p.pause = pause
	err := (&Service{platform: p}).Watch(ctx, func(Event) {})
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Less(t, w.waits, 12, "20+40+80+160 ms of pauses fill the time")
}

func TestWatchLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		w := newWorld("a")
		v := watchWorld(t, w)
		v.expect(ReaderAdded, "a")
		v.finish()
	}
	for deadline := time.Now().Add(waitFor); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
		time.Sleep(tick)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}

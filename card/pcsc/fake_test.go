package pcsc

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// world is a PC/SC service in memory: readers come and go, cards are put and
// taken, other programs interfere. It answers as pcsc-lite does.
type world struct {
	mu       sync.Mutex
	change   chan struct{} // closed and renewed with each change
	down     error         // establish fails with it, contexts die with it
	readers  []string
	states   map[string]readerState
	contexts int // open ones
	cards    int // connected ones
	opened   int // contexts ever opened
	waits    int // calls of getStatusChange
	waiting  int // calls that had to wait for another program
	calls    []string
	noPnP    bool // does not know the pseudo-reader
	// afterList is told what a list of readers held before its caller is.
	afterList func(names []string)
	noisy     bool // getStatusChange returns at once, with nothing new

	// scripts, one entry a call; nil or exhausted means success
	connects, begins, ends, reconnects, transmits []error
	atrs                                          []error
	establishes                                   []error
	protocols                                     []protocol    // of each successful connection
	hold                                          chan struct{} // what begin waits for
	holdConnect, holdReconnect, holdATR           chan struct{}
	holdEnd, holdDisconnect                       chan struct{} // a service that hangs
	answer                                        []byte
	atrError                                      error
}

func newWorld(readers ...string) *world {
	w := &world{change: make(chan struct{}), states: map[string]readerState{}, answer: []byte{0x90, 0}}
	for _, r := range readers {
		w.plug(r)
	}
	return w
}

func (w *world) platform() platform {
	return platform{
		establish: w.establish,
		diagnose: func(err error) *ServiceError {
			return &ServiceError{State: StateStopped, Reason: ReasonOther, Err: err}
		},
		plugAndPlay:           true,
		slice:                 time.Minute,
		warningsComeFirst:     true,
		resetKeepsTransaction: true,
		pause:                 func(ctx context.Context, _ time.Duration) error { return pause(ctx, time.Millisecond) },
	}
}

func (w *world) open(t testing.TB) *Service {
	t.Helper()
	s, err := open(context.Background(), w.platform())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// do changes the world and wakes whoever waits.
func (w *world) do(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
	close(w.change)
	w.change = make(chan struct{})
}

func (w *world) plug(name string) {
	w.do(func() {
		w.readers = append(w.readers, name)
		w.states[name] = readerState{reader: name, event: stateEmpty}
	})
}

func (w *world) unplug(name string) {
	w.do(func() {
		w.readers = slices.DeleteFunc(slices.Clone(w.readers), func(r string) bool { return r == name })
		delete(w.states, name)
	})
}

// put sets what lies on a reader and counts the event, as pcsc-lite does.
func (w *world) put(name string, flags stateFlag, atr []byte) {
	w.do(func() {
		count := w.states[name].event>>16 + 1
		w.states[name] = readerState{reader: name, event: flags | count<<16, atr: atr}
	})
}

// touch changes flags without counting, as when another program connects.
func (w *world) touch(name string, flags stateFlag) {
	w.do(func() {
		s := w.states[name]
		s.event = flags | s.event>>16<<16
		w.states[name] = s
	})
}

func (w *world) crash(err error) { w.do(func() { w.down = err }) }

// await is the wait for another program's transaction, which nothing calls off.
func (w *world) await(hold *chan struct{}) {
	w.mu.Lock()
	c := *hold
	if c != nil {
		w.waiting++
	}
	w.mu.Unlock()
	if c != nil {
		<-c
	}
}

// waited says whether so many calls have waited for another program.
func (w *world) waited(n int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.waiting >= n
}

func (w *world) log(format string, args ...any) {
	w.calls = append(w.calls, fmt.Sprintf(format, args...))
}

func (w *world) history() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// next takes one entry of a script.
func next(script *[]error) error {
	if len(*script) == 0 {
		return nil
	}
	err := (*script)[0]
	*script = (*script)[1:]
	return err
}

func (w *world) establish() (scardContext, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := next(&w.establishes); err != nil {
		return nil, err
	}
	if w.down != nil {
		return nil, w.down
	}
	w.contexts++
	w.opened++
	return &fakeContext{world: w, cancelled: make(chan struct{})}, nil
}

type fakeContext struct {
	world     *world
	once      sync.Once
	cancelled chan struct{}
}

func (c *fakeContext) listReaders() ([]string, error) {
	names, err := c.names()
	if c.world.afterList != nil {
		c.world.afterList(names)
	}
	return names, err
}

func (c *fakeContext) names() ([]string, error) {
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	switch {
	case c.world.down != nil:
		return nil, c.world.down
	case len(c.world.readers) == 0:
		return nil, CodeNoReaders
	}
	return slices.Clone(c.world.readers), nil
}

func (c *fakeContext) getStatusChange(states []readerState, timeout time.Duration) error {
	deadline := time.After(timeout)
	for {
		news, change, err := c.compare(states)
		if err != nil || news || c.world.noisy {
			return err
		}
		select {
		case <-change:
		case <-c.cancelled:
			return CodeCancelled
		case <-deadline:
			return CodeTimeout
		}
	}
}

// compare fills in the states and says whether any differs from what the
// caller knows.
func (c *fakeContext) compare(states []readerState) (news bool, change chan struct{}, _ error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waits++
	if w.down != nil {
		return false, nil, w.down
	}
	for i := range states {
		now, ok := w.states[states[i].reader]
		if states[i].reader == plugAndPlayName {
			if w.noPnP {
				return false, nil, CodeUnknownReader
			}
			now, ok = readerState{event: stateFlag(len(w.readers)) << 16}, true
		}
		if !ok {
			return false, nil, CodeUnknownReader
		}
		states[i].event, states[i].atr = now.event, now.atr
		if now.event != states[i].current {
			states[i].event |= stateChanged
			news = true
		}
	}
	return news, w.change, nil
}

func (c *fakeContext) connect(reader string, p protocol) (scardCard, error) {
	w := c.world
	w.await(&w.holdConnect)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log("connect %s %d", reader, p)
	if err := next(&w.connects); err != nil {
		return nil, err
	}
	w.cards++
	card := &fakeCard{world: w, speaks: protocolT1}
	if len(w.protocols) > 0 {
		card.speaks, w.protocols = w.protocols[0], w.protocols[1:]
	}
	return card, nil
}

func (c *fakeContext) cancel() error {
	c.once.Do(func() { close(c.cancelled) })
	return nil
}

func (c *fakeContext) release() error {
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	c.world.contexts--
	return nil
}

type fakeCard struct {
	world  *world
	speaks protocol
}

func (c *fakeCard) call(name string, script *[]error) error {
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	c.world.log("%s", name)
	return next(script)
}

func (c *fakeCard) transmit(command []byte) ([]byte, error) {
	if err := c.call(fmt.Sprintf("transmit %X", command), &c.world.transmits); err != nil {
		return nil, err
	}
	return c.world.answer, nil
}

func (c *fakeCard) begin() error {
	c.world.await(&c.world.hold)
	return c.call("begin", &c.world.begins)
}

func (c *fakeCard) end(d Disposition) error {
	c.world.await(&c.world.holdEnd)
	return c.call(fmt.Sprintf("end %d", d), &c.world.ends)
}

func (c *fakeCard) reconnect(p protocol, d Disposition) error {
	c.world.await(&c.world.holdReconnect)
	return c.call(fmt.Sprintf("reconnect %d %d", p, d), &c.world.reconnects)
}

func (c *fakeCard) disconnect(d Disposition) error {
	c.world.await(&c.world.holdDisconnect)
	err := c.call(fmt.Sprintf("disconnect %d", d), new([]error))
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	c.world.cards--
	return err
}

func (c *fakeCard) atr() ([]byte, error) {
	c.world.await(&c.world.holdATR)
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	if err := next(&c.world.atrs); err != nil {
		return nil, err
	}
	return []byte{0x3B, 0x80, 0x80, 0x01, 0x01}, c.world.atrError
}

func (c *fakeCard) protocol() protocol { return c.speaks }

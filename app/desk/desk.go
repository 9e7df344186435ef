package desk

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"cientro/app"
)

// Config is what a Desk needs from its program.
type Config struct {
	// Open opens the readers of the system. It is tried again while it fails.
	// Readers that are an [app.Watcher] say by themselves what changes; others are
	// looked at every half second. They are used from several goroutines.
	Open func(context.Context) (app.Readers, error)
	// Service is what the use cases need, without Readers.
	Service app.Config
	// Now is nil for the system's clock.
	Now func() time.Time
}

// Desk watches readers and cards. Its methods may be called from any goroutine.
type Desk struct {
	c    Config
	wait patience
	wake chan struct{} // something was queued
	over chan struct{} // closed when Run has ended

	mu        sync.Mutex
	queue     []func() // for the goroutine of Run
	ended     bool
	state     State
	listeners []*listener
	loans     []*Loan // that were not returned

	// What follows belongs to the goroutine of Run.
	ctx      context.Context
	running  sync.WaitGroup
	system   *source
	training *source // nil: none
	places   []*place
	chosen   *place
	// practising: the card that was meant last was one of the training.
	practising bool
}

// listener is told each new state.
type listener struct {
	tell    func(State)
	mu      sync.Mutex
	stopped bool
}

func (l *listener) hear(s State) {
	l.mu.Lock()
	stopped := l.stopped
	l.mu.Unlock()
	if !stopped {
		l.tell(s)
	}
}

// ErrEnded: the desk is not watched any more.
var ErrEnded = errors.New("the desk is closed")

// New makes a desk on which nothing is seen until Run.
func New(c Config) *Desk {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Desk{c: c, wait: usualPatience(), wake: make(chan struct{}, 1), over: make(chan struct{})}
}

// Run watches until ctx ends, and returns its error. All its goroutines have
// ended by then.
func (d *Desk) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		d.running.Wait()
		d.end()
	}()
	d.ctx = ctx
	d.system = d.follow(d.c.Open, false)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.wake:
			for _, task := range d.tasks() {
				task()
				d.settle()
				d.publish()
			}
		}
	}
}

// State returns what is on the desk now.
func (d *Desk) State() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state
}

// Listen tells the state at once and after each change, from the goroutine of
// Run. A call that is under way when stop is called may still come to its end.
func (d *Desk) Listen(tell func(State)) (stop func()) {
	l := &listener{tell: tell}
	d.do(func() {
		d.mu.Lock()
		d.listeners = append(d.listeners, l)
		state := d.state
		d.mu.Unlock()
		l.hear(state)
	})
	return func() {
		l.mu.Lock()
		l.stopped = true
		l.mu.Unlock()
		d.do(func() { d.forget(l) })
	}
}

// Choose says which card is meant. A reader without a card that is, or may be, a
// CIE cannot be chosen; nothing happens then.
func (d *Desk) Choose(reader string) {
	d.do(func() {
		if p := d.place(reader); p != nil && p.choosable() {
			d.mean(p)
		}
	})
}

// LookAgain looks at the card on a reader as if it had just been put there.
func (d *Desk) LookAgain(reader string) {
	d.do(func() {
		if p := d.place(reader); p != nil && p.reader.Present && p.loan == nil {
			p.anew()
		}
	})
}

// SetTraining shows the readers of a training besides the real ones, or none if r
// is nil. The desk does not close them.
func (d *Desk) SetTraining(r app.Readers) {
	d.do(func() {
		if d.training != nil {
			d.training.stop()
			d.training.gone = true
			d.note(d.training, nil, nil)
			d.training, d.practising = nil, false
		}
		if r != nil {
			d.training = d.follow(func(context.Context) (app.Readers, error) { return r, nil }, true)
		}
	})
}

// Reconfigure changes what the use cases get from now on, as when the user
// changed a setting.
func (d *Desk) Reconfigure(service app.Config) {
	d.do(func() { d.c.Service = service })
}

// do lets the goroutine of Run do something. Nothing is done once it ended.
func (d *Desk) do(task func()) {
	d.mu.Lock()
	if !d.ended {
		d.queue = append(d.queue, task)
	}
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *Desk) tasks() []func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	tasks := d.queue
	d.queue = nil
	return tasks
}

// end lets go of everybody who waits.
func (d *Desk) end() {
	for _, p := range d.places {
		p.close(ErrEnded)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended, d.queue, d.listeners = true, nil, nil
	close(d.over)
}

func (d *Desk) forget(l *listener) {
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := make([]*listener, 0, len(d.listeners))
	for _, other := range d.listeners {
		if other != l {
			kept = append(kept, other)
		}
	}
	d.listeners = kept
}

// publish tells the state where it is another one.
func (d *Desk) publish() {
	state := d.snapshot()
	d.mu.Lock()
	same := reflect.DeepEqual(state, d.state)
	d.state = state
	listeners := d.listeners
	d.mu.Unlock()
	if same {
		return
	}
	for _, l := range listeners {
		l.hear(state)
	}
}

func (d *Desk) snapshot() State {
	s := State{Service: d.system.state(), Problem: d.system.problem}
	for _, p := range d.places {
		s.Places = append(s.Places, Place{Reader: p.reader, Demo: p.source.demo, Look: p.look, Card: p.card, Problem: p.problem})
	}
	if d.chosen != nil {
		s.Chosen = d.chosen.reader.Name
	}
	return s
}

func (d *Desk) place(reader string) *place {
	for _, p := range d.places {
		if p.reader.Name == reader {
			return p
		}
	}
	return nil
}

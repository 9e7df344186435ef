package checkup

import (
	"context"
	"os"
	"sync"
	"time"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/doctor"
	"cientro/card/store"
)

// Desk is what a Checkup wants of [desk.Desk].
type Desk interface {
	State() desk.State
	Borrow(ctx context.Context, reader string) (*desk.Loan, error)
}

// Training is the readers of a training, and what is remembered of its cards.
type Training interface {
	app.Readers
	Store() *store.Store
}

// Config is what a Checkup needs from its program.
type Config struct {
	Desk Desk
	// Open opens the smart card service.
	Open func(context.Context) (app.Readers, error)
	// Training is asked only while its card is the one that is meant.
	Training Training
	// Options are asked for before each run: the version, what is remembered of
	// cards, and whom to trust. The rest is filled in here.
	Options func() doctor.Options
	// StateFolder is where the program keeps its logs, "" for nowhere.
	StateFolder string
	// Now is nil for the system's clock.
	Now func() time.Time
	// Run is nil for [doctor.Run].
	Run func(context.Context, doctor.Options) doctor.Report
}

// State is everything a window shows.
type State struct {
	Running bool
	// Progress is how far a run has come.
	Progress doctor.Progress
	// Report is of the last run that came to its end, nil before; At is when.
	Report *doctor.Report
	At     time.Time
	// Demo: reader and card, of the run under way or else of the report, were those
	// of the training.
	Demo bool
}

// Checkup is one run after the other. Its methods may be called from any
// goroutine.
type Checkup struct {
	c Config

	mu        sync.Mutex
	state     State
	wasDemo   bool // of the report
	stop      context.CancelFunc
	run       int           // counts runs, so that a stopped one is not heard
	over      chan struct{} // closed when the last run has let go of everything
	listeners map[int]func()
	last      int
}

// New makes a check-up that has not run yet.
func New(c Config) *Checkup {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Run == nil {
		c.Run = doctor.Run
	}
	over := make(chan struct{})
	close(over)
	return &Checkup{c: c, listeners: map[int]func(){}, over: over}
}

// Start begins a run, unless one is under way.
func (c *Checkup) Start() {
	c.mu.Lock()
	if c.state.Running {
		c.mu.Unlock()
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	before, over := c.over, make(chan struct{})
	c.run++
	number, meant := c.run, c.c.Desk.State().ChosenPlace()
	demo := meant != nil && meant.Demo
	c.over, c.stop = over, stop
	c.state.Running, c.state.Progress, c.state.Demo = true, doctor.Progress{}, demo
	c.mu.Unlock()
	c.tell()
	go func() {
		defer close(over)
		defer stop()
		<-before // a run that was stopped may still hold the card
		if ctx.Err() == nil {
			report := c.c.Run(ctx, c.options(number, meant))
			c.ended(ctx, number, report, demo)
		}
	}()
}

// options are those of a run.
func (c *Checkup) options(number int, meant *desk.Place) doctor.Options {
	o := c.c.Options()
	o.Progress = func(p doctor.Progress) {
		c.set(number, func() { c.state.Progress = p })
	}
	open := c.c.Open
	if meant != nil {
		o.Reader = meant.Reader.Name
		if meant.Demo {
			o.Virtual, o.Store = true, c.c.Training.Store()
			open = func(context.Context) (app.Readers, error) { return c.c.Training, nil } //nolint:unparam // of the type that opens readers
		}
	}
	o.System = doctor.Machine{
		Open:   func(ctx context.Context) (app.Readers, error) { return borrowing(ctx, c.c.Desk, open) },
		Getenv: os.Getenv, Clock: c.c.Now, StateFolder: c.c.StateFolder,
	}
	return o
}

// ended keeps what a run found. One that was stopped found nothing that counts.
func (c *Checkup) ended(ctx context.Context, number int, report doctor.Report, demo bool) {
	c.set(number, func() {
		if ctx.Err() == nil {
			c.state.Running, c.state.Report, c.state.At, c.wasDemo = false, &report, c.c.Now(), demo
		}
	})
}

// Stop ends a run: what it found is dropped, an earlier report stays.
func (c *Checkup) Stop() {
	c.mu.Lock()
	if c.state.Running {
		c.stop()
		c.run++
		c.state.Running, c.state.Demo = false, c.wasDemo
	}
	c.mu.Unlock()
	c.tell()
}

// State returns what is known now.
func (c *Checkup) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Listen has changed called after each change, from any goroutine, until stop. It
// must not block.
func (c *Checkup) Listen(changed func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	key := c.last
	c.listeners[key] = changed
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.listeners, key)
	}
}

// set changes what a run may change, as long as it is the one that counts.
func (c *Checkup) set(number int, change func()) {
	c.mu.Lock()
	if number != c.run {
		c.mu.Unlock()
		return
	}
	change()
	c.mu.Unlock()
	c.tell()
}

func (c *Checkup) tell() {
	c.mu.Lock()
	all := make([]func(), 0, len(c.listeners))
	for _, f := range c.listeners {
		all = append(all, f)
	}
	c.mu.Unlock()
	for _, f := range all {
		f()
	}
}

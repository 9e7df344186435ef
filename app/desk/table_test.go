package desk

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// The fixed specimen's PIN, and a wrong one.
const (
	rightPIN = "41739628"
	wrongPIN = "41739620"
)

// table is a row of readers in memory, with cards in software on them.
type table struct {
	t *testing.T

	mu       sync.Mutex
	readers  []app.Reader
	cards    map[string]*virtuallink.Reader
	fails    error            // of every list
	connects map[string]error // by reader
	tried    map[string]int   // connections, by reader
	listed   int
	watchers []func()
	lost     chan error // ends a Watch early
	closed   int
}

func newTable(t *testing.T) *table {
	return &table{t: t, cards: map[string]*virtuallink.Reader{}, connects: map[string]error{}, tried: map[string]int{}, lost: make(chan error, 1)}
}

var _ app.Watcher = (*table)(nil)

func (b *table) Readers(context.Context) ([]app.Reader, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listed++
	return slices.Clone(b.readers), b.fails
}

func (b *table) Connect(_ context.Context, name string) (app.Connection, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tried[name]++
	if err := b.connects[name]; err != nil {
		return nil, err
	}
	for _, r := range b.readers {
		if r.Name == name && r.Present {
			return app.LinkToVirtual(b.cards[name])
		}
	}
	return nil, &app.NoCardError{Reader: name}
}

func (b *table) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed++
	return nil
}

func (b *table) Watch(ctx context.Context, changed func()) error {
	b.mu.Lock()
	b.watchers = append(b.watchers, changed)
	b.mu.Unlock()
	changed()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-b.lost:
		return err
	}
}

// polled is a table that tells nothing by itself.
type polled struct{ table *table }

func (p polled) Readers(ctx context.Context) ([]app.Reader, error) { return p.table.Readers(ctx) }
func (p polled) Connect(ctx context.Context, name string) (app.Connection, error) {
	return p.table.Connect(ctx, name)
}
func (p polled) Close() error { return p.table.Close() }

// change changes the table and tells it.
func (b *table) change(f func()) {
	b.mu.Lock()
	f()
	watchers := slices.Clone(b.watchers)
	b.mu.Unlock()
	for _, changed := range watchers {
		changed()
	}
}

func (b *table) find(name string) *app.Reader {
	for i := range b.readers {
		if b.readers[i].Name == name {
			return &b.readers[i]
		}
	}
	require.Fail(b.t, "no such reader", name)
	return nil
}

func (b *table) plug(r app.Reader) { b.change(func() { b.readers = append(b.readers, r) }) }

func (b *table) unplug(name string) {
	b.change(func() {
		b.readers = slices.DeleteFunc(b.readers, func(r app.Reader) bool { return r.Name == name })
	})
}

// put lays a card down.
func (b *table) put(name string, c *virtual.Card) {
	require.NoError(b.t, c.Insert())
	b.change(func() {
		r := b.find(name)
		r.Present, r.Mute, r.ATR = true, false, c.ATR()
		r.Stay++
		b.cards[name] = virtuallink.NewReader(c)
	})
}

// take takes the card away.
func (b *table) take(name string) {
	b.change(func() {
		if c := b.cards[name]; c != nil {
			c.Card().Remove()
		}
		r := b.find(name)
		r.Present, r.Mute, r.ATR = false, false, nil
	})
}

// mute makes the card on a reader mute.
func (b *table) mute(name string) {
	b.change(func() {
		r := b.find(name)
		r.Present, r.Mute, r.ATR = true, true, nil
	})
}

func (b *table) fail(err error) { b.change(func() { b.fails = err }) }

// refuse makes every connection to a reader fail.
func (b *table) refuse(name string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.connects[name] = err
}

func (b *table) tries(name string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tried[name]
}

// desk is a desk with the table on it, which runs until the test ends.
func (b *table) desk() *Desk { return b.deskOf(b) }

func (b *table) deskOf(r app.Readers) *Desk {
	return running(b.t, func(context.Context) (app.Readers, error) { return r, nil })
}

func newDesk(open func(context.Context) (app.Readers, error)) *Desk {
	return New(Config{Open: open, Service: app.Config{Store: store.Memory(), QueryTries: true}})
}

func running(t *testing.T, open func(context.Context) (app.Readers, error)) *Desk {
	d := newDesk(open)
	d.wait.poll = 5 * time.Millisecond
	d.wait.firstService, d.wait.lastService = 5*time.Millisecond, 20*time.Millisecond
	d.wait.firstAgain, d.wait.lastAgain = 5*time.Millisecond, 10*time.Millisecond
	d.wait.firstBusyAgain, d.wait.lastBusyGap = 5*time.Millisecond, 20*time.Millisecond
	d.wait.moving = 200 * time.Millisecond
	run(t, d)
	return d
}

func run(t *testing.T, d *Desk) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-done:
				require.ErrorIs(t, err, context.Canceled)
			case <-time.After(10 * time.Second):
				require.Fail(t, "Run does not end")
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

// patienceOfTests is how long a test waits for what must come.
const patienceOfTests = 20 * time.Second

// until waits for a state.
func until(t *testing.T, d *Desk, what string, fits func(State) bool) State {
	t.Helper()
	found := make(chan State, 1)
	var last State
	var mu sync.Mutex
	stop := d.Listen(func(s State) {
		mu.Lock()
		defer mu.Unlock()
		last = s
		if fits(s) {
			select {
			case found <- s:
			default:
			}
		}
	})
	defer stop()
	select {
	case s := <-found:
		return s
	case <-time.After(patienceOfTests):
		mu.Lock()
		defer mu.Unlock()
		require.Fail(t, "never seen: "+what, "%+v", last)
		return State{}
	}
}

// looks waits until the place of a reader has a look.
func looks(t *testing.T, d *Desk, reader string, look Look) Place {
	t.Helper()
	s := until(t, d, reader+" "+string(look), func(s State) bool {
		p := s.Place(reader)
		return p != nil && p.Look == look
	})
	return *s.Place(reader)
}

func contactless(name string) app.Reader {
	return app.Reader{Name: name, Kind: app.ReaderContactless}
}

// cie is a CIE that lies nowhere yet.
func cie(t *testing.T, change func(*virtual.Settings)) *virtual.Card {
	t.Helper()
	profile, _ := virtual.ProfileByName("gemalto")
	settings := profile.Defaults()
	if change != nil {
		change(&settings)
	}
	c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile, Settings: &settings})
	require.NoError(t, err)
	return c
}

func busy() error { return &iso7816.LinkError{Kind: iso7816.LinkBusy} }

package desk

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/virtual"
)

func TestServiceMissingAndComingBack(t *testing.T) {
	for _, state := range []app.ServiceState{app.ServiceMissing, app.ServiceStopped, app.ServiceDenied, app.ServiceUnsupported} {
		t.Run(string(state), func(t *testing.T) {
			b := newTable(t)
			b.plug(contactless("A"))
			var there atomic.Bool
			d := running(t, func(context.Context) (app.Readers, error) {
				if !there.Load() {
					return nil, &app.ServiceError{State: state}
				}
				return b, nil
			})
			s := until(t, d, "trouble", func(s State) bool { return s.Service == state })
			require.NotNil(t, s.Problem)
			assert.Equal(t, app.ProblemOf(&app.ServiceError{State: state}).Key, s.Problem.Key)
			assert.Empty(t, s.Places)
			there.Store(true)
			s = until(t, d, "running", func(s State) bool { return s.Service == app.ServiceRunning && len(s.Places) == 1 })
			assert.Nil(t, s.Problem)
			assert.Equal(t, LookEmpty, s.Places[0].Look)
		})
	}
}

func TestBeforeAnythingIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(Config{Open: func(ctx context.Context) (app.Readers, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		heard := make(chan State, 1)
		d.Listen(func(s State) { heard <- s })
		assert.Equal(t, State{}, d.State())
		run(t, d)
		assert.Equal(t, State{}, <-heard, "at once, though nothing is known")
		assert.Nil(t, d.State().ChosenPlace())
	})
}

func TestServiceThatGoesTakesCardsWithItAndBringsThemBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		b.plug(contactless("A"))
		b.put("A", cie(t, nil))
		d := b.desk()
		looks(t, d, "A", LookReady)
		b.fail(&app.ServiceError{State: app.ServiceStopped})
		s := until(t, d, "stopped", func(s State) bool { return s.Service == app.ServiceStopped })
		assert.Empty(t, s.Places)
		assert.Empty(t, s.Chosen)
		b.mu.Lock()
		b.fails = nil // it comes back, and nobody says so
		b.mu.Unlock()
		looks(t, d, "A", LookReady)
		assert.Equal(t, app.ServiceRunning, d.State().Service)

		b.fail(errors.New("something else"))
		s = until(t, d, "unsupported", func(s State) bool { return s.Service == app.ServiceUnsupported })
		assert.Equal(t, "GEN-001", s.Problem.Code)
	})
}

// Readers that say that there is no hope are opened anew.
func TestReadersThatGiveUpAreOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		b.plug(contactless("A"))
		var opened atomic.Int32
		d := running(t, func(context.Context) (app.Readers, error) { opened.Add(1); return b, nil })
		looks(t, d, "A", LookEmpty)
		b.lost <- &app.ServiceError{State: app.ServiceUnsupported}
		require.Eventually(t, func() bool { return opened.Load() == 2 }, patienceOfTests, time.Millisecond)
		looks(t, d, "A", LookEmpty)
		b.mu.Lock()
		defer b.mu.Unlock()
		assert.Equal(t, 1, b.closed)
	})
}

func TestReadersComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		d := b.desk()
		s := until(t, d, "no reader", func(s State) bool { return s.Service == app.ServiceRunning })
		assert.Empty(t, s.Places)
		b.plug(app.Reader{Name: "SAM", Kind: app.ReaderSAM, Present: true})
		b.plug(contactless("A"))
		b.plug(app.Reader{Name: "B", Kind: app.ReaderContact})
		s = until(t, d, "two readers", func(s State) bool { return len(s.Places) == 2 })
		assert.Equal(t, "A", s.Places[0].Reader.Name)
		assert.Equal(t, app.ReaderContact, s.Places[1].Reader.Kind)
		b.put("A", cie(t, nil))
		looks(t, d, "A", LookReady)
		b.unplug("A")
		s = until(t, d, "one reader", func(s State) bool { return len(s.Places) == 1 })
		assert.Equal(t, "B", s.Places[0].Reader.Name)
		assert.Empty(t, s.Chosen)
		assert.Nil(t, s.Place("A"))
	})
}

// TestHotPlugWithinASecond: from the change to the news, with readers that tell
// and with readers that have to be asked.
func TestHotPlugWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		b.plug(contactless("A"))
		for name, r := range map[string]app.Readers{"watched": b, "polled": polled{b}} {
			d := newDesk(func(context.Context) (app.Readers, error) { return r, nil })
			stop := run(t, d) // with the usual patience
			looks(t, d, "A", LookEmpty)
			c := virtual.NewForeign([]byte{0x3B, 0x80, 0x80, 0x01, 0x01}, nil)
			start := time.Now()
			b.put("A", c)
			until(t, d, "seen", func(s State) bool { return s.Place("A").Look != LookEmpty })
			assert.Less(t, time.Since(start), time.Second, name)
			b.take("A")
			looks(t, d, "A", LookMoving)
			looks(t, d, "A", LookEmpty)
			stop()
		}
	})
}

// TestIdleCostsNothing: a card that lies still is not spoken to, and readers that
// tell by themselves are not asked.
func TestIdleCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		b.plug(contactless("A"))
		c := cie(t, nil)
		b.put("A", c)
		d := b.desk()
		looks(t, d, "A", LookReady)
		c.ClearJournal()
		b.mu.Lock()
		listed := b.listed
		b.mu.Unlock()
		time.Sleep(150 * time.Millisecond)
		assert.Zero(t, c.Counters().APDUs)
		b.mu.Lock()
		assert.Equal(t, listed, b.listed)
		b.mu.Unlock()

		polling := b.deskOf(polled{b})
		looks(t, polling, "A", LookReady)
		c.ClearJournal()
		time.Sleep(150 * time.Millisecond)
		assert.Zero(t, c.Counters().APDUs)
		assert.Equal(t, LookReady, d.State().Place("A").Look)
	})
}

func TestGoroutinesEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := runtime.NumGoroutine()
		b := newTable(t)
		b.plug(contactless("A"))
		b.plug(contactless("B"))
		c := cie(t, nil)
		c.Observe(func(virtual.Exchange) { time.Sleep(2 * time.Millisecond) })
		b.put("A", c)
		d := New(Config{Open: func(context.Context) (app.Readers, error) { return b, nil }})
		stop := run(t, d)
		d.SetTraining(polled{newTable(t)})
		looks(t, d, "A", LookReading)
		stop() // in the middle of a look
		for wait := time.Now(); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
			require.Less(t, time.Since(wait), 5*time.Second, "%d goroutines before, and now %d", before, runtime.NumGoroutine())
		}
		_, err := d.Borrow(t.Context(), "A")
		require.ErrorIs(t, err, ErrEnded)
		d.Choose("A") // nobody is there, and nothing happens
		d.Listen(func(State) { t.Error("told after the end") })()
	})
}

func TestWhoStoppedListeningHearsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		d := b.desk()
		var heard atomic.Int32
		stop := d.Listen(func(State) { heard.Add(1) })
		require.Eventually(t, func() bool { return heard.Load() > 0 }, patienceOfTests, time.Millisecond)
		stop()
		was := heard.Load()
		b.plug(contactless("A"))
		looks(t, d, "A", LookEmpty)
		assert.Equal(t, was, heard.Load())
	})
}

func TestNothingIsToldTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTable(t)
		b.plug(contactless("A"))
		d := b.desk()
		looks(t, d, "A", LookEmpty)
		var heard atomic.Int32
		defer d.Listen(func(State) { heard.Add(1) })()
		for range 5 {
			b.change(func() {})
		}
		b.plug(contactless("B"))
		looks(t, d, "B", LookEmpty)
		assert.LessOrEqual(t, heard.Load(), int32(2), "the first state, and the other reader")
	})
}

func TestTrainingStandsBesideTheRealReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		real, training := newTable(t), newTable(t)
		real.plug(contactless("A"))
		training.plug(app.Reader{Name: "T", Kind: app.ReaderVirtual})
		training.put("T", cie(t, nil))
		d := real.desk()
		looks(t, d, "A", LookEmpty)
		d.SetTraining(training)
		p := looks(t, d, "T", LookReady)
		assert.True(t, p.Demo)
		s := d.State()
		require.Len(t, s.Places, 2)
		assert.Equal(t, "A", s.Places[0].Reader.Name, "real readers come first")
		assert.False(t, s.Places[0].Demo)
		assert.True(t, until(t, d, "chosen", func(s State) bool { return s.Chosen == "T" }).ChosenPlace().Demo)

		loan, err := d.Borrow(t.Context(), "T")
		require.NoError(t, err)
		assert.True(t, loan.Demo)
		status, err := loan.Service.Status(t.Context())
		require.NoError(t, err)
		require.Len(t, status.Readers, 1, "a loan of the training knows no real reader")

		d.SetTraining(nil)
		s = until(t, d, "no training", func(s State) bool { return len(s.Places) == 1 })
		assert.Empty(t, s.Chosen)
		<-loan.Left
		loan.Return()

		d.SetTraining(training)
		looks(t, d, "T", LookReady)
		other := newTable(t)
		other.plug(app.Reader{Name: "U", Kind: app.ReaderVirtual})
		d.SetTraining(other)
		looks(t, d, "U", LookEmpty)
		assert.Nil(t, d.State().Place("T"))
		training.mu.Lock()
		defer training.mu.Unlock()
		assert.Zero(t, training.closed, "who brought it closes it")
	})
}

// A training goes on where there is no service.
func TestTrainingNeedsNoService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		training := newTable(t)
		training.plug(app.Reader{Name: "T", Kind: app.ReaderVirtual})
		training.put("T", cie(t, nil))
		d := running(t, func(context.Context) (app.Readers, error) { return nil, &app.ServiceError{State: app.ServiceMissing} })
		d.SetTraining(training)
		looks(t, d, "T", LookReady)
		assert.Equal(t, app.ServiceMissing, d.State().Service)
	})
}

package checkup

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/doctor"
	"cientro/app/training"
	"cientro/card/iso7816"
	"cientro/card/store"
)

func noService(context.Context) (app.Readers, error) {
	return nil, &app.ServiceError{State: app.ServiceMissing}
}

// watched is a desk that is watched until the test ends.
func watched(t *testing.T) *desk.Desk {
	t.Helper()
	d := desk.New(desk.Config{Open: noService, Service: app.Config{Store: store.Memory(), Now: time.Now}})
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() { defer close(over); _ = d.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-over })
	return d
}

// course is a desk with a practice card that is meant.
func course(t *testing.T) (*desk.Desk, *training.Session) {
	t.Helper()
	d := watched(t)
	s := training.New(training.Config{Attach: d.SetTraining, Prefer: d.Choose, Instant: true})
	require.NoError(t, s.Start())
	t.Cleanup(s.Stop)
	require.Eventually(t, func() bool {
		p := d.State().ChosenPlace()
		return p != nil && p.Look == desk.LookReady
	}, time.Minute, time.Millisecond)
	return d, s
}

func only(groups ...doctor.Group) func() doctor.Options {
	return func() doctor.Options { return doctor.Options{Version: "1.2.3", Groups: groups, Store: store.Memory()} }
}

func until(t *testing.T, c *Checkup, is func(State) bool) State {
	t.Helper()
	var s State
	require.Eventually(t, func() bool { s = c.State(); return is(s) }, time.Minute, time.Millisecond)
	return s
}

func ended(s State) bool { return !s.Running && s.Report != nil }

func way(r *doctor.Report, code string) string {
	for _, result := range r.Results {
		if result.Code == code {
			return result.Way
		}
	}
	return ""
}

func TestTheRealServiceIsAsked(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	c := New(Config{
		Desk: watched(t), Open: noService, Options: only(doctor.GroupService, doctor.GroupCard), Now: func() time.Time { return at },
	})
	assert.Equal(t, State{}, c.State())
	var told sync.WaitGroup
	told.Add(3) // it runs, it goes on, it is over
	left := 3
	var mu sync.Mutex
	defer c.Listen(func() {
		mu.Lock()
		defer mu.Unlock()
		if left--; left >= 0 {
			told.Done()
		}
	})()
	c.Start()
	c.Start()
	s := until(t, c, ended)
	told.Wait()
	assert.Equal(t, "missing", way(s.Report, "DOC-PCSC-004"))
	assert.Equal(t, doctor.FaultService, s.Report.Summary().Fault)
	assert.Equal(t, at, s.At)
	assert.False(t, s.Demo)
	assert.Equal(t, s.Progress.Total, s.Progress.Done+1)
}

// TestThePracticeCardIsMeant: its readers are looked at, and the report says so.
func TestThePracticeCardIsMeant(t *testing.T) {
	d, s := course(t)
	require.NoError(t, s.BlockPIN())
	require.Eventually(t, func() bool {
		p := d.State().ChosenPlace()
		return p != nil && p.Look == desk.LookReady && p.Card.PIN.State == "blocked"
	}, time.Minute, time.Millisecond)
	presented := s.State().CodesPresented
	c := New(Config{Desk: d, Open: noService, Training: s, Options: only(doctor.GroupService, doctor.GroupReaders, doctor.GroupCard)})
	c.Start()
	assert.True(t, c.State().Demo, "from the beginning")
	state := until(t, c, ended)
	assert.True(t, state.Demo)
	assert.Equal(t, "none", way(state.Report, "DOC-PCSC-004"), "the real service is not judged")
	assert.Equal(t, "ok", way(state.Report, "DOC-CARD-004"))
	assert.Equal(t, "blocked", way(state.Report, "DOC-CARD-007"))
	assert.Equal(t, presented, s.State().CodesPresented, "no try was spent")
	loan, err := d.Borrow(t.Context(), training.ReaderName)
	require.NoError(t, err, "the card is free again")
	loan.Return()
}

// TestTheCardIsBorrowedWhileItLasts: the desk and others keep away from it.
func TestTheCardIsBorrowedWhileItLasts(t *testing.T) {
	d, s := course(t)
	inside, leave := make(chan struct{}), make(chan struct{})
	c := New(Config{Desk: d, Open: noService, Training: s, Options: only(), Run: func(ctx context.Context, o doctor.Options) doctor.Report {
		assert.Equal(t, training.ReaderName, o.Reader)
		readers, err := o.System.Readers(ctx)
		require.NoError(t, err)
		for range 2 {
			connection, err := readers.Connect(ctx, o.Reader)
			require.NoError(t, err)
			require.NoError(t, connection.Close())
		}
		close(inside)
		<-leave
		require.NoError(t, readers.Close())
		return doctor.Report{}
	}})
	c.Start()
	<-inside
	_, err := d.Borrow(t.Context(), training.ReaderName)
	assert.ErrorIs(t, err, desk.ErrLent)
	close(leave)
	until(t, c, ended)
	require.NoError(t, d.AtRest(t.Context()))
}

// TestAStoppedRunLeavesNothing: its report is dropped, the one before stays, and
// the next run begins when it has let go of everything.
func TestAStoppedRunLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, runs int
		var mu sync.Mutex
		c := New(Config{Desk: deskOf{}, Options: only(), Run: func(ctx context.Context, o doctor.Options) doctor.Report {
			mu.Lock()
			running++
			runs++
			assert.Equal(t, 1, running, "one at a time")
			number := runs
			mu.Unlock()
			o.Progress(doctor.Progress{Done: number, Total: 9})
			select {
			case <-ctx.Done():
				time.Sleep(time.Second) // a card that draws out its answer
			case <-time.After(time.Minute):
			}
			mu.Lock()
			running--
			mu.Unlock()
			return doctor.Report{Version: string(rune('0' + number))}
		}})
		c.Stop()
		c.Start()
		time.Sleep(2 * time.Minute)
		require.Equal(t, "1", c.State().Report.Version)
		c.Start()
		synctest.Wait()
		assert.True(t, c.State().Running)
		assert.Equal(t, 2, c.State().Progress.Done)
		c.Stop()
		assert.False(t, c.State().Running)
		c.Start()
		c.Stop() // before it could begin
		c.Start()
		time.Sleep(2 * time.Minute)
		assert.Equal(t, "3", c.State().Report.Version)
		assert.Equal(t, 3, runs)
	})
}

// deskOf is a desk that answers each wish for a card with an error.
type deskOf struct {
	err   error
	asked *int
}

func (deskOf) State() desk.State { return desk.State{} }
func (d deskOf) Borrow(ctx context.Context, _ string) (*desk.Loan, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	*d.asked++
	return nil, d.err
}

// oneReader is a reader that counts who speaks to it.
type oneReader struct{ connected, closed int }

func (r *oneReader) Readers(context.Context) ([]app.Reader, error) {
	return []app.Reader{{Name: "A"}}, nil
}
func (r *oneReader) Connect(context.Context, string) (app.Connection, error) {
	r.connected++
	return nil, nil
}
func (r *oneReader) Close() error { r.closed++; return nil }

func TestWhatTheDeskDoesNotLend(t *testing.T) {
	for name, row := range map[string]struct {
		err       error
		connected int
		want      error
	}{
		"one of several is only recognised": {&app.SeveralCardsError{}, 1, nil},
		"not on the desk yet":               {&app.NoReaderError{Wanted: "A"}, 1, nil},
		"in use, and it stays so":           {desk.ErrLent, 0, iso7816.ErrBusy},
		"the app ends":                      {desk.ErrEnded, 0, desk.ErrEnded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				inner, asked := &oneReader{}, 0
				b, err := borrowing(t.Context(), deskOf{err: row.err, asked: &asked}, func(context.Context) (app.Readers, error) { return inner, nil })
				require.NoError(t, err)
				list, err := b.Readers(t.Context())
				require.NoError(t, err)
				assert.Len(t, list, 1)
				_, err = b.Connect(t.Context(), "A")
				assert.ErrorIs(t, err, row.want)
				assert.Equal(t, row.connected, inner.connected)
				assert.NotZero(t, asked)
				require.NoError(t, b.Close())
				assert.Equal(t, 1, inner.closed)
			})
		})
	}
}

func TestWaitingForACardEndsWithTheRun(t *testing.T) {
	asked := 0
	b, err := borrowing(t.Context(), deskOf{err: desk.ErrLent, asked: &asked}, func(context.Context) (app.Readers, error) { return &oneReader{}, nil })
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = b.Connect(ctx, "A")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = borrowing(t.Context(), deskOf{}, noService)
	assert.Equal(t, app.ServiceMissing, app.StateOf(err))
}

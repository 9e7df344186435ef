package training_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/training"
	"cientro/card/store"
)

// onDesk attaches a course to a desk without real readers, and returns what waits
// until the practice card looks as wanted.
func onDesk(t *testing.T, known *store.Store) (*training.Session, *desk.Desk, func(desk.Look) desk.Place) {
	t.Helper()
	d := desk.New(desk.Config{
		Open:    func(context.Context) (app.Readers, error) { return nil, errors.New("no readers here") },
		Service: app.Config{Store: known, QueryTries: true},
	})
	ctx, end := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = d.Run(ctx)
	}()
	t.Cleanup(func() {
		end()
		<-over
	})
	s := training.New(training.Config{Attach: d.SetTraining, Prefer: d.Choose, Instant: true, Pause: 50 * time.Millisecond})
	t.Cleanup(s.Stop)
	wait := func(look desk.Look) (found desk.Place) {
		t.Helper()
		require.Eventually(t, func() bool {
			for _, p := range d.State().Places {
				if p.Reader.Name == training.ReaderName && p.Look == look {
					found = p
					return true
				}
			}
			return false
		}, time.Minute, time.Millisecond, "it never looks %s", look)
		return found
	}
	return s, d, wait
}

// TestOnTheDesk: the practice card comes and goes there as a real one does.
func TestOnTheDesk(t *testing.T) {
	s, d, wait := onDesk(t, store.Memory())
	require.NoError(t, s.Start())
	place := wait(desk.LookReady)
	assert.True(t, place.Demo)
	assert.Equal(t, "ok", place.Card.PIN.State)
	assert.True(t, place.Card.ChipProven)
	require.Eventually(t, func() bool { return d.State().Chosen == training.ReaderName }, time.Minute, time.Millisecond)

	s.Remove()
	wait(desk.LookEmpty)
	s.Insert()
	wait(desk.LookReady)
	require.NoError(t, s.Choose(training.CardBank, ""))
	assert.Equal(t, "bank-card", wait(desk.LookForeign).Card.Name)
	require.NoError(t, s.Choose(training.CardMute, ""))
	wait(desk.LookMute)
	require.NoError(t, s.Choose(training.CardCIE, ""))
	wait(desk.LookReady)
	require.NoError(t, s.SetFault(training.FaultForeignChip))
	assert.NotNil(t, wait(desk.LookTrouble).Problem)

	s.Stop()
	require.Eventually(t, func() bool { return len(d.State().Places) == 0 }, time.Minute, time.Millisecond)
}

// TestNothingIsRememberedOfACourse: on a chip that does not tell its tries, a
// fresh card is not taken for the one that was blocked before, and what the
// program knows of real cards knows nothing of it.
func TestNothingIsRememberedOfACourse(t *testing.T) {
	const silent = "bit4id_b9547"
	known := store.Memory()
	s, d, wait := onDesk(t, known)
	fresh := func(after string) {
		t.Helper()
		require.Equal(t, silent, s.State().Family)
		assert.Equal(t, "unknown", wait(desk.LookReady).Card.PIN.State, after)
	}
	block := func() {
		t.Helper()
		for range 3 {
			loan, err := d.Borrow(t.Context(), training.ReaderName)
			require.NoError(t, err)
			_, err = loan.Service.VerifyPIN(t.Context(), loan.Choice, typing(wrongPIN))
			require.Error(t, err)
			loan.Return()
		}
		require.Eventually(t, func() bool { return wait(desk.LookReady).Card.PIN.State == "blocked" }, time.Minute, time.Millisecond)
	}
	again := func(change func() error) {
		t.Helper()
		s.Remove()
		wait(desk.LookEmpty)
		require.NoError(t, change())
		s.Insert()
	}
	require.NoError(t, s.Start())
	again(func() error { return s.Choose(training.CardCIE, silent) })
	fresh("the first time")
	block()
	again(s.Reset)
	fresh("after a reset")
	block()
	again(func() error { return s.SetCodes(training.CodesNew) })
	fresh("after the tries were set")
	block()
	s.Stop()
	require.NoError(t, s.Start())
	again(func() error { return s.Choose(training.CardCIE, silent) })
	fresh("in another course")
	s.Stop()

	// The same card, looked at by who remembers real ones.
	other := course(t, training.Config{})
	require.NoError(t, other.Choose(training.CardCIE, silent))
	back(t, other)
	report, err := app.New(app.Config{Readers: other, Store: known}).Card(t.Context(), app.Choice{}, nil)
	require.NoError(t, err)
	assert.False(t, report.PIN.Known(), "%+v", report.PIN)
}

package main

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/training"
)

// counting is an app that is ended in words only.
type counting struct {
	fyne.App
	quits int
}

func (c *counting) Quit() { c.quits++ }

// lent is the app with a card in use, as while a PIN command is on its way. What
// comes from goroutines waits in home.
func lent(t *testing.T) (h *house, a *counting, loan *desk.Loan, home chan func()) {
	h = built(t, `{"welcomed":true}`)
	a, home = &counting{App: h.app}, make(chan func(), 8)
	h.app, h.do = a, func(f func()) { home <- f }
	// A desk of its own: nothing is to draw from other goroutines here.
	h.desk = desk.New(desk.Config{Service: h.service(), Open: func(context.Context) (app.Readers, error) {
		return nil, &app.ServiceError{State: app.ServiceMissing}
	}})
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() { defer close(over); _ = h.desk.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-over })
	course := training.New(training.Config{Attach: h.desk.SetTraining, Instant: true})
	require.NoError(t, course.Start())
	require.Eventually(t, func() bool {
		var err error
		loan, err = h.desk.Borrow(ctx, training.ReaderName)
		return err == nil
	}, 20*time.Second, 10*time.Millisecond)
	return h, a, loan, home
}

// TestTheEndWaitsForTheCard: whoever closes the window while the card works, in
// any way, does not tear it off.
func TestTheEndWaitsForTheCard(t *testing.T) {
	h, a, loan, home := lent(t)
	h.closing()
	h.quit() // from the tray, because it takes so long
	time.Sleep(50 * time.Millisecond)
	require.Empty(t, home, "the card is still in use")
	loan.Return()
	(<-home)()
	assert.Equal(t, 1, a.quits)
	time.Sleep(30 * time.Millisecond)
	assert.Empty(t, home, "once")
}

// TestTheEndTellsFirst: what the card did meanwhile is shown, and the app ends when
// it is closed again. What was open before keeps nobody.
func TestTheEndTellsFirst(t *testing.T) {
	h, a, loan, home := lent(t)
	dialog.ShowInformation("before", "", h.shell.Fyne())
	h.closing()
	dialog.ShowInformation("a try was spent", "", h.shell.Fyne())
	loan.Return()
	(<-home)()
	assert.Zero(t, a.quits)
	h.closing()
	(<-home)()
	assert.Equal(t, 1, a.quits)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/instance"
	"cientro/app/session"
	"cientro/ui/display"
)

// desktop is the app, until it is closed. Hidden is how a session starts it: as a
// sign in the tray, and not at all where there is none.
func desktop(hidden bool, stderr io.Writer) int {
	raise := make(chan struct{}, 1)
	one, err := instance.Claim(locate().State, func() {
		select {
		case raise <- struct{}{}:
		default:
		}
	})
	if errors.Is(err, instance.ErrTaken) {
		return app.ExitOK
	}
	defer one.Close() // nil where nobody can tell
	h, err := openHouse()
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return app.ExitUnexpected
	}
	defer h.close()
	h.tray = h.now.Tray && session.HasTray(context.Background())
	if hidden && !h.tray {
		return app.ExitOK
	}
	h.build(openFyne())
	if !hidden && !display.Show(h.shell.Fyne(), h.shell.Show) {
		_, _ = fmt.Fprintln(stderr, h.shell.Words().Text("desktop.no-screen", nil))
		return app.ExitUnexpected
	}
	h.live(raise)
	return app.ExitOK
}

// endWait is how long the end of the app waits for a card that does not answer.
const endWait = 3 * time.Second

// live runs the window, and all that happens behind it.
func (h *house) live(raise <-chan struct{}) {
	ctx, end := context.WithCancel(context.Background())
	awake := h.rest()
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = h.desk.Run(ctx)
	}()
	go func() { _ = session.WatchLock(ctx, func() { h.do(h.shell.Lock) }) }()
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-raise:
				h.do(h.shell.Show)
			}
		}
	}()
	h.app.Lifecycle().SetOnEnteredForeground(func() { h.front = true })
	h.app.Lifecycle().SetOnExitedForeground(func() { h.front = false })
	stop := h.desk.Listen(func(s desk.State) { h.do(func() { h.tell(s) }) })
	h.app.Run()
	awake()
	stop()
	h.shell.End()
	h.login.Stop()
	h.checkup.Stop()
	wait, enough := context.WithTimeout(context.Background(), endWait)
	defer enough()
	_ = h.desk.AtRest(wait) // where the system ended the app
	h.training.Stop()
	end()
	select {
	case <-over:
	case <-time.After(endWait):
	}
}

// tell shows what lies on the desk wherever it is shown outside the pages.
func (h *house) tell(s desk.State) {
	h.shell.Tell(s)
	if h.sign != nil {
		h.sign.Tell(s)
	}
	for _, n := range h.notices.Of(s, time.Now(), h.front) {
		h.app.SendNotification(n.Notification(h.shell.Words()))
	}
}

// closing is what closing the window means: the app goes on as a sign in the tray
// where the user wants that and there is one.
func (h *house) closing() {
	if h.tray {
		h.shell.Hide()
		return
	}
	h.quit()
}

// cardWait is how long the app stays for a card that is in the middle of something.
const cardWait = 15 * time.Second

// quit ends the app. A PIN command on its way is not torn off: the window goes, the
// app ends when the card is done, and what came of it is shown first where the
// person has to know it.
func (h *house) quit() {
	if h.ending {
		return
	}
	h.ending = true
	overlays := h.shell.Fyne().Canvas().Overlays()
	before := overlays.Top()
	h.shell.Hide()
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), cardWait)
		defer cancel()
		_ = h.desk.AtRest(ctx)
		h.do(func() {
			h.ending = false
			if news := overlays.Top(); news != nil && news != before {
				h.shell.Show()
				return
			}
			h.app.Quit()
		})
	}()
}

package ask

import (
	"context"
	"errors"
	"image"
	"io"
	"time"

	"fyne.io/fyne/v2"

	"cientro/app/lasttry"
	"cientro/app/messages"
	"cientro/ui/display"
)

// ErrNoWindow says that the window could not be opened, or went away without an
// answer.
var ErrNoWindow = errors.New("the window could not be opened")

// tickTime is how often the countdown is looked at.
const tickTime = 500 * time.Millisecond

// Run asks what comes over the channel and sends back what the person says. With
// an error nothing is sent, which the agent takes for no. open makes the app once
// there is something to ask; words says the sentences of a language, "" being the
// system's; icon finds the icon of a program, and is not waited for. It must be
// called from the main goroutine: windows live there.
func Run(ctx context.Context, channel io.ReadWriter, open func() fyne.App, words func(language string) *messages.Printer, icon Icon) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	asked := make(chan question)
	over := make(chan error, 1)
	go func() {
		over <- lasttry.Serve(ctx, channel, func(ctx context.Context, r lasttry.Request) lasttry.Answer {
			q := question{ctx, r, make(chan lasttry.Answer, 1), find(ctx, icon, r.Host.Program)}
			asked <- q
			select {
			case a := <-q.answer:
				return a
			case <-ctx.Done():
				return lasttry.Deny
			}
		})
	}()
	select {
	case err := <-over:
		return err
	case q := <-asked:
		if !q.show(open(), words(q.request.Language)) {
			stop(ErrNoWindow)
		}
		return <-over
	}
}

// question is one request on its way through the window.
type question struct {
	ctx     context.Context // ends when an answer has no meaning any more
	request lasttry.Request
	answer  chan lasttry.Answer
	icon    <-chan image.Image // the program's, if there is one and it comes in time
}

// show runs the window and returns whether there was an answer.
func (q question) show(a fyne.App, words *messages.Printer) bool {
	deadline, _ := q.ctx.Deadline()
	p := newPresenter(q.request, words, deadline, time.Now, func(said lasttry.Answer) {
		q.answer <- said
		a.Quit()
	})
	v := newView(a, p)
	done := make(chan struct{})
	defer close(done)
	go func() {
		ticks := time.NewTicker(tickTime)
		defer ticks.Stop()
		for {
			select {
			case <-done:
				return
			case <-q.ctx.Done():
				fyne.Do(a.Quit)
				return
			case icon := <-q.icon:
				fyne.Do(func() { v.showIcon(icon) })
			case <-ticks.C:
				fyne.Do(func() {
					if p.tick() {
						v.refresh()
					}
				})
			}
		}
	}()
	if !display.Show(v.window, v.show) {
		return false
	}
	a.Run()
	return p.said != ""
}

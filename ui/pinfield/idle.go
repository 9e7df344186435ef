package pinfield

import (
	"time"

	"fyne.io/fyne/v2"
)

// idle calls back on Fyne's goroutine when nothing was done for a while.
type idle struct {
	over  func()
	timer *time.Timer
	round int // a call of an earlier round is late, and dropped
}

func newIdle(over func()) *idle { return &idle{over: over} }

// restart begins a new while, or ends it where there is nothing to wait for.
func (i *idle) restart(wanted bool) {
	i.stop()
	if !wanted {
		return
	}
	round := i.round
	i.timer = time.AfterFunc(Idle, func() {
		fyne.Do(func() {
			if round == i.round {
				i.over()
			}
		})
	})
}

func (i *idle) stop() {
	i.round++
	if i.timer != nil {
		i.timer.Stop()
	}
}

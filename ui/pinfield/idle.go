package pinfield

import "time"

// idle calls back when nothing was done for a while. Its methods belong to one
// goroutine, to which do brings what the timer has to say.
type idle struct {
	over  func()
	do    func(func())
	timer *time.Timer
	round int // a call of an earlier round is late, and dropped
}

func newIdle(over func(), do func(func())) *idle { return &idle{over: over, do: do} }

// restart begins a new while, or ends it where there is nothing to wait for.
func (i *idle) restart(wanted bool) {
	i.stop()
	if !wanted {
		return
	}
	round := i.round
	i.timer = time.AfterFunc(Idle, func() {
		i.do(func() {
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

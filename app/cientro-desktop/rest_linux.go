//go:build !ci

package main

import (
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// Fyne looks for keys and pointer sixty times a second, also when nobody is there:
// more than a hundredth of a core, for ever. The library below it can wait for
// them instead, and does so here while nothing happens. Whatever happens ends the
// wait at once.

const (
	// nap is how long the window may wait in one go. What was not told to wake it
	// (a cursor that blinks) is that late at most.
	nap = 300 * time.Millisecond
	// between two naps Fyne gets to draw.
	between = 20 * time.Millisecond
	// wakeful is how long Fyne keeps its own pace after something happened, so
	// that what moves moves smoothly.
	wakeful = 1500 * time.Millisecond
)

// rester lets a window rest.
type rester struct {
	quiet   func() bool // the page in sight does nothing by itself
	napping atomic.Bool
	over    atomic.Bool // the app ended
}

// rest lets the window rest from when it runs, and wakes it for what h.do brings.
// It returns what ends that.
func (h *house) rest() (end func()) {
	r := &rester{quiet: h.shell.Quiet}
	bring := h.do
	h.do = func(what func()) {
		bring(what)
		r.rouse()
	}
	h.app.Lifecycle().SetOnStarted(func() { r.next(wakeful) })
	return func() { r.over.Store(true) }
}

func (r *rester) next(in time.Duration) {
	time.AfterFunc(in, func() {
		if !r.over.Load() {
			fyne.Do(r.nap)
		}
	})
}

// nap waits for something to happen. It runs on Fyne's goroutine.
func (r *rester) nap() {
	if r.over.Load() {
		return
	}
	if !r.quiet() {
		r.next(wakeful)
		return
	}
	begun := time.Now()
	if !r.wait() {
		return
	}
	if time.Since(begun) < nap*9/10 {
		r.next(wakeful)
		return
	}
	r.next(between)
}

// wait waits for what happens. It returns false where the windows ended meanwhile:
// what Fyne was asked to do by then it does afterwards, too.
func (r *rester) wait() (open bool) {
	defer func() {
		r.napping.Store(false)
		if recover() != nil {
			open = false
		}
	}()
	r.napping.Store(true)
	glfw.WaitEventsTimeout(nap.Seconds())
	return true
}

// rouse ends the nap, from any goroutine.
func (r *rester) rouse() {
	if !r.napping.Load() {
		return
	}
	defer func() { _ = recover() }() // the windows ended meanwhile
	glfw.PostEmptyEvent()
}

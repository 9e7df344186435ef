package page

import (
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
)

// calm is how long news is collected before it is shown: what a page follows may
// change dozens of times in a moment.
const calm = 80 * time.Millisecond

// News brings what happens elsewhere to Fyne's goroutine, collected. It is for
// pages that follow something while they are in sight.
type News struct {
	show    func()
	soon    func(func())
	waiting atomic.Bool
}

// NewNews has show called on Fyne's goroutine a moment after each news.
func NewNews(show func()) *News {
	return &News{show: show, soon: func(do func()) { time.AfterFunc(calm, func() { fyne.Do(do) }) }}
}

// Soon replaces how a moment later is waited for, in tests.
func (n *News) Soon(soon func(do func())) { n.soon = soon }

// Tell says that there is news. It may be called from any goroutine, and does not
// block.
func (n *News) Tell() {
	if !n.waiting.Swap(true) {
		n.soon(func() {
			n.waiting.Store(false)
			n.show()
		})
	}
}

package uitest

import "sync"

// Later keeps what comes home from other goroutines until the test does it, as
// Fyne's goroutine would. Its zero value is ready for use.
type Later struct {
	mu      sync.Mutex
	waiting []func()
}

// Put has do done later. It may be called from any goroutine.
func (l *Later) Put(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, do)
}

// Do does what has come until now.
func (l *Later) Do() {
	l.mu.Lock()
	come := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	for _, do := range come {
		do()
	}
}

package browserdemo

import (
	"context"
	"sync"
	"time"
)

// EventKind is what the server saw.
type EventKind string

// The kinds of events, in the order of a login.
const (
	// EventHello: a client began a handshake.
	EventHello EventKind = "hello"
	// EventShown: a client showed a certificate, and has not proved yet that it
	// holds its key. Login has the initials. Only of servers for any card.
	EventShown EventKind = "shown"
	// EventFailed: a handshake ended without a connection; Err and Failure say why.
	EventFailed EventKind = "failed"
	// EventConnected: a handshake succeeded, the client has proved that it holds
	// the key of the certificate it showed.
	EventConnected EventKind = "connected"
	// EventRefused: the certificate is none that is let in; the client got a page
	// that says so.
	EventRefused EventKind = "refused"
	// EventLogin: somebody got in and was sent the page that says who.
	EventLogin EventKind = "login"
)

// Event is one thing the server saw. It names nobody.
type Event struct {
	Kind    EventKind
	At      time.Time
	Err     error   // of EventFailed and EventRefused
	Failure Failure // of EventFailed
	Login   *Login  // of EventLogin and EventShown
}

// journal keeps the events of one server.
type journal struct {
	mu      sync.Mutex
	events  []Event
	changed chan struct{} // closed and replaced with each event
}

func newJournal() *journal { return &journal{changed: make(chan struct{})} }

func (j *journal) add(e Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.At = time.Now()
	j.events = append(j.events, e)
	close(j.changed)
	j.changed = make(chan struct{})
}

func (j *journal) snapshot() ([]Event, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Event(nil), j.events...), j.changed
}

// Events returns what happened so far.
func (s *Server) Events() []Event {
	events, _ := s.journal.snapshot()
	return events
}

// Changed is closed as soon as there is one more event than Events returns now.
func (s *Server) Changed() <-chan struct{} {
	_, changed := s.journal.snapshot()
	return changed
}

// Count tells how many events of a kind there were.
func (s *Server) Count(kind EventKind) int { return count(s.Events(), kind) }

func count(events []Event, kind EventKind) (n int) {
	for _, e := range events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// Await returns the n-th event of a kind, counted from 1, as soon as it has
// happened; the error is that of ctx.
func (s *Server) Await(ctx context.Context, kind EventKind, n int) (Event, error) {
	for {
		events, changed := s.journal.snapshot()
		seen := 0
		for _, e := range events {
			if e.Kind != kind {
				continue
			}
			if seen++; seen == n {
				return e, nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
}

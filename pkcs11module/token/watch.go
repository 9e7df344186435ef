package token

import (
	"context"
	"time"
)

// ready returns the run once it is known what readers and cards there are,
// looking for them at the first call that needs them (not in C_Initialize,
// which a program may call for every module it has, at its start).
func (m *Module) ready(ctx context.Context) error {
	m.mu.Lock()
	r, err := m.running()
	if err != nil {
		m.mu.Unlock()
		return err
	}
	if !r.watching {
		r.watching = true
		r.workers.Go(func() { m.watch(r) })
	}
	settled := r.settled
	m.mu.Unlock()
	select {
	case <-settled:
	case <-ctx.Done():
		return returnValue(ctx.Err())
	case <-r.ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, err = m.running()
	return err
}

// watch follows the readers until the run ends.
func (m *Module) watch(r *run) {
	patience := time.NewTimer(m.o.Patience)
	defer patience.Stop()
	over := make(chan struct{})
	go func() {
		defer close(over)
		err := m.o.Readers.Watch(r.ctx, func(e Event) { m.apply(r, e) })
		if err != nil && r.ctx.Err() == nil {
			m.o.Log.Warn("no readers", "error", err)
		}
	}()
	select {
	case <-r.settled:
	case <-patience.C:
	case <-over:
	}
	m.mu.Lock()
	r.settle()
	m.mu.Unlock()
	<-over
}

// settle says that what was there at the start is known. The caller holds m.mu.
func (r *run) settle() {
	select {
	case <-r.settled:
	default:
		close(r.settled)
	}
}

// apply writes an event into the slots.
func (m *Module) apply(r *run, e Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.closing {
		return
	}
	before := m.presence()
	switch e.Kind {
	case Settled, ServiceFound:
	case ServiceLost:
		for _, s := range m.slots {
			m.unplug(s)
		}
	case ReaderAdded:
		m.plug(e)
	case ReaderRemoved:
		if s := m.slotOf(e.Reader); s != nil {
			m.unplug(s)
		}
	case CardInserted:
		m.insert(r, e)
	case CardMute, CardRemoved:
		// A card that gives no ATR may be a CIE laid askew, and is none to work with.
		if s := m.slotOf(e.Reader); s != nil {
			m.takeCard(s)
			s.mute = e.Kind == CardMute
		}
	}
	m.raise(r, before)
	if e.Kind == Settled || e.Kind == ServiceLost {
		r.settle()
	}
}

// plug gives a reader its slot: the one it had, else the first that never had
// one, else a new one, which callers see when they ask for the list anew.
func (m *Module) plug(e Event) *slot {
	s := m.slotOf(e.Reader)
	for _, spare := range m.slots {
		if s == nil && spare.reader == "" {
			s = spare
		}
	}
	if s == nil {
		if len(m.slots) >= maxSlots {
			return nil
		}
		s = m.addSlot(e.Reader)
	}
	s.reader, s.plugged = e.Reader, true
	s.demo = s.demo || e.Demo
	return s
}

func (m *Module) unplug(s *slot) {
	m.takeCard(s)
	s.plugged, s.mute = false, false
}

func (m *Module) insert(r *run, e Event) {
	s := m.plug(e)
	if s == nil || s.token != nil && s.token.insertion == e.Insertion {
		return
	}
	m.takeCard(s)
	s.mute = false
	s.token = m.newToken(r, s, e.Insertion)
}

// presence is which stay of a card each slot has, 0 for none.
func (m *Module) presence() []*token {
	now := make([]*token, len(m.slots))
	for i, s := range m.slots {
		now[i] = s.token
	}
	return now
}

// raise notes a slot event wherever a card came or went, and wakes who waits.
// What was there when the readers were first looked at is no event.
func (m *Module) raise(r *run, before []*token) {
	select {
	case <-r.settled:
	default:
		return
	}
	any := false
	for i, s := range m.slots {
		if was := i < len(before) && before[i] != nil; was != (s.token != nil) || was && before[i] != s.token {
			s.event, any = true, true
		}
	}
	if any {
		r.wake()
	}
}

// wake lets all who wait for a slot event look. The caller holds m.mu.
func (r *run) wake() {
	close(r.news)
	r.news = make(chan struct{})
}

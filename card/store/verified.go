package store

import (
	"errors"

	"cientro/card/store/atomicfile"
)

// Mark is what one holder of a card notes about leaving it with a PIN verified.
// A process that serves several programs has one for each of them: what the one
// ends says nothing about the others.
type Mark struct{ record *Record }

// Mark makes a mark of the card, not set.
func (r *Record) Mark() *Mark { return &Mark{r} }

// Set notes, before a PIN is sent, that the holder is about to leave the card
// with a PIN verified. The mark outlives a kill.
func (m *Mark) Set() error {
	held := m.hold()
	err := m.record.change("verified", func(g *guard) { g.verified = true })
	return errors.Join(held, err)
}

// Clear notes that the card was reset. Where somebody else holds the card
// verified by now, his mark stands.
func (m *Mark) Clear() error {
	r, released := m.record, m.release()
	if r.someoneHolds() {
		return released
	}
	return errors.Join(released, r.change("verified", func(g *guard) {
		g.verified = g.verified && r.locked() // by who began while this waited for its turn
	}))
}

// Leave notes that the card could not be reset: whoever meets it next, this
// process included, owes it that.
func (m *Mark) Leave() error { return m.release() }

// WasLeftVerified returns whether a program of ours marked the card and ended
// without clearing the mark: the card must be reset before anything else. A
// mark of a program that still runs does not count, as a reset would end its
// user's session.
func (r *Record) WasLeftVerified() bool {
	return r.view().verified && !r.someoneHolds()
}

// hold takes a share of the card's lock for as long as the process lives or
// the mark stands: by it the others see that the marker is alive.
func (m *Mark) hold() error {
	r := m.record
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.marks == nil {
		r.marks = map[*Mark]*atomicfile.Lock{}
	}
	held := r.marks[m]
	r.marks[m] = held
	if r.store.dir == "" || held != nil {
		return nil
	}
	local, err := r.store.localKeys(true)
	if err != nil {
		return err
	}
	r.marks[m], err = atomicfile.AcquireShared(r.store.path(local.fileName(r.name, heldExtension)), lockWait)
	return err
}

func (m *Mark) release() error {
	r := m.record
	r.mu.Lock()
	defer r.mu.Unlock()
	held := r.marks[m]
	delete(r.marks, m)
	return held.Release()
}

// releaseAll gives back all that this process holds.
func (r *Record) releaseAll() (failed error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, held := range r.marks {
		failed = errors.Join(failed, held.Release())
	}
	r.marks = nil
	return failed
}

// someoneHolds says whether a mark stands, of this process or of another.
func (r *Record) someoneHolds() bool {
	r.mu.Lock()
	here := len(r.marks) > 0
	r.mu.Unlock()
	return here || r.locked()
}

// locked says whether a share of the card's lock is taken. A caller may hold r.mu.
func (r *Record) locked() bool {
	local, err := r.store.localKeys(false)
	if r.store.dir == "" || err != nil || local == nil {
		return false
	}
	lock, err := atomicfile.Acquire(r.store.path(local.fileName(r.name, heldExtension)), 0)
	if err == nil {
		lock.Release()
	}
	return errors.Is(err, atomicfile.ErrBusy)
}

package store

import (
	"errors"

	"cientro/card/store/atomicfile"
)

// MarkVerified notes, before a PIN is sent, that this process is about to
// leave the card with a PIN verified. The mark outlives a kill.
func (r *Record) MarkVerified() error {
	held := r.hold()
	err := r.change("verified", func(g *guard) { g.verified = true })
	return errors.Join(held, err)
}

// ClearVerified notes that the card was reset. Where another program holds the
// card verified by now, its mark stands.
func (r *Record) ClearVerified() error {
	released := r.release()
	if r.someoneHolds() {
		return released
	}
	return errors.Join(released, r.change("verified", func(g *guard) { g.verified = false }))
}

// LeaveVerified notes that the card could not be reset: whoever meets it next,
// this process included, owes it that.
func (r *Record) LeaveVerified() error { return r.release() }

// WasLeftVerified returns whether a program of ours marked the card and ended
// without clearing the mark: the card must be reset before anything else. A
// mark of a program that still runs does not count, as a reset would end its
// user's session. In a [Memory] store, where all marks are of this process,
// each counts.
func (r *Record) WasLeftVerified() bool {
	return r.view().verified && !r.someoneHolds()
}

// hold takes a share of the card's lock for as long as the process lives or
// the mark stands: by it the others see that the marker is alive.
func (r *Record) hold() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.store.dir == "" || r.held != nil {
		return nil
	}
	local, err := r.store.localKeys(true)
	if err != nil {
		return err
	}
	r.held, err = atomicfile.AcquireShared(r.store.path(local.fileName(r.name, heldExtension)), lockWait)
	return err
}

func (r *Record) release() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	held := r.held
	r.held = nil
	return held.Release()
}

func (r *Record) someoneHolds() bool {
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

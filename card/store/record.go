package store

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"cientro/card/store/atomicfile"
)

// Record is what is remembered of one card. Reading never fails: what is not
// known is the zero value. An error of a Set method means that other processes
// will not learn the value; this one knows it.
type Record struct {
	store  *Store
	serial []byte

	// writing orders the changes of this process; mu guards the fields below
	// and is never held while waiting for another process.
	writing sync.Mutex
	mu      sync.Mutex
	// last is the guard as last read or written.
	last guard
	// pending are changes that the disk has not taken, by what they change.
	pending map[string]func(*guard)
	// static stands in for the sealed file when that cannot be had.
	static []byte
	held   *atomicfile.Lock
}

// Counter returns the tries of a reference as a card last told them: 0x81 the
// PIN, 0x82 the PUK. It is false when they were never seen.
func (r *Record) Counter(reference byte) (Seen, bool) {
	seen, ok := r.view().counters[reference]
	return seen, ok
}

// SetCounter remembers what the card told. A zero At means now. What another
// process saw later is kept: the older observation is dropped.
func (r *Record) SetCounter(reference byte, seen Seen) error {
	if seen.TriesLeft < 0 || seen.TriesLeft > mostTriesLeft {
		return fmt.Errorf("remember counter: %d tries left", seen.TriesLeft)
	}
	now := r.store.now()
	if seen.At.IsZero() {
		seen.At = now
	}
	// Without the monotonic clock and the zone: both would differ once read back.
	seen.At = seen.At.Round(0).UTC()
	return r.change(fmt.Sprintf("counter %02X", reference), func(g *guard) {
		known, ok := g.counters[reference]
		// A date in the future is a clock that was wrong, not a later sight.
		if ok && known.At.After(seen.At) && !known.At.After(now) {
			return
		}
		g.counters[reference] = seen
	})
}

// QuerySafety returns whether an empty VERIFY of the PIN was shown to be free.
func (r *Record) QuerySafety() Safety { return r.view().safety }

// SetQuerySafety remembers it. A card once shown unsafe stays so: one program
// that met a lucky reading must not undo what another saw.
func (r *Record) SetQuerySafety(safety Safety) error {
	switch safety {
	case SafetyUnknown, SafetyFree, SafetyUnsafe:
	default:
		return fmt.Errorf("remember query safety: %q", string(safety))
	}
	return r.change("safety", func(g *guard) {
		if g.safety != SafetyUnsafe {
			g.safety = safety
		}
	})
}

// Override returns whether the user accepted this card although it is not
// proven to be genuine.
func (r *Record) Override() bool { return r.view().override }

// SetOverride remembers or takes back that acceptance.
func (r *Record) SetOverride(accepted bool) error {
	return r.change("override", func(g *guard) { g.override = accepted })
}

// Epoch returns a number that is greater after each change of the PIN by one
// of our programs, in whatever process; 0 when none was noted.
func (r *Record) Epoch() uint64 { return r.view().epoch }

// BumpEpoch raises the epoch and returns it. The new number is also beyond all
// earlier ones of a card that was forgotten meanwhile, as it is at least the
// time in milliseconds.
func (r *Record) BumpEpoch() (uint64, error) {
	r.writing.Lock()
	defer r.writing.Unlock()
	floor := max(uint64(max(0, r.store.now().UnixMilli())), r.view().epoch+1)
	now, err := r.changeAlone("epoch", func(g *guard) { g.epoch = max(g.epoch+1, floor) })
	return now.epoch, err
}

// MarkVerified notes, before a PIN is sent, that this process is about to
// leave the card with a PIN verified. The mark outlives a kill.
func (r *Record) MarkVerified() error {
	held := r.hold()
	err := r.change("verified", func(g *guard) { g.verified = true })
	return errors.Join(held, err)
}

// ClearVerified notes that the card was reset.
func (r *Record) ClearVerified() error {
	err := r.change("verified", func(g *guard) { g.verified = false })
	return errors.Join(err, r.release())
}

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
	r.held, err = atomicfile.AcquireShared(r.store.path(local.name(r.serial, heldExtension)), lockWait)
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
	lock, err := atomicfile.Acquire(r.store.path(local.name(r.serial, heldExtension)), 0)
	if err == nil {
		lock.Release()
	}
	return errors.Is(err, atomicfile.ErrBusy)
}

// view returns the guard as it stands on the disk now, with what the disk has
// not taken.
func (r *Record) view() guard {
	current, err := r.load()
	if errors.Is(err, errDamaged) {
		r.heal()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.last = current
	}
	// Where the disk fails, what this process knew is better than nothing.
	return r.withPending(r.last)
}

// load reads the guard. A card that was never met has the zero guard.
func (r *Record) load() (guard, error) {
	s := r.store
	if s.dir == "" {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.last.clone(), nil
	}
	local, err := s.localKeys(false)
	if err != nil {
		return guard{}, err
	}
	if local == nil {
		return guard{}, nil // no key, hence no file
	}
	name := local.name(r.serial, guardExtension)
	plain, err := s.read(local, name)
	if errors.Is(err, fs.ErrNotExist) {
		return guard{}, nil
	}
	if err == nil {
		var g guard
		if g, err = parseGuard(plain); err == nil {
			return g, nil
		}
		if !errors.Is(err, errNewer) {
			return guard{}, fmt.Errorf("%w: %w", errDamaged, err)
		}
		s.notify(NoticeNewer, name, err)
		return guard{}, err
	}
	if !errors.Is(err, errDamaged) {
		s.notify(NoticeDisk, name, err)
	}
	return guard{}, err
}

// heal sets a damaged guard aside.
func (r *Record) heal() {
	r.store.locked(recordsLock, func() error {
		r.setAside()
		return nil
	})
}

// setAside is heal under a lock that is already held.
func (r *Record) setAside() {
	local, err := r.store.localKeys(false)
	if err != nil || local == nil {
		return
	}
	r.store.setAside(local.name(r.serial, guardExtension), func() error {
		_, err := r.load()
		return err
	})
}

// change applies a change to the guard on the disk, under the lock between
// processes. If that fails the change stays pending in this process and goes
// along with the next one. what names the thing that is set: a later change of
// the same thing replaces a pending one.
func (r *Record) change(what string, change func(*guard)) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	_, err := r.changeAlone(what, change)
	return err
}

// changeAlone is change for a caller who holds r.writing, and returns the
// guard as this process sees it afterwards.
func (r *Record) changeAlone(what string, change func(*guard)) (guard, error) {
	now, err := r.save(change)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.last, r.pending = now, nil
		return now.clone(), nil
	}
	if r.pending == nil {
		r.pending = map[string]func(*guard){}
	}
	r.pending[what] = change
	r.store.notify(NoticeDisk, recordsLock, err)
	return r.withPending(r.last), fmt.Errorf("remember card: %w", err)
}

// withPending returns g after the changes the disk has not taken. The caller
// holds r.mu.
func (r *Record) withPending(g guard) guard {
	g = g.clone()
	for _, change := range r.pending {
		change(&g)
	}
	return g
}

// save makes the change where it lasts and returns what it came to.
func (r *Record) save(change func(*guard)) (guard, error) {
	s := r.store
	if s.dir == "" {
		current, _ := r.load()
		change(&current)
		return current, nil
	}
	local, err := s.localKeys(true)
	if err != nil {
		return guard{}, err
	}
	var next guard
	err = s.locked(recordsLock, func() error {
		current, err := r.load()
		if errors.Is(err, errDamaged) {
			r.setAside()
			// What this process last read is better than to start anew.
			r.mu.Lock()
			current, err = r.last, nil
			r.mu.Unlock()
		}
		if err != nil {
			return err
		}
		r.mu.Lock()
		next = r.withPending(current)
		r.mu.Unlock()
		change(&next)
		plain, err := next.encode()
		if err != nil {
			return err
		}
		return s.write(local, local.name(r.serial, guardExtension), plain)
	})
	return next, err
}

// dropMemory forgets what this process knows beside the disk.
func (r *Record) dropMemory() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last, r.pending, r.static = guard{}, nil, nil
}

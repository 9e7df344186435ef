package store

import (
	"fmt"
	"sync"

	"cientro/card/store/atomicfile"
)

// Record is what is remembered of one card. Reading never fails: what is not
// known is the zero value. An error of a Set method means that other processes
// will not learn the value; this one knows it.
type Record struct {
	store *Store
	name  []byte

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
	// marks are those that stand, with their shares of the card's lock.
	marks map[*Mark]*atomicfile.Lock
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
	if seen.TriesLeft < TriesUnknown || seen.TriesLeft > mostTriesLeft {
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
	case SafetyUnknown, SafetyFree, SafetyUnsafe, SafetyAsked:
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

// dropMemory forgets what this process knows beside the disk.
func (r *Record) dropMemory() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last, r.pending, r.static = guard{}, nil, nil
}

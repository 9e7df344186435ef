package pcsc

import (
	"context"
	"errors"
	"time"
)

// EventKind says what happened.
type EventKind string

// Events. A reader that leaves with a card in it gives CardRemoved first; a
// service that goes away takes readers and cards with it, each with its event.
const (
	ReaderAdded   EventKind = "reader-added"
	ReaderRemoved EventKind = "reader-removed"
	CardInserted  EventKind = "card-inserted"
	CardRemoved   EventKind = "card-removed"
	// CardSwapped: there was a card before and there is one now, and between
	// them the reader was empty. It may be the same card, tapped again.
	CardSwapped EventKind = "card-swapped"
	// CardMute: there is a card, and it gives no ATR. Ask to put it again.
	CardMute    EventKind = "card-mute"
	ServiceLost EventKind = "service-lost"
	ServiceBack EventKind = "service-back"
)

// Event is something that happened to a reader, its card or the service.
type Event struct {
	Kind   EventKind
	Reader string // empty for the service
	// ATR of the card, for CardInserted and CardSwapped.
	ATR []byte
	// Insertion numbers the cards put on this watch's readers, from 1; equal
	// numbers mean the same stay of the same card. 0 for readers and service.
	Insertion uint64
	// Err is a [*ServiceError], for ServiceLost.
	Err error
}

const (
	plugAndPlayName = `\\?PnP?\Notification`

	shortestRetry = 250 * time.Millisecond // after the service was lost
	longestRetry  = 2 * time.Second
	idlePause     = 20 * time.Millisecond // after a wake-up without news
	longestIdle   = 500 * time.Millisecond
	cancelPause   = 20 * time.Millisecond
)

// Watch calls tell with each event, one after the other, until ctx ends, and
// then returns ctx's error. What is there at the start comes as events too. It
// survives the service: after ServiceLost it keeps looking for it. It returns
// early, with a [*ServiceError], only if this program can never reach a
// service.
func (s *Service) Watch(ctx context.Context, tell func(Event)) error {
	w := &watch{service: s, platform: s.platform, tell: tell, readers: map[string]*watched{}}
	return w.run(ctx)
}

type watch struct {
	service  *Service
	platform platform
	tell     func(Event)

	order      []string // names, as listed
	readers    map[string]*watched
	insertions uint64
	told       int // events so far
	lost       bool

	withPlugAndPlay bool
	plugged         stateFlag // last state of the pseudo-reader
	resync          bool      // plugged is out of step with order
}

// watched is what is known of one reader.
type watched struct {
	state     stateFlag
	atr       string
	known     bool // state was reported at least once
	present   bool
	mute      bool
	insertion uint64
}

func (w *watch) emit(e Event) {
	w.told++
	w.tell(e)
}

func (w *watch) run(ctx context.Context) error {
	retry := shortestRetry
	for {
		sc, err := w.service.establish(ctx)
		if ctx.Err() != nil {
			if err == nil {
				_ = sc.release()
			}
			return ctx.Err()
		}
		if err == nil {
			retry = shortestRetry
			if w.lost {
				w.lost = false
				w.emit(Event{Kind: ServiceBack})
			}
			err = w.stay(ctx, sc)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		if fatal := w.loseService(err); fatal != nil {
			return fatal
		}
		if err := w.platform.pause(ctx, retry); err != nil {
			return err
		}
		retry = min(2*retry, longestRetry)
	}
}

// loseService tells the loss once and forgets the readers. It returns an error
// if there is no hope.
func (w *watch) loseService(err error) error {
	var failure *ServiceError
	if !errors.As(err, &failure) {
		failure = w.platform.diagnose(err)
	}
	for _, name := range w.order {
		w.removeReader(name)
	}
	w.order = nil
	if !w.lost {
		w.lost = true
		w.emit(Event{Kind: ServiceLost, Err: failure})
	}
	if failure.State == StateUnsupported && failure.Reason == ReasonNoCgo {
		return failure
	}
	return nil
}

// stay watches on one PC/SC context until that fails or ctx ends.
func (w *watch) stay(ctx context.Context, sc scardContext) error {
	stop := cancelWith(ctx, sc)
	defer func() {
		stop()
		_ = sc.release()
	}()
	w.withPlugAndPlay, w.resync = w.platform.plugAndPlay, true
	idle := idlePause
	for ctx.Err() == nil {
		before := w.told
		if err := w.notePlugged(sc); err != nil {
			return err
		}
		names, err := readerNames(sc)
		if err != nil {
			return err
		}
		w.updateReaders(names)
		timedOut, err := w.wait(ctx, sc)
		switch code(err) {
		case 0:
			if err != nil {
				return err
			}
		case CodeUnknownReader, CodeReaderUnavailable, CodeInvalidValue, CodeNoReaders:
			w.resync = true // a reader left between listing and waiting
		case CodeCancelled:
		default:
			return err
		}
		if w.told > before || timedOut {
			idle = idlePause
			continue
		}
		// Woken for nothing: another program connected, or a system that
		// reports the same news for ever. Never spin.
		if w.platform.pause(ctx, idle) != nil {
			return ctx.Err()
		}
		idle = min(2*idle, longestIdle)
	}
	return ctx.Err()
}

// notePlugged reads the state of the pseudo-reader before the readers are
// listed, so that whatever happens after the list differs from it. It finds
// out, too, where there is no pseudo-reader.
func (w *watch) notePlugged(sc scardContext) error {
	if !w.resync || !w.withPlugAndPlay {
		return nil
	}
	w.resync, w.plugged = false, stateUnaware
	state := []readerState{{reader: plugAndPlayName}}
	err := sc.getStatusChange(state, 0)
	switch code(err) {
	case CodeTimeout: // pcsc-lite before 2.3 has nothing to say unless something changes
	case CodeUnknownReader, CodeReaderUnavailable, CodeInvalidValue, CodeInvalidParameter, CodeNoReaders:
		w.withPlugAndPlay = false
	default:
		w.plugged = state[0].event &^ stateChanged
		return err
	}
	return nil
}

// cancelWith wakes a wait when ctx ends. A cancellation that comes just before
// the wait begins is lost on every system, so it is repeated until stop.
func cancelWith(ctx context.Context, sc scardContext) (stop func()) {
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-over:
			return
		case <-ctx.Done():
		}
		ticker := time.NewTicker(cancelPause)
		defer ticker.Stop()
		for {
			_ = sc.cancel()
			select {
			case <-over:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() { close(over); <-done }
}

// wait blocks for news of the known readers and of arrivals, and tells them.
func (w *watch) wait(ctx context.Context, sc scardContext) (timedOut bool, _ error) {
	states := make([]readerState, 0, len(w.order)+1)
	for _, name := range w.order {
		states = append(states, readerState{reader: name, current: w.readers[name].state})
	}
	if w.withPlugAndPlay {
		states = append(states, readerState{reader: plugAndPlayName, current: w.plugged})
	}
	slice := w.platform.slice
	if !w.withPlugAndPlay {
		slice = min(slice, pollSlice)
	}
	if len(states) == 0 {
		return true, w.platform.pause(ctx, slice)
	}
	err := sc.getStatusChange(states, slice)
	if code(err) == CodeTimeout {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if w.withPlugAndPlay {
		w.plugged = states[len(states)-1].event &^ stateChanged
		states = states[:len(states)-1]
	}
	for _, st := range states {
		w.updateCard(w.readers[st.reader], st)
	}
	return false, nil
}

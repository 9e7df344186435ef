package wizard

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
)

// TestCancelledWhileItWaits: at every step of every kind, by the person and by
// the card's leaving; not one more command goes out.
func TestCancelledWhileItWaits(t *testing.T) {
	for _, k := range kinds {
		for _, step := range waiting(k) {
			for problem, act := range map[string]func(*Wizard){
				"cancelled": (*Wizard).Cancel, "card_removed": (*Wizard).CardGone,
			} {
				s := newStand(t)
				w := s.path(k, step)
				before, number := s.card.Counters().APDUs, w.now.Of
				act(w.Wizard)
				w.ends()
				assert.Equal(t, problem, w.problem(), "%s %s", k, step)
				assert.Equal(t, SpentNone, w.now.Outcome.Spent)
				assert.Equal(t, []Offer{OfferAgain}, w.now.Outcome.Offers)
				assert.Equal(t, before, s.card.Counters().APDUs, "%s %s", k, step)
				assert.Zero(t, s.sent())
				assert.Equal(t, number, w.now.Number, "the end is the last step")
			}
		}
	}
}

// TestTheCardGoneBeforeTheQuestion: who says so while the card is looked at is
// heard when the question would come.
func TestTheCardGoneBeforeTheQuestion(t *testing.T) {
	s := newStand(t)
	w := s.prepare(Verify)
	w.CardGone() // before it began, even
	w.Start(t.Context())
	w.ends()
	assert.Equal(t, "card_removed", w.problem())
	assert.Zero(t, s.sent())
}

// TestTheProgramEnds: the context is the window's life.
func TestTheProgramEnds(t *testing.T) {
	s := newStand(t)
	ctx, cancel := context.WithCancel(t.Context())
	w := s.prepare(Verify)
	w.Start(ctx)
	w.settle()
	cancel()
	w.ends()
	assert.Equal(t, "cancelled", w.problem())
	assert.Zero(t, s.sent())
}

// TestAnswersThatComeTooLate are wiped, and nothing is made of them: the last
// word is the cancellation.
func TestAnswersThatComeTooLate(t *testing.T) {
	for range 50 {
		s := newStand(t)
		w := s.path(Verify, TypePIN)
		code := []byte(rightPIN)
		w.mu.Lock() // both are there before the wizard looks
		w.take(answer{code: code})
		w.cancel(nil)
		w.mu.Unlock()
		w.ends()
		assert.Equal(t, "cancelled", w.problem())
		assert.Zero(t, s.sent())
		require.Equal(t, make([]byte, 8), code)
	}
}

// TestCancelledAtEachCommand: nothing is torn apart, nothing more goes out than
// the command under way, and the end tells what is.
func TestCancelledAtEachCommand(t *testing.T) {
	for _, k := range kinds {
		for n := 1; ; n++ {
			s := newStand(t)
			s.left(PIN, 2)
			w := s.prepare(k)
			var count atomic.Int32
			cancelledAt := atomic.Int32{}
			s.card.Observe(func(virtual.Exchange) {
				if int(count.Add(1)) == n {
					cancelledAt.Store(1)
					w.Cancel()
				}
			})
			w.Start(t.Context())
			w.settle()
			w.enter(first(k))
			w.enter(newPIN)
			w.enter(newPIN)
			w.ends()
			if cancelledAt.Load() == 0 {
				require.Greater(t, n, 20, "the walk has more commands than that")
				break
			}
			sent, state := s.sent(), s.card.State()
			assert.LessOrEqual(t, sent[0], 1)
			assert.Equal(t, SpentNone, w.now.Outcome.Spent)
			changed := state.PIN == newPIN
			switch w.problem() {
			case "":
				assert.Equal(t, 1, sent[0])
				assert.Equal(t, k.setsPIN(), changed)
			case "cancelled":
				assert.Zero(t, sent, "%s at %d", k, n)
				assert.False(t, changed)
			case "cancelled_verified":
				assert.Equal(t, 1, sent[0])
				assert.False(t, changed)
			default:
				t.Errorf("%s cancelled at %d: %s", k, n, w.problem())
			}
			if known := w.now.Tries; known.Known && known.Code == PIN && w.now.Of > 0 {
				assert.Equal(t, state.PINTries, known.Left, "%s at %d", k, n)
			}
		}
	}
}

// TestManyHands: whatever is pressed at once, one confirmation is one
// presentation.
func TestManyHands(t *testing.T) {
	for _, k := range kinds {
		s := newStand(t)
		w := s.path(k, waiting(k)[len(waiting(k))-1])
		last := newPIN
		if !k.setsPIN() {
			last = wrongPIN
		}
		var hands sync.WaitGroup
		for range 20 {
			hands.Go(func() { w.Enter(waiting(k)[len(waiting(k))-1], []byte(last)) })
			hands.Go(w.Touch)
			hands.Go(w.ConfirmLastTry)
			hands.Go(func() { w.ConfirmPUK(3) })
			hands.Go(func() { _ = w.State() })
		}
		hands.Wait()
		select {
		case <-w.Done():
		case <-time.After(30 * time.Second):
			t.Fatal("the wizard hangs")
		}
		assert.Equal(t, 1, s.sent()[0], k)
	}
}

// TestACodeIsForTheStepItWasTypedAt: the page still shows the boxes for the new PIN
// while the wizard asks for the old one again. What is typed there is not the old
// one.
func TestACodeIsForTheStepItWasTypedAt(t *testing.T) {
	for _, k := range []Kind{Change, Unblock} {
		s := newStand(t)
		w := s.path(k, TypeNewPIN)
		w.Back()
		require.Equal(t, waiting(k)[1], w.settle().Step)
		code := []byte(newPIN)
		w.Enter(TypeNewPIN, code)
		assert.Equal(t, make([]byte, 8), code, "wiped")
		require.Equal(t, waiting(k)[1], w.settle().Step, "the question stands")
		w.enter(first(k))
		w.enter(newPIN)
		w.enter(newPIN)
		w.ends()
		assert.Empty(t, w.problem())
	}
}

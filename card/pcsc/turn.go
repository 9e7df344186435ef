package pcsc

import "time"

// turn lets other programs have the card too. pcsc-lite gives a card that
// becomes free to whoever asks first, and who waits for it asks only each
// lockPoll: a program that begins again at once would keep all others out. So
// one that had the card for longTurn, but for moments, stands back once for as
// long as the others need to ask.
type turn struct{ began, ended time.Time }

const (
	lockPoll  = 100 * time.Millisecond // PCSCLITE_LOCK_POLL_RATE
	longTurn  = 2 * time.Second        // more than a login takes
	standBack = lockPoll + lockPoll/2
)

// next says how long to stand back before a transaction that is to begin now.
func (t *turn) next(now time.Time) time.Duration {
	if now.Sub(t.ended) > lockPoll { // the others had their chance
		t.began = now
		return 0
	}
	if now.Sub(t.began) < longTurn {
		return 0
	}
	t.began = now.Add(standBack)
	return standBack
}

// over notes that a transaction ended.
func (t *turn) over(now time.Time) { t.ended = now }

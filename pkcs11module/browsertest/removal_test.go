//go:build linux

package browsertest

import (
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
	"cientro/card/virtual"
)

// Instructions of the card (ISO 7816-4).
const (
	insVerify               = 0x20
	insInternalAuthenticate = 0x88
)

// removeAfter takes the card away before the command that follows the first one
// of this instruction. The channel tells when that command has come.
func (s *stand) removeAfter(c *virtual.Card, ins virtual.Instruction) <-chan time.Time {
	removed := make(chan time.Time, 1)
	var once sync.Once
	c.Observe(func(x virtual.Exchange) {
		if x.INS == ins {
			once.Do(func() {
				assert.NoError(s, c.Arm(virtual.Fault{Kind: virtual.FaultRemove}))
				removed <- time.Now()
			})
		}
	})
	return removed
}

// giveUp makes the server end the handshakes that are going on, half a second
// after the card left, and tells when it did.
func (s *stand) giveUp(removed <-chan time.Time) <-chan time.Time {
	gave := make(chan time.Time, 1)
	go func() {
		select {
		case <-removed:
			time.Sleep(500 * time.Millisecond)
			s.server.GiveUp()
			gave <- time.Now()
		case <-s.ctx.Done():
		}
	}()
	return gave
}

// failsWithin wants the browser's error page so soon after the signal.
func (s *stand) failsWithin(b *browser, from <-chan time.Time, limit time.Duration) {
	s.Helper()
	var at time.Time
	select {
	case at = <-from:
	case <-time.After(patience):
		s.picture("stuck")
		s.Fatal("the card was not removed")
	}
	said := b.fails()
	took := time.Since(at)
	s.Logf("error page %v after the card left: %.120q", took.Round(time.Millisecond), said)
	// A busy machine is slow in everything: it gets twenty more round trips to a
	// page that only has to answer, some 0.2 s where nothing else runs.
	answered := time.Now()
	b.text()
	assert.Less(s, took, limit+20*time.Since(answered))
	assert.Zero(s, s.server.Count(browserdemo.EventLogin))
	b.alive()
}

// loginAfter puts the card back and logs in.
func (s *stand) loginAfter(b *browser, c *virtual.Card) {
	s.Helper()
	before := b.prompts.Count()
	c.Disarm()
	require.NoError(s, c.Insert())
	s.awaitCards(1)
	calm() // NSS looks whether a token is there once a second, and asks nothing of one it saw leave
	b.confirm()
	b.open(s.otherName(b.kind) + "?back")
	s.login(s.server, 1)
	b.asked(before + 1)
	assert.Zero(s, c.Counters().Wrong[pin])
}

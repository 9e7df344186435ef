//go:build linux

package browsertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
	"cientro/card/virtual"
)

// both plays a scenario in each family of browsers.
func both(t *testing.T, play func(*testing.T, browserdemo.Kind)) {
	skipUnlessAll(t)
	for _, kind := range browserdemo.Kinds() {
		t.Run(string(kind), func(t *testing.T) { play(t, kind) })
	}
}

// onlyChromium is for what make test plays in Firefox.
func onlyChromium(t *testing.T, play func(*testing.T, browserdemo.Kind)) {
	skipUnlessAll(t)
	play(t, browserdemo.Chromium)
}

// fails waits for the browser's error page and returns what it says.
func (b *browser) fails() string {
	b.Helper()
	b.await("an error page", b.failed)
	return b.text()
}

// spoil presents wrong PINs on the card, as a forgetful person before.
func (s *stand) spoil(c *virtual.Card, times int) {
	for i := range times {
		arguments := []string{"--json", "pin", "verify"}
		if i == 2 {
			arguments = append(arguments, "--confirm-last-try")
		}
		s.ours(wrongPIN+"\n", arguments...)
	}
	require.Equal(s, 3-times, c.State().PINTries)
}

// TestBlocked: a blocked PIN ends in an error, not in a loop of prompts, and not
// one VERIFY goes out.
func TestBlocked(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		c := s.insert()
		s.meet()
		s.spoil(c, 3)
		b := s.start(kind, launch{pins: []string{rightPIN, rightPIN, rightPIN}, made: c.ClearJournal})
		b.confirm()
		b.open(s.server.URL())
		b.fails()
		calm()
		t.Logf("%d prompts", b.prompts.Count())
		assert.LessOrEqual(t, b.prompts.Count(), 1, "prompts")
		assert.Zero(t, c.Counters().Verify[pin])
		assert.Zero(t, s.server.Count(browserdemo.EventLogin))
		b.alive()
	})
}

// TestWrongThenRightInChromium: as in Firefox.
func TestWrongThenRightInChromium(t *testing.T) {
	onlyChromium(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		c := s.insert()
		b := s.start(kind, launch{pins: []string{wrongPIN, rightPIN}})
		b.confirm()
		b.open(s.server.URL())
		s.login(s.server, 1)
		b.asked(2)
		assert.Equal(t, 2, c.Counters().Verify[pin])
		assert.Equal(t, 3, c.State().PINTries)
	})
}

// TestFourDigitsThenEightInChromium: as in Firefox.
func TestFourDigitsThenEightInChromium(t *testing.T) {
	onlyChromium(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		c := s.insert()
		b := s.start(kind, launch{pins: []string{rightPIN[4:], rightPIN}})
		b.confirm()
		b.open(s.server.URL())
		s.login(s.server, 1)
		b.asked(2)
		assert.Equal(t, 1, c.Counters().Verify[pin])
		assert.Zero(t, c.Counters().Wrong[pin])
	})
}

// TestAgentKilledInChromium: as in Firefox.
func TestAgentKilledInChromium(t *testing.T) {
	onlyChromium(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		c := s.insert()
		b := s.start(kind, launch{pins: []string{rightPIN, rightPIN}})
		b.confirm()
		b.open(s.server.URL())
		s.login(s.server, 1)
		b.asked(1)
		s.server.CloseIdle()
		b.killAgents()
		b.alive()
		b.confirm()
		b.open(s.server.URL() + "?after")
		s.login(s.server, 2)
		b.asked(2)
		assert.Equal(t, 2, c.Counters().Verify[pin])
		assert.Zero(t, c.Counters().Wrong[pin])
	})
}

// TestCardRemovedBeforeThePIN: the card goes while it is about to get the PIN.
// The browser says within three seconds that it got no certificate, and lives
// on; the card put back, the next login works.
func TestCardRemovedBeforeThePIN(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		c := s.insert()
		s.meet()
		// One more: within the second in which NSS believes the card to be there it may ask again.
		b := s.start(kind, launch{pins: []string{rightPIN, rightPIN, rightPIN}, made: c.ClearJournal})
		removed := s.removeAfter(c, insInternalAuthenticate)
		b.confirm()
		b.open(s.server.URL())
		s.failsWithin(b, removed, 3*time.Second)
		assert.Zero(t, c.Counters().Verify[pin])
		s.loginAfter(b, c)
	})
}

// TestCardRemovedBeforeItSigns: the PIN was right, then the card goes. Chromium
// says so at once. Firefox does not look at what became of the signature
// (NSSSocketControl::ClientAuthCertificateSelected ignores the result) and
// waits for a server that waits for it: its page says so when the server gives
// up. No module can change that; it lives on, and the next login works.
func TestCardRemovedBeforeItSigns(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		c := s.insert()
		s.meet()
		// One more: within the second in which NSS believes the card to be there it may ask again.
		b := s.start(kind, launch{pins: []string{rightPIN, rightPIN, rightPIN}, made: c.ClearJournal})
		removed := s.removeAfter(c, insVerify)
		b.confirm()
		b.open(s.server.URL())
		if kind == browserdemo.Firefox {
			removed = s.giveUp(removed)
		}
		s.failsWithin(b, removed, 3*time.Second)
		assert.Equal(t, 1, c.Counters().Verify[pin])
		s.loginAfter(b, c)
	})
}

// TestTLS13Only: a clean failure without a loop and without a wrong try; TLS 1.2
// then works in the same browser.
func TestTLS13Only(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		c := s.insert()
		modern := s.serve(true)
		// It is not the server of the stand: its authority is not trusted yet.
		s.server, modern = modern, s.server
		b := s.start(kind, launch{pins: []string{rightPIN}})
		b.confirm()
		b.open(s.server.URL())
		said := b.fails()
		t.Logf("%s says: %.200q; the server saw: %s", kind, said, seen(s.server))
		calm()
		assert.LessOrEqual(t, b.prompts.Count(), 1)
		assert.LessOrEqual(t, c.Counters().Verify[pin], 1)
		assert.Zero(t, c.Counters().Wrong[pin])
		assert.Zero(t, s.server.Count(browserdemo.EventConnected))
		b.alive()
		_ = modern
	})
}

//go:build linux

package browsertest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/app/browserdemo"
)

// TestFirefoxLogin is the main job: one prompt, one VERIFY, and no more APDUs
// than the budget; then further handshakes, in the same tab and in another,
// without a prompt.
func TestFirefoxLogin(t *testing.T) {
	s := quick(t)
	c := s.insert()
	s.meet()
	b := s.start(browserdemo.Firefox, launch{pins: []string{rightPIN}, made: c.ClearJournal})
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(1)
	s.picture("in")
	assert.Contains(t, b.text(), "Sei entrato con la CIE")
	assert.Contains(t, b.text(), "P**** S*******")
	first := c.Counters()
	t.Logf("login with a known card: %d APDUs (at most %d)", first.APDUs, warmBudget)
	assert.Equal(t, 1, first.Verify[pin])
	assert.LessOrEqual(t, first.APDUs, warmBudget)

	s.again(b, first.APDUs, c.Counters)
	assert.Equal(t, 1, c.Counters().Verify[pin])
	assert.Equal(t, 1, b.prompts.Count())
}

// TestFirefoxWrongThenRight: the second prompt comes, and the second PIN goes in.
func TestFirefoxWrongThenRight(t *testing.T) {
	s := quick(t)
	c := s.insert()
	b := s.start(browserdemo.Firefox, launch{pins: []string{wrongPIN, rightPIN}})
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(2)
	n := c.Counters()
	assert.Equal(t, 2, n.Verify[pin])
	assert.Equal(t, 1, n.Wrong[pin])
	assert.Equal(t, 3, c.State().PINTries, "the right one gives the try back")
}

// TestFirefoxFourDigitsThenEight: who has been told to type the last four digits
// loses no try by it.
func TestFirefoxFourDigitsThenEight(t *testing.T) {
	s := quick(t)
	c := s.insert()
	b := s.start(browserdemo.Firefox, launch{pins: []string{rightPIN[4:], rightPIN}})
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(2)
	n := c.Counters()
	assert.Equal(t, 1, n.Verify[pin])
	assert.Zero(t, n.Wrong[pin])
}

// TestFirefoxAgentKilled: the browser goes on, and the next login works without
// starting it again.
func TestFirefoxAgentKilled(t *testing.T) {
	s := quick(t)
	c := s.insert()
	b := s.start(browserdemo.Firefox, launch{pins: []string{rightPIN, rightPIN}})
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(1)
	s.server.CloseIdle()
	b.killAgents()
	b.alive()
	b.visit(s.server.URL() + "?after") // what NSS believes of a token may be a second old
	s.login(s.server, 2)
	b.asked(2)
	n := c.Counters()
	assert.Equal(t, 2, n.Verify[pin])
	assert.Zero(t, n.Wrong[pin])
}

//go:build linux

package browsertest

import (
	"github.com/stretchr/testify/assert"

	"cientro/app/browserdemo"
	"cientro/card/virtual"
)

// again makes two more handshakes, one in the same tab and one in another, and
// wants each to cost a signature and nothing else.
func (s *stand) again(b *browser, spent int, counters func() virtual.Counters) {
	s.Helper()
	for i, open := range []func(string){b.open, b.openTab} {
		before := s.server.Count(browserdemo.EventConnected)
		s.server.CloseIdle()
		open(s.server.URL() + "?again")
		s.login(s.server, i+2)
		assert.Greater(s, s.server.Count(browserdemo.EventConnected), before, "a handshake of its own")
		handshakes := s.server.Count(browserdemo.EventConnected) - before
		now := counters().APDUs
		s.Logf("handshake number %d: %d APDUs", i+2, now-spent)
		assert.LessOrEqual(s, now-spent, againBudget*handshakes)
		spent = now
	}
	b.asked(1)
}

//go:build linux

package browsertest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"cientro/app/browserdemo"
	"cientro/card/virtual"
)

// again loads the page in the same tab and in another, until two more handshakes
// were made, and wants each to cost a signature and nothing else. A browser may
// make one more than it needs and load the next page over that.
func (s *stand) again(b *browser, spent int, counters func() virtual.Counters) {
	s.Helper()
	const wanted, most = 2, 6
	before := s.server.Count(browserdemo.EventConnected)
	made := func() int { return s.server.Count(browserdemo.EventConnected) - before }
	for visit := 0; visit < most && (visit < 2 || made() < wanted); visit++ {
		s.server.CloseIdle()
		[]func(string){b.open, b.openTab}[visit%2](s.server.URL() + "?again")
		s.login(s.server, visit+2)
		// One that is going on has cost something, and is not counted yet.
		assert.Eventually(s, func() bool { return counters().APDUs-spent <= againBudget*made() }, 10*time.Second, 10*time.Millisecond)
		s.Logf("%d handshakes: %d APDUs", made(), counters().APDUs-spent)
	}
	assert.GreaterOrEqual(s, made(), wanted, "handshakes of their own")
	b.asked(1)
}

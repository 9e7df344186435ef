//go:build linux

package browsertest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
)

// otherName is the same server by another name, for Chromium: that remembers of
// a host, until it is started again, that there was no certificate for it, and
// then does not look for one again.
func (s *stand) otherName(kind browserdemo.Kind) string {
	if kind == browserdemo.Chromium {
		return strings.Replace(s.server.URL(), "localhost", "127.0.0.1", 1)
	}
	return s.server.URL()
}

// TestReaderAndCardAfterTheBrowser: the browser is started where not even pcscd
// runs. A visit fails cleanly; reader and card come; the next visit logs in.
func TestReaderAndCardAfterTheBrowser(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := bare(t)
		b := s.start(kind, launch{pins: []string{rightPIN}})
		b.open(s.otherName(kind))
		b.fails()
		assert.Zero(t, b.prompts.Count())
		s.startDaemon()
		c := s.insert()
		b.visit(s.server.URL() + "?card")
		s.login(s.server, 1)
		b.asked(1)
		assert.Equal(t, 1, c.Counters().Verify[pin])
	})
}

// visit goes to the address, and again where that fails, as a person does who has
// just plugged something in: it takes a moment until every program has noticed.
func (b *browser) visit(address string) {
	b.Helper()
	b.confirm()
	prompts, logins := b.prompts.Count(), b.server.Count(browserdemo.EventLogin)
	answered := func() bool { return b.prompts.Count() > prompts || b.server.Count(browserdemo.EventLogin) > logins }
	for tries := 1; ; tries++ {
		b.leave()
		b.open(fmt.Sprintf("%s&visit=%d", address, tries))
		b.await("a prompt, a page or an error", func() bool {
			return answered() || b.failed()
		})
		if answered() {
			b.Logf("asked for the PIN at visit number %d", tries)
			return
		}
		require.Less(b, tries, 8, "the card is not noticed")
		time.Sleep(time.Second)
	}
}

// TestCardAfterTheBrowser: the reader is there, empty, when the browser starts.
func TestCardAfterTheBrowser(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		b := s.start(kind, launch{pins: []string{rightPIN}})
		b.open(s.otherName(kind))
		b.fails()
		c := s.insert()
		b.visit(s.server.URL() + "?card")
		s.login(s.server, 1)
		b.asked(1)
		assert.Equal(t, 1, c.Counters().Verify[pin])
	})
}

// TestSecondReader: the CIE lies on the second of two readers.
func TestSecondReader(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		c := s.card()
		s.plug(s.daemon.SecondAddr, c)
		b := s.start(kind, launch{pins: []string{rightPIN}})
		b.confirm()
		b.open(s.server.URL())
		s.login(s.server, 1)
		b.asked(1)
		assert.Equal(t, 1, c.Counters().Verify[pin])
	})
}

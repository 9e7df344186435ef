//go:build linux

package browsertest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/app/browserdemo"
)

// TestReaderAndCardAfterTheBrowser: the browser is started where not even pcscd
// runs. A visit fails cleanly; reader and card come; the next visit logs in.
func TestReaderAndCardAfterTheBrowser(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := bare(t)
		b := s.start(kind, launch{pins: []string{rightPIN}})
		b.open(s.server.URL())
		b.fails()
		assert.Zero(t, b.prompts.Count())
		s.startDaemon()
		c := s.insert()
		b.confirm()
		b.open(s.server.URL() + "?card")
		s.login(s.server, 1)
		b.asked(1)
		assert.Equal(t, 1, c.Counters().Verify[pin])
	})
}

// TestCardAfterTheBrowser: the reader is there, empty, when the browser starts.
func TestCardAfterTheBrowser(t *testing.T) {
	both(t, func(t *testing.T, kind browserdemo.Kind) {
		s := quick(t)
		b := s.start(kind, launch{pins: []string{rightPIN}})
		b.open(s.server.URL())
		b.fails()
		c := s.insert()
		b.confirm()
		b.open(s.server.URL() + "?card")
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

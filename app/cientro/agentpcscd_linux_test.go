package main

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest/pcscdtest"
	"cientro/card/pcsc/daemon"
)

// standAt is a stand whose agents use the private daemon.
func standAt(t *testing.T, p *pcscd) *stand {
	t.Helper()
	s := newStand(t)
	s.home = p.home
	s.environment = append(slices.Clone(p.environment), "GORACE=atexit_sleep_ms=0")
	return s
}

// TestAgentThroughPCSCD: whichever way the agent ends, the card in the reader
// does not stay verified.
func TestAgentThroughPCSCD(t *testing.T) {
	p := startPCSCD(t)
	stop := p.serve("gemalto")
	defer stop()
	s := standAt(t, p)
	for name, end := range map[string]func(*running){
		"end of input": func(r *running) { require.NoError(t, r.socket.Close()) },
		"SIGTERM":      func(r *running) { require.NoError(t, r.process.Process.Signal(syscall.SIGTERM)) },
		"C_Finalize": func(r *running) {
			_, err := r.call(2, "")
			require.NoError(t, err)
			require.NoError(t, r.socket.Close())
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := p.counters()
			r := s.agent()
			session := r.openSession(r.slots(true)[0])
			require.NoError(t, r.login(session, specimenPIN))
			during, boots := p.counters(), s.card().Boots
			end(r)
			assert.Zero(t, r.ends(patience), r.stderr.String())
			after := p.counters()
			assert.Equal(t, before.Verify[0x81]+1, during.Verify[0x81])
			assert.Greater(t, s.card().Boots, boots, "the card stays verified")
			assert.Equal(t, during.Verify, after.Verify)
		})
	}
}

// TestSlotsAreThereAtOnce: a browser lists the slots while it starts, and the
// first list has the card unless the machine is so busy that the service does
// not answer in time. How long it takes is measured by a benchmark of the module.
func TestSlotsAreThereAtOnce(t *testing.T) {
	p := startPCSCD(t)
	stop := p.serve("gemalto")
	defer stop()
	s := standAt(t, p)
	atOnce := 0
	for range 5 {
		r := s.agent()
		if len(r.slots(true)) == 1 {
			atOnce++
		} else {
			require.Eventually(t, func() bool { return len(r.slots(true)) == 1 }, 20*time.Second, 20*time.Millisecond)
		}
		require.NoError(t, r.socket.Close())
		r.ends(patience)
	}
	assert.Positive(t, atOnce)
}

// TestServiceStartsLater: pcscd is installed, or started, while the browser runs.
func TestServiceStartsLater(t *testing.T) {
	if os.Getenv(pcscdtest.Variable) != "1" {
		t.Skipf("needs a real pcscd: set %s=1", pcscdtest.Variable)
	}
	folder, err := os.MkdirTemp("", "cientro-agent")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	s := newStand(t)
	socket := filepath.Join(folder, "pcscd.comm")
	s.environment = append(s.environment, daemon.SocketVariable+"="+socket)
	r := s.agent()
	slots := r.slots(false)
	require.Len(t, slots, 1)
	d, err := daemon.Start(t.Context(), daemon.Options{Socket: socket})
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Stop() })
	require.Eventually(t, func() bool { return len(r.slots(false)) == 1 && r.description(slots[0]) == "Virtual PCD 00 00" },
		patience, 50*time.Millisecond)
}

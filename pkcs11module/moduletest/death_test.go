//go:build linux && cgo

package moduletest

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
)

// pause keeps the answer to the next command that fits to itself.
type pause struct {
	reached, release chan struct{}
}

// holdAt pauses the card at one operation. The answer leaves when the pause is
// released.
func holdAt(c *virtual.Card, fits func(virtual.Exchange) bool) *pause {
	p := &pause{reached: make(chan struct{}), release: make(chan struct{})}
	over := false // exchanges come one at a time
	c.Observe(func(e virtual.Exchange) {
		if over || !fits(e) {
			return
		}
		over = true
		close(p.reached)
		<-p.release
	})
	return p
}

func (p *pause) await(t testing.TB) {
	t.Helper()
	select {
	case <-p.reached:
	case <-time.After(patience):
		require.FailNow(t, "the card never came there")
	}
}

func signing(e virtual.Exchange) bool { return e.Operation == virtual.OperationRSAPrivate }

func verifying(e virtual.Exchange) bool { return e.INS == 0x20 }

// TestAgentDiesAtWork: the agent is killed, or falls, while the card makes a
// signature. The call in flight is told so, the session is gone, and the next
// one works, in the slots that the host knows.
func TestAgentDiesAtWork(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGABRT, syscall.SIGSEGV} {
		t.Run(fmt.Sprint(signal), func(t *testing.T) {
			h := s.host(t)
			h.logsIn()
			slots := h.must(order{Do: "slots"}).Slots
			c.ClearJournal()
			for i := range often(1, 10) {
				at := holdAt(c, signing)
				h.begin(order{Do: "sign", Data: []string{"never seen"}})
				at.await(t)
				h.killAgent(signal)
				r := h.end()
				assert.Equal(t, pkcs11.Error(pkcs11.CKR_DEVICE_ERROR), pkcs11.Error(r.RV))
				assert.Empty(t, r.Signatures)
				assert.Less(t, r.Took, patience/2)
				close(at.release)
				h.refused(pkcs11.CKR_SESSION_HANDLE_INVALID, order{Do: "login", PIN: rightPIN})
				assert.Equal(t, slots, h.must(order{Do: "slots"}).Slots, "slots")
				h.logsIn()
				h.signs("recovered")
				spent(t, c, i+1, 0)
			}
		})
	}
	forgets(t, c)
	assert.Equal(t, 3, c.State().PINTries)
}

// TestAgentDiesInLogin: the PIN is with the card when the agent is killed. It
// is not sent once more, not by the library and not by another agent.
func TestAgentDiesInLogin(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	h := s.host(t)
	h.opens()
	c.ClearJournal()
	at := holdAt(c, func(e virtual.Exchange) bool { return verifying(e) && c.Verified(pinReference) })
	h.begin(order{Do: "login", PIN: rightPIN})
	at.await(t)
	h.killAgent(syscall.SIGKILL)
	assert.Equal(t, pkcs11.Error(pkcs11.CKR_DEVICE_ERROR), pkcs11.Error(h.end().RV))
	close(at.release)
	h.refused(pkcs11.CKR_SESSION_HANDLE_INVALID, order{Do: "login", PIN: rightPIN})
	h.opens()
	spent(t, c, 1, 0)
	assert.EqualValues(t, pkcs11.CKS_RO_PUBLIC_SESSION, h.must(order{Do: "state"}).State)
	assert.NotZero(t, h.does(order{Do: "sign", Data: []string{"not logged in"}}).RV)
	forgets(t, c)
	h.must(order{Do: "login", PIN: rightPIN})
	h.signs("logged in by the second agent")
	spent(t, c, 2, 0)
}

// TestHostEnds: its agent is gone soon, and the card is reset.
func TestHostEnds(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	for name, end := range map[string]func(*host){
		"without C_Finalize": func(h *host) { h.begin(order{Do: "exit"}) },
		"killed":             func(h *host) { require.NoError(t, h.process.Process.Kill()) },
		"killed while it signs": func(h *host) {
			at := holdAt(c, signing)
			h.begin(order{Do: "sign", Data: []string{"never seen"}})
			at.await(t)
			require.NoError(t, h.process.Process.Kill())
			close(at.release)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.ClearJournal()
			h := s.host(t)
			h.logsIn()
			agent, boots := h.agent(), c.State().Boots
			end(h)
			begun := time.Now()
			eventually(t, "the agent ends", func() bool { return !alive(agent) })
			t.Logf("the agent ended after %v", time.Since(begun).Round(time.Millisecond))
			assert.False(t, c.Verified(pinReference))
			assert.Greater(t, c.State().Boots, boots)
			spent(t, c, 1, 0)
		})
	}
}

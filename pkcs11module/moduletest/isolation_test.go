//go:build linux && cgo

package moduletest

import (
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/pkcs11module/builttest"
)

// TestHostsAreApart: who has logged in can sign, and nobody else.
func TestHostsAreApart(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	c.ClearJournal()
	one, other := s.host(t), s.host(t)
	one.logsIn()
	one.signs("by the one")
	other.opens()
	other.refused(pkcs11.CKR_PIN_INCORRECT, order{Do: "login"})
	other.refused(pkcs11.CKR_USER_NOT_LOGGED_IN, order{Do: "logout"})
	for range 3 {
		r := other.does(order{Do: "sign", Data: []string{"by the other"}})
		assert.NotZero(t, r.RV)
		assert.Empty(t, r.Signatures)
	}
	assert.EqualValues(t, pkcs11.CKS_RO_PUBLIC_SESSION, other.must(order{Do: "state"}).State)
	assert.EqualValues(t, pkcs11.CKS_RO_USER_FUNCTIONS, one.must(order{Do: "state"}).State)
	spent(t, c, 1, 0)
	one.signs("by the one, again")

	// Both in turn.
	other.must(order{Do: "login", PIN: rightPIN})
	for i := range 5 {
		one.signs(fmt.Sprint("one ", i))
		other.signs(fmt.Sprint("other ", i))
	}
	// The end of the one leaves the other logged in.
	other.must(order{Do: "logout"})
	other.refused(pkcs11.CKR_KEY_HANDLE_INVALID, order{Do: "sign", Data: []string{"logged out"}})
	one.signs("by the one, alone")
	one.must(order{Do: "finalize"})
	assert.False(t, c.Verified(pinReference))
	assert.Zero(t, c.Counters().Wrong[pinReference])
	assert.Equal(t, 3, c.State().PINTries)
	noPUK(t, c.Counters())
}

// TestManyHosts: eight processes that sign at once lose no signature.
func TestManyHosts(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	c.ClearJournal()
	const processes = 8
	each := often(10, 50)
	var hosts [processes]*host
	for i := range hosts {
		hosts[i] = s.host(t)
	}
	begun := time.Now()
	var work sync.WaitGroup
	for i, h := range hosts {
		work.Go(func() {
			data := make([]string, each)
			for j := range data {
				data[j] = fmt.Sprintf("process %d, signature %d", i, j)
			}
			give := func(o order) (report, bool) {
				if !assert.NoError(t, h.orders.Encode(o)) {
					return report{}, false
				}
				r, answered := <-h.reports // as long as it takes
				return r, assert.True(t, answered, "process %d died", i)
			}
			// Who waits more than five seconds for a card that others use all
			// the time is told so, and comes again.
			r, alive := give(order{Do: "open"})
			for until := time.Now().Add(patience); alive && r.RV == pkcs11.CKR_FUNCTION_FAILED && time.Now().Before(until); {
				r, alive = give(order{Do: "open"})
			}
			for _, o := range []order{{Do: "login", PIN: rightPIN}, {Do: "sign", Data: data}, {Do: "finalize"}} {
				if !alive || !assert.Zero(t, r.RV, "process %d: %s: %v", i, r.Call, pkcs11.Error(r.RV)) {
					return
				}
				if r, alive = give(o); o.Do != "sign" || !assert.Len(t, r.Signatures, each) {
					continue
				}
				for j, signature := range r.Signatures {
					checkSignature(t, []byte(data[j]), signature)
				}
			}
			assert.Zero(t, r.RV, "process %d: C_Finalize", i)
		})
	}
	work.Wait()
	n := c.Counters()
	t.Logf("%d signatures by %d processes in %v: %d VERIFYs, %d commands", processes*each, processes, time.Since(begun).Round(time.Millisecond),
		n.Verify[pinReference], n.APDUs)
	assert.GreaterOrEqual(t, n.Verify[pinReference], processes)
	assert.Zero(t, n.Wrong[pinReference])
	noPUK(t, n)
	assert.Equal(t, 3, c.State().PINTries)
	assert.False(t, c.Verified(pinReference))
}

// TestNothingStaysVerified: whichever way a host ends, or its agent, no PIN
// stays verified on the card, at the latest when the next of our programs has
// looked at it.
func TestNothingStaysVerified(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	for _, end := range []struct {
		name string
		end  func(*host)
	}{
		{"C_Logout", func(h *host) { h.must(order{Do: "logout"}) }},
		{"C_Finalize", func(h *host) { h.must(order{Do: "finalize"}) }},
		{"exit", func(h *host) { h.begin(order{Do: "exit"}) }},
		{"kill -9 of the host", func(h *host) { require.NoError(t, h.process.Process.Kill()) }},
		{"SIGTERM of the agent", func(h *host) { h.killAgent(syscall.SIGTERM) }},
	} {
		t.Run(end.name, func(t *testing.T) {
			c.ClearJournal()
			h := s.host(t)
			h.logsIn()
			h.signs("before the end")
			require.True(t, c.Verified(pinReference), "the test looks at the wrong card")
			end.end(h)
			forgets(t, c)
			spent(t, c, 1, 0)
		})
	}
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGABRT} {
		for name, next := range map[string]func(t *testing.T){
			"a status": func(t *testing.T) { s.run(t, t.TempDir(), nil, builttest.File(t, "cientro"), "--json", "card") },
			"a host":   func(t *testing.T) { s.host(t).logsIn() },
		} {
			t.Run(fmt.Sprintf("%v of the agent, then %s", signal, name), func(t *testing.T) {
				h := s.host(t)
				h.logsIn()
				h.signs("before the end")
				boots := c.State().Boots
				h.killAgent(signal)
				require.True(t, c.Verified(pinReference), "nobody could reset the card")
				require.Equal(t, boots, c.State().Boots)
				order := watchBoots(c)
				next(t)
				commands := order.until(boots)
				t.Logf("before the reset: % X", commands)
				assert.Subset(t, []virtual.Instruction{0xA4, 0xB0, 0xC0, 0xCA, 0xCB}, commands, "more than looking which card it is")
				assert.Less(t, len(commands), 10)
			})
			forgets(t, c)
		}
	}
	assert.Zero(t, c.Counters().Wrong[pinReference])
	assert.Equal(t, 3, c.State().PINTries)
}

// bootOrder notes for each command how often the card had been started.
type bootOrder struct {
	mu    sync.Mutex
	steps []bootStep
}

type bootStep struct {
	ins   virtual.Instruction
	boots uint64
}

func watchBoots(c *virtual.Card) *bootOrder {
	o := &bootOrder{}
	c.Observe(func(e virtual.Exchange) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.steps = append(o.steps, bootStep{e.INS, c.State().Boots})
	})
	return o
}

// until lists the commands that came before the next start.
func (o *bootOrder) until(boots uint64) (before []virtual.Instruction) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.steps {
		if s.boots > boots {
			return before
		}
		before = append(before, s.ins)
	}
	return before
}

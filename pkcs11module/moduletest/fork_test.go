//go:build linux && cgo

package moduletest

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/builttest"
)

// TestForks: in each state of a host its children do the whole work, and the
// parent, whose PIN they took away, goes on with the signature it was at.
func TestForks(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	program := compile(t, "forks", "testdata/forks.c")
	c.ClearJournal()
	home := t.TempDir()
	asked := often(20, 100)
	out := s.run(t, home, nil, program, s.library, rightPIN, fmt.Sprint(asked))
	signed := map[string]bool{}
	for line := range strings.Lines(out) {
		text, signature, _ := strings.Cut(strings.TrimSpace(line), " ")
		decoded, err := hex.DecodeString(signature)
		require.NoError(t, err)
		checkSignature(t, []byte(text), decoded)
		signed[text] = true
	}
	assert.True(t, signed["parent"])
	children := len(signed) - 1
	assert.GreaterOrEqual(t, children, asked)
	n := c.Counters()
	t.Logf("%d children, %d VERIFYs", children, n.Verify[pinReference])
	assert.GreaterOrEqual(t, n.Verify[pinReference], children+1)
	assert.LessOrEqual(t, n.Verify[pinReference], children+2, "the parent's PIN is verified again once")
	assert.Zero(t, n.Wrong[pinReference])
	noPUK(t, n)
	eventually(t, "the agents end", func() bool { return len(agents(t, home)) == 0 })
	assert.False(t, c.Verified(pinReference))
}

// TestCallsFromC is what the Go bindings cannot say.
func TestCallsFromC(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	s.host(t).opens() // pcscd has seen the card
	c.ClearJournal()
	s.run(t, t.TempDir(), nil, compile(t, "calls", "testdata/calls.c"), s.library, rightPIN)
	spent(t, c, 1, 0)
	forgets(t, c)
}

// hostPrograms are the C hosts of the library's own tests, which know nothing
// of readers.
func hostPrograms(t *testing.T) string {
	t.Helper()
	sources, err := filepath.Glob("../stub/stubtest/host/*.c")
	require.NoError(t, err)
	require.NotEmpty(t, sources)
	return compile(t, "host", sources...)
}

// TestCycles: a host that loads, uses and unloads the library over and over has
// as many descriptors, processes and threads afterwards as before, and no more
// than 2 MB more memory.
func TestCycles(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	program := compile(t, "cycles", "testdata/cycles.c")
	c.ClearJournal()
	home := t.TempDir()
	const before, everyLogin, everyAgent = 20, 10, 2
	cycles := often(50, 1000)
	out := s.run(t, home, nil, program, s.library, rightPIN, fmt.Sprint(cycles))
	grown, err := strconv.Atoi(strings.TrimSpace(out))
	require.NoError(t, err)
	t.Logf("%d cycles: %d kB more", cycles, grown)
	assert.LessOrEqual(t, grown, 2048, "kB")
	started, err := os.ReadFile(filepath.Join(home, "agents"))
	require.NoError(t, err)
	assert.Equal(t, (before+cycles)/everyAgent, strings.Count(string(started), "\n"), "agents")
	eventually(t, "the agents end", func() bool { return len(agents(t, home)) == 0 })
	spent(t, c, (before+cycles)/everyLogin, 0)
	assert.False(t, c.Verified(pinReference))
}

// TestScenarios plays lives of those hosts that matter to a reader and a card:
// what they check without one they check here through pcscd.
func TestScenarios(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	s.host(t).opens()
	program := hostPrograms(t)
	scenarios := []string{"lengths", "attributes", "dropped", "child_sleeps", "parallel"}
	if builttest.All() {
		scenarios = append(scenarios, "bulk", "quiet_parent", "slot_event", "closed_standard", "signals")
	}
	for _, scenario := range scenarios {
		t.Run(scenario, func(t *testing.T) {
			home := t.TempDir()
			c.ClearJournal()
			s.run(t, home, []string{fmt.Sprint("ROUNDS=", often(3, 100))}, program, s.library, scenario)
			eventually(t, "the agents end", func() bool { return len(agents(t, home)) == 0 })
			assert.False(t, c.Verified(pinReference))
			n := c.Counters()
			assert.NotZero(t, n.Verify[pinReference])
			assert.Zero(t, n.Wrong[pinReference])
			noPUK(t, n)
		})
	}
}

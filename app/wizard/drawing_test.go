package wizard

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var arrow = regexp.MustCompile(`^\s+(\S+) --> (\S+?):?(\s|$)`)

// drawing reads the arrows of docs/wizards.md, by kind, without those of the
// beginning and the end.
func drawing(t testing.TB) map[Kind]map[[2]Step]bool {
	t.Helper()
	text, err := os.ReadFile("../../docs/wizards.md")
	require.NoError(t, err)
	drawn := map[Kind]map[[2]Step]bool{}
	var of []Kind
	for line := range strings.SplitSeq(string(text), "\n") {
		if names, found := strings.CutPrefix(strings.TrimSpace(line), "%% "); found {
			of = nil
			for name := range strings.FieldsSeq(names) {
				of = append(of, Kind(name))
				drawn[Kind(name)] = map[[2]Step]bool{}
			}
		}
		m := arrow.FindStringSubmatch(line)
		if m == nil || m[1] == "[*]" || m[2] == "[*]" {
			continue
		}
		step := func(name string) Step { return Step(strings.ReplaceAll(name, "_", "-")) }
		for _, k := range of {
			drawn[k][[2]Step{step(m[1]), step(m[2])}] = true
		}
	}
	return drawn
}

// TestTheDrawingIsTrue walks every arrow of each kind and demands that they are
// those of the drawing, no more and no less.
func TestTheDrawingIsTrue(t *testing.T) {
	drawn := drawing(t)
	require.ElementsMatch(t, kinds, slices.Collect(maps.Keys(drawn)))
	for _, k := range kinds {
		gone := map[[2]Step]bool{}
		observed := func(w *walk) {
			w.observe = func(from, to Step) { gone[[2]Step{from, to}] = true }
		}
		walks(t, k, observed)
		assert.ElementsMatch(t, lines(drawn[k]), lines(gone), "%s: drawn, and gone", k)
	}
}

func lines(arrows map[[2]Step]bool) []string {
	var all []string
	for a := range arrows {
		all = append(all, fmt.Sprintf("%s → %s", a[0], a[1]))
	}
	slices.Sort(all)
	return all
}

// walks goes all the ways of a kind.
func walks(t *testing.T, k Kind, observed func(*walk)) {
	begin := func(change ...func(*Config)) *walk {
		w := newStand(t).prepare(k, change...)
		observed(w)
		return w
	}
	start := func(w *walk) *walk {
		w.Start(t.Context())
		w.settle()
		return w
	}
	blocked := begin()
	blocked.s.left(PIN, 0)
	blocked.s.left(PUK, 0)
	start(blocked).ends()
	for _, give := range []bool{true, false} { // through the gate, and not
		w := begin()
		w.s.left(PIN, 1)
		w.s.left(PUK, 2)
		start(w)
		w.ConfirmPUK(9)
		w.settle()
		if give {
			w.gates()
			w.enter("1")
		}
		w.Cancel()
		w.ends()
	}
	if !k.setsPIN() {
		w := start(begin())
		w.enter(first(k))
		w.ends()
		return
	}
	for n := range 3 { // cancelled at each code
		w := start(begin())
		for _, code := range []string{first(k), newPIN}[:n] {
			w.enter(code)
		}
		w.Cancel()
		w.ends()
	}
	w := start(begin())
	for _, code := range []string{first(k), "11111111", newPIN, "1", newPIN} {
		w.enter(code)
	}
	w.Back()
	w.settle()
	w.Back()
	w.settle()
	for _, code := range []string{first(k), newPIN, newPIN} {
		w.enter(code)
	}
	w.ends()
	for _, codes := range [][]string{{first(k)}, {first(k), newPIN}} { // forgotten
		w := begin(func(c *Config) { c.Idle = 100 * time.Millisecond })
		start(w)
		for _, code := range codes {
			w.enter(code)
		}
		require.Eventually(t, func() bool { return w.State().Refused == RefusedIdle }, 10*time.Second, time.Millisecond)
		w.Cancel()
		w.ends()
	}
}

// TestMain looks, after all tests, at every arrow that any of them went.
func TestMain(m *testing.M) {
	code := m.Run()
	var t silent
	drawn := drawing(&t)
	for k, arrows := range seen.arrows {
		for a := range arrows {
			if !drawn[k][a] {
				fmt.Printf("%s went %s → %s, which is not in docs/wizards.md\n", k, a[0], a[1])
				code = 1
			}
		}
	}
	os.Exit(code)
}

// silent lets drawing be read where there is no test.
type silent struct{ testing.TB }

func (silent) Helper()               {}
func (silent) Errorf(string, ...any) {}
func (silent) FailNow()              { panic("docs/wizards.md cannot be read") }

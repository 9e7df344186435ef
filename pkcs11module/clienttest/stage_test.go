//go:build linux

package clienttest

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/pkcs11module/builttest"
)

// tokenLabel is the label of a token, its padding taken away.
const tokenLabel = "CIE (PIN di 8 cifre)"

// stage is where clients play: the built module, and a pcscd with one reader
// for a card and one that stays empty.
type stage struct {
	module, agent string
	daemon        *daemon.Daemon
}

// newStage skips, with a sentence, where the variable is not set.
func newStage(t testing.TB) *stage {
	t.Helper()
	builttest.Need(t, "drives the built module with other programs")
	return &stage{
		module: builttest.File(t, "libcientro-pkcs11.so"), agent: builttest.File(t, "cientro"),
		daemon: builttest.Daemon(t, daemon.Options{}),
	}
}

// environment is what every client gets: nothing of the person's own who runs
// the tests but the search path, and a home that goes with the test.
func (s *stage) environment(home string) []string {
	return append(s.daemon.Environment(), "PATH="+os.Getenv("PATH"), "LANG=C.UTF-8", "HOME="+home, "TMPDIR="+home,
		"XDG_RUNTIME_DIR="+home, "CIENTRO_HOME="+filepath.Join(home, "cientro"))
}

// plug puts a fresh specimen on the first reader until the test ends, and
// waits until PC/SC has powered it.
func (s *stage) plug(t testing.TB) *virtual.Card {
	t.Helper()
	c := builttest.Card(t, "nxp")
	builttest.Serve(t, s.daemon.VPCDAddr, c)
	s.awaitCards(t, 1)
	return c
}

// unplugged waits until pcscd has seen the card of the test before go.
func (s *stage) unplugged(t testing.TB) { s.awaitCards(t, 0) }

func (s *stage) awaitCards(t testing.TB, want int) {
	t.Helper()
	home := t.TempDir()
	var said []byte
	require.Eventually(t, func() bool {
		status := exec.Command(s.agent, "--json", "status")
		status.Env = s.environment(home)
		said, _ = status.Output()
		return strings.Contains(string(said), `"service"`) && strings.Count(string(said), `"present":true`) == want
	}, 20*time.Second, 50*time.Millisecond, "%s", said)
}

// tellCounters serves what reaches the card, as lib.sh's take asks for it.
func tellCounters(t testing.TB, c *virtual.Card, socket string) {
	t.Helper()
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	var before tally
	mux := http.NewServeMux()
	mux.HandleFunc("GET /take", func(w http.ResponseWriter, _ *http.Request) {
		now := count(c.Counters())
		fmt.Fprintln(w, now.minus(before))
		before = now
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
}

// PIN references of the card.
const (
	pinReference = 0x81
	pukReference = 0x82
)

// tally is what matters of a card's counters, in the order of its line.
type tally struct{ verify, change, reset, puk, wrong, apdus int }

func count(n virtual.Counters) tally {
	return tally{
		verify: n.Verify[pinReference], change: n.Change[pinReference], reset: n.Reset[pinReference] + n.Reset[pukReference],
		puk:   n.Verify[pukReference] + n.EmptyVerify[pukReference] + n.Change[pukReference],
		wrong: n.Wrong[pinReference] + n.Wrong[pukReference], apdus: n.APDUs,
	}
}

// String is one line, compared as a whole by lib.sh's costs.
func (n tally) String() string {
	return fmt.Sprintf("verify=%d change=%d reset=%d puk=%d wrong=%d apdus=%d", n.verify, n.change, n.reset, n.puk, n.wrong, n.apdus)
}

func (n tally) minus(o tally) tally {
	return tally{
		verify: n.verify - o.verify, change: n.change - o.change, reset: n.reset - o.reset,
		puk: n.puk - o.puk, wrong: n.wrong - o.wrong, apdus: n.apdus - o.apdus,
	}
}

// servers are the two that clients log in to.
func servers(t testing.TB, dir string) (tls12, tls13 loginServer) {
	t.Helper()
	return serveLogin(t, dir, tls.VersionTLS12), serveLogin(t, dir, tls.VersionTLS13)
}

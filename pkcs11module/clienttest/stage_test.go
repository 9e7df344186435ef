//go:build linux

package clienttest

import (
	"context"
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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtual/vpcd"
)

// variable must be 1 for the tests that drive the built module.
const variable = "CIENTRO_TEST_MODULE"

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
	if os.Getenv(variable) != "1" {
		t.Skipf("drives the built module with other programs: set %s=1 after make build, with the packages of make setup", variable)
	}
	s := &stage{module: built(t, "libcientro-pkcs11.so"), agent: built(t, "cientro")}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d, err := daemon.Start(ctx, daemon.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Stop()) })
	s.daemon = d
	return s
}

// built is the path of a file that make build makes.
func built(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "build", name))
	require.NoError(t, err)
	require.FileExists(t, path, "make build comes first")
	return path
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
	profile, ok := virtual.ProfileByName("nxp")
	require.True(t, ok)
	c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
	require.NoError(t, err)
	taken := make(chan struct{}, 1)
	server := &vpcd.Server{Addr: s.daemon.VPCDAddr, Card: c, Connected: func() {
		select {
		case taken <- struct{}{}:
		default:
		}
	}}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	t.Cleanup(func() { cancel(); <-served })
	select {
	case <-taken:
	case <-time.After(20 * time.Second):
		t.Fatal("pcscd did not take the card")
	}
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

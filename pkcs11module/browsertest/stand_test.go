//go:build linux

package browsertest

import (
	"context"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/pkcs11module/builttest"
)

const (
	rightPIN = "41739628" // of the fixed specimen
	wrongPIN = "41739620"
	pin      = 0x81 // its reference

	// warmBudget is how many APDUs a login with a known card may take.
	warmBudget = 24
	// againBudget is for each further signature.
	againBudget = 3
	// patience is for what must happen on a slow machine; every wait ends as
	// soon as it can.
	patience = 90 * time.Second
)

// stand is a desk with everything on it but a browser.
type stand struct {
	*testing.T
	ctx           context.Context
	display       *browserdemo.Display
	daemon        *daemon.Daemon
	server        *browserdemo.Server
	data          *specimen.Data
	dir, home     string
	socket        string // of pcscd, started or not
	module, agent string
	pictures      int
}

// quick is for the scenarios of make test.
func quick(t *testing.T) *stand {
	t.Helper()
	need(t)
	s := bare(t)
	s.startDaemon()
	return s
}

// long is for those of make test-all.
func long(t *testing.T) *stand {
	t.Helper()
	skipUnlessAll(t)
	return quick(t)
}

func skipUnlessAll(t *testing.T) {
	t.Helper()
	builttest.NeedAll(t, "one of the scenarios of make test-all")
	need(t)
}

func need(t *testing.T) {
	t.Helper()
	builttest.Need(t, "logs in with real browsers")
}

// bare is a stand without a pcscd.
func bare(t *testing.T) *stand {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	s := &stand{T: t, ctx: ctx, data: specimen.Default(), dir: t.TempDir()}
	s.module, s.agent = builttest.File(t, "libcientro-pkcs11.so"), builttest.File(t, "cientro")
	s.home = filepath.Join(s.dir, "cientro")
	// Short, as addresses of sockets are.
	sockets, err := os.MkdirTemp("", "cientro-bt-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(sockets) })
	s.socket = filepath.Join(sockets, "pcscd.comm")
	s.display, err = browserdemo.StartDisplay(ctx)
	require.NoError(t, err)
	t.Cleanup(s.display.Close)
	s.server = s.serve(false)
	return s
}

func (s *stand) serve(tls13 bool) *browserdemo.Server {
	server, err := browserdemo.Start(browserdemo.ServerOptions{
		Roots: [][]byte{s.data.HolderRoot}, Between: [][]byte{s.data.HolderCA}, TLS13: tls13,
	})
	require.NoError(s, err)
	s.Cleanup(func() { _ = server.Close() })
	return server
}

func (s *stand) startDaemon() { s.daemon = builttest.Daemon(s, daemon.Options{Socket: s.socket}) }

// environment is what browsers and our programs get beside the system's.
func (s *stand) environment() []string {
	return append(s.display.Environment(), "CIENTRO_HOME="+s.home, daemon.SocketVariable+"="+s.socket)
}

// card makes a virtual CIE.
func (s *stand) card() *virtual.Card { return builttest.Card(s, "gemalto") }

// plug puts a card on a reader until the test ends, and waits until PC/SC sees it.
func (s *stand) plug(address string, c *virtual.Card) {
	builttest.Serve(s, address, c)
	s.awaitCards(1)
}

// awaitCards waits until PC/SC sees so many cards.
func (s *stand) awaitCards(want int) {
	var said string
	require.Eventually(s, func() bool {
		said = s.ours("", "--json", "status")
		return strings.Contains(said, `"service"`) && strings.Count(said, `"present":true`) == want
	}, patience, 50*time.Millisecond, "%s", said)
}

// ours runs our program as the user would in a terminal.
func (s *stand) ours(stdin string, arguments ...string) string {
	command := exec.CommandContext(s.ctx, s.agent, arguments...)
	command.Env = append(os.Environ(), s.environment()...)
	command.Stdin = strings.NewReader(stdin)
	out, _ := command.Output()
	return string(out)
}

// insert puts a new card on the first reader.
func (s *stand) insert() *virtual.Card {
	c := s.card()
	s.plug(s.daemon.VPCDAddr, c)
	return c
}

// meet makes the card known to this computer, as a login before would have.
func (s *stand) meet() {
	said := s.ours(rightPIN+"\n", "--json", "certificate")
	require.Contains(s, said, `"schema":"cientro.certificate/1"`)
}

// picture keeps what the display shows.
func (s *stand) picture(name string) {
	shot, err := s.display.Screenshot()
	if err != nil {
		s.Logf("no picture: %v", err)
		return
	}
	dir := filepath.Join("..", "..", "build", "test", "screens")
	require.NoError(s, os.MkdirAll(dir, 0o755))
	s.pictures++
	test := strings.NewReplacer("/", "-", " ", "-").Replace(strings.TrimPrefix(s.Name(), "Test"))
	file, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", test, s.pictures, name)))
	require.NoError(s, err)
	defer file.Close()
	require.NoError(s, png.Encode(file, shot))
}

// await polls until done, with a bound that a slow machine does not reach.
func (s *stand) await(what string, done func() bool) {
	s.Helper()
	for wait := time.Now().Add(patience); !done(); time.Sleep(50 * time.Millisecond) {
		if !time.Now().Before(wait) {
			s.picture("stuck")
			s.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// login waits for the n-th login and for the page in a window.
func (s *stand) login(server *browserdemo.Server, n int) *browserdemo.Login {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	event, err := server.Await(ctx, browserdemo.EventLogin, n)
	if err != nil {
		s.picture("stuck")
	}
	require.NoError(s, err, "no login number %d: %s", n, seen(server))
	_, err = s.display.AwaitWindow(ctx, server.ShownIn(n))
	require.NoError(s, err, "the page is in no window")
	assert.Equal(s, "S******* P****", event.Login.Surname+" "+event.Login.GivenNames)
	return event.Login
}

// seen tells what a server saw.
func seen(server *browserdemo.Server) string {
	var words []string
	for _, e := range server.Events() {
		words = append(words, fmt.Sprintf("%s %s (%v)", e.At.Format("05.000"), e.Kind, e.Err))
	}
	return strings.Join(words, "; ")
}

// calm waits as long as a browser might take to ask once more.
func calm() { time.Sleep(1500 * time.Millisecond) }

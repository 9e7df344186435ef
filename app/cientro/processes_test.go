//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/cardtest/pcscdtest"
	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/card/virtual/control"
	"cientro/card/virtual/specimen"
	"cientro/card/virtual/vpcd"
)

// pcscd is a private daemon with our own program serving the card on one side
// and our own program using it on the other, each in processes of their own.
type pcscd struct {
	t           *testing.T
	daemon      *daemon.Daemon
	home        string
	environment []string
	card        *control.Client
}

func startPCSCD(t *testing.T) *pcscd {
	t.Helper()
	if os.Getenv(pcscdtest.Variable) != "1" {
		t.Skipf("needs a real pcscd: set %s=1", pcscdtest.Variable)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d, err := daemon.Start(ctx, daemon.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Stop() })
	p := &pcscd{t: t, daemon: d, home: t.TempDir()}
	p.environment = append(d.Environment(), "CIENTRO_HOME="+p.home, "LANG=it_IT.UTF-8", "PATH="+os.Getenv("PATH"))
	if dir := flag.Lookup("test.gocoverdir"); dir != nil && dir.Value.String() != "" {
		p.environment = append(p.environment, "GOCOVERDIR="+dir.Value.String())
	}
	return p
}

// command is our program with the real readers.
func (p *pcscd) command(stdin string, args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Args[0] = "cientro-pcsc" // TestMain tells by the name
	c.Env = p.environment
	c.Stdin = strings.NewReader(stdin)
	return c
}

func (p *pcscd) run(stdin string, args ...string) (stdout string, code int) {
	c := p.command(stdin, append([]string{"--json"}, args...)...)
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Error(err)
	}
	return string(out), c.ProcessState.ExitCode()
}

// serve plugs a card of the profile into the first reader until stop.
func (p *pcscd) serve(profile string) (stop func()) {
	p.t.Helper()
	_, code := p.run("", "virtual", "new", "--profile", profile)
	require.Zero(p.t, code)
	socket := filepath.Join(p.t.TempDir(), "c")
	serving := p.command("", "virtual", "serve", "--vpcd", p.daemon.VPCDAddr, "--control", socket)
	var said bytes.Buffer
	serving.Stdout, serving.Stderr = &said, &said
	require.NoError(p.t, serving.Start())
	require.Eventually(p.t, func() bool {
		out, _ := p.run("", "status")
		return strings.Contains(out, `"present":true`)
	}, 20*time.Second, 50*time.Millisecond)
	client, err := control.Dial(p.t.Context(), socket)
	require.NoError(p.t, err)
	p.card = client
	return func() {
		_ = client.Close()
		require.NoError(p.t, serving.Process.Signal(os.Interrupt))
		require.NoError(p.t, serving.Wait(), said.String())
	}
}

func (p *pcscd) counters() virtual.Counters {
	n, err := p.card.Counters(p.t.Context())
	require.NoError(p.t, err)
	return n
}

// TestThroughPCSCD is the life of a card with a real daemon in between.
func TestThroughPCSCD(t *testing.T) {
	p := startPCSCD(t)
	out, code := p.run("", "card")
	assert.Equal(t, app.ExitNoCard, code, out)
	assert.Contains(t, out, `"kind":"no-card"`)
	stop := p.serve("nxp")
	defer stop()

	out, code = p.run("", "status")
	assert.Zero(t, code)
	assert.Contains(t, out, `"name":"Virtual PCD 00 00","kind":"virtual","card":{"present":true,"atr":"3B8E8001`)
	assert.Contains(t, out, `"kind":"cie","family":"nxp"`)
	steps := []struct {
		stdin string
		args  string
		code  int
		want  string
	}{
		{"", "card", app.ExitOK, `"triesLeft":3,"triesMax":3,"source":"card"`},
		{"41739628\n", "pin verify", app.ExitOK, `"triesLeft":3`},
		{"41739620\n", "pin verify", app.ExitWrong, `"triesLeft":2`},
		{"41739620\n", "pin verify", app.ExitWrong, `"triesLeft":1`},
		{"41739620\n", "pin verify", app.ExitConfirm, `"triesLeft":1`},
		{"41739620\n", "pin verify --confirm-last-try", app.ExitBlocked, `"triesLeft":0`},
		{"41739628\n", "pin verify", app.ExitBlocked, `"code":"PIN-003"`},
		{"85206317\n27182845\n", "pin unblock", app.ExitOK, `"triesLeft":3`},
		{"27182845\n16180339\n", "pin change", app.ExitOK, `"triesLeft":3`},
		{"16180339\n", "certificate", app.ExitOK, `"key":"RSA 2048"`},
		{"", "card --reader nothing", app.ExitNoCard, `"kind":"no-reader"`},
	}
	for _, s := range steps {
		out, code := p.run(s.stdin, strings.Fields(s.args)...)
		assert.Equal(t, s.code, code, "%s: %s", s.args, out)
		assert.Contains(t, out, s.want, s.args)
	}
	n := p.counters()
	assert.Equal(t, 6, n.Verify[0x81])
	assert.Equal(t, 1, n.Verify[0x82])
	assert.Equal(t, 1, n.Change[0x81])
	assert.Equal(t, 1, n.Reset[0x81])
	assert.Zero(t, n.EmptyVerify[0x82])

	require.NoError(t, p.card.Remove(t.Context()))
	require.Eventually(t, func() bool {
		out, code = p.run("16180339\n", "pin", "verify")
		return code == app.ExitNoCard
	}, 10*time.Second, 50*time.Millisecond, out)
	require.NoError(t, p.card.Insert(t.Context()))
	require.Eventually(t, func() bool {
		out, _ := p.run("", "status")
		return strings.Contains(out, `"present":true`)
	}, 10*time.Second, 50*time.Millisecond)

	// A reset half-way starts the session again; a card that leaves does not.
	require.NoError(t, p.card.Arm(t.Context(), virtual.Fault{Kind: virtual.FaultRemove, At: 9}))
	out, code = p.run("16180339\n", "pin", "verify")
	assert.Equal(t, app.ExitLost, code, out)
}

// plug puts a card of this process on a reader of the daemon until the test
// ends, and waits until our program sees so many cards.
func (p *pcscd) plug(address string, c *virtual.Card, cards int) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- vpcd.Serve(ctx, address, c) }()
	p.t.Cleanup(func() { cancel(); <-served })
	require.Eventually(p.t, func() bool {
		out, _ := p.run("", "status")
		return strings.Count(out, `"present":true`) == cards
	}, 20*time.Second, 50*time.Millisecond)
}

// TestSeveralCardsThroughPCSCD: of two CIEs none is chosen; next to another
// card the CIE is the one that is meant.
func TestSeveralCardsThroughPCSCD(t *testing.T) {
	const first, second = "Virtual PCD 00 00", "Virtual PCD 00 01"
	cie := func() *virtual.Card {
		profile, _ := virtual.ProfileByName("gemalto")
		c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
		require.NoError(t, err)
		return c
	}
	t.Run("two CIEs", func(t *testing.T) {
		p := startPCSCD(t)
		one, two := cie(), cie()
		p.plug(p.daemon.VPCDAddr, one, 1)
		p.plug(p.daemon.SecondAddr, two, 2)
		for _, args := range []string{"card", "pin status", "pin verify", "certificate"} {
			out, code := p.run("41739628\n", strings.Fields(args)...)
			assert.Equal(t, app.ExitUsage, code, args)
			assert.Contains(t, out, `"kind":"several-cards"`, args)
			assert.Contains(t, out, first+", "+second, args)
		}
		assert.Empty(t, one.Counters().Verify)
		assert.Empty(t, two.Counters().Verify)
		for reader, name := range map[string]string{"0": first, "1": second, second: second, "00 01": second} {
			out, code := p.run("", "card", "--reader", reader)
			assert.Zero(t, code, out)
			assert.Contains(t, out, `"reader":"`+name+`"`)
		}
		out, code := p.run("41739628\n", "--reader", "1", "pin", "verify")
		assert.Zero(t, code, out)
		assert.Empty(t, one.Counters().Verify, "the card not chosen hears no PIN")
		assert.Equal(t, 1, two.Counters().Verify[0x81])
	})
	t.Run("a CIE and a badge", func(t *testing.T) {
		p := startPCSCD(t)
		badge := virtual.NewForeign(fromHex("3B8F8001804F0CA000000306030001000000006A"), nil)
		p.plug(p.daemon.VPCDAddr, badge, 1)
		out, code := p.run("", "card")
		assert.Equal(t, app.ExitNotGenuine, code)
		assert.Contains(t, out, `"code":"CARD-005","kind":"not-a-cie"`)
		c := cie()
		p.plug(p.daemon.SecondAddr, c, 2)
		out, code = p.run("41739628\n", "pin", "verify")
		assert.Zero(t, code, out)
		assert.Equal(t, 1, c.Counters().Verify[0x81])
	})
}

// TestTwoProgramsAtOnce: one verifies in a loop, one reads status. No deadlock,
// no lost try, no exit but 0.
func TestTwoProgramsAtOnce(t *testing.T) {
	p := startPCSCD(t)
	stop := p.serve("gemalto")
	defer stop()
	before := p.counters()
	const rounds = 4
	verified := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(verified)
		for range rounds {
			out, code := p.run("41739628\n", "pin", "verify")
			assert.Zero(t, code, out)
		}
	})
	looked := 0
	for done := false; !done; looked++ {
		select {
		case <-verified:
			done = true
		default:
		}
		out, code := p.run("", "status")
		assert.Zero(t, code, out)
		var document statusDocument
		require.NoError(t, json.Unmarshal([]byte(out), &document))
		assert.Equal(t, "running", string(document.Service.State))
	}
	wg.Wait()
	assert.Greater(t, looked, 1)
	after := p.counters()
	assert.Equal(t, rounds, after.Verify[0x81]-before.Verify[0x81])
	assert.Zero(t, after.Wrong[0x81])
	out, code := p.run("", "pin", "status")
	assert.Zero(t, code)
	assert.Contains(t, out, `"triesLeft":3`)
}

// TestDemoThroughPCSCD: with nothing running, the demo brings its own daemon,
// and takes it away again. Its last step wants the built module, which is not
// beside this test, and says so; pkcs11module/browsertest plays it to the end.
func TestDemoThroughPCSCD(t *testing.T) {
	p := startPCSCD(t)
	out, code := p.run("", "demo")
	require.Equal(t, app.ExitUnexpected, code, out)
	var document demoDocument
	require.NoError(t, json.Unmarshal([]byte(out), &document))
	assert.Equal(t, placePrivate, document.Place)
	assert.Equal(t, "Virtual PCD 00 00", document.Reader)
	assert.Len(t, document.Steps, 11)
	for _, s := range document.Steps {
		assert.NotZero(t, s.APDUs, s.Step)
		assert.LessOrEqual(t, s.APDUs, 46, s.Step)
	}
	require.NotNil(t, document.Error)
	assert.Equal(t, "DEMO-001", document.Error.Code)
	assert.Contains(t, document.Error.Message, moduleFile())
}

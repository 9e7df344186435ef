package pcscdtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cientro/card/pcsc/daemon"
)

// Variable must be 1 for tests that start a pcscd.
const Variable = "CIENTRO_TEST_PCSCD"

const startWithin = 20 * time.Second

// Start runs a pcscd for this test and points this process, and the programs
// it starts, at it. The daemon ends with the test. Tests that use it must not
// be parallel, and must not use PC/SC before their first Start.
func Start(t testing.TB) *daemon.Daemon {
	t.Helper()
	socket := Prepare(t)
	return run(t, daemon.Options{Socket: socket})
}

// Prepare does what Start does short of starting: a client sees a system on
// which pcscd does not run. It returns the path of the socket.
func Prepare(t testing.TB) string {
	t.Helper()
	if os.Getenv(Variable) != "1" {
		t.Skipf("needs a real pcscd: set %s=1, with pcscd and vsmartcard-vpcd installed", Variable)
	}
	// One path a process, as libpcsclite does not look twice.
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("cientro-pcscdtest-%d", os.Getpid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "pcscd.comm")
	t.Setenv(daemon.SocketVariable, socket)
	return socket
}

// Restart starts a pcscd again where d, which must have ended, was: same
// socket, same ports.
func Restart(t testing.TB, d *daemon.Daemon) *daemon.Daemon {
	t.Helper()
	var port int
	if _, err := fmt.Sscanf(d.VPCDAddr, "127.0.0.1:%d", &port); err != nil {
		t.Fatal(err)
	}
	return run(t, daemon.Options{Socket: d.Socket, Port: port})
}

func run(t testing.TB, o daemon.Options) *daemon.Daemon {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	d, err := daemon.Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
	})
	return d
}

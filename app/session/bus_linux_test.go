package session

import (
	"bufio"
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// startBus starts a bus that only this test has, and makes it that of the session.
func startBus(t *testing.T) *dbus.Conn {
	t.Helper()
	program, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("wants dbus-daemon")
	}
	daemon := exec.Command(program, "--session", "--nofork", "--print-address", "--address=unix:dir="+t.TempDir())
	out, err := daemon.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, daemon.Start())
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	conn, err := dbus.Connect(strings.TrimSpace(address))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestHasTray(t *testing.T) {
	desktop := startBus(t)
	assert.False(t, HasTray(t.Context()))
	_, err := desktop.RequestName(trayName, 0)
	require.NoError(t, err)
	assert.True(t, HasTray(t.Context()))
}

func TestNoBusIsNoTray(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	assert.False(t, HasTray(t.Context()))
	require.Error(t, WatchLock(t.Context(), func() {}))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	assert.False(t, HasTray(t.Context()))
}

func TestWatchLock(t *testing.T) {
	desktop := startBus(t)
	ctx, cancel := context.WithCancel(t.Context())
	locked := make(chan struct{}, 16)
	over := make(chan error, 1)
	go func() { over <- WatchLock(ctx, func() { locked <- struct{}{} }) }()
	tell := func(saver string, on bool) {
		require.NoError(t, desktop.Emit("/ScreenSaver", saver+".ActiveChanged", on))
	}
	// Until the first is heard nobody knows that it listens.
	require.Eventually(t, func() bool {
		tell("org.gnome.ScreenSaver", true)
		return len(locked) > 0
	}, 10*time.Second, 50*time.Millisecond)
	time.Sleep(100 * time.Millisecond)
	for len(locked) > 0 {
		<-locked
	}
	for _, saver := range savers() {
		tell(saver, false) // unlocked
		tell(saver, true)
		select {
		case <-locked:
		case <-time.After(10 * time.Second):
			assert.Fail(t, "not told", saver)
		}
	}
	assert.Empty(t, locked, "unlocking tells nothing")
	cancel()
	assert.ErrorIs(t, <-over, context.Canceled)
}

func TestTellsLock(t *testing.T) {
	signal := func(name string, body ...any) *dbus.Signal { return &dbus.Signal{Name: name, Body: body} }
	assert.True(t, tellsLock(signal("org.freedesktop.login1.Session.Lock")))
	assert.True(t, tellsLock(signal("org.freedesktop.login1.Manager.PrepareForSleep", true)))
	assert.False(t, tellsLock(signal("org.freedesktop.login1.Manager.PrepareForSleep", false)))
	assert.False(t, tellsLock(signal("org.gnome.ScreenSaver.ActiveChanged")))
	assert.False(t, tellsLock(signal("org.gnome.ScreenSaver.ActiveChanged", "true")))
	assert.False(t, tellsLock(nil))
}

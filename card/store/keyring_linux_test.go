package store

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sessionBus starts a D-Bus session bus of the test's own.
func sessionBus(t *testing.T) (address string) {
	program, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("needs dbus-daemon")
	}
	daemon := exec.Command(program, "--session", "--nofork", "--print-address")
	output, err := daemon.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, daemon.Start())
	t.Cleanup(func() {
		daemon.Process.Kill()
		daemon.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

// secretService plays a Secret Service whose collection is locked. It counts
// what would open a dialog.
type secretService struct{ unlocks atomic.Int32 }

func (s *secretService) Unlock(objects []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.unlocks.Add(1)
	return objects, "/", nil
}

func (s *secretService) serve(t *testing.T, address string) {
	const path = "/org/freedesktop/secrets"
	const login = path + "/collection/login"
	bus, err := dbus.Connect(address)
	require.NoError(t, err)
	t.Cleanup(func() { bus.Close() })
	require.NoError(t, bus.Export(s, path, "org.freedesktop.Secret.Service"))
	_, err = prop.Export(bus, path, prop.Map{"org.freedesktop.Secret.Service": {
		"Collections": {Value: []dbus.ObjectPath{login}, Emit: prop.EmitFalse},
	}})
	require.NoError(t, err)
	_, err = prop.Export(bus, login, prop.Map{"org.freedesktop.Secret.Collection": {
		"Locked": {Value: true, Emit: prop.EmitFalse},
	}})
	require.NoError(t, err)
	_, err = bus.RequestName("org.freedesktop.secrets", dbus.NameFlagDoNotQueue)
	require.NoError(t, err)
}

// The library keeps one connection a process: a copy of the program asks.
func askSystemKeyring(t *testing.T, address string) string {
	command := child("keyring", t.TempDir())
	command.Env = append(command.Env, "DBUS_SESSION_BUS_ADDRESS="+address)
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	return string(output)
}

func TestLockedKeyringIsNotAskedToUnlock(t *testing.T) {
	address := sessionBus(t)
	service := new(secretService)
	service.serve(t, address)
	assert.Contains(t, askSystemKeyring(t, address), errKeyringLocked.Error())
	assert.Zero(t, service.unlocks.Load(), "this would have opened a dialog")
}

func TestSessionBusWithoutSecretService(t *testing.T) {
	answer := askSystemKeyring(t, sessionBus(t))
	assert.NotContains(t, answer, ErrNoSecret.Error(), "nobody said that there is no key")
	assert.Contains(t, answer, "org.freedesktop.secrets")
}

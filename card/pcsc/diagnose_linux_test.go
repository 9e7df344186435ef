package pcsc

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDiagnose(t *testing.T) {
	for _, c := range []struct {
		what   string
		files  []string
		env    map[string]string
		dialed error
		code   Code
		state  State
		reason Reason
	}{
		{"nothing there", nil, nil, fs.ErrNotExist, CodeNoService, StateMissing, ReasonNotInstalled},
		{"installed, not started", []string{"usr/sbin/pcscd"}, nil, fs.ErrNotExist, CodeNoService, StateStopped, ReasonNotRunning},
		{"socket unit only", []string{"lib/systemd/system/pcscd.socket"}, nil, fs.ErrNotExist, CodeNoService, StateStopped, ReasonNotRunning},
		{"killed hard", []string{"usr/sbin/pcscd"}, nil, syscall.ECONNREFUSED, CodeNoService, StateStopped, ReasonStaleSocket},
		{"socket of others", nil, nil, syscall.EACCES, CodeNoService, StateDenied, ReasonSocketPermission},
		{"polkit", []string{"usr/sbin/pcscd"}, nil, nil, CodeSecurityViolation, StateDenied, ReasonPolkit},
		{"flatpak", []string{".flatpak-info"}, nil, fs.ErrNotExist, CodeNoService, StateDenied, ReasonSandbox},
		{"snap", nil, map[string]string{"SNAP": "/snap/x"}, fs.ErrNotExist, CodeNoService, StateDenied, ReasonSandbox},
		{"library too new", nil, nil, nil, CodeServiceStopped, StateUnsupported, ReasonProtocol},
		{"answers, but no", nil, nil, nil, CodeNoService, StateStopped, ReasonOther},
	} {
		t.Run(c.what, func(t *testing.T) {
			root := t.TempDir()
			for _, f := range c.files {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, f)), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(root, f), nil, 0o600))
			}
			where := &site{
				root:   root,
				getenv: func(k string) string { return c.env[k] },
				dial:   func(string) error { return c.dialed },
			}
			got := where.diagnose(c.code)
			assert.Equal(t, c.state, got.State)
			assert.Equal(t, c.reason, got.Reason)
			assert.ErrorIs(t, got, c.code)
		})
	}
}

func TestDiagnoseLooksAtTheSocketOfTheEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	where := &site{root: "/nowhere", getenv: func(string) string { return path }, dial: dialUnix}
	assert.Equal(t, ReasonOther, where.diagnose(CodeNoService).Reason)
	assert.Equal(t, path, where.diagnose(CodeNoService).Detail)
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	require.NoError(t, listener.Close())
	assert.Equal(t, ReasonStaleSocket, where.diagnose(CodeNoService).Reason)
}

func TestDiagnoseThisSystem(t *testing.T) {
	t.Setenv("PCSCLITE_CSOCK_NAME", filepath.Join(t.TempDir(), "none"))
	assert.NotEqual(t, StateRunning, diagnose(CodeNoService).State)
}

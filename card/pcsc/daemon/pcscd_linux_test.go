package daemon

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wantsPCSCD skips where no pcscd is wanted. (Package pcscdtest imports this one.)
func wantsPCSCD(t *testing.T) {
	t.Helper()
	if os.Getenv("CIENTRO_TEST_PCSCD") != "1" {
		t.Skip("needs a real pcscd: set CIENTRO_TEST_PCSCD=1, with pcscd and vsmartcard-vpcd installed")
	}
}

func TestTwoRealDaemonsSideBySide(t *testing.T) {
	wantsPCSCD(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for _, noNamespace := range []bool{false, true} {
		if _, err := os.Stat("/run/pcscd"); noNamespace && err != nil && os.Geteuid() != 0 {
			t.Log("no /run/pcscd: pcscd cannot run outside a namespace")
			continue
		}
		var log bytes.Buffer
		a, err := Start(ctx, Options{NoNamespace: noNamespace, Log: &log})
		require.NoError(t, err)
		defer a.Stop()
		b, err := Start(ctx, Options{NoNamespace: noNamespace})
		require.NoError(t, err)
		defer b.Stop()
		assert.NotEqual(t, a.VPCDAddr, b.VPCDAddr)
		assert.NotEqual(t, a.Socket, b.Socket)
		assert.Equal(t, []string{SocketVariable + "=" + a.Socket}, a.Environment())
		assert.Equal(t, []string{"Virtual PCD 00 00", "Virtual PCD 00 01"}, a.Readers())
		name, err := os.ReadFile("/proc/" + strconv.Itoa(a.PID) + "/comm")
		require.NoError(t, err)
		assert.Equal(t, "pcscd\n", string(name), "shell and unshare are gone")
		require.NoError(t, a.Stop())
		require.NoError(t, a.Stop())
		<-a.Done()
		assert.NoFileExists(t, a.Socket)
		assert.NoDirExists(t, filepath.Dir(a.Socket))
		assert.Contains(t, log.String(), "daemon ready")
		select {
		case <-b.Done():
			assert.Fail(t, "the other one ended too")
		default:
		}
		require.NoError(t, b.Stop())
	}
}

func TestNamespaceKeepsTheSystemsFiles(t *testing.T) {
	wantsPCSCD(t)
	if os.Geteuid() != 0 {
		t.Skip("an ordinary user cannot write there anyway")
	}
	pidFile := "/run/pcscd/pcscd.pid"
	before, missing := os.ReadFile(pidFile)
	d, err := Start(context.Background(), Options{})
	require.NoError(t, err)
	defer d.Stop()
	if d.Mode != ModeNamespace {
		t.Skip("no namespaces here")
	}
	require.NoError(t, d.Stop())
	after, err := os.ReadFile(pidFile)
	assert.Equal(t, missing == nil, err == nil)
	assert.Equal(t, before, after)
}

// The daemon must not outlive a program that was killed.
func TestDaemonEndsWithItsParent(t *testing.T) {
	wantsPCSCD(t)
	if os.Getenv("CIENTRO_TEST_PARENT") == "1" {
		d, err := Start(context.Background(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString("pid " + strconv.Itoa(d.PID) + "\n" + filepath.Dir(d.Socket) + "\n")
		<-d.Done()
		return
	}
	parent := exec.Command(os.Args[0], "-test.run=^TestDaemonEndsWithItsParent$")
	parent.Env = append(os.Environ(), "CIENTRO_TEST_PARENT=1")
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	pid, ok := strings.CutPrefix(lines.Text(), "pid ")
	require.True(t, ok, lines.Text())
	require.True(t, lines.Scan())
	defer os.RemoveAll(lines.Text())
	require.DirExists(t, "/proc/"+pid)
	require.NoError(t, parent.Process.Signal(syscall.SIGKILL))
	_ = parent.Wait()
	assert.Eventually(t, func() bool {
		name, err := os.ReadFile("/proc/" + pid + "/comm")
		status, _ := os.ReadFile("/proc/" + pid + "/status")
		return err != nil || string(name) != "pcscd\n" || bytes.Contains(status, []byte("State:\tZ"))
	}, 20*time.Second, 10*time.Millisecond, "pcscd %s still runs", pid)
}

package daemon

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfiguration(t *testing.T) {
	assert.Equal(t, "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x9111\nLIBPATH /d.so\nCHANNELID 0x9111\n",
		configuration("/d.so", 0x9111))
}

func TestFilterSparesOurReadersAndNoOther(t *testing.T) {
	ignored := func(name string) bool {
		for part := range strings.SplitSeq(ignoreOthers(), ":") {
			require.NotEmpty(t, part)
			if strings.Contains(name, part) {
				return true
			}
		}
		return false
	}
	assert.False(t, ignored("Virtual PCD 00 00"))
	for _, name := range []string{"ACS ACR122U", "BIT4ID miniLector AIR NFC v3", "Alcor Link AK9567", "SCM SCL3711", "Identiv uTrust 3700 F"} {
		assert.True(t, ignored(name), name)
	}
}

// fake writes a shell script that claims to be a pcscd with socket activation.
func fake(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pcscd")
	script := "#!/bin/sh\ncase $1 in --version) echo libsystemd; exit;; --help) exit;; esac\n" + body + "\n"
	require.NoError(t, os.WriteFile(path, []byte(script), 0o700))
	return path
}

func TestStartFailures(t *testing.T) {
	ctx := context.Background()
	_, err := Start(ctx, Options{PCSCD: "/nowhere"})
	assert.ErrorIs(t, err, ErrNoPCSCD)
	_, err = Start(ctx, Options{PCSCD: "/bin/sh", Driver: "/nowhere"})
	assert.ErrorIs(t, err, ErrNoDriver)
	_, err = Start(ctx, Options{PCSCD: "/bin/true", Driver: "/bin/true"})
	assert.ErrorIs(t, err, ErrNoActivation)
	_, err = Start(ctx, Options{PCSCD: fake(t, "echo no luck today; exit 3"), Driver: "/bin/true"})
	assert.ErrorContains(t, err, "no luck today")
	assert.ErrorContains(t, err, "exit status 3")
	_, err = Start(ctx, Options{PCSCD: fake(t, "exit"), Driver: "/bin/true", Socket: "/nowhere/at/all", NoNamespace: true})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestStartHonoursContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	marks := t.TempDir()
	go func() {
		for text, _ := os.ReadFile(marks + "/pid"); !bytes.HasSuffix(text, []byte("\n")); text, _ = os.ReadFile(marks + "/pid") {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	_, err := Start(ctx, Options{PCSCD: fake(t, "echo $$ > "+marks+"/pid; exec sleep 60"), Driver: "/bin/true", NoNamespace: true})
	assert.ErrorIs(t, err, context.Canceled)
	text, err := os.ReadFile(marks + "/pid")
	require.NoError(t, err)
	assert.NoDirExists(t, "/proc/"+strings.TrimSpace(string(text)), "left running")
}

func TestStartWaitsForTheLock(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	unlock, err := lockPorts(context.Background())
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err = lockPorts(ctx)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	unlock()
	again, err := lockPorts(context.Background())
	require.NoError(t, err)
	again()
	t.Setenv("TMPDIR", "/nowhere")
	_, err = lockPorts(context.Background())
	assert.Error(t, err)
	_, err = Start(context.Background(), Options{PCSCD: fake(t, "exit"), Driver: "/bin/true"})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestSocketIsNotTakenFromTheLiving(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	_, err = listenUnix(path)
	assert.ErrorContains(t, err, "serves")
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	require.NoError(t, listener.Close())
	file, err := listenUnix(path)
	require.NoError(t, err, "what the dead left is replaced")
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, file.Close())
}

func TestListening(t *testing.T) {
	port, err := freePorts()
	require.NoError(t, err)
	assert.False(t, listening(port))
	listener, err := net.Listen("tcp4", net.JoinHostPort("0.0.0.0", strconv.Itoa(port)))
	require.NoError(t, err)
	defer listener.Close()
	assert.True(t, listening(port))
	_, err = Start(context.Background(), Options{PCSCD: fake(t, "exit"), Driver: "/bin/true", Port: port})
	assert.ErrorContains(t, err, "is taken")
}

func TestTempDirIsVisibleInTheNamespace(t *testing.T) {
	for given, want := range map[string]string{"/run/user/1000": "/tmp", "/var/run/x": "/tmp", "/tmp/x": "/tmp/x"} {
		t.Setenv("TMPDIR", given)
		assert.Equal(t, want, visibleTempDir())
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	var all bytes.Buffer
	said := &tail{also: &all}
	_, _ = said.Write(bytes.Repeat([]byte("x"), 3000))
	_, _ = said.Write([]byte("the end\n"))
	assert.Len(t, said.last, 2000)
	assert.True(t, strings.HasSuffix(said.String(), "the end"))
	assert.Equal(t, 3008, all.Len())
}

func TestAStubbornDaemonIsKilled(t *testing.T) {
	plan := launchPlan{
		dir: t.TempDir(), socket: filepath.Join(t.TempDir(), "s"), conf: "/x",
		pcscd: fake(t, "trap '' TERM; echo deaf; while :; do sleep 1 >/dev/null 2>&1; done"), mode: ModeShared,
	}
	p, err := launch(plan)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return p.said.String() == "deaf" }, 20*time.Second, time.Millisecond)
	p.patience = 10 * time.Millisecond
	assert.ErrorContains(t, p.end(), "killed")
	assert.NoDirExists(t, plan.dir)
}

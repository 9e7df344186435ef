//go:build linux

package clienttest

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

// A script has this long; the longest takes a tenth of it on an idle machine.
const scriptTime = 3 * time.Minute

// TestClients runs every script of testdata, each with a card of its own.
func TestClients(t *testing.T) {
	s := newStage(t)
	scripts, err := filepath.Glob("testdata/*.sh")
	require.NoError(t, err)
	require.Greater(t, len(scripts), 5)
	for _, script := range scripts {
		name := strings.TrimSuffix(filepath.Base(script), ".sh")
		if name == "lib" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if name == "openssl-provider" && provider(t) == "" {
				t.Skipf("Debian 12 has no pkcs11-provider package (13 has): install it, or name its pkcs11.so in %s", providerVariable)
			}
			s.play(t, name)
		})
	}
}

// providerVariable names a provider for OpenSSL 3 that was built by hand.
const providerVariable = "CIENTRO_TEST_PROVIDER"

// provider is the one client that the system of the tests need not have.
func provider(t *testing.T) string {
	if named := os.Getenv(providerVariable); named != "" {
		return named
	}
	found, err := filepath.Glob("/usr/lib*/*/ossl-modules/pkcs11.so")
	require.NoError(t, err)
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// play runs one script to its end and then asks the card what it has seen.
func (s *stage) play(t *testing.T, name string) {
	s.unplugged(t)
	c := s.plug(t)
	c.ClearJournal()
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	work := filepath.Join(dir, "work")
	for _, d := range []string{home, work} {
		require.NoError(t, os.Mkdir(d, 0o700))
	}
	scripts, err := filepath.Abs("testdata")
	require.NoError(t, err)
	tls12, tls13 := servers(t, dir)
	both := filepath.Join(dir, "servers.pem")
	require.NoError(t, os.WriteFile(both, append(read(t, tls12.authority), read(t, tls13.authority)...), 0o600))
	data := specimen.Default()
	holder, authorities := filepath.Join(dir, "holder.pem"), filepath.Join(dir, "holder-ca.pem")
	writePEM(t, holder, data.CertCIE)
	writePEM(t, authorities, data.HolderCA, data.HolderRoot)
	socket := filepath.Join(dir, "card")
	tellCounters(t, c, socket)

	ctx, cancel := context.WithTimeout(t.Context(), scriptTime)
	defer cancel()
	script := exec.CommandContext(ctx, "bash", filepath.Join(scripts, name+".sh"))
	script.Dir = work
	script.Env = append(s.environment(home),
		"SCRIPTS="+scripts, "MODULE="+s.module, "AGENT="+s.agent, "TOKEN="+tokenLabel, "PIN="+string(data.PIN), "CARD="+socket,
		"HOLDER="+holder, "HOLDER_CA="+authorities, "PROVIDER="+provider(t), "PORT="+freePort(t),
		"SERVER="+tls12.address, "SERVER_CA="+both, "SERVER13="+tls13.address)
	// A group of its own, so that what a script leaves running is found.
	script.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	script.Cancel = func() error { return syscall.Kill(-script.Process.Pid, syscall.SIGKILL) }
	var said bytes.Buffer
	script.Stdout, script.Stderr = &said, &said
	script.WaitDelay = time.Second
	err = script.Run()
	_ = syscall.Kill(-script.Process.Pid, syscall.SIGKILL)
	if !assert.NoError(t, err) {
		t.Log(said.String())
		return
	}
	assert.Eventually(t, func() bool { return len(s.agents(home)) == 0 }, 20*time.Second, 20*time.Millisecond,
		"agents outlive the programs that started them: %v", s.agents(home))
	costs := string(read(t, filepath.Join(work, "costs")))
	assert.NotEmpty(t, costs, "the script counted nothing")
	t.Logf("\n%s", costs)
	state := c.State()
	assert.Equal(t, data.PINTries, state.PINTries, "tries of the PIN at the end")
	assert.Equal(t, data.PUKTries, state.PUKTries, "tries of the PUK at the end")
	assert.NotContains(t, said.String(), string(data.PUK))
}

// agents are the processes of our agent that serve the home's user.
func (s *stage) agents(home string) (running []string) {
	programs, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, program := range programs {
		if path, _ := os.Readlink(program); path != s.agent {
			continue
		}
		environment, _ := os.ReadFile(filepath.Join(filepath.Dir(program), "environ"))
		if bytes.Contains(environment, []byte("HOME="+home)) {
			running = append(running, filepath.Base(filepath.Dir(program)))
		}
	}
	return running
}

// freePort is a TCP port that nobody listens at now.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return text
}

//go:build linux && cgo

package moduletest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/pkcs11module/builttest"
)

const (
	family   = "nxp"
	rightPIN = "41739628" // the specimen's
	wrongPIN = "41739620"

	pinReference = 0x81
	pukReference = 0x82
)

// patience bounds every wait; an idle machine needs a hundredth of it.
const patience = 30 * time.Second

// often is how many times to do something, in the short and the long form.
func often(short, long int) int {
	if builttest.All() {
		return long
	}
	return short
}

// stage is where hosts play: a copy of the built library beside an agent that
// tells its process id before it becomes the built one, and a pcscd of its own
// with two readers.
type stage struct {
	library string
	home    string // of the user: the state that all hosts share
	daemon  *daemon.Daemon
}

// newStage skips, with a sentence, where the variable is not set.
func newStage(t testing.TB) *stage {
	t.Helper()
	builttest.Need(t, "drives the built module")
	folder := t.TempDir()
	s := &stage{library: filepath.Join(folder, "libcientro-pkcs11.so"), home: t.TempDir()}
	library, err := os.ReadFile(builttest.File(t, "libcientro-pkcs11.so"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.library, library, 0o600))
	// The process id is all there is to tell the agents of several hosts apart:
	// they let nobody look at their environment.
	agent := "#!/bin/sh\necho $$ >>\"$HOME/agents\"\necho $$ >\"$CIENTRO_HOME/agent.pid\"\nexec '" + builttest.File(t, "cientro") + "' \"$@\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "cientro"), []byte(agent), 0o700))
	s.daemon = builttest.Daemon(t, daemon.Options{})
	return s
}

// environment is what a host gets that calls the folder its home. The state of
// the user is the same for all of them.
func (s *stage) environment(home string) []string {
	return append(s.daemon.Environment(), "PATH="+os.Getenv("PATH"), "LANG=C.UTF-8", "HOME="+home, "CIENTRO_HOME="+s.home)
}

// settings writes the user's settings.
func (s *stage) settings(t testing.TB, json string) {
	t.Helper()
	folder := filepath.Join(s.home, "config")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "settings.json"), []byte(json), 0o600))
}

// agents are those that a host with this home has started and that still run.
func agents(t testing.TB, home string) (running []int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(home, "agents"))
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	for _, line := range strings.Fields(string(text)) {
		process, err := strconv.Atoi(line)
		require.NoError(t, err)
		if alive(process) {
			running = append(running, process)
		}
	}
	return running
}

// alive is false for a zombie, which waits for an init that reaps late, once its
// last thread is dead: only then are its descriptors closed and its locks free.
func alive(process int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(process) + "/stat")
	if err != nil {
		return false
	}
	const state, threads = 0, 17 // behind the name, which is in parentheses
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	return fields[state] != "Z" && fields[state] != "X" || fields[threads] != "1"
}

// eventually is require.Eventually without its pause before the first look.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	until := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(until) {
			require.FailNow(t, "never: "+what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// plug puts a fresh specimen on the first reader until the test ends.
func (s *stage) plug(t testing.TB) *virtual.Card {
	t.Helper()
	c := builttest.Card(t, family)
	builttest.Serve(t, s.daemon.VPCDAddr, c)
	return c
}

// spent holds the card to what went out since the journal was cleared: so many
// VERIFYs of the PIN, so many wrong ones, and never anything about the PUK.
func spent(t testing.TB, c *virtual.Card, verify, wrong int) {
	t.Helper()
	n := c.Counters()
	assert.Equal(t, verify, n.Verify[pinReference], "VERIFYs")
	assert.Equal(t, wrong, n.Wrong[pinReference], "wrong presentations")
	noPUK(t, n)
}

func noPUK(t testing.TB, n virtual.Counters) {
	t.Helper()
	assert.Zero(t, n.Verify[pukReference]+n.EmptyVerify[pukReference]+n.Change[pukReference]+n.Wrong[pukReference], "PUK")
	assert.Zero(t, n.Change[pinReference]+n.Reset[pinReference]+n.Reset[pukReference], "changes")
}

// forgets waits until no PIN is verified on the card.
func forgets(t testing.TB, c *virtual.Card) {
	t.Helper()
	eventually(t, "the card forgets the PIN", func() bool { return !c.Verified(pinReference) })
}

// holderKey is the key that signatures are checked by.
func holderKey(t testing.TB) *rsa.PublicKey {
	t.Helper()
	certificate, err := x509.ParseCertificate(specimen.Default().CertCIE)
	require.NoError(t, err)
	return certificate.PublicKey.(*rsa.PublicKey)
}

// checkSignature checks one over the SHA-256 of the data.
func checkSignature(t testing.TB, data, signature []byte) {
	t.Helper()
	h := crypto.SHA256.New()
	h.Write(data)
	assert.NoError(t, rsa.VerifyPKCS1v15(holderKey(t), crypto.SHA256, h.Sum(nil), signature))
}

// compile makes a program of C files.
func compile(t testing.TB, name string, sources ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), name)
	arguments := append([]string{
		"-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O1", "-pthread",
		"-isystem", builttest.Headers(), "-o", program,
	}, sources...)
	said, err := exec.Command("gcc", arguments...).CombinedOutput()
	require.NoError(t, err, "%s", said)
	return program
}

// run lets a program end within the time, and returns what it printed.
func (s *stage) run(t testing.TB, home string, more []string, program string, arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*patience)
	defer cancel()
	c := exec.CommandContext(ctx, program, arguments...)
	c.Env = append(s.environment(home), more...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	require.NoError(t, c.Run(), "%s %s: %s", program, slices.Clone(arguments), errs.String())
	return out.String()
}

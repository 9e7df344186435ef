//go:build linux

package clienttest

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
)

// hostRun is what one life of testdata/host.c told, and what the card saw.
type hostRun struct {
	values      map[string]int   // nanoseconds, kilobytes, counts
	steps       map[string]tally // commands up to the end of each step since the one before
	resets      map[string]int   // answers to reset, likewise
	certificate []byte           // DER
	signed      [][]byte
}

// witness tells what has reached the card so far, and how often it was reset.
type witness func() (commands tally, resets int)

func seenBy(c *virtual.Card) witness {
	return func() (tally, int) { return count(c.Counters()), int(c.State().Boots) }
}

// buildHost compiles testdata/host.c with a compiler, and perhaps a library.
func buildHost(t testing.TB, compiler, name string, libraries ...string) string {
	t.Helper()
	host := filepath.Join(t.TempDir(), name)
	arguments := append([]string{"-Wall", "-Wextra", "-Werror", "-O2", "-o", host, "testdata/host.c"}, libraries...)
	said, err := exec.Command(compiler, arguments...).CombinedOutput()
	require.NoError(t, err, "%s", said)
	return host
}

// runHost lets the host program log in once and sign twice.
func (s *stage) runHost(t testing.TB, host, home string, c *virtual.Card) hostRun {
	t.Helper()
	run := exec.Command(host, s.module)
	run.Env = s.environment(home)
	return follow(t, run, string(specimen.Default().PIN), seenBy(c))
}

// follow runs the host program and looks at the card after each step.
func follow(t testing.TB, run *exec.Cmd, pin string, look witness) hostRun {
	t.Helper()
	in, err := run.StdinPipe()
	require.NoError(t, err)
	out, err := run.StdoutPipe()
	require.NoError(t, err)
	run.Stderr = os.Stderr
	before, boots := look()
	require.NoError(t, run.Start())
	r := hostRun{values: map[string]int{}, steps: map[string]tally{}, resets: map[string]int{}}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		switch name {
		case "step":
			now, nowBoots := look()
			r.steps[value], r.resets[value] = now.minus(before), nowBoots-boots
			before, boots = now, nowBoots
			reply := ""
			if value == "pin" {
				reply = pin
			}
			_, err := io.WriteString(in, reply+"\n")
			require.NoError(t, err)
		case "signature", "certificate":
			decoded, err := hex.DecodeString(value)
			require.NoError(t, err)
			if name == "certificate" {
				r.certificate = decoded
			} else {
				r.signed = append(r.signed, decoded)
			}
		case "failed":
			t.Errorf("the host failed: %s", value)
		default:
			r.values[name], err = strconv.Atoi(value)
			require.NoError(t, err, "%s", lines.Text())
		}
	}
	require.NoError(t, lines.Err())
	require.NoError(t, run.Wait())
	require.Contains(t, r.steps, "end")
	return r
}

// checkSignatures verifies both signatures by the certificate the host read.
func (r hostRun) checkSignatures(t *testing.T) {
	t.Helper()
	certificate, err := x509.ParseCertificate(r.certificate)
	require.NoError(t, err)
	assert.Equal(t, "SPECIMEN", attribute(certificate.Subject, 4))
	require.Len(t, r.signed, 2)
	digest := bytes.Repeat([]byte{0x5a}, crypto.SHA256.Size()) // as in host.c
	for _, signature := range r.signed {
		assert.NoError(t, rsa.VerifyPKCS1v15(certificate.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest, signature))
	}
}

// budgets are the most APDUs that a login may take: slots, search, login and
// first signature together, and each signature after it.
var budgets = map[string]struct{ login, again int }{
	"unknown card": {60, 3},
	"known card":   {24, 3},
}

// TestCommandBudgets counts what a plain host costs the card: at the first
// login ever, and once the certificate is known.
func TestCommandBudgets(t *testing.T) {
	s := newStage(t)
	host := buildHost(t, "gcc", "host", "-ldl")
	home := t.TempDir()
	c := s.plug(t)
	for _, life := range []string{"unknown card", "known card"} {
		t.Run(life, func(t *testing.T) {
			r := s.runHost(t, host, home, c)
			total := r.steps["start"].apdus + r.steps["open"].apdus + r.steps["pin"].apdus + r.steps["login"].apdus + r.steps["sign"].apdus
			t.Logf("\n%s", r.table())
			assert.LessOrEqual(t, total, budgets[life].login, "whole login")
			assert.LessOrEqual(t, r.steps["sign-again"].apdus, budgets[life].again, "second signature")
			assert.Zero(t, r.steps["pin"].apdus, "polling")
			assert.Zero(t, r.resets["sign-again"], "resets by a signature")
			assert.Equal(t, tally{verify: 1, apdus: r.steps["login"].apdus}, r.steps["login"])
			for _, step := range []string{"start", "open", "sign", "sign-again", "end"} {
				assert.Equal(t, tally{apdus: r.steps[step].apdus}, r.steps[step], step)
			}
			assert.Equal(t, 1, r.values["present"], "slots with a token")
			assert.Equal(t, life == "known card", r.values["known"] == 1, "certificate seen before the login")
			assert.Zero(t, r.values["threads"], "threads added to the host")
			assert.Equal(t, specimen.Default().CertCIE, r.certificate)
			r.checkSignatures(t)
		})
	}
}

// official are the APDUs of the official module in the same steps, as measured
// with the same virtual card.
var official = map[string]string{"start": "8-10", "open": "13-14", "login": "26-31", "sign": "21-22, 2 resets", "sign-again": "21-22, 2 resets"}

// table sets the run beside the official module.
func (r hostRun) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s %14s %10s   %s\n", "step", "APDUs, resets", "time", "official module")
	times := map[string]string{"start": "tokens", "login": "login"}
	for _, step := range []string{"start", "open", "pin", "login", "sign", "sign-again", "end"} {
		took := ""
		if name, ok := times[step]; ok {
			took = fmt.Sprintf("%.1f ms", float64(r.values[name])/1e6)
		}
		name := step
		if step == "pin" {
			name = "2000 polls"
		}
		fmt.Fprintf(&b, "%-12s %10d, %2d %10s   %s\n", name, r.steps[step].apdus, r.resets[step], took, official[step])
	}
	return b.String()
}

//go:build unix

package main

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/cardtest"
)

// Secrets that are typed in these tests; the long one is malformed.
var canaries = []string{"41739628", "27182845", "85206317", "41739620", "85206310", "9081726354455463"}

func secrets() [][]byte {
	var all [][]byte
	for _, c := range canaries {
		all = append(all, []byte(c))
	}
	return all
}

// TestNoSecretEverComesOut goes through every command that takes a secret, in
// words and in JSON, well and badly ended, and looks for what was typed in
// all that came out and in every file that was left.
func TestNoSecretEverComesOut(t *testing.T) {
	home, outside := t.TempDir(), t.TempDir()
	t.Setenv("CIENTRO_HOME", home)
	t.Setenv("FAKE_READERS", "Reader=cie:"+filepath.Join(outside, "card.json"))
	t.Setenv("FAKE_JOURNAL", filepath.Join(home, "journal.json"))
	const pin, newPIN, puk, wrong, wrongPUK, long = 0, 1, 2, 3, 4, 5
	steps := []struct {
		args  string
		typed []int
		fault string
		exit  int
	}{
		{"pin verify", []int{pin}, "", app.ExitOK},
		{"--json pin verify", []int{long}, "", app.ExitUsage},
		{"pin verify", []int{wrong}, "", app.ExitWrong},
		{"--json pin verify", []int{pin}, "bad-mac@1/20", app.ExitLost},
		{"--confirm-last-try pin verify", []int{pin}, "", app.ExitOK},
		{"pin change", []int{pin, long}, "", app.ExitUsage},
		{"--json pin change", []int{pin, pin}, "", app.ExitUsage},
		{"--json pin change", []int{pin, newPIN}, "", app.ExitOK},
		{"pin change", []int{wrong, pin}, "", app.ExitWrong},
		{"pin unblock", []int{wrongPUK, newPIN}, "", app.ExitWrong},
		{"--json pin unblock", []int{puk, pin}, "", app.ExitOK},
		{"certificate --show-personal", []int{pin}, "", app.ExitOK},
		{"--json certificate --pem", []int{pin}, "", app.ExitOK},
		{"--json sign " + os.Args[0], []int{pin}, "", app.ExitOK},
		{"sign " + os.Args[0], []int{pin}, "lost-after@2/88", app.ExitLost},
		{"--json pin change", []int{pin, newPIN}, "lost-before@1/24", app.ExitLost},
		{"--json pin verify", []int{pin}, "random@1/20", app.ExitLost},
	}
	var out bytes.Buffer
	for i, s := range steps {
		t.Setenv("FAKE_FAULT", s.fault)
		var lines string
		for _, secret := range s.typed {
			lines += canaries[secret] + "\n"
		}
		args := append(strings.Fields(s.args), "--lang", []string{"it", "en"}[i%2], "--trace", filepath.Join(home, "trace.txt"))
		code := runTyping(t, lines, &out, args...)
		assert.Equal(t, s.exit, code, "step %d: %s", i, s.args)
		trace, err := os.ReadFile(filepath.Join(home, "trace.txt"))
		if err == nil {
			out.Write(trace)
		}
	}
	require.Greater(t, out.Len(), 10000, "nothing to look at")
	cardtest.AssertNoCanary(t, out.Bytes(), secrets()...)
	files := 0
	require.NoError(t, filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		cardtest.AssertNoCanary(t, content, secrets()...)
		files++
		return err
	}))
	assert.Greater(t, files, 2)
}

// TestTheSearchFindsWhatLeaks: the same search over a program that leaks.
func TestTheSearchFindsWhatLeaks(t *testing.T) {
	assert.NotEmpty(t, cardtest.FindCanary([]byte("level=debug pin=41739628"), []byte(canaries[0])))
	assert.NotEmpty(t, cardtest.FindCanary([]byte("apdu 00200081083431373339363238"), []byte(canaries[0])))
}

// runTyping runs the program in this process, with lines on standard input
// that is no terminal.
func runTyping(t *testing.T, lines string, out *bytes.Buffer, args ...string) int {
	t.Helper()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	go func() {
		_, _ = write.WriteString(lines)
		_ = write.Close()
	}()
	defer func() { _ = read.Close() }()
	return run(args, surroundings{
		stdin: read, stdout: out, stderr: out, getenv: os.Getenv, rand: rand.Reader, now: time.Now, readers: openFakes,
	})
}

// TestTenMegabytesOfPIN: not more than a line's worth is read, and not one
// command goes out.
func TestTenMegabytesOfPIN(t *testing.T) {
	t.Setenv("CIENTRO_HOME", t.TempDir())
	t.Setenv("FAKE_READERS", "Reader=cie:"+filepath.Join(t.TempDir(), "card.json"))
	journal := filepath.Join(t.TempDir(), "journal.json")
	t.Setenv("FAKE_JOURNAL", journal)
	for _, command := range []string{"verify", "change", "unblock"} {
		var out bytes.Buffer
		code := runTyping(t, strings.Repeat("4", 10<<20), &out, "--json", "pin", command)
		assert.Equal(t, app.ExitUsage, code)
		assert.Contains(t, out.String(), `"kind":"bad-format"`)
		raw, err := os.ReadFile(journal)
		require.NoError(t, err)
		assert.Contains(t, string(raw), `"apdus":0,`)
	}
}

//go:build linux

package stubtest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/builttest"
)

// needsModule skips what wants more than a compiler.
func needsModule(t testing.TB) {
	t.Helper()
	builttest.Need(t, "needs valgrind, p11-kit and the built programs")
}

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "cientro" {
		agentMain()
		return
	}
	code := m.Run()
	if built.folder != "" {
		_ = os.RemoveAll(built.folder)
	}
	os.Exit(code)
}

// built is what all tests share: the library, made by the Makefile's own rule,
// and the host.
var built struct {
	once   sync.Once
	folder string
	err    error
	output []byte
}

func build(t testing.TB) string {
	t.Helper()
	built.once.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "stubtest"); built.err != nil {
			return
		}
		library := filepath.Join(built.folder, "libcientro-pkcs11.so")
		for _, command := range [][]string{
			{"make", "-s", "-C", "../../..", "STUB_LIBRARY=" + library, "STUB_AGENT=" + noAgent, library},
			append(compiler("-o", filepath.Join(built.folder, "host")), sources(t, "host/*.c")...),
			append(compiler("-o", filepath.Join(built.folder, "lookaround")), "agents/lookaround.c"),
		} {
			c := exec.Command(command[0], command[1:]...)
			c.Env = withoutMake(os.Environ())
			if built.output, built.err = c.CombinedOutput(); built.err != nil {
				return
			}
		}
	})
	require.NoError(t, built.err, "%s", built.output)
	return built.folder
}

// noAgent is a path at which there is nothing.
const noAgent = "/nonexistent/cientro"

func compiler(more ...string) []string {
	return append([]string{
		"gcc", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-pthread",
		"-isystem", builttest.Headers(),
	}, more...)
}

func sources(t testing.TB, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

// ownSources are those of the library on this system.
func ownSources(t testing.TB) []string {
	t.Helper()
	return slices.DeleteFunc(sources(t, "../*.c"), func(name string) bool { return strings.HasSuffix(name, "_windows.c") })
}

// withoutMake drops what a make above hands down.
func withoutMake(environment []string) []string {
	var kept []string
	for _, v := range environment {
		if !strings.HasPrefix(v, "MAKE") && !strings.HasPrefix(v, "MFLAGS") {
			kept = append(kept, v)
		}
	}
	return kept
}

// stand is a folder with the library and an agent beside it, and a state folder.
type stand struct {
	t           testing.TB
	library     string
	home        string
	environment []string
	wrapper     []string // valgrind, for one
	hostProgram string   // empty: the one all share
	limit       time.Duration
}

func newStand(t testing.TB) *stand {
	t.Helper()
	from := filepath.Join(build(t), "libcientro-pkcs11.so")
	folder := t.TempDir()
	s := &stand{t: t, library: filepath.Join(folder, "libcientro-pkcs11.so"), home: homeFor(t), limit: 2 * time.Minute}
	s.replace(from)
	s.environment = []string{"CIENTRO_HOME=" + s.home, "PATH=" + os.Getenv("PATH")}
	return s
}

// replace copies a library there.
func (s *stand) replace(from string) {
	s.t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(s.library, content, 0o755))
}

// agent puts a program beside the library.
func (s *stand) agent(program string) *stand {
	s.t.Helper()
	require.NoError(s.t, os.Symlink(program, filepath.Join(filepath.Dir(s.library), "cientro")))
	return s
}

// agentScript does so with a shell script, which says its process id first.
func (s *stand) agentScript(lines ...string) *stand {
	s.t.Helper()
	script := "#!/bin/sh\necho $$ > \"$CIENTRO_HOME/agent.pid\"\n" + strings.Join(lines, "\n") + "\n"
	require.NoError(s.t, os.WriteFile(filepath.Join(filepath.Dir(s.library), "cientro"), []byte(script), 0o755))
	return s
}

// double puts this test binary there.
func (s *stand) double() *stand {
	s.t.Helper()
	self, err := os.Executable()
	require.NoError(s.t, err)
	return s.agent(self)
}

// host runs a scenario, which must succeed, and returns what it printed.
func (s *stand) host(scenario string) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), s.limit)
	defer cancel()
	program := s.hostProgram
	if program == "" {
		program = filepath.Join(build(s.t), "host")
	}
	command := append(append([]string{}, s.wrapper...), program, s.library, scenario)
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Env = s.environment
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	c.WaitDelay = time.Second // whoever it left behind may hold these open
	err := c.Run()
	require.NoError(s.t, err, "%s: %s", scenario, errs.String())
	require.Empty(s.t, errs.String(), scenario)
	return out.String()
}

// log is what the stand-in for the agent noted.
func (s *stand) log() string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.home, "agent.log"))
	require.NoError(s.t, err)
	return string(text)
}

// homeFor is a folder that an agent, left behind by its host, may still be
// writing to when the test ends.
func homeFor(t testing.TB) string {
	t.Helper()
	home, err := os.MkdirTemp("", "cientro-home")
	require.NoError(t, err)
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return os.RemoveAll(home) == nil }, 10*time.Second, 20*time.Millisecond)
	})
	return home
}

//go:build linux

package stubtest

import (
	"debug/elf"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Scenarios of host/ for any agent; those under forEvents want one that has slot
// events, which p11-kit's server with SoftHSM has not.
var (
	forAnyAgent = []string{
		"lists", "uninitialized", "initialize", "null_arguments", "lengths", "attributes", "sessions", "bulk",
		"forks", "fork_storm", "bare_clone",
		"quiet_parent", "sigpipe", "death_between", "death_in_flight", "death_in_login", "hung_agent",
		"untouched", "cycles", "dropped", "closed_standard", "left_behind",
		"parallel", "one_initialize", "finalize_races", "signals", "latency",
	}
	forEvents = []string{"slot_event", "slot_event_death"}
)

func TestHost(t *testing.T) {
	for _, scenario := range append(slices.Clone(forAnyAgent), forEvents...) {
		t.Run(scenario, func(t *testing.T) {
			s := newStand(t).double()
			s.environment = append(s.environment, "ROUNDS=20")
			s.host(scenario)
		})
	}
}

// A PIN goes out once, whatever becomes of the agent, and an agent that follows
// is told how many slots the host knows.
func TestDeathOfTheAgentRepeatsNoLogin(t *testing.T) {
	s := newStand(t).double()
	s.host("death_in_login")
	assert.Equal(t, 1, strings.Count(s.log(), "login 41739628"), "the first one died with its agent")
	assert.Equal(t, 1, strings.Count(s.log(), "initialize \n"))
	assert.Equal(t, 1, strings.Count(s.log(), "initialize cientro-restart:1\n"))
}

func TestNoAgent(t *testing.T) {
	t.Run("none", func(t *testing.T) { newStand(t).host("missing_agent") })
	t.Run("a folder", func(t *testing.T) {
		s := newStand(t)
		require.NoError(t, os.Mkdir(filepath.Join(filepath.Dir(s.library), "cientro"), 0o755))
		s.host("missing_agent")
	})
	t.Run("one that ends", func(t *testing.T) { newStand(t).agent("/bin/true").host("missing_agent") })
	t.Run("one that talks", func(t *testing.T) { newStand(t).agent("/bin/echo").host("missing_agent") })
	t.Run("no program", func(t *testing.T) {
		s := newStand(t)
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(s.library), "cientro"), []byte("text"), 0o755))
		s.host("missing_agent")
	})
	t.Run("another in PATH", func(t *testing.T) {
		s := newStand(t)
		folder := t.TempDir()
		self, err := os.Executable()
		require.NoError(t, err)
		require.NoError(t, os.Symlink(self, filepath.Join(folder, "cientro")))
		s.environment = append(s.environment, "PATH="+folder)
		s.host("missing_agent")
	})
}

// The agent is beside the library itself, not beside a link to it.
func TestAgentBesideTheLibrary(t *testing.T) {
	s := newStand(t).double()
	link := filepath.Join(t.TempDir(), "linked.so")
	require.NoError(t, os.Symlink(s.library, link))
	s.library = link
	s.host("sessions")
}

func TestSurroundingsOfTheAgent(t *testing.T) {
	s := newStand(t)
	s.agent(filepath.Join(build(t), "lookaround"))
	s.environment = append(s.environment,
		"HOME=/h", "XDG_RUNTIME_DIR=/x", "XDG_CONFIG_HOME=/c", "DISPLAY=:9", "WAYLAND_DISPLAY=w", "XAUTHORITY=/a",
		"DBUS_SESSION_BUS_ADDRESS=unix:x", "LANG=it_IT.UTF-8", "LC_ALL=C", "LC_MESSAGES=C", "PCSCLITE_CSOCK_NAME=/p",
		"LD_BIND_NOW=1", "LD_DEBUG_OUTPUT=/tmp/x", "GODEBUG=x=1", "HOMEPAGE=no", "LANGUAGE=no", "XDGX=no", "SSH_CONNECTION=no",
		"GOTRACEBACK=crash", "IFS= ",
	)
	file, err := os.Open("/etc/hostname")
	require.NoError(t, err)
	defer file.Close()
	s.host("missing_agent")
	text, err := os.ReadFile(filepath.Join(s.home, "surroundings"))
	require.NoError(t, err)
	seen := map[string][]string{}
	for line := range strings.Lines(strings.TrimSpace(string(text))) {
		what, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		seen[what] = append(seen[what], value)
	}
	slices.Sort(seen["variable"])
	assert.Equal(t, []string{
		"CIENTRO_HOME", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "HOME", "LANG", "LC_ALL", "LC_MESSAGES",
		"PCSCLITE_CSOCK_NAME", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
	}, seen["variable"])
	assert.Equal(t, []string{"cientro", "agent"}, seen["argument"])
	assert.Equal(t, []string{"/"}, seen["directory"])
	assert.Equal(t, []string{"1"}, seen["leader"])
	assert.Empty(t, seen["blocked"])
	assert.Empty(t, seen["disposed"])
	require.Len(t, seen["fd"], 3, "%s", text)
	assert.Regexp(t, `^0 socket:`, seen["fd"][0])
	assert.Equal(t, strings.TrimPrefix(seen["fd"][0], "0"), strings.TrimPrefix(seen["fd"][1], "1"))
	assert.Equal(t, "2 /dev/null", seen["fd"][2])
}

// An agent ends with its host even if that says nothing.
func TestHostThatJustEnds(t *testing.T) {
	s := newStand(t).double()
	agent, err := strconv.Atoi(strings.TrimSpace(s.host("left_behind")))
	require.NoError(t, err)
	assert.Eventually(t, func() bool { return syscall.Kill(agent, 0) != nil || isZombie(agent) }, 20*time.Second, 5*time.Millisecond)
}

// isZombie tells whether a process waits for an init that reaps late.
func isZombie(process int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(process) + "/stat")
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func TestHardening(t *testing.T) {
	file, err := elf.Open(filepath.Join(build(t), "libcientro-pkcs11.so"))
	require.NoError(t, err)
	defer file.Close()

	symbols, err := file.DynamicSymbols()
	require.NoError(t, err)
	var exported, imported []string
	for _, s := range symbols {
		if s.Section != elf.SHN_UNDEF {
			exported = append(exported, s.Name)
		} else {
			imported = append(imported, s.Name)
		}
	}
	assert.Len(t, exported, 68+24, "2.40 and what 3.0 added")
	for _, name := range exported {
		assert.True(t, strings.HasPrefix(name, "C_"), name)
	}
	assert.Contains(t, imported, "__stack_chk_fail")
	for _, never := range []string{"getenv", "execvp", "system", "popen", "fork", "signal", "pthread_create", "printf"} {
		assert.NotContains(t, imported, never)
	}
	libraries, err := file.ImportedLibraries()
	require.NoError(t, err)
	for _, l := range libraries {
		assert.Regexp(t, `^(libc|libpthread|libdl|ld-linux.*)\.so`, l)
	}
	flags, err := file.DynValue(elf.DT_FLAGS)
	require.NoError(t, err)
	assert.NotZero(t, flags[0]&uint64(elf.DF_BIND_NOW))
	kinds := map[elf.ProgType]*elf.Prog{}
	for _, p := range file.Progs {
		kinds[p.Type] = p
		if p.Type == elf.PT_LOAD {
			assert.NotEqual(t, elf.PF_W|elf.PF_X, p.Flags&(elf.PF_W|elf.PF_X), "writable code")
		}
	}
	assert.Contains(t, kinds, elf.PT_GNU_RELRO)
	require.Contains(t, kinds, elf.PT_GNU_STACK)
	assert.Zero(t, kinds[elf.PT_GNU_STACK].Flags&elf.PF_X)
	info, err := os.Stat(filepath.Join(build(t), "libcientro-pkcs11.so"))
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(256<<10))
}

//go:build linux

package stubtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/builttest"
)

// shorten cuts what repeats itself. Where CIENTRO_TEST_ALL is set, every scenario
// meets every agent and repeats itself as often as the host asks; else the long
// ones are cut, and SoftHSM and the sanitizers judge what no other test does.
func (s *stand) shorten(scenario string) *stand {
	rounds, long := map[string]string{"cycles": "300", "fork_storm": "30"}[scenario]
	if long && !builttest.All() {
		s.environment = append(s.environment, "ROUNDS="+rounds)
	}
	return s
}

func run(t testing.TB, environment []string, command ...string) string {
	t.Helper()
	c := exec.Command(command[0], command[1:]...)
	c.Env = append(os.Environ(), environment...)
	output, err := c.CombinedOutput()
	require.NoError(t, err, "%q: %s", command, output)
	return string(output)
}

// softHSM puts p11-kit's server beside the library, as the agent: a judge that
// knows nothing of ours. Debian's 0.24 speaks version 0 of the wire.
func softHSM(t *testing.T) *stand {
	s := newStand(t)
	folder := t.TempDir()
	configuration := filepath.Join(folder, "softhsm2.conf")
	tokens := filepath.Join(folder, "tokens")
	require.NoError(t, os.Mkdir(tokens, 0o700))
	require.NoError(t, os.WriteFile(configuration, []byte("directories.tokendir = "+tokens+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600))
	environment := []string{"SOFTHSM2_CONF=" + configuration}
	const module = "/usr/lib/softhsm/libsofthsm2.so"
	run(t, environment, "softhsm2-util", "--init-token", "--free", "--label", "stub", "--pin", doublePIN, "--so-pin", "85206317")
	run(t, environment, "pkcs11-tool", "--module", module, "--login", "--pin", doublePIN,
		"--keypairgen", "--key-type", "rsa:2048", "--id", "01", "--label", "key")
	return s.agentScript("SOFTHSM2_CONF="+configuration, "export SOFTHSM2_CONF", "exec p11-kit remote "+module)
}

// ours puts our own agent there, with the virtual card.
func ours(t testing.TB) *stand {
	s := newStand(t)
	program := builttest.File(t, "cientro")
	state := []string{"CIENTRO_HOME=" + s.home}
	run(t, state, program, "virtual", "new")
	run(t, state, program, "virtual", "enable")
	return s.agentScript("exec '" + program + "' agent")
}

func TestHostWithSoftHSM(t *testing.T) {
	needsModule(t)
	scenarios := []string{"lengths", "attributes", "sessions", "bulk", "death_between", "death_in_login", "parallel", "forks"}
	if builttest.All() {
		scenarios = forAnyAgent
	}
	for _, scenario := range scenarios {
		t.Run(scenario, func(t *testing.T) { softHSM(t).shorten(scenario).host(scenario) })
	}
}

func TestHostWithOurAgent(t *testing.T) {
	needsModule(t)
	for _, scenario := range append(slices.Clone(forAnyAgent), forEvents...) {
		t.Run(scenario, func(t *testing.T) { ours(t).shorten(scenario).host(scenario) })
	}
}

// Our agent watches its host: a child that still holds the socket, which the
// library closes only if it can, keeps no card logged in.
func TestOurAgentOutlivesNoHost(t *testing.T) {
	needsModule(t)
	s := ours(t)
	agent, err := strconv.Atoi(strings.TrimSpace(s.host("child_sleeps")))
	require.NoError(t, err)
	assert.Eventually(t, func() bool { return syscall.Kill(agent, 0) != nil || isZombie(agent) }, 20*time.Second, 5*time.Millisecond)
}

// Other programs than ours load it, too.
func TestOtherHosts(t *testing.T) {
	needsModule(t)
	s := softHSM(t)
	output := run(t, s.environment, "pkcs11-tool", "--module", s.library, "--login", "--pin", doublePIN, "--list-objects")
	assert.Contains(t, output, "Private Key Object; RSA")
	// The one mechanism with a parameter, in the form of version 0.
	text, signature := filepath.Join(s.home, "text"), filepath.Join(s.home, "signature")
	require.NoError(t, os.WriteFile(text, bytes.Repeat([]byte{7}, 32), 0o600))
	tool := []string{"pkcs11-tool", "--module", s.library, "--login", "--pin", doublePIN, "--id", "01",
		"--mechanism", "RSA-PKCS-PSS", "--hash-algorithm", "SHA256", "--input-file", text}
	run(t, s.environment, append(tool, "--sign", "--output-file", signature)...)
	run(t, s.environment, append(tool, "--verify", "--signature-file", signature)...)

	output = run(t, s.environment, "p11tool", "--provider", s.library, "--list-tokens")
	assert.Contains(t, output, "token=stub")
}

// Under valgrind: no error, and of memory nothing left. Children of fork end
// without unloading the library; for them only what is lost counts.
func TestValgrind(t *testing.T) {
	needsModule(t)
	common := []string{"valgrind", "-q", "--error-exitcode=9", "--leak-check=full", "--track-fds=no"}
	whole := append(slices.Clone(common), "--child-silent-after-fork=yes", "--show-leak-kinds=all", "--errors-for-leak-kinds=all")
	lost := append(slices.Clone(common), "--show-leak-kinds=definite,indirect", "--errors-for-leak-kinds=definite,indirect")
	for scenario, wrapper := range map[string][]string{
		"lists": whole, "uninitialized": whole, "initialize": whole, "null_arguments": whole, "lengths": whole, "attributes": whole,
		"sessions": whole, "bulk": whole, "death_between": whole, "death_in_flight": whole, "dropped": whole, "cycles": whole,
		"parallel": lost, "slot_event": lost, "forks": lost, "bare_clone": lost,
	} {
		t.Run(scenario, func(t *testing.T) {
			s := ours(t)
			s.wrapper = wrapper
			s.environment = append(s.environment, "ROUNDS=5")
			s.host(scenario)
		})
	}
}

// sanitized builds library and host anew with what finds mistakes at run time.
func sanitized(t *testing.T, folder, kind string) (library, host string) {
	t.Helper()
	library, host = filepath.Join(folder, "libcientro-pkcs11.so"), filepath.Join(folder, "host")
	run(t, nil, append(compiler("-fsanitize="+kind, "-fno-sanitize-recover=all", "-shared", "-fPIC", "-o", library,
		"-Dclone=plain_fork", "-Wno-implicit-function-declaration", "agents/plainfork.c"), ownSources(t)...)...)
	run(t, nil, append(compiler("-fsanitize="+kind, "-fno-sanitize-recover=all", "-o", host), sources(t, "host/*.c")...)...)
	return library, host
}

func TestSanitizers(t *testing.T) {
	needsModule(t)
	builttest.NeedAll(t, "takes minutes")
	for kind, scenarios := range map[string][]string{
		"address,undefined": {"initialize", "null_arguments", "lengths", "attributes", "sessions", "bulk", "death_between", "parallel", "slot_event"},
		"thread":            {"parallel", "slot_event", "one_initialize", "finalize_races", "death_in_flight", "slot_event_death"},
	} {
		library, host := sanitized(t, t.TempDir(), kind)
		for _, scenario := range scenarios {
			t.Run(kind+"/"+scenario, func(t *testing.T) {
				s := ours(t)
				s.replace(library)
				s.hostProgram = host
				s.environment = append(s.environment, "ASAN_OPTIONS=detect_leaks=1", "ROUNDS=10")
				s.host(scenario)
			})
		}
	}
}

// The aims: loaded and initialized in 2 ms, slots in 30 ms, a round trip in
// 60 µs. Printed, because a busy machine tells nothing of it.
func BenchmarkStart(b *testing.B) {
	needsModule(b)
	s := ours(b)
	var sums [4]float64
	for range b.N {
		fields := strings.Fields(s.host("latency"))
		require.Len(b, fields, len(sums))
		for i, f := range fields {
			n, err := strconv.ParseFloat(f, 64)
			require.NoError(b, err)
			sums[i] += n
		}
	}
	for i, unit := range []string{"µs-load", "µs-first-slots", "µs-round-trip", "µs-round-trip-99th"} {
		b.ReportMetric(sums[i]/float64(b.N), unit)
	}
}

//go:build linux

package clienttest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
	"cientro/pkcs11module/builttest"
)

// wineVariable must be 1 for the test of what is built for Windows.
const wineVariable = "CIENTRO_TEST_WINE"

const mingw = "x86_64-w64-mingw32-gcc"

// TestUnderWine loads the library built for Windows into a host program for
// Windows, which starts the agent for Windows, logs in and signs twice. wine has
// no PC/SC, so the card is the virtual one that the agent offers.
func TestUnderWine(t *testing.T) {
	if os.Getenv(wineVariable) != "1" {
		t.Skipf("runs the programs built for Windows: set %s=1, with wine64 and mingw-w64", wineVariable)
	}
	w := newWine(t)
	// A folder like those of installed programs: with a space in its name.
	programs := filepath.Join(w.dir, "Program Files", "CIEntro")
	require.NoError(t, os.MkdirAll(programs, 0o700))
	for _, name := range []string{"cientro.exe", "cientro-pkcs11.dll"} {
		copyFile(t, builttest.File(t, filepath.Join("windows-amd64", name)), filepath.Join(programs, name))
	}
	host := buildHost(t, mingw, "host.exe")
	agent := filepath.Join(programs, "cientro.exe")
	for _, command := range []string{"new", "enable"} {
		said, err := w.command(agent, "virtual", command).CombinedOutput()
		require.NoError(t, err, "%s", said)
	}
	for _, known := range []int{0, 1} {
		r := follow(t, w.command(host, windowsPath(filepath.Join(programs, "cientro-pkcs11.dll"))), string(specimen.Default().PIN), w.look)
		t.Logf("loaded in %.1f ms, first list %.1f ms, round trip %.0f µs", float64(r.values["load"])/1e6, float64(r.values["first"])/1e6,
			float64(r.values["roundtrip"])/1e3)
		assert.Equal(t, 1, r.values["present"], "slots with a token")
		assert.Equal(t, known, r.values["known"], "certificate seen before the login")
		r.checkSignatures(t)
		assert.Equal(t, 3, w.card(t).PIN.TriesLeft)
		assert.Eventually(t, func() bool { return !runs(agent) }, 30*time.Second, 50*time.Millisecond, "the agent outlives its host")
	}
}

// TestRegistryUnderWine runs the test of the administrator's policy, which reads and
// writes the registry, as it is compiled for Windows.
func TestRegistryUnderWine(t *testing.T) {
	if os.Getenv(wineVariable) != "1" {
		t.Skipf("runs a test compiled for Windows: set %s=1, with wine64 and mingw-w64", wineVariable)
	}
	w := newWine(t)
	program := filepath.Join(w.dir, "settings.test.exe")
	build := exec.Command("go", "test", "-c", "-o", program, "cientro/app/settings")
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	// Into a file: wine's services may inherit what it speaks into.
	out, err := os.Create(filepath.Join(w.dir, "said"))
	require.NoError(t, err)
	defer out.Close()
	test := w.command(program, "-test.v", "-test.run", "^TestPolicyInTheRegistry$")
	test.Stdout, test.Stderr = out, out
	failed := test.Run()
	said, err = os.ReadFile(out.Name())
	require.NoError(t, err)
	require.NoError(t, failed, "%s", said)
	assert.Contains(t, string(said), "--- PASS: TestPolicyInTheRegistry")
}

// wine is a prefix of the test's own.
type wine struct {
	t           *testing.T
	program     string
	dir, prefix string
}

func newWine(t *testing.T) *wine {
	t.Helper()
	w := &wine{t: t, dir: t.TempDir()}
	w.prefix = filepath.Join(w.dir, "prefix")
	for _, name := range []string{"wine64", "/usr/lib/wine/wine64"} {
		if path, err := exec.LookPath(name); err == nil {
			w.program = path
			break
		}
	}
	require.NotEmpty(t, w.program, "wine64 is missing: packaging/linux/setup.sh wine")
	// What it says is not read: the services that it starts inherit what it speaks
	// into, and a pipe would not end before they do.
	require.NoError(t, w.command("wineboot", "--init").Run())
	t.Cleanup(func() {
		// Of this prefix only, by the variable WINEPREFIX.
		server := filepath.Join(filepath.Dir(w.program), "wineserver")
		if _, err := os.Stat(server); err != nil {
			server = "/usr/lib/wine/wineserver"
		}
		end := exec.Command(server, "-k")
		end.Env = w.environment()
		_ = end.Run()
	})
	system := filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	if _, err := os.Stat(system); err != nil {
		said, err := exec.Command(mingw, "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-o", system,
			"testdata/windows/bcryptprimitives.c", "-ladvapi32").CombinedOutput()
		require.NoError(t, err, "%s", said)
	}
	return w
}

func (w *wine) home() string { return filepath.Join(w.dir, "home") }

func (w *wine) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "WINEPREFIX=" + w.prefix, "WINEDEBUG=-all",
		"WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=", "CIENTRO_HOME=" + windowsPath(w.home())}
}

func (w *wine) command(arguments ...string) *exec.Cmd {
	c := exec.Command(w.program, arguments...)
	c.Env = w.environment()
	return c
}

// card asks our program for this system, which reads the same files.
func (w *wine) card(t testing.TB) (state struct {
	PIN   struct{ TriesLeft int }
	Boots int
}) {
	t.Helper()
	show := exec.Command(builttest.File(t, "cientro"), "--json", "virtual", "show")
	show.Env = []string{"HOME=" + w.dir, "CIENTRO_HOME=" + w.home()}
	said, err := show.Output()
	require.NoError(t, err, "%s", said)
	require.NoError(t, json.Unmarshal(said, &state))
	return state
}

// look is a witness of resets only: the card lives in the agent.
func (w *wine) look() (tally, int) { return tally{}, w.card(w.t).Boots }

// windowsPath is an absolute path as wine's drive Z has it.
func windowsPath(path string) string { return "Z:" + strings.ReplaceAll(path, "/", `\`) }

// runs tells whether a process was started with the program's path.
func runs(program string) bool {
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range commands {
		text, _ := os.ReadFile(file)
		line := strings.ReplaceAll(string(text), `\`, "/")
		if strings.Contains(line, program) && strings.Contains(line, "agent") {
			return true
		}
	}
	return false
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, content, 0o700))
}

package twice

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// builder is somebody who builds, in a folder.
type builder struct {
	folder, umask string
	environment   []string
}

// builders returns two who have little in common.
func builders(t *testing.T) (one, other builder) {
	t.Helper()
	base := t.TempDir()
	make := func(umask string, path ...string) builder {
		folder := filepath.Join(append([]string{base}, path...)...)
		home := filepath.Join(folder, "home")
		for _, name := range []string{home, filepath.Join(folder, "tmp"), filepath.Join(folder, "src")} {
			require.NoError(t, os.MkdirAll(name, 0o700))
		}
		return builder{folder, umask, []string{"HOME=" + home, "TMPDIR=" + filepath.Join(folder, "tmp"), "GOTMPDIR="}}
	}
	one = make("022", "a")
	one.environment = append(one.environment, "TZ=UTC", "LC_ALL=C", "USER=anna", "LOGNAME=anna", "GOMAXPROCS=1")
	other = make("077", "another", "whose-path-is-quite-a-lot-longer", "than-the-first-one")
	other.environment = append(other.environment, "TZ=Asia/Kathmandu", "LC_ALL=it_IT.UTF-8", "USER=bruno", "LOGNAME=bruno")
	return one, other
}

// run runs a command in the sources of a builder, with further variables.
func (b builder) run(t *testing.T, variables []string, command ...string) string {
	t.Helper()
	c := exec.Command("sh", append([]string{"-c", "umask " + b.umask + ` && exec "$@"`, "sh"}, command...)...)
	c.Dir = filepath.Join(b.folder, "src")
	c.Env = append(append(os.Environ(), b.environment...), variables...)
	said, err := c.CombinedOutput()
	require.NoError(t, err, "%s\n%s", strings.Join(command, " "), said)
	return string(said)
}

// tool builds one of the commands beside this package.
func tool(t *testing.T, name string) string {
	t.Helper()
	made := filepath.Join(t.TempDir(), name)
	said, err := exec.Command("go", "build", "-o", made, "../"+name).CombinedOutput()
	require.NoError(t, err, string(said))
	return made
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	said, err := exec.Command("go", "env", name).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(said))
}

// copySources copies what git would, changed files included.
func copySources(t *testing.T, to string) {
	t.Helper()
	const root = "../../.."
	list := `git ls-files -z --cached --others --exclude-standard 2>/dev/null || find . -type d \( -name .git -o -name build -o -name dist \) -prune -o -type f -print0`
	said, err := exec.Command("sh", "-c", "cd "+root+" && { "+list+"; } | tar --null --ignore-failed-read -T - -c | tar -x -C '"+to+"'").CombinedOutput()
	require.NoError(t, err, string(said))
	require.FileExists(t, filepath.Join(to, "Makefile"))
}

// TestTwoBuildersOneResult builds the command line and the library twice. The
// second time every package of ours is compiled anew, in a folder of another
// length; modules of others come from the cache. So it proves that nothing of ours
// brings a path, a time, a name or an order of files into a program. That nothing of
// others does, with a cache of its own each time, is proved by the long form.
func TestTwoBuildersOneResult(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_BUILDS") != "1" {
		t.Skip("make reproducible runs it")
	}
	one, other := builders(t)
	copySources(t, filepath.Join(one.folder, "src"))
	copySources(t, filepath.Join(other.folder, "src"))
	shared := goEnv(t, "GOCACHE")
	caches := []string{"GOCACHE=" + shared, "GOMODCACHE=" + goEnv(t, "GOMODCACHE"), "GOENV=" + goEnv(t, "GOENV")}
	gocmd, err := exec.LookPath("go")
	require.NoError(t, err)
	command := []string{"make", "GO=" + gocmd, "VERSION=v0.0.0-twice", "build-command", "build/libcientro-pkcs11.so"}

	one.run(t, caches, command...)

	// Which packages are ours, as the Makefile has them compiled.
	flags := strings.Fields(one.run(t, caches, "make", "-s", "show-compiled"))
	list := append([]string{gocmd, "list", "-deps", "-export", "-f", "{{with .Module}}{{if .Main}}{{$.BuildID}}{{end}}{{end}}"}, flags...)
	ours := one.run(t, caches, append(list, "./app/cientro")...)
	count := len(strings.Fields(ours))
	require.Greater(t, count, 20, "packages of ours in the command line")
	forget, written, own := filepath.Join(other.folder, "forget"), filepath.Join(other.folder, "report"), filepath.Join(other.folder, "own")
	require.NoError(t, os.WriteFile(forget, []byte(ours), 0o600))
	require.NoError(t, os.Mkdir(own, 0o700))
	fresh := strings.Join([]string{tool(t, "freshcache"), "-shared", shared, "-own", own, "-forget", forget, "-report", written}, " ")

	other.run(t, append(caches, "GOCACHEPROG="+fresh), command...)

	raw, err := os.ReadFile(written)
	require.NoError(t, err)
	var report struct {
		Forgotten, Compiled int
		Other               []string
	}
	require.NoError(t, json.Unmarshal(raw, &report))
	assert.GreaterOrEqual(t, report.Compiled, count-1, "packages of ours were not compiled anew, so nothing is proved")
	assert.Empty(t, report.Other, "packages that came out otherwise, by the beginning of their build ID")

	same := tool(t, "samebytes")
	for _, name := range []string{"cientro", "libcientro-pkcs11.so"} {
		first, second := filepath.Join(one.folder, "src/build", name), filepath.Join(other.folder, "src/build", name)
		for _, path := range []string{first, second} { // umask is the packages' matter
			require.NoError(t, os.Chmod(path, 0o755))
		}
		said, err := exec.Command(same, first, second).CombinedOutput()
		assert.NoError(t, err, "%s:\n%s", name, said)
	}
}

// TestTwoBuildersOneLibraryForWindows: its linker has ideas of its own of what to
// make of a path.
func TestTwoBuildersOneLibraryForWindows(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_BUILDS") != "1" {
		t.Skip("make reproducible runs it")
	}
	if _, err := exec.LookPath("x86_64-w64-mingw32-gcc"); err != nil {
		t.Skip("mingw-w64 is not installed: packaging/linux/setup.sh wine")
	}
	const name = "cientro-pkcs11.dll"
	one, other := builders(t)
	var made []string
	for _, b := range []builder{one, other} {
		copySources(t, filepath.Join(b.folder, "src"))
		library := filepath.Join(b.folder, name)
		b.run(t, nil, "make", "-s", "STUB_DLL="+library, library)
		require.NoError(t, os.Chmod(library, 0o755))
		made = append(made, library)
	}
	said, err := exec.Command(tool(t, "samebytes"), made...).CombinedOutput()
	assert.NoError(t, err, "%s", said)
}

// TestAPathInAProgramIsFound plants the fault: a program that is built without
// -trimpath tells where, and it is told where in it. With the flag it is the same.
func TestAPathInAProgramIsFound(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_BUILDS") != "1" {
		t.Skip("make reproducible runs it")
	}
	one, other := builders(t)
	caches := []string{"GOCACHE=" + goEnv(t, "GOCACHE"), "GOMODCACHE=" + goEnv(t, "GOMODCACHE"), "GOFLAGS=-buildvcs=false"}
	build := func(flags ...string) string {
		var made []string
		for _, b := range []builder{one, other} {
			src := filepath.Join(b.folder, "src")
			require.NoError(t, os.WriteFile(filepath.Join(src, "go.mod"), []byte("module planted\n\ngo 1.26\n"), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(src, "main.go"), []byte("package main\n\nfunc main() { panic(1) }\n"), 0o600))
			b.run(t, caches, append(append([]string{"go", "build", "-o", "made"}, flags...), ".")...)
			require.NoError(t, os.Chmod(filepath.Join(src, "made"), 0o755))
			made = append(made, filepath.Join(src, "made"))
		}
		said, err := exec.Command(tool(t, "samebytes"), made...).CombinedOutput()
		if len(said) == 0 {
			require.NoError(t, err)
		}
		return string(said)
	}
	said := build("-ldflags=-s -w")
	assert.Contains(t, said, "of .gopclntab (names of functions and files: a path that -trimpath leaves out?)")
	assert.Contains(t, said, "of .note.go.buildid")
	assert.Contains(t, said, `only the one has "`+filepath.Join(one.folder, "src/main.go"))
	assert.Contains(t, said, `only the other has "`+filepath.Join(other.folder, "src/main.go"))
	assert.Empty(t, build("-ldflags=-s -w", "-buildmode=pie", "-trimpath"))
}

// TestOnlyACommitIsReleased: release.sh stops before it builds anything.
func TestOnlyACommitIsReleased(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git here")
	}
	script, err := os.ReadFile("../release.sh")
	require.NoError(t, err)
	folder := t.TempDir()
	own := filepath.Join(folder, "packaging", "release", "release.sh")
	require.NoError(t, os.MkdirAll(filepath.Dir(own), 0o700))
	require.NoError(t, os.WriteFile(own, script, 0o700))
	release := func(parts ...string) string {
		c := exec.Command(own, parts...)
		c.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(folder))
		said, err := c.CombinedOutput()
		require.Error(t, err, string(said))
		return string(said)
	}
	git := func(args ...string) {
		c := exec.Command("git", append([]string{"-C", folder, "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"}, args...)...)
		said, err := c.CombinedOutput()
		require.NoError(t, err, string(said))
	}
	assert.Contains(t, release(), "without a commit there is no release")
	git("init", "-q")
	git("add", ".")
	git("commit", "-q", "-m", "first")
	assert.Contains(t, release("macos"), "no part is called 'macos'")
	// Nothing to complain of: it gets as far as looking for tools, which are not there.
	assert.Contains(t, release(), "setup.sh")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "forgotten.c"), nil, 0o600))
	assert.Contains(t, release(), "?? forgotten.c")
	require.NoError(t, os.Remove(filepath.Join(folder, "forgotten.c")))
	require.NoError(t, os.WriteFile(own, append(script, '#'), 0o700))
	assert.Contains(t, release(), " M packaging/release/release.sh")
}

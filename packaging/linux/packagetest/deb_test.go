//go:build linux

package packagetest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/builttest"
)

// notes are dpkg's own, which a package always changes.
var notes = []string{"/var/lib/dpkg", "/dev", "/proc", "/var/cache/ldconfig", "/var/log"}

// policies are somebody else's, written in a way of their own.
const policies = "{ \"policies\" :\n\t{\"DisableTelemetry\": true ,\n\n   \"SecurityDevices\": {\"Add\": {}}}}   \n"

func TestDeb(t *testing.T) {
	need(t, "installs a deb in a clean root")
	needDebian(t)
	deb := pack(t, "deb", "")
	t.Run("in a clean root", func(t *testing.T) { inCleanRoot(t, deb) })
	t.Run("says the truth", func(t *testing.T) { saysTheTruth(t, deb) })
}

// inCleanRoot: dpkg takes it without being forced, it works there, browsers
// get it only when asked, and purging leaves every byte as it was.
func inCleanRoot(t *testing.T, deb string) {
	r := cleanRoot(t, field(run(t, "dpkg-deb", "--info", deb, "control"), "Depends"))
	r.write("usr/bin/firefox", "#!/bin/sh\n", 0o755)
	r.write("etc/firefox/policies/policies.json", policies, 0o644)
	before := files(t, r.dir, notes...)

	r.install(deb)
	r.works()
	r.setsUpBrowsers()
	r.write("etc/cientro/policy.json", "{}\n", 0o644)
	r.leavesOnlyHome()

	// A disk that is full is a reason to remove packages: it works without a file more.
	require.NoError(t, os.Rename(r.path("tmp"), r.path("no-tmp")))
	r.must("dpkg", "--remove", "cientro")
	require.NoError(t, os.Rename(r.path("no-tmp"), r.path("tmp")))
	removed := files(t, r.dir, append(notes, "/etc/cientro")...)
	same(t, before, removed, "after dpkg --remove")
	assert.FileExists(t, r.path("etc/cientro/policy.json"), "only purging takes the administrator's policy")
	r.must("dpkg", "--purge", "cientro")
	same(t, before, files(t, r.dir, notes...), "after dpkg --purge")
}

// install lets the root's own dpkg install a package.
func (r *root) install(deb string) {
	r.Helper()
	raw, err := os.ReadFile(deb)
	require.NoError(r, err)
	r.write("tmp/cientro.deb", string(raw), 0o644)
	r.must("dpkg", "--install", "/tmp/cientro.deb")
	require.NoError(r, os.Remove(r.path("tmp/cientro.deb")))
}

// works: the demonstration without a reader, the check-up's word on the module,
// and a host that loads it.
func (r *root) works() {
	r.Helper()
	said := r.must("cientro", "--lang", "en", "--json", "demo", "--in-process")
	assert.Contains(r, said, `"schema":"cientro.demo/1"`)
	assert.Contains(r, said, `"result":"ok"`)
	var report struct {
		Checks []struct{ Code, Outcome, Verdict string }
	}
	out, _ := r.inside("cientro", "--json", "doctor", "--browsers")
	require.NoError(r, json.Unmarshal([]byte(out), &report), out)
	verdicts := map[string]string{}
	for _, c := range report.Checks {
		verdicts[c.Code] = c.Verdict
	}
	for _, code := range []string{"DOC-MOD-001", "DOC-MOD-002", "DOC-MOD-003", "DOC-MOD-004", "DOC-MOD-005", "DOC-MOD-008"} {
		assert.Equal(r, "ok", verdicts[code], "%s: %s", code, out)
	}
	r.loads("/usr/lib/cientro/libcientro-pkcs11.so")
	// It draws nothing without a screen; that it speaks shows that its libraries are there.
	out, err := r.inside("cientro-desktop", "--no-such-flag")
	assert.Error(r, err)
	assert.Contains(r, out, "cientro-desktop")
}

// loads lets a host of its own find a card through the library: the virtual one,
// which only the agent has.
func (r *root) loads(library string) {
	r.Helper()
	host := filepath.Join(r.TempDir(), "host")
	run(r.T, "gcc", "-isystem", builttest.Headers(), "-o", host, "testdata/host.c")
	raw, err := os.ReadFile(host)
	require.NoError(r, err)
	r.write("tmp/host", string(raw), 0o755)
	r.must("cientro", "virtual", "enable")
	assert.Contains(r, r.must("/tmp/host", library), "DEMO")
	r.must("cientro", "virtual", "disable")
	require.NoError(r, os.Remove(r.path("tmp/host")))
}

// setsUpBrowsers: installing has registered nothing with Firefox; the command
// does.
func (r *root) setsUpBrowsers() {
	r.Helper()
	const file = "etc/firefox/policies/policies.json"
	raw, err := os.ReadFile(r.path(file))
	require.NoError(r, err)
	require.Equal(r, policies, string(raw), "installing touches no browser")
	r.must("cientro", "browser", "install", "--system")
	raw, err = os.ReadFile(r.path(file))
	require.NoError(r, err)
	assert.Contains(r, string(raw), `"/usr/lib/cientro/libcientro-pkcs11.so"`)
	assert.DirExists(r, r.path("var/lib/cientro/browsers"))
}

// skeleton is what Debian puts into a new home.
var skeleton = []string{"/.bashrc", "/.profile"}

// leavesOnlyHome: what the programs wrote is in the user's folders; that is taken
// away here, as it is the user's.
func (r *root) leavesOnlyHome() {
	r.Helper()
	for name := range files(r.T, r.path("root"), skeleton...) {
		if name != "" && !strings.Contains(name, "/cientro") {
			assert.Contains(r, []string{"/.config", "/.cache", "/.local", "/.local/state", "/.local/share"}, name)
		}
	}
	entries, err := os.ReadDir(r.path("root"))
	require.NoError(r, err)
	for _, e := range entries {
		if contains(skeleton, "/"+e.Name()) {
			continue
		}
		require.NoError(r, os.RemoveAll(r.path(filepath.Join("root", e.Name()))))
	}
}

// saysTheTruth: the libraries that its programs load are the ones that it
// depends on, and the desktop's files are as desktops want them.
func saysTheTruth(t *testing.T, deb string) {
	dir := t.TempDir()
	run(t, "dpkg-deb", "--extract", deb, dir)
	depends := field(run(t, "dpkg-deb", "--info", deb, "control"), "Depends")
	owners := packagesOf(t, loadedBy(t, filepath.Join(dir, "usr/lib/cientro/cientro-desktop")))
	require.Greater(t, len(owners), 8)
	for _, name := range owners {
		assert.Contains(t, ", "+depends+",", ", "+name+",", "a library that the window loads")
	}
	entry, err := os.ReadFile(filepath.Join(dir, "usr/share/applications/it.cientro.desktop.desktop"))
	require.NoError(t, err)
	// By this class desktops know the window (xprop WM_CLASS).
	assert.Contains(t, string(entry), "\nStartupWMClass=CIEntro\n")
	run(t, "desktop-file-validate", filepath.Join(dir, "usr/share/applications/it.cientro.desktop.desktop"))
	run(t, "appstreamcli", "validate", "--no-net", filepath.Join(dir, "usr/share/metainfo/it.cientro.desktop.metainfo.xml"))
	for _, page := range []string{"usr/share/man/man1/cientro.1.gz", "usr/share/man/it/man1/cientro.1.gz", "usr/share/man/man1/cientro-desktop.1.gz"} {
		assert.FileExists(t, filepath.Join(dir, page))
	}
	linksLead(t, filepath.Join(dir, "usr/share/doc/cientro"))
	unit := filepath.Join(dir, "usr/lib/systemd/user/cientro-agent.service")
	listens, err := os.ReadFile(unit)
	require.NoError(t, err)
	steps, err := os.ReadFile(filepath.Join(dir, "usr/share/doc/cientro/browsers.md"))
	require.NoError(t, err)
	for line := range strings.Lines(string(listens)) {
		if strings.HasPrefix(line, "Exec") || strings.HasPrefix(line, "WantedBy") {
			assert.Contains(t, string(steps), "`"+strings.TrimSpace(line)+"`", "the steps by hand")
		}
	}
}

// linksLead: who reads a document in the folder finds what it links to.
func linksLead(t *testing.T, folder string) {
	link := regexp.MustCompile(`\]\(([^):#]+)(#[^)]*)?\)`)
	documents, err := filepath.Glob(filepath.Join(folder, "*.md"))
	require.NoError(t, err)
	found := 0
	for _, d := range documents {
		raw, err := os.ReadFile(d)
		require.NoError(t, err)
		for _, to := range link.FindAllStringSubmatch(string(raw), -1) {
			_, err := os.Stat(filepath.Join(folder, to[1]))
			assert.NoError(t, err, "%s links to it", filepath.Base(d))
			found++
		}
	}
	assert.Greater(t, found, 10)
}

// optional are libraries that are used where they are there.
var optional = []string{
	"libGL.so", "libGLX.so.0", "libOpenGL.so.0", "libGLES_CM.so.1", "libGLESv1_CM.so.1", "libOSMesa.so.6", "libOSMesa.so.8",
	"libvulkan.so.1", "libX11-xcb.so.1", "libdecor-0.so.0", "libc.so.6", "libm.so.6",
}

// loadedBy lists the libraries that a program names as C does, with a zero before
// and after: those that it links, and those that its window system's bindings
// load themselves. What Go code knows of other software has no zeros.
func loadedBy(t *testing.T, program string) (names []string) {
	t.Helper()
	raw, err := os.ReadFile(program)
	require.NoError(t, err)
	library := regexp.MustCompile(`^lib[A-Za-z0-9_+-]+\.so(\.[0-9]+)?$`)
	for _, word := range bytes.Split(raw, []byte{0}) {
		if name := string(word); library.Match(word) && !contains(optional, name) && !contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func contains(all []string, one string) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

// packagesOf asks dpkg who owns libraries.
func packagesOf(t *testing.T, names []string) (owners []string) {
	t.Helper()
	words := []string{"--search"}
	for _, name := range names {
		words = append(words, "*/"+name)
	}
	out, err := exec.Command("dpkg", words...).Output()
	require.NoError(t, err, "no package has one of %q", names)
	for _, line := range strings.Split(string(out), "\n") {
		owner, _, _ := strings.Cut(line, ":")
		if strings.HasPrefix(owner, "lib") && !strings.HasSuffix(owner, "-dev") && !contains(owners, owner) {
			owners = append(owners, owner)
		}
	}
	return owners
}

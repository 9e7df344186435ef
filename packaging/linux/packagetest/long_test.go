//go:build linux

package packagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLintian: Debian's own judge finds no error.
func TestLintian(t *testing.T) {
	needAll(t, "asks lintian about the deb")
	needDebian(t)
	deb := pack(t, "deb", "")
	out, err := exec.Command("lintian", "--fail-on", "error", deb).CombinedOutput()
	t.Logf("%s", out)
	assert.NoError(t, err)
}

// TestRPM: rpm's tools take it, it has the files of the deb, and erased it leaves
// every byte as it was.
func TestRPM(t *testing.T) {
	needAll(t, "installs an rpm in a clean root")
	needDebian(t)
	archive, deb := pack(t, "rpm", ""), pack(t, "deb", "")
	assert.Contains(t, run(t, "rpm", "--checksig", archive), "digests OK")
	requires := strings.Split(strings.TrimSpace(run(t, "rpm", "--query", "--package", "--requires", archive)), "\n")
	for _, want := range []string{"pcsc-lite", "(pcsc-lite-ccid or pcsc-ccid)", "libpcsclite.so.1()(64bit)", "libGL.so.1()(64bit)", "libX11.so.6()(64bit)"} {
		assert.Contains(t, requires, want)
	}
	assert.Equal(t, filesOfDeb(t, deb), filesOfRPM(t, archive))

	r := cleanRoot(t, field(run(t, "dpkg-deb", "--info", deb, "control"), "Depends"))
	r.write("usr/bin/firefox", "#!/bin/sh\n", 0o755)
	r.write("etc/firefox/policies/policies.json", policies, 0o644)
	// Folders that every such system has.
	for _, folder := range []string{"lib/rpm", "tmp"} {
		require.NoError(t, os.MkdirAll(r.path("var/"+folder), 0o755))
	}
	for _, folder := range []string{"applications", "bash-completion", "fish", "icons", "metainfo", "p11-kit", "zsh"} {
		require.NoError(t, os.MkdirAll(r.path("usr/share/"+folder), 0o755))
	}
	ignored := append([]string{"/var/lib/rpm", "/usr/lib/sysimage"}, notes...)
	before := files(t, r.dir, ignored...)
	// Dependencies are those of another kind of system.
	r.rpm("--install", "--nodeps", archive)
	r.works()
	r.setsUpBrowsers()
	r.leavesOnlyHome()
	r.rpm("--upgrade", "--force", "--nodeps", archive)
	assert.DirExists(t, r.path("var/lib/cientro/browsers"), "an upgrade takes nothing out")
	r.rpm("--erase", "cientro")
	same(t, before, files(t, r.dir, ignored...), "after rpm --erase")
}

// rpm runs this computer's rpm on the root.
func (r *root) rpm(arguments ...string) {
	r.Helper()
	const enter = `mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec rpm --root="$0" --dbpath=/var/lib/rpm "$@"`
	words := asRoot(append([]string{"sh", "-c", enter, r.dir}, arguments...)...)
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	require.NoError(r, err, "rpm %s: %s", strings.Join(arguments, " "), out)
	assert.NotContains(r, string(out), "could not be taken out")
}

// filesOfDeb are its files and links, but for what only one of the two kinds has.
func filesOfDeb(t *testing.T, deb string) (paths []string) {
	for _, line := range strings.Split(run(t, "dpkg-deb", "--contents", deb), "\n") {
		if _, path, found := strings.Cut(line, " ./"); found && !strings.HasPrefix(line, "d") {
			path, _, _ = strings.Cut(path, " -> ")
			paths = append(paths, "/"+path)
		}
	}
	return inBoth(paths)
}

func filesOfRPM(t *testing.T, archive string) (paths []string) {
	const form = "[%{FILEMODES:perms} %{FILENAMES}\n]"
	for _, line := range strings.Split(run(t, "rpm", "--query", "--package", "--queryformat", form, archive), "\n") {
		if mode, path, found := strings.Cut(line, " "); found && !strings.HasPrefix(mode, "d") {
			paths = append(paths, path)
		}
	}
	return inBoth(paths)
}

func inBoth(paths []string) []string {
	paths = slices.DeleteFunc(paths, func(p string) bool {
		return strings.Contains(p, "/zsh/") || strings.HasSuffix(p, "changelog.Debian.gz")
	})
	slices.Sort(paths)
	return paths
}

// TestDebByApt: in a root that a mirror of Debian filled and nothing else, apt
// brings what the package asks for; a later version takes its place; purged it
// leaves nothing.
func TestDebByApt(t *testing.T) {
	needAll(t, "installs a deb by apt")
	needDebian(t)
	r := debian(t)
	r.apt("update")
	r.apt("install", pack(t, "deb", "v0.0.9"))
	require.Contains(t, r.must("dpkg-query", "--show", "cientro"), "0.0.9-1")
	for _, name := range []string{"pcscd", "libccid"} {
		assert.Contains(t, r.must("dpkg-query", "--show", "--showformat=${Status}", name), "ok installed")
	}
	r.works()
	r.setsUpBrowsers()

	r.apt("install", pack(t, "deb", "v1.0.0"))
	require.Contains(t, r.must("dpkg-query", "--show", "cientro"), "1.0.0-1")
	assert.DirExists(t, r.path("var/lib/cientro/browsers"), "an upgrade takes nothing out")
	r.works()
	r.leavesOnlyHome()
	r.apt("purge", "cientro")
	notes := append([]string{"/var/cache/apt", "/var/lib/apt"}, notes...)
	brought := files(t, r.dir, notes...)
	for path := range brought {
		assert.NotContains(t, path, "cientro")
	}
	raw, err := os.ReadFile(r.path("etc/firefox/policies/policies.json"))
	require.NoError(t, err)
	assert.Equal(t, policies, string(raw))

	// Once more, with all that it needs there already: then nothing at all differs.
	r.apt("install", pack(t, "deb", "v1.0.0"))
	r.works()
	r.setsUpBrowsers()
	r.leavesOnlyHome()
	r.apt("purge", "cientro")
	same(t, brought, files(t, r.dir, notes...), "after apt-get purge")
}

// debian makes a minimal Debian of this computer's release. A root that is there
// already spares the download: its folder in CIENTRO_TEST_DEBIAN is copied.
func debian(t *testing.T) *root {
	t.Helper()
	needNamespaces(t)
	r := &root{T: t, dir: filepath.Join(t.TempDir(), "debian")}
	if ready := os.Getenv("CIENTRO_TEST_DEBIAN"); ready != "" {
		run(t, "cp", "-a", ready, r.dir)
	} else {
		raw, err := os.ReadFile("/etc/os-release")
		require.NoError(t, err)
		_, release, found := strings.Cut(string(raw), "\nVERSION_CODENAME=")
		require.True(t, found, "which release of Debian is this?")
		release, _, _ = strings.Cut(release, "\n")
		run(t, "mmdebstrap", "--variant=minbase", "--mode=auto", release, r.dir)
	}
	for _, name := range []string{"etc/resolv.conf", "etc/hosts"} {
		raw, err := os.ReadFile("/" + name)
		require.NoError(t, err)
		_ = os.Remove(r.path(name))
		r.write(name, string(raw), 0o644)
	}
	r.write("usr/bin/firefox", "#!/bin/sh\n", 0o755)
	r.write("etc/firefox/policies/policies.json", policies, 0o644)
	return r
}

// apt runs the root's own apt; a deb is copied in first.
func (r *root) apt(verb string, arguments ...string) {
	r.Helper()
	for i, a := range arguments {
		if strings.HasSuffix(a, ".deb") {
			raw, err := os.ReadFile(a)
			require.NoError(r, err)
			arguments[i] = "/tmp/" + filepath.Base(a)
			r.write(arguments[i], string(raw), 0o644)
			defer func() { _ = os.Remove(r.path(arguments[i])) }()
		}
	}
	r.must(append([]string{"apt-get", "--quiet", "--yes", "--no-install-recommends", verb}, arguments...)...)
}

//go:build linux

package packagetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/autostart"
)

// home is the home folder of somebody who has a profile of Firefox and files of
// their own.
type home struct {
	*testing.T
	dir string
}

const profile = ".mozilla/firefox/x.default/pkcs11.txt"

func newHome(t *testing.T) *home {
	// A space, as in homes that are named after their owners.
	h := &home{T: t, dir: filepath.Join(t.TempDir(), "some body")}
	h.write("notes.txt", "mine\n")
	h.write(".local/bin/mine", "#!/bin/sh\n")
	h.write(".mozilla/firefox/profiles.ini", "[Profile0]\nName=default\nIsRelative=1\nPath=x.default\n")
	for _, folder := range []string{".cache", ".config", ".local/state", ".local/share"} { // as in any home
		require.NoError(t, os.MkdirAll(h.path(folder), 0o700))
	}
	h.write(profile, "library=\nname=NSS Internal PKCS #11 Module\nNSS=Flags=internal,critical\n\n")
	return h
}

func (h *home) write(path, text string) {
	h.Helper()
	path = filepath.Join(h.dir, path)
	require.NoError(h, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(h, os.WriteFile(path, []byte(text), 0o644))
}

// run runs a program as the home's owner.
func (h *home) run(name string, arguments ...string) (string, error) {
	c := exec.Command(name, arguments...)
	c.Env = []string{"HOME=" + h.dir, "LANG=it_IT.UTF-8", "PATH=/usr/bin:/bin"}
	c.Dir = "/"
	out, err := c.CombinedOutput()
	return string(out), err
}

func (h *home) must(name string, arguments ...string) string {
	h.Helper()
	out, err := h.run(name, arguments...)
	require.NoError(h, err, "%s: %s", name, out)
	return out
}

func (h *home) path(p string) string { return filepath.Join(h.dir, p) }

// unpack unpacks a tar.gz outside of the home, and gives its folder.
func unpack(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	run(t, "tar", "--extract", "--gzip", "--file="+archive, "--directory="+dir)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	return filepath.Join(dir, entries[0].Name())
}

func TestTar(t *testing.T) {
	need(t, "installs a tar.gz in a temporary home")
	archive := pack(t, "tar", "")
	t.Run("comes and goes", func(t *testing.T) { comesAndGoes(t, unpack(t, archive)) })
	t.Run("ends half-way", func(t *testing.T) { endsHalfWay(t, unpack(t, archive)) })
	t.Run("leaves what is others'", func(t *testing.T) { leavesWhatIsOthers(t, unpack(t, archive)) })
}

// comesAndGoes: without root, installed, made newer, and taken away with all
// that browsers were told, byte for byte.
func comesAndGoes(t *testing.T, folder string) {
	h := newHome(t)
	before := files(t, h.dir)

	said := h.must(filepath.Join(folder, "install.sh"))
	assert.Contains(t, said, h.path(".local/lib/cientro/uninstall.sh"))
	assert.Contains(t, h.must(h.path(".local/bin/cientro"), "--lang", "en", "--json", "demo", "--in-process"), `"result":"ok"`)
	report := h.must(h.path(".local/bin/cientro"), "--json", "doctor", "--browsers")
	assert.Contains(t, report, `"code":"DOC-MOD-005","group":"module","verdict":"ok"`)
	entry, err := os.ReadFile(h.path(".local/share/applications/it.cientro.desktop.desktop"))
	require.NoError(t, err)
	// The home has a space in its name: Exec wants quotes there, TryExec has none.
	assert.Contains(t, string(entry), "\nExec=\""+h.path(".local/bin/cientro-desktop")+"\"\n")
	assert.Contains(t, string(entry), "\nTryExec="+h.path(".local/bin/cientro-desktop")+"\n")
	run(t, "desktop-file-validate", h.path(".local/share/applications/it.cientro.desktop.desktop"))

	h.must(h.path(".local/bin/cientro"), "browser", "install")
	list, err := os.ReadFile(h.path(profile))
	require.NoError(t, err)
	assert.Contains(t, string(list), "library="+h.path(".local/lib/cientro/libcientro-pkcs11.so"))

	// A later version lacks a file and has a new one.
	require.NoError(t, os.Rename(filepath.Join(folder, "share/doc/cientro/browsers.md"), filepath.Join(folder, "share/doc/cientro/later.md")))
	h.must(filepath.Join(folder, "install.sh"))
	assert.NoFileExists(t, h.path(".local/share/doc/cientro/browsers.md"))
	assert.FileExists(t, h.path(".local/share/doc/cientro/later.md"))

	startsWithTheSession(h, h.path(".local/lib/cientro/cientro-desktop"))
	h.must(h.path(".local/lib/cientro/uninstall.sh"), "--purge")
	same(t, before, files(t, h.dir), "after uninstall.sh --purge")
}

// endsHalfWay: what was brought before something went wrong is known, so that it
// can be repeated or taken away.
func endsHalfWay(t *testing.T, folder string) {
	h := newHome(t)
	h.write(".local/share/zsh", "not a folder\n")
	before := files(t, h.dir)
	out, err := h.run(filepath.Join(folder, "install.sh"))
	require.Error(t, err, out)
	require.FileExists(t, h.path(".local/lib/cientro/cientro"))
	out, err = h.run(filepath.Join(folder, "install.sh"))
	require.Error(t, err, out)
	assert.NotContains(t, out, "non viene da qui")

	require.NoError(t, os.Remove(h.path(".local/share/zsh")))
	h.must(filepath.Join(folder, "install.sh"))
	h.must(h.path(".local/lib/cientro/uninstall.sh"), "--purge")
	h.write(".local/share/zsh", "not a folder\n")
	same(t, before, files(t, h.dir), "after uninstall.sh")
}

// startsWithTheSession writes the entry as the app does.
func startsWithTheSession(h *home, program string) {
	h.Helper()
	require.NoError(h, autostart.Entry{File: h.path(autostartFile), Program: program}.Set(true))
}

const autostartFile = ".config/autostart/it.cientro.desktop.desktop"

// leavesWhatIsOthers: a folder of this name that is not ours stays as it is, and
// while Firefox is open nothing is taken away.
func leavesWhatIsOthers(t *testing.T, folder string) {
	h := newHome(t)
	h.write(".local/lib/cientro/built-by-hand", "")
	before := files(t, h.dir)
	out, err := h.run(filepath.Join(folder, "install.sh"))
	require.Error(t, err, out)
	same(t, before, files(t, h.dir), "after a refusal")

	require.NoError(t, os.RemoveAll(h.path(".local/lib")))
	h.write(".local/bin/cientro", "mine\n")
	before = files(t, h.dir)
	for _, argument := range []string{h.path(".local"), "--help"} {
		out, err = h.run(filepath.Join(folder, "install.sh"), argument)
		require.Error(t, err, out)
		same(t, before, files(t, h.dir), "after a refusal")
	}

	elsewhere := h.path("a | folder & è/of mine")
	h.must(filepath.Join(folder, "install.sh"), elsewhere)
	h.must(filepath.Join(elsewhere, "bin/cientro"), "browser", "install")
	entry, err := os.ReadFile(filepath.Join(elsewhere, "share/applications/it.cientro.desktop.desktop"))
	require.NoError(t, err)
	assert.Contains(t, string(entry), "\nExec=\""+elsewhere+"/bin/cientro-desktop\"\n")
	startsWithTheSession(h, "/usr/lib/cientro/cientro-desktop") // of another installation
	// Firefox's lock, as it writes it (nsProfileLock).
	lock := h.path(".mozilla/firefox/x.default/lock")
	require.NoError(t, os.Symlink(fmt.Sprintf("127.0.0.1:%d", os.Getpid()), lock))
	out, err = h.run(filepath.Join(elsewhere, "lib/cientro/uninstall.sh"))
	require.Error(t, err, out)
	assert.FileExists(t, filepath.Join(elsewhere, "lib/cientro/libcientro-pkcs11.so"), "the browser still has it")
	require.NoError(t, os.Remove(lock))
	h.must(filepath.Join(elsewhere, "lib/cientro/uninstall.sh"))
	assert.NoFileExists(t, elsewhere, "the folder was made for it")
	assert.FileExists(t, h.path(autostartFile), "another installation's")
}

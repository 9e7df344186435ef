//go:build linux

package packagetest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/builttest"
)

const variable = "CIENTRO_TEST_PACKAGES"

// need skips the test, saying what it does, unless packages are to be tried.
func need(t *testing.T, what string) {
	t.Helper()
	if os.Getenv(variable) != "1" {
		t.Skipf("%s: set %s=1 after make build, with the packages of make setup", what, variable)
	}
}

func needAll(t *testing.T, what string) {
	t.Helper()
	need(t, what)
	builttest.NeedAll(t, what)
}

// source is the folder with package.sh.
const source = ".."

// pack makes one package from the programs that are built, as a version or, with
// "", as git says.
func pack(t *testing.T, kind, version string) string {
	t.Helper()
	out := t.TempDir()
	c := exec.Command(filepath.Join(source, "package.sh"), kind)
	c.Env = append(os.Environ(), "OUT="+out, "PROGRAMS="+filepath.Dir(builttest.File(t, "cientro")))
	if version != "" {
		c.Env = append(c.Env, "VERSION="+version)
	}
	var said bytes.Buffer
	c.Stderr = &said
	made, err := c.Output()
	require.NoError(t, err, "%s", said.String())
	path := strings.TrimSpace(string(made))
	require.FileExists(t, path)
	return path
}

// run runs a command that has to succeed, and gives what it printed.
func run(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	out, err := exec.Command(name, arguments...).CombinedOutput()
	require.NoError(t, err, "%s %s: %s", name, strings.Join(arguments, " "), out)
	return string(out)
}

// asRoot is how a command gets the rights of root in namespaces of its own.
func asRoot(more ...string) []string {
	words := []string{"unshare", "--mount", "--pid", "--fork", "--kill-child"}
	if os.Geteuid() != 0 {
		words = append(words, "--user", "--map-root-user")
	}
	return append(words, more...)
}

// needNamespaces skips the test where not even root may mount, as in containers
// that were given no right to.
func needNamespaces(t *testing.T) {
	t.Helper()
	words := asRoot("mount", "-t", "tmpfs", "none", "/mnt")
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		t.Skipf("installs in a root with /dev and /proc: this system lets nobody mount them (%s)", strings.TrimSpace(string(out)))
	}
}

// needDebian skips the test where there is no dpkg to judge.
func needDebian(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("dpkg"); err != nil {
		t.Skip("is dpkg's to judge, and this is no Debian")
	}
}

// root is a folder with a system in it.
type root struct {
	*testing.T
	dir string
}

// inside runs a command in the root, with an environment of its own.
func (r *root) inside(words ...string) (string, error) {
	r.Helper()
	const enter = `mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" /usr/bin/env -i ` +
		`HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"`
	words = asRoot(append([]string{"sh", "-c", enter, r.dir}, words...)...)
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	return string(out), err
}

// must is inside for what has to succeed.
func (r *root) must(words ...string) string {
	r.Helper()
	out, err := r.inside(words...)
	require.NoError(r, err, "%s: %s", strings.Join(words, " "), out)
	return out
}

// path is a place in the root as seen from here.
func (r *root) path(p string) string { return filepath.Join(r.dir, p) }

func (r *root) write(path, text string, mode fs.FileMode) {
	r.Helper()
	require.NoError(r, os.MkdirAll(filepath.Dir(r.path(path)), 0o755))
	require.NoError(r, os.WriteFile(r.path(path), []byte(text), mode))
}

// files is a list of everything below a folder: kind, mode, owner's content by
// its hash, where links lead. What is below one of the `without` is left out.
func files(t *testing.T, dir string, without ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, dir)
		for _, w := range without {
			if name == w {
				if e.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		what := info.Mode().String()
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			if err != nil {
				return err
			}
			what += " " + to
		case info.Mode().IsRegular():
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			what += fmt.Sprintf(" %x", sha256.Sum256(raw))
		}
		all[name] = what
		return nil
	}))
	require.NotEmpty(t, all)
	return all
}

// same says what differs between two lists, line by line.
func same(t *testing.T, before, after map[string]string, when string) {
	t.Helper()
	var differ []string
	for name, what := range before {
		if after[name] != what {
			differ = append(differ, fmt.Sprintf("%s: was %q, is %q", name, what, after[name]))
		}
	}
	for name, what := range after {
		if _, was := before[name]; !was {
			differ = append(differ, fmt.Sprintf("%s: left behind: %q", name, what))
		}
	}
	require.Empty(t, differ, when)
}

//go:build linux

package packagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// installed is what dpkg knows of a package: fields of its stanza, and the stanza.
type installed struct{ name, fields, depends string }

// known reads the packages that are installed here, by their names and by what
// they provide.
func known(t *testing.T) map[string]*installed {
	t.Helper()
	raw, err := os.ReadFile("/var/lib/dpkg/status")
	require.NoError(t, err, "a clean root is made of the packages of a Debian system")
	all, provided := map[string]*installed{}, map[string]*installed{}
	for _, stanza := range strings.Split(string(raw), "\n\n") {
		if !strings.Contains(stanza, "\nStatus: install ok installed") {
			continue
		}
		p := &installed{name: field(stanza, "Package"), fields: strings.TrimSpace(stanza) + "\n\n"}
		p.depends = field(stanza, "Pre-Depends") + "," + field(stanza, "Depends")
		all[p.name] = p
		for _, other := range strings.Split(field(stanza, "Provides"), ",") {
			provided[nameOf(other)] = p
		}
	}
	for name, p := range provided {
		if all[name] == nil {
			all[name] = p
		}
	}
	return all
}

func field(stanza, name string) string {
	found := regexp.MustCompile(`(?m)^` + name + `: (.*)$`).FindStringSubmatch(stanza)
	if found == nil {
		return ""
	}
	return found[1]
}

// nameOf is the name in a dependency: "libc6:any (>= 2.34)" is libc6.
func nameOf(dependency string) string {
	name, _, _ := strings.Cut(strings.TrimSpace(dependency), " ")
	name, _, _ = strings.Cut(name, ":")
	return name
}

// closure is what dependencies ask for, and what that asks for.
func closure(t *testing.T, depends string) (all []*installed) {
	t.Helper()
	here := known(t)
	var add func(depends string)
	add = func(depends string) {
		for _, group := range strings.Split(depends, ",") {
			if strings.TrimSpace(group) == "" {
				continue
			}
			i := slices.IndexFunc(strings.Split(group, "|"), func(d string) bool { return here[nameOf(d)] != nil })
			require.GreaterOrEqual(t, i, 0, "nothing here satisfies %q", group)
			p := here[nameOf(strings.Split(group, "|")[i])]
			if !slices.Contains(all, p) {
				all = append(all, p)
				add(p.depends)
			}
		}
	}
	add(depends)
	return all
}

// cleanRoot is a root with what a package depends on, and what dpkg wants, copied
// from this computer. Nothing else is in it: no Go, no compiler, no home.
func cleanRoot(t *testing.T, depends string) *root {
	t.Helper()
	needNamespaces(t)
	r := &root{T: t, dir: t.TempDir()}
	for _, folder := range []string{"bin", "sbin", "lib", "lib32", "lib64", "libx32"} {
		if to, err := os.Readlink("/" + folder); err == nil {
			require.NoError(t, os.MkdirAll(r.path("usr/"+folder), 0o755))
			require.NoError(t, os.Symlink(to, r.path(folder)))
		}
	}
	for _, folder := range []string{"dev", "proc", "root", "tmp", "etc", "var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"} {
		require.NoError(t, os.MkdirAll(r.path(folder), 0o755))
	}
	var status strings.Builder
	var paths strings.Builder
	for _, p := range closure(t, "dpkg,dash,coreutils,diffutils,libc-bin,"+depends) {
		status.WriteString(p.fields)
		lists, err := filepath.Glob("/var/lib/dpkg/info/" + p.name + "[.:]*")
		require.NoError(t, err)
		require.NotEmpty(t, lists, p.name)
		for _, l := range lists {
			paths.WriteString(l + "\n")
			if strings.HasSuffix(l, ".list") {
				raw, err := os.ReadFile(l)
				require.NoError(t, err)
				paths.WriteString(string(raw))
			}
		}
	}
	r.copy(strings.Split(paths.String(), "\n"))
	require.NoError(t, os.WriteFile(r.path("var/lib/dpkg/status"), []byte(status.String()), 0o644))
	require.NoError(t, os.WriteFile(r.path("etc/passwd"), []byte("root:x:0:0:root:/root:/bin/sh\n"), 0o644))
	run(t, "ldconfig", "-r", r.dir)
	return r
}

// copy copies files and folders of this computer, as far as they are there:
// containers often lack manuals.
func (r *root) copy(paths []string) {
	r.Helper()
	var list strings.Builder
	for _, path := range paths {
		if _, err := os.Lstat(path); err == nil && path != "/." {
			list.WriteString(strings.TrimPrefix(path, "/") + "\n")
		}
	}
	c := exec.Command("sh", "-c", `tar --create --no-recursion --directory=/ --files-from=- | tar --extract --keep-directory-symlink --directory="$0"`, r.dir)
	c.Stdin = strings.NewReader(list.String())
	out, err := c.CombinedOutput()
	require.NoError(r, err, "%s", out)
}

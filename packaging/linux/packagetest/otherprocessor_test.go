//go:build linux

package packagetest

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOtherProcessor: the packages for arm64 are built here, and what is in them
// runs, under an emulator. Libraries that are there already spare the download:
// their folder in CIENTRO_TEST_SYSROOT.
func TestOtherProcessor(t *testing.T) {
	needAll(t, "builds for arm64")
	needDebian(t)
	if known(t)["libc6"] == nil || strings.TrimSpace(run(t, "dpkg", "--print-architecture")) != "amd64" {
		t.Skip("builds for arm64 on amd64 only")
	}
	sysroot, out := os.Getenv("CIENTRO_TEST_SYSROOT"), t.TempDir()
	environment := append(os.Environ(), "ARCH=arm64", "OUT="+out)
	script := func(words ...string) string {
		c := exec.Command(filepath.Join(source, "package.sh"), words...)
		c.Env = environment
		var complaint strings.Builder
		c.Stderr = &complaint
		said, err := c.Output()
		require.NoError(t, err, "%s", complaint.String())
		return strings.TrimSpace(string(said))
	}
	if sysroot == "" {
		sysroot = filepath.Join(t.TempDir(), "arm64")
		script("sysroot", sysroot)
	}
	environment = append(environment, "SYSROOT="+sysroot)
	deb := script("deb")
	assert.Equal(t, "arm64", strings.TrimSpace(run(t, "dpkg-deb", "--field", deb, "Architecture")))
	assert.Contains(t, run(t, "dpkg-deb", "--field", deb, "Depends"), "libgl1")
	dir := t.TempDir()
	run(t, "dpkg-deb", "--extract", deb, dir)
	for _, name := range []string{"cientro", "cientro-desktop", "libcientro-pkcs11.so"} {
		f, err := elf.Open(filepath.Join(dir, "usr/lib/cientro", name))
		require.NoError(t, err)
		assert.Equal(t, elf.EM_AARCH64, f.Machine, name)
		assert.Equal(t, elf.ET_DYN, f.Type, name)
		require.NoError(t, f.Close())
	}
	emulated := func(name string, arguments ...string) (string, error) {
		c := exec.Command("qemu-aarch64-static", append([]string{"-L", sysroot, filepath.Join(dir, "usr/lib/cientro", name)}, arguments...)...)
		c.Env = append(os.Environ(), "CIENTRO_HOME="+t.TempDir())
		said, err := c.CombinedOutput()
		return string(said), err
	}
	said, err := emulated("cientro", "--lang", "en", "--json", "demo", "--in-process")
	require.NoError(t, err, said)
	assert.Contains(t, said, `"result":"ok"`)
	said, err = emulated("cientro-desktop", "--no-such-flag")
	require.Error(t, err)
	assert.Contains(t, said, "cientro-desktop", "its libraries are found")
}

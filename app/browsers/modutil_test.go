package browsers

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNSSSeesIt: what is written is what NSS itself reads, the real module loads
// from it, and what is left after removing is what NSS had made.
func TestNSSSeesIt(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_MODULE") == "" {
		t.Skip("wants the built module and NSS's tools: CIENTRO_TEST_MODULE=1 runs it")
	}
	built, err := filepath.Abs("../../build")
	require.NoError(t, err)
	l := newLayout(t)
	l.Module, l.Agent = filepath.Join(built, "libcientro-pkcs11.so"), filepath.Join(built, "cientro")
	require.FileExists(t, l.Module, "make build")
	l.program("firefox-esr")
	l.program("chromium")
	l.profiles(".mozilla/firefox", "default", "new")
	t.Setenv("CIENTRO_HOME", t.TempDir())
	t.Setenv("PCSCLITE_CSOCK_NAME", filepath.Join(t.TempDir(), "no-pcscd")) // a real card is none of the test's business
	profile, fresh, database := l.home(".mozilla/firefox/x.default"), l.home(".mozilla/firefox/x.new"), l.home(".pki/nssdb")
	for _, folder := range []string{profile, fresh} {
		require.NoError(t, os.Remove(filepath.Join(folder, listFile)))
	}
	nss(t, "certutil", "-N", "-d", "sql:"+profile, "--empty-password")
	foreign := "/usr/lib/softhsm/libsofthsm2.so"
	nss(t, "modutil", "-force", "-dbdir", "sql:"+profile, "-add", "Other", "-libfile", foreign)
	before := l.tree()
	list := func(folder string) string { return nss(t, "modutil", "-dbdir", "sql:"+folder, "-list") }
	assert.NotContains(t, list(profile), l.Module)

	l.outcomes(l.Install(t.Context()))
	// The databases that nobody had opened are opened by NSS with our list alone.
	for _, folder := range []string{fresh, database} {
		nss(t, "certutil", "-N", "-d", "sql:"+folder, "--empty-password")
	}
	for _, folder := range []string{profile, fresh, database} {
		said := list(folder)
		assert.Contains(t, said, "1. NSS Internal PKCS #11 Module", folder)
		_, ours, found := strings.Cut(said, ". CIEntro\n")
		require.True(t, found, said)
		assert.Contains(t, ours, "library name: "+l.Module)
		assert.Contains(t, ours, "status: loaded")
		for _, p := range l.Places() {
			if p.Folder() == folder {
				assert.Equal(t, Present, p.State)
			}
		}
	}
	assert.Contains(t, list(profile), foreign)

	// NSS rewrites the list; then our part alone goes.
	nss(t, "modutil", "-force", "-dbdir", "sql:"+fresh, "-add", "Other", "-libfile", foreign)
	done := l.outcomes(l.Remove(t.Context()))
	assert.Equal(t, Restored, done[filepath.Join(profile, listFile)])
	assert.Equal(t, TakenOut, done[filepath.Join(fresh, listFile)])
	assert.NotContains(t, list(fresh), l.Module)
	assert.Contains(t, list(fresh), foreign)
	assert.NotContains(t, list(profile), l.Module)
	after := l.tree()
	for file, state := range before {
		assert.Equal(t, state, after[file], file)
	}
}

// nss runs one of NSS's tools. modutil fails where a reader is empty, after it
// has said everything; what it says is looked at.
func nss(t *testing.T, tool string, arguments ...string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	require.NoError(t, err, "apt install libnss3-tools")
	out, err := exec.CommandContext(t.Context(), path, arguments...).CombinedOutput()
	if tool != "modutil" {
		require.NoError(t, err, "%s", out)
	}
	return string(out)
}

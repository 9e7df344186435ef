package installtest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// standIns are packages with programs that do nothing, made in a moment: what is
// tried here is where installers put things.
func standIns(t *testing.T) packages {
	t.Helper()
	dir := t.TempDir()
	source := filepath.Join(dir, "nothing.c")
	require.NoError(t, os.WriteFile(source, []byte("int main(void) { return 0; }\n"), 0o600))
	for _, name := range []string{"cientro.exe", "cientro-desktop.exe", "cientro-pkcs11.dll"} {
		run(t, mingw, "-O2", "-s", "-o", filepath.Join(dir, name), source)
	}
	var p packages
	t.Setenv(programsVariable, dir)
	p.oldMSI, p.oldSetup = pack(t, "v0.2.0", t.TempDir())
	p.newMSI, p.newSetup = pack(t, "v0.3.0", t.TempDir())
	return p
}

// TestPlaces: what is installed somewhere else, or half, or twice.
func TestPlaces(t *testing.T) {
	needsWine(t)
	p := standIns(t)
	w := newWine(t)
	w.isWindows10()
	w.must(0, "reg", "add", `HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Other`, "/f") // no computer has none
	// wine makes some of its own things when an installer runs for the first time.
	w.must(1603, "msiexec", "/i", windowsPath(p.newMSI), "/qn", "FINALTRY=perhaps")
	for _, step := range []struct {
		name string
		test func(*testing.T, *wine, packages)
	}{
		{"another folder", testAnotherFolder},
		{"a stray uninstaller", testStray},
		{"not whole", testNotWhole},
		{"for everybody after for one user", testScopes},
	} {
		clean := t.Run(step.name, func(t *testing.T) {
			w.t = t
			before := w.state()
			step.test(t, w, p)
			w.same(before, w.state())
		})
		require.True(t, clean, "what is left behind would spoil what follows")
	}
}

// testAnotherFolder: a newer version somewhere else takes the older one away.
func testAnotherFolder(t *testing.T, w *wine, p packages) {
	const first, second = `C:\first`, `C:\second`
	w.must(0, windowsPath(p.oldSetup), "/S", "/FIREFOXPOLICY=1", "/D="+first)
	assert.Equal(t, first+`\cientro-pkcs11.dll`, w.value(devices, "CIEntro"))
	w.must(0, windowsPath(p.newSetup), "/S", "/D="+second)
	assert.NoDirExists(t, w.path(first))
	assert.Equal(t, second+`\cientro-pkcs11.dll`, w.value(devices, "CIEntro"))
	assert.Empty(t, w.value(devices, "CIEntro 2"))
	w.must(0, second+`\uninstall.exe`, "/S")
	w.gone(second)
}

// testStray: the uninstaller of a folder that is not registered, as a copy of it
// is, leaves the registered installation alone.
func testStray(t *testing.T, w *wine, p packages) {
	const own, copied = `C:\CIEntro`, `C:\copy`
	w.must(0, windowsPath(p.oldSetup), "/S", "/CURRENTUSER", "/AUTOSTART=1", "/D="+own)
	run(t, "cp", "-a", w.path(own), w.path(copied))
	w.must(0, copied+`\uninstall.exe`, "/S")
	w.gone(copied)
	assert.Equal(t, own, w.value(`HKCU\`+installed, "Folder"))
	assert.Equal(t, `"`+own+`\cientro-desktop.exe"`, w.value(`HKCU\`+atStart, "CIEntro"))
	w.must(0, own+`\uninstall.exe`, "/S")
	w.gone(own)
}

// testNotWhole: a file that cannot be written is told by the exit code, and what is
// there can be removed.
func testNotWhole(t *testing.T, w *wine, p packages) {
	const own = `C:\CIEntro`
	require.NoError(t, os.MkdirAll(w.path(own+`\LICENSES.txt`), 0o700))
	w.must(2, windowsPath(p.oldSetup), "/S", "/D="+own)
	require.NoError(t, os.Remove(w.path(own+`\LICENSES.txt`)))
	w.must(0, windowsPath(p.oldSetup), "/S")
	assert.FileExists(t, w.path(own+`\LICENSES.txt`))
	w.must(0, own+`\uninstall.exe`, "/S")
	w.gone(own)
}

// testScopes: where one user's own is, which that user can write to, is no place
// for everybody's.
func testScopes(t *testing.T, w *wine, p packages) {
	const key, planted = `HKCU\` + installed, `C:\users\root\planted\`
	w.must(0, "reg", "add", key, "/v", "Folder", "/d", planted+`\`, "/f")
	w.must(0, "msiexec", "/i", windowsPath(p.oldMSI), "/qn")
	assert.NoDirExists(t, w.path(planted))
	assert.FileExists(t, w.path(library))
	w.must(0, "msiexec", "/x", windowsPath(p.oldMSI), "/qn")
	w.must(0, "reg", "delete", `HKCU\Software\CIEntro`, "/f")
}

package installtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ledger is what `cientro browser install --system` keeps to put back what it
// changed, below a folder of its own.
const (
	commonFiles = `C:\Program Files\Common Files\CIEntro`
	ledger      = commonFiles + `\browsers\ledger.json`
)

// kinds are the two packages, installed and removed without questions.
func kinds(p packages) map[string]struct{ install, newer, remove []string } {
	return map[string]struct{ install, newer, remove []string }{
		"msi": {
			[]string{"msiexec", "/i", windowsPath(p.oldMSI), "/qn"},
			[]string{"msiexec", "/i", windowsPath(p.newMSI), "/qn"},
			[]string{"msiexec", "/x", windowsPath(p.oldMSI), "/qn"},
		},
		"setup": {
			[]string{windowsPath(p.oldSetup), "/S"},
			[]string{windowsPath(p.newSetup), "/S"},
			[]string{folder + `\uninstall.exe`, "/S"},
		},
	}
}

// setUp has the installed program set up browsers for everybody.
func setUp(t *testing.T, w *wine) {
	t.Helper()
	w.must(0, folder+`\cientro.exe`, "browser", "install", "--system")
	assert.Equal(t, library, w.value(devices, "CIEntro"))
	assert.FileExists(t, w.path(ledger))
}

// unregistered waits until an installation is gone, with its folder.
func (w *wine) unregistered(folder string) {
	w.t.Helper()
	w.gone(folder)
	require.Eventually(w.t, func() bool { return w.value(`HKLM\`+installed, "Kind") == "" }, 5*time.Minute, time.Second)
}

// testEverybodysBrowsers: what was set up with --system goes with the installation,
// also where the installer's own choice wrote the same policy; what somebody else
// wrote stays.
func testEverybodysBrowsers(t *testing.T, w *wine, p packages) {
	for kind, step := range kinds(p) {
		w.must(0, step.install...)
		setUp(t, w)
		w.must(0, step.remove...)
		w.unregistered(folder)
		assert.Empty(t, w.value(devices, "CIEntro"), kind)
		assert.NoDirExists(t, w.path(commonFiles), kind)
	}
	w.must(0, "reg", "add", devices, "/v", "Other", "/d", `C:\other\other.dll`, "/f")
	defer w.must(0, "reg", "delete", `HKLM\Software\Policies\Mozilla`, "/f")
	choice := map[string]string{"msi": "FIREFOXPOLICY=1", "setup": "/FIREFOXPOLICY=1"}
	for kind, step := range kinds(p) {
		w.must(0, append(step.install, choice[kind])...)
		setUp(t, w)
		w.must(0, step.remove...)
		w.unregistered(folder)
		assert.Empty(t, w.value(devices, "CIEntro"), kind)
		assert.Equal(t, `C:\other\other.dll`, w.value(devices, "Other"), kind)
		assert.NoDirExists(t, w.path(commonFiles), kind)
	}
}

// testBrowsersKept: a newer version keeps browsers set up, and takes them along into
// another folder.
func testBrowsersKept(t *testing.T, w *wine, p packages) {
	const elsewhere = `C:\CIEntro`
	for kind, step := range kinds(p) {
		w.must(0, step.install...)
		setUp(t, w)
		w.must(0, step.newer...)
		assert.Equal(t, library, w.value(devices, "CIEntro"), kind)
		assert.FileExists(t, w.path(ledger), kind)
		if kind == "setup" {
			w.must(0, append(step.newer, "/D="+elsewhere)...)
			assert.Equal(t, elsewhere+`\cientro-pkcs11.dll`, w.value(devices, "CIEntro"))
			w.must(0, elsewhere+`\uninstall.exe`, "/S")
		} else {
			w.must(0, "msiexec", "/x", windowsPath(p.newMSI), "/qn")
		}
		w.unregistered(folder)
		w.gone(elsewhere)
		assert.Empty(t, w.value(devices, "CIEntro"), kind)
		assert.NoDirExists(t, w.path(commonFiles), kind)
	}

	w.must(0, kinds(p)["msi"].install...)
	setUp(t, w)
	w.must(0, "msiexec", "/i", windowsPath(p.newMSI), "/qn", "INSTALLDIR="+elsewhere)
	assert.Equal(t, elsewhere+`\cientro-pkcs11.dll`, w.value(devices, "CIEntro"))
	w.must(0, "msiexec", "/x", windowsPath(p.newMSI), "/qn")
	assert.Empty(t, w.value(devices, "CIEntro"))

	// Windows says so when it removes a version for the sake of a newer one. wine does
	// not: above, the newer version set browsers up anew.
	w.must(0, kinds(p)["msi"].install...)
	setUp(t, w)
	w.must(0, append(kinds(p)["msi"].remove, "UPGRADINGPRODUCTCODE={6D0C1C9B-3C6E-5C55-8F0E-5B6A1E2D7A41}")...)
	assert.Equal(t, library, w.value(devices, "CIEntro"))
	w.must(0, kinds(p)["msi"].install...)
	w.must(0, kinds(p)["msi"].remove...)
}

// testBrowsersStuck: what cannot be put back does not keep an installation there.
func testBrowsersStuck(t *testing.T, w *wine, p packages) {
	for _, step := range kinds(p) {
		w.must(0, step.install...)
		setUp(t, w)
		require.NoError(t, os.WriteFile(w.path(ledger), []byte("{"), 0o600))
		w.must(0, step.remove...)
		w.unregistered(folder)
		assert.Equal(t, library, w.value(devices, "CIEntro"))
		require.NoError(t, os.RemoveAll(w.path(commonFiles)))
		w.must(0, "reg", "delete", `HKLM\Software\Policies\Mozilla`, "/f")
	}
}

// testOwnBrowsers: the uninstaller of one user's own installation puts the user's
// profiles back first, and waits for Firefox to be closed. It leaves alone what is
// the computer's.
func testOwnBrowsers(t *testing.T, w *wine, p packages) {
	const (
		own      = `C:\users\root\AppData\Local\Programs\CIEntro`
		firefox  = `C:\users\root\AppData\Roaming\Mozilla`
		profile  = firefox + `\Firefox\Profiles\a.default`
		modules  = profile + `\pkcs11.txt`
		original = "library=\nname=NSS Internal PKCS #11 Module\nNSS=Flags=internal\n\n"
	)
	write := func(file, content string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(w.path(file)), 0o700))
		require.NoError(t, os.WriteFile(w.path(file), []byte(content), 0o600))
	}
	now := func() string {
		raw, err := os.ReadFile(w.path(modules))
		require.NoError(t, err)
		return string(raw)
	}
	write(firefox+`\Firefox\profiles.ini`, "[Profile0]\r\nName=default\r\nIsRelative=1\r\nPath=Profiles/a.default\r\n")
	write(modules, original)
	defer func() {
		require.NoError(t, os.RemoveAll(w.path(firefox)))
		require.NoError(t, os.RemoveAll(w.path(`C:\users\root\AppData\Local\cientro`)))
		require.NoError(t, os.RemoveAll(w.path(`C:\users\root\AppData\Roaming\cientro`)))
		require.NoError(t, os.Remove(w.path(`C:\users\root\AppData\Local\Programs`)), "made by the first program that asks Windows for it")
	}()
	w.must(0, windowsPath(p.oldSetup), "/S", "/CURRENTUSER")
	w.must(0, own+`\cientro.exe`, "browser", "install")
	assert.Contains(t, now(), own+`\cientro-pkcs11.dll`)
	registered := now()

	lock := w.path(profile + `\parent.lock`)
	release := w.hold(lock)
	w.must(5, own+`\uninstall.exe`, "/S", "_?="+own)
	assert.FileExists(t, w.path(own+`\cientro-pkcs11.dll`))
	assert.Equal(t, own, w.value(`HKCU\`+installed, "Folder"))
	assert.Equal(t, registered, now())
	release()

	w.must(0, own+`\uninstall.exe`, "/S")
	w.gone(own)
	assert.Equal(t, original, now())
}

// hold has a program keep a file open, as Firefox does its lock, until it is
// released.
func (w *wine) hold(file string) (release func()) {
	w.t.Helper()
	host := filepath.Join(w.t.TempDir(), "hold.exe")
	run(w.t, mingw, "-Wall", "-Wextra", "-Werror", "-O2", "-o", host, "testdata/hold.c")
	c := exec.Command(w.program, windowsPath(host), windowsPath(file))
	c.Env = w.environment()
	require.NoError(w.t, c.Start())
	end := func() error { return os.WriteFile(file+".end", nil, 0o600) }
	w.t.Cleanup(func() {
		_ = end()
		_ = c.Wait()
	})
	require.Eventually(w.t, func() bool {
		_, err := os.Stat(file + ".held")
		return err == nil
	}, time.Minute, 50*time.Millisecond, "the lock cannot be held")
	return func() {
		require.NoError(w.t, end())
		require.NoError(w.t, c.Wait())
	}
}

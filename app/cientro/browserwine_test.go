//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browsers"
)

// wine runs programs for Windows, in a prefix of the test's own.
type wine struct {
	t            *testing.T
	program, dir string
}

func newWine(t *testing.T) *wine {
	t.Helper()
	if os.Getenv("CIENTRO_TEST_WINE") != "1" {
		t.Skip("runs what is built for Windows: set CIENTRO_TEST_WINE=1, with wine64 and mingw-w64")
	}
	w := &wine{t: t, dir: t.TempDir()}
	for _, name := range []string{"wine64", "/usr/lib/wine/wine64"} {
		if path, err := exec.LookPath(name); err == nil {
			w.program = path
			break
		}
	}
	require.NotEmpty(t, w.program, "wine64 is missing: packaging/linux/setup.sh wine")
	w.must("wineboot", "--init")
	t.Cleanup(func() {
		server := filepath.Join(filepath.Dir(w.program), "wineserver")
		if _, err := os.Stat(server); err != nil {
			server = "/usr/lib/wine/wineserver"
		}
		end := exec.Command(server, "-k") // of this prefix only, by the variable WINEPREFIX
		end.Env = w.environment()
		_ = end.Run()
	})
	library := w.path("windows/system32/bcryptprimitives.dll") // Go looks for it, and wine 8 lacks it
	if _, err := os.Stat(library); err != nil {
		said, err := exec.Command("x86_64-w64-mingw32-gcc", "-O2", "-shared", "-o", library,
			"../../pkcs11module/clienttest/testdata/windows/bcryptprimitives.c", "-ladvapi32").CombinedOutput()
		require.NoError(t, err, "%s", said)
	}
	return w
}

// path is a file of the drive C:.
func (w *wine) path(below string) string { return filepath.Join(w.dir, "prefix", "drive_c", below) }

func (w *wine) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "WINEPREFIX=" + filepath.Join(w.dir, "prefix"), "WINEDEBUG=-all",
		"WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe="}
}

func (w *wine) run(arguments ...string) (said string, exit int) {
	w.t.Helper()
	c := exec.CommandContext(w.t.Context(), w.program, arguments...)
	c.Env = w.environment()
	out, err := c.Output()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		require.NoError(w.t, err)
	}
	return string(out), c.ProcessState.ExitCode()
}

func (w *wine) must(arguments ...string) string {
	w.t.Helper()
	said, exit := w.run(arguments...)
	require.Zero(w.t, exit, "%v: %s", arguments, said)
	return said
}

func (w *wine) write(below, content string) {
	w.t.Helper()
	require.NoError(w.t, os.MkdirAll(filepath.Dir(w.path(below)), 0o700))
	require.NoError(w.t, os.WriteFile(w.path(below), []byte(content), 0o600))
}

// build has Go build for Windows.
func (w *wine) build(arguments ...string) {
	w.t.Helper()
	c := exec.Command("go", arguments...)
	c.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	said, err := c.CombinedOutput()
	require.NoError(w.t, err, "%s", said)
}

// browser runs `cientro browser …` and returns states or outcomes by file.
func (w *wine) browser(arguments ...string) map[string]string {
	w.t.Helper()
	said := w.must(append([]string{`C:\Program Files\CIEntro\cientro.exe`, "--json", "browser"}, arguments...)...)
	var document browserDocument
	require.NoError(w.t, json.Unmarshal([]byte(said), &document), said)
	all := map[string]string{}
	for _, p := range document.Places {
		all[p.File] = string(p.State)
		if p.Outcome != nil {
			all[p.File] = string(*p.Outcome)
		}
	}
	return all
}

// TestBrowsersUnderWine sets up a made-up profile of Firefox and the registry with
// the command line built for Windows, and takes all of it out again.
func TestBrowsersUnderWine(t *testing.T) {
	w := newWine(t)
	programs, profile := "Program Files/CIEntro/", ""
	w.write(programs+"cientro-pkcs11.dll", "a library")
	w.build("build", "-o", w.path(programs+"cientro.exe"), ".")
	w.write("Program Files/Mozilla Firefox/firefox.exe", "MZ")
	w.write("Program Files/Google/Chrome/Application/chrome.exe", "MZ")
	users, err := os.ReadDir(w.path("users"))
	require.NoError(t, err)
	for _, user := range users {
		if user.Name() != "Public" {
			profile = "users/" + user.Name() + "/AppData/Roaming/Mozilla/Firefox/"
		}
	}
	const before = "library=\nname=NSS Internal PKCS #11 Module\nNSS=Flags=internal\n\n"
	w.write(profile+"profiles.ini", "[Profile0]\r\nName=default\r\nIsRelative=1\r\nPath=Profiles/a.default\r\n")
	w.write(profile+"Profiles/a.default/pkcs11.txt", before)
	list := `C:\` + strings.ReplaceAll(profile, "/", `\`) + `Profiles\a.default\pkcs11.txt`
	const key = `HKEY_LOCAL_MACHINE\Software\Policies\Mozilla\Firefox\SecurityDevices`
	registered := func() string {
		said, _ := w.run("reg", "query", `HKLM\Software\Policies\Mozilla`, "/s")
		return said
	}
	nothing := registered()

	assert.Equal(t, map[string]string{key: string(browsers.Absent), list: string(browsers.Absent), "": string(browsers.NoModules)}, w.browser("status"))
	assert.Equal(t, map[string]string{key: string(browsers.Added)}, w.browser("install", "--system"))
	assert.Contains(t, registered(), `CIEntro    REG_SZ    C:\Program Files\CIEntro\cientro-pkcs11.dll`)
	assert.Equal(t, string(browsers.ByPolicy), w.browser("status")[list])
	assert.Equal(t, map[string]string{key: string(browsers.Unchanged)}, w.browser("install", "--system"))
	assert.Equal(t, map[string]string{key: string(browsers.Restored)}, w.browser("remove", "--system"))
	assert.Equal(t, nothing, registered())

	assert.Equal(t, string(browsers.Added), w.browser("install")[list])
	raw, err := os.ReadFile(w.path(profile + "Profiles/a.default/pkcs11.txt"))
	require.NoError(t, err)
	assert.Equal(t, before+"library=C:\\Program Files\\CIEntro\\cientro-pkcs11.dll\nname=CIEntro\n\n", string(raw))
	assert.Equal(t, string(browsers.Unchanged), w.browser("install")[list])
	assert.Equal(t, string(browsers.Present), w.browser("test")[list])
	assert.Equal(t, string(browsers.Restored), w.browser("remove")[list])
	raw, err = os.ReadFile(w.path(profile + "Profiles/a.default/pkcs11.txt"))
	require.NoError(t, err)
	assert.Equal(t, before, string(raw))
	assert.NoDirExists(t, w.path("Program Files/Common Files/CIEntro"))

	// The lock of an open Firefox, and the registry itself.
	w.build("test", "-c", "-o", filepath.Join(w.dir, "tests.exe"), "../browsers")
	said := w.must(filepath.Join(w.dir, "tests.exe"), "-test.v", "-test.run", "OnWindows$|OfWindows$|^TestWindows")
	for _, name := range []string{"TestFirefoxRunningOnWindows", "TestRegistryOfWindows", "TestWindowsOfTheComputer"} {
		assert.Contains(t, said, "--- PASS: "+name)
	}
}

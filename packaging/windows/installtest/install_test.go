package installtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// programsVariable names the folder of the programs for Windows, as made by
// `package.sh programs`.
const programsVariable = "CIENTRO_WINDOWS_PROGRAMS"

const (
	folder    = `C:\Program Files\CIEntro`
	library   = folder + `\cientro-pkcs11.dll`
	installed = `Software\CIEntro\Installer`
	decided   = `HKLM\Software\Policies\CIEntro`
	devices   = `HKLM\Software\Policies\Mozilla\Firefox\SecurityDevices\Add`
	atStart   = `Software\Microsoft\Windows\CurrentVersion\Run`
)

// forOneUser stands last: wine takes what follows for its value.
const forOneUser = "ALLUSERS="

// packages are an older and a newer version, both kinds.
type packages struct{ oldMSI, newMSI, oldSetup, newSetup string }

// pack runs package.sh.
func pack(t *testing.T, version, out string, more ...string) (msi, setup string) {
	t.Helper()
	programs := os.Getenv(programsVariable)
	require.NotEmpty(t, programs, "%s is not set: make windows-packages", programsVariable)
	command := exec.Command("../package.sh")
	command.Env = append(os.Environ(), "VERSION="+version, "OUT="+out, "PROGRAMS="+programs, "SOURCE_DATE_EPOCH=1780000000")
	command.Env = append(command.Env, more...)
	said, err := command.CombinedOutput()
	require.NoError(t, err, "%s", said)
	name := filepath.Join(out, "cientro-"+version+"-windows-amd64")
	return name + ".msi", name + "-setup.exe"
}

func needsWine(t *testing.T) {
	t.Helper()
	if os.Getenv(wineVariable) != "1" {
		t.Skipf("builds and installs packages: make windows-packages (%s=1)", wineVariable)
	}
}

// TestPackages makes the packages once and tries them.
func TestPackages(t *testing.T) {
	needsWine(t)
	var p packages
	signer := newSigner(t)
	p.oldMSI, p.oldSetup = pack(t, "v0.2.0", t.TempDir())
	p.newMSI, p.newSetup = pack(t, "v0.3.1-4-gabcdef", t.TempDir(), "SIGN="+signer.program)

	t.Run("same bytes", func(t *testing.T) {
		msi, setup := pack(t, "v0.2.0", t.TempDir())
		for again, first := range map[string]string{msi: p.oldMSI, setup: p.oldSetup} {
			want, err := os.ReadFile(first)
			require.NoError(t, err)
			got, err := os.ReadFile(again)
			require.NoError(t, err)
			assert.True(t, string(want) == string(got), "%s differs from one made before", filepath.Base(again))
		}
	})
	t.Run("properties", func(t *testing.T) {
		table := run(t, "msiinfo", "export", p.newMSI, "Property")
		for _, property := range properties(t) {
			assert.Contains(t, table, "\n"+property+"\tkeep\r\n")
			assert.Regexp(t, `SecureCustomProperties\t.*\b`+property+`\b`, table)
		}
		assert.Contains(t, table, "\nProductVersion\t0.3.1\r\n")
		assert.Contains(t, run(t, "msiinfo", "export", p.newMSI, "Directory"), "INSTALLDIR\t")
	})
	w := newWine(t)
	t.Run("old Windows", func(t *testing.T) {
		w.t = t
		w.must(7, windowsPath(p.newSetup), "/S")
		assert.NoDirExists(t, w.path(folder))
	})
	w.isWindows10()
	// wine makes some of its own things when an installer runs for the first time.
	w.must(1603, "msiexec", "/i", windowsPath(p.newMSI), "/qn", "FINALTRY=perhaps")
	for _, step := range []struct {
		name string
		test func(*testing.T, *wine, packages)
	}{
		{"msi", testMSI},
		{"setup", testSetup},
		{"refusals", testRefusals},
		{"one user", testOneUser},
		{"upgrade", testUpgrade},
		{"browsers of everybody", testEverybodysBrowsers},
		{"browsers kept", testBrowsersKept},
		{"browsers that cannot be put back", testBrowsersStuck},
		{"browsers of one user", testOwnBrowsers},
		{"foreign", testForeign},
	} {
		clean := t.Run(step.name, func(t *testing.T) {
			w.t = t
			before := w.state()
			step.test(t, w, p)
			w.same(before, w.state())
		})
		require.True(t, clean, "what is left behind would spoil what follows")
	}
	t.Run("signatures", func(t *testing.T) {
		w.t = t
		w.must(0, windowsPath(p.newSetup), "/S")
		for _, file := range []string{"cientro.exe", "cientro-desktop.exe", "cientro-pkcs11.dll", "uninstall.exe"} {
			signer.verify(t, w.path(folder+`\`+file))
		}
		signer.verify(t, p.newSetup)
		signer.verify(t, p.newMSI)
		w.must(0, folder+`\uninstall.exe`, "/S")
		w.gone(folder)
	})
}

// wanted are the choices that the tests install with.
var wanted = map[string]string{
	"FIREFOXPOLICY": "1", "DESKTOPSHORTCUT": "1", "AUTOSTART": "hidden", "LANGUAGE": "en", "FINALTRY": "deny", "TEXTSIZE": "150", "TRAY": "1",
}

func choices(prefix string) (all []string) {
	for name, value := range wanted {
		all = append(all, prefix+name+"="+value)
	}
	return all
}

// checkInstalled looks at what the choices brought, and has the programs run.
func checkInstalled(t *testing.T, w *wine, kind string) {
	t.Helper()
	for name, value := range wanted {
		assert.Equal(t, value, w.value(`HKLM\`+installed, name), name)
	}
	assert.Equal(t, kind, w.value(`HKLM\`+installed, "Kind"))
	assert.Equal(t, library, w.value(devices, "CIEntro"))
	assert.Equal(t, `"`+folder+`\cientro-desktop.exe" --hidden`, w.value(`HKLM\`+atStart, "CIEntro"))
	assert.Equal(t, "en", w.value(decided, "language"))
	assert.Equal(t, "deny", w.value(decided, "finalTry"))
	assert.Equal(t, "0x96", w.value(decided, "textSize"))
	assert.Equal(t, "0x1", w.value(decided, "tray"))
	assert.Empty(t, w.value(decided, "look"), "nobody decided it")

	program := folder + `\cientro.exe`
	// The computer is Italian; the policy that the installer wrote says English.
	assert.Contains(t, w.must(0, program, "version"), "Built with go")
	defer func() {
		for _, left := range []string{`C:\users\root\AppData\Roaming\cientro`, `C:\users\root\AppData\Local\cientro`} {
			require.NoError(t, os.RemoveAll(w.path(left)))
		}
	}()
	w.must(0, program, "virtual", "new")
	w.must(0, program, "virtual", "enable")
	assert.Contains(t, w.must(0, program, "--virtual", "--json", "card"), `"chip":{"authenticated":true}`)
	host := filepath.Join(t.TempDir(), "load.exe")
	run(t, mingw, "-Wall", "-Wextra", "-Werror", "-O2", "-o", host, "testdata/load.c")
	assert.Regexp(t, `answer 0 slots [1-9]`, w.must(0, windowsPath(host), library))
}

func testMSI(t *testing.T, w *wine, p packages) {
	w.must(0, append([]string{"msiexec", "/i", windowsPath(p.oldMSI), "/qn"}, choices("")...)...)
	checkInstalled(t, w, "msi")
	w.must(0, "msiexec", "/x", windowsPath(p.oldMSI), "/qn")
}

func testSetup(t *testing.T, w *wine, p packages) {
	w.must(0, append([]string{windowsPath(p.oldSetup), "/S"}, choices("/")...)...)
	checkInstalled(t, w, "setup")
	assert.FileExists(t, w.path(`C:\ProgramData\Microsoft\Windows\Start Menu\Programs\CIEntro.lnk`))
	assert.FileExists(t, w.path(`C:\users\Public\Desktop\CIEntro.lnk`))
	w.must(0, folder+`\uninstall.exe`, "/S")
	w.gone(folder)
}

// testRefusals: what cannot be done changes nothing.
func testRefusals(t *testing.T, w *wine, p packages) {
	for _, flag := range []string{"/FINALTRY=perhaps", "/STARTMENU=2", "/TEXTSIZE=", "/LOOK=dar"} {
		w.must(3, windowsPath(p.oldSetup), "/S", flag)
	}
	for _, property := range []string{"STARTMENU=2", "AUTOSTART=yes", "TEXTSIZE=101"} {
		w.must(1603, "msiexec", "/i", windowsPath(p.oldMSI), "/qn", property)
	}
	w.must(3, windowsPath(p.oldSetup), "/S", "/CURRENTUSER", "/FIREFOXPOLICY=1")
	w.must(3, windowsPath(p.oldSetup), "/S", "/CURRENTUSER", "/LANGUAGE=en")
	w.must(1603, "msiexec", "/i", windowsPath(p.oldMSI), "/qn", "FIREFOXPOLICY=1", forOneUser)
	w.must(1603, "msiexec", "/i", windowsPath(p.oldMSI), "/qn", "LANGUAGE=en", forOneUser)
	assert.NoDirExists(t, w.path(folder))

	// One kind does not install over the other, nor an old version over a new one.
	w.must(0, windowsPath(p.newSetup), "/S")
	w.must(1603, "msiexec", "/i", windowsPath(p.newMSI), "/qn")
	w.must(4, windowsPath(p.oldSetup), "/S")
	w.must(0, folder+`\uninstall.exe`, "/S")
	w.gone(folder)
	w.must(0, "msiexec", "/i", windowsPath(p.newMSI), "/qn")
	w.must(4, windowsPath(p.newSetup), "/S")
	w.must(1603, "msiexec", "/i", windowsPath(p.oldMSI), "/qn")
	w.must(0, "msiexec", "/x", windowsPath(p.newMSI), "/qn")
}

// testOneUser: an installation for one user leaves the computer's part alone.
func testOneUser(t *testing.T, w *wine, p packages) {
	const own = `C:\users\root\AppData\Local\Programs\CIEntro`
	w.must(0, windowsPath(p.oldSetup), "/S", "/CURRENTUSER", "/AUTOSTART=1")
	assert.FileExists(t, w.path(own+`\cientro.exe`))
	assert.Equal(t, own, w.value(`HKCU\`+installed, "Folder"))
	assert.Equal(t, `"`+own+`\cientro-desktop.exe"`, w.value(`HKCU\`+atStart, "CIEntro"))
	assert.Empty(t, w.value(`HKLM\`+installed, "Folder"))
	assert.Empty(t, w.value(`HKLM\`+atStart, "CIEntro"))
	w.must(0, own+`\uninstall.exe`, "/S")
	w.gone(own)
	require.NoError(t, os.Remove(w.path(`C:\users\root\AppData\Local\Programs`)), "made by the first program that asks Windows for it")

	const elsewhere = `C:\CIEntro of mine`
	w.must(0, "msiexec", "/i", windowsPath(p.oldMSI), "/qn", "INSTALLDIR="+elsewhere, "STARTMENU=0", forOneUser)
	assert.FileExists(t, w.path(elsewhere+`\cientro.exe`))
	assert.Equal(t, elsewhere+`\`, w.value(`HKCU\`+installed, "Folder"))
	assert.Empty(t, w.value(`HKLM\`+installed, "Folder"))
	// Windows knows for whom it installed; wine has to be told.
	w.must(0, "msiexec", "/x", windowsPath(p.oldMSI), "/qn", forOneUser)
}

// testUpgrade: a newer version keeps folder and choices, unless told otherwise.
func testUpgrade(t *testing.T, w *wine, p packages) {
	const elsewhere = `C:\Programs\CIEntro`
	w.must(0, windowsPath(p.oldSetup), "/S", "/FIREFOXPOLICY=1", "/FINALTRY=deny", "/LOOK=dark", "/D="+elsewhere)
	w.must(0, windowsPath(p.newSetup), "/S", "/LOOK=user")
	assert.Equal(t, elsewhere, w.value(`HKLM\`+installed, "Folder"))
	assert.Equal(t, "0.3.1.4", w.value(`HKLM\`+installed, "Version"))
	assert.Equal(t, elsewhere+`\cientro-pkcs11.dll`, w.value(devices, "CIEntro"))
	assert.Equal(t, "deny", w.value(decided, "finalTry"))
	assert.Empty(t, w.value(decided, "look"))
	w.must(0, elsewhere+`\uninstall.exe`, "/S")
	w.gone(elsewhere)
	require.NoError(t, os.Remove(w.path(`C:\Programs`)))

	w.must(0, "msiexec", "/i", windowsPath(p.oldMSI), "/qn", "FIREFOXPOLICY=1", "FINALTRY=deny", "LOOK=dark")
	w.must(0, "msiexec", "/i", windowsPath(p.newMSI), "/qn", "LOOK=user")
	assert.Equal(t, "0.3.1", w.value(`HKLM\`+installed, "Version"))
	assert.Equal(t, library, w.value(devices, "CIEntro"))
	assert.Equal(t, "deny", w.value(decided, "finalTry"))
	assert.Empty(t, w.value(decided, "look"))
	w.must(0, "msiexec", "/x", windowsPath(p.newMSI), "/qn")
}

// testForeign: what somebody else put where ours goes stays as it is.
func testForeign(t *testing.T, w *wine, p packages) {
	add := func(key, name, value string) { w.must(0, "reg", "add", key, "/v", name, "/d", value, "/f") }
	add(devices, "CIEntro", `C:\other\other.dll`)
	defer w.must(0, "reg", "delete", `HKLM\Software\Policies\Mozilla`, "/f")
	steps := map[string][2][]string{
		"msi":   {{"msiexec", "/i", windowsPath(p.oldMSI), "/qn", "FIREFOXPOLICY=1"}, {"msiexec", "/x", windowsPath(p.oldMSI), "/qn"}},
		"setup": {{windowsPath(p.oldSetup), "/S", "/FIREFOXPOLICY=1"}, {folder + `\uninstall.exe`, "/S"}},
	}
	for kind, step := range steps {
		w.must(0, step[0]...)
		assert.Equal(t, `C:\other\other.dll`, w.value(devices, "CIEntro"), kind)
		assert.Equal(t, library, w.value(devices, "CIEntro 2"), kind)
		// An administrator points ours elsewhere: then it is ours no more.
		add(devices, "CIEntro 2", `C:\elsewhere\cientro-pkcs11.dll`)
		own := filepath.Join(w.path(folder), "notes of mine.txt")
		require.NoError(t, os.WriteFile(own, []byte("mine"), 0o600))
		w.must(0, step[1]...)
		require.Eventually(t, func() bool {
			_, err := os.Stat(w.path(library))
			return os.IsNotExist(err)
		}, 5*time.Minute, 100*time.Millisecond)
		require.Eventually(t, func() bool { return w.value(`HKLM\`+installed, "Kind") == "" }, 5*time.Minute, time.Second)
		assert.FileExists(t, own)
		require.NoError(t, os.RemoveAll(w.path(folder)))
		assert.Equal(t, `C:\other\other.dll`, w.value(devices, "CIEntro"), kind)
		assert.Equal(t, `C:\elsewhere\cientro-pkcs11.dll`, w.value(devices, "CIEntro 2"), kind)
		w.must(0, "reg", "delete", devices, "/v", "CIEntro 2", "/f")
	}
}

// signer signs with a key that lives as long as the test.
type signer struct{ program, certificate string }

func newSigner(t *testing.T) signer {
	t.Helper()
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CIEntro, test only"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	s := signer{program: filepath.Join(dir, "sign"), certificate: filepath.Join(dir, "certificate.pem")}
	keyFile := filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(s.certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
	script := fmt.Sprintf("#!/bin/sh\nset -e\nosslsigncode sign -h sha256 -certs '%s' -key '%s' -n CIEntro -in \"$1\" -out \"$1.signed\"\nmv \"$1.signed\" \"$1\"\n",
		s.certificate, keyFile)
	require.NoError(t, os.WriteFile(s.program, []byte(script), 0o700))
	return s
}

// verify demands a signature of this key, and that a changed byte is noticed.
func (s signer) verify(t *testing.T, file string) {
	t.Helper()
	said := run(t, "osslsigncode", "verify", "-CAfile", s.certificate, "-in", file)
	assert.Contains(t, said, "CIEntro, test only", filepath.Base(file))
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	content[len(content)/2] ^= 1
	changed := filepath.Join(t.TempDir(), strings.ReplaceAll(filepath.Base(file), " ", ""))
	require.NoError(t, os.WriteFile(changed, content, 0o600))
	said2, err := exec.Command("osslsigncode", "verify", "-CAfile", s.certificate, "-in", changed).CombinedOutput()
	assert.Error(t, err, "%s with a changed byte: %s", filepath.Base(file), said2)
}

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var release = origin{"1.2.3", "0123456789abcdef0123456789abcdef01234567", time.Unix(1_700_000_000, 0)}

// programs stand for a command, an app and the library.
func programs() []program {
	cobra := module{"github.com/spf13/cobra", "v1.10.2", "h1:DMTTonx5m65Ic0GOoRY2c16WCbHxOOw6xxezuLaBpcU="}
	fyne := module{"fyne.io/fyne/v2", "v2.8.1", "h1:1QivrlhwAsnMOcqgOdl9my7s9OyZl8O5/UGUTJVXoWc="}
	return []program{
		{name: "cientro", sha256: strings.Repeat("1", 64), system: "linux/amd64", goes: "go1.26.8", modules: []module{cobra}, needs: []string{"libc.so.6"}},
		{name: "cientro-desktop", sha256: strings.Repeat("2", 64), system: "linux/amd64", goes: "go1.26.8", modules: []module{fyne, cobra}, needs: []string{"libc.so.6", "libGL.so.1"}},
		{name: "libcientro-pkcs11.so", sha256: strings.Repeat("3", 64), library: true, needs: []string{"libc.so.6"}},
	}
}

func specimen(t *testing.T) *document {
	t.Helper()
	d, err := compose(release, programs())
	require.NoError(t, err)
	return &d
}

func encoded(t *testing.T, d *document) []byte {
	t.Helper()
	raw, err := d.encode()
	require.NoError(t, err)
	return raw
}

func TestDocument(t *testing.T) {
	d := specimen(t)
	raw := encoded(t, d)
	fits(t, raw)
	assert.Equal(t, raw, encoded(t, specimen(t)), "the same programs give the same document")
	assert.Equal(t, "2023-11-14T22:13:20Z", d.Metadata.Timestamp)
	assert.Contains(t, string(raw), `"purl": "pkg:generic/cientro@1.2.3?vcs_url=git%2Bhttps%3A%2F%2Fgithub.com%2Fcientro%2Fcientro%40`+release.revision+`"`)

	at := slices.IndexFunc(d.Components, func(c component) bool { return c.Name == "github.com/spf13/cobra" })
	require.GreaterOrEqual(t, at, 0)
	assert.Equal(t, component{
		Type: "library", BOMRef: "pkg:golang/github.com/spf13/cobra@v1.10.2", Name: "github.com/spf13/cobra", Version: "v1.10.2",
		Hashes:   []hash{{"SHA-256", "0cc4d3a27c799bae4873418ea11636735e9609b1f138ec3ac717b3b8b681a5c5"}},
		Licenses: licensed([]string{"Apache-2.0"}), PURL: "pkg:golang/github.com/spf13/cobra@v1.10.2",
		Properties: []property{{moduleSum, "h1:DMTTonx5m65Ic0GOoRY2c16WCbHxOOw6xxezuLaBpcU="}},
	}, d.Components[at])

	for _, dep := range d.Dependencies {
		if dep.Ref == "file:libcientro-pkcs11.so" {
			assert.Equal(t, []string{"loaded:libc.so.6"}, dep.DependsOn, "the library in C is made of no module")
		}
	}
}

func TestSerialNumberFollowsTheContent(t *testing.T) {
	d := specimen(t)
	assert.Regexp(t, `^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, d.SerialNumber)
	changed := programs()
	changed[0].modules[0].version = "v1.10.3"
	other, err := compose(release, changed)
	require.NoError(t, err)
	assert.NotEqual(t, d.SerialNumber, other.SerialNumber)
}

// TestCheckFindsWhatDiffers: each way to be wrong is told.
func TestCheckFindsWhatDiffers(t *testing.T) {
	raw := encoded(t, specimen(t))
	wrong, err := check(raw, programs())
	require.NoError(t, err)
	require.Empty(t, wrong)

	for what, tt := range map[string]struct {
		spoil func([]program)
		said  string
	}{
		"a module more":    {func(p []program) { p[0].modules = append(p[0].modules, module{"example.org/x", "v1.0.0", "h1:x"}) }, "not in the document: pkg:golang/example.org/x@v1.0.0"},
		"a module less":    {func(p []program) { p[1].modules = p[1].modules[1:] }, "in no program: pkg:golang/fyne.io/fyne/v2@v2.8.1"},
		"less in one only": {func(p []program) { p[0].modules = nil }, "in no program: cientro made of pkg:golang/github.com/spf13/cobra@v1.10.2"},
		"another version":  {func(p []program) { p[0].modules[0].version = "v1.0.0" }, "not in the document: pkg:golang/github.com/spf13/cobra@v1.0.0"},
		"another sum":      {func(p []program) { p[0].modules[0].sum = "h1:other"; p[1].modules[1].sum = "h1:other" }, "the programs \"h1:other\""},
		"another file":     {func(p []program) { p[2].sha256 = strings.Repeat("4", 64) }, "file:libcientro-pkcs11.so: the document says"},
		"another Go":       {func(p []program) { p[0].goes = "go1.1" }, "not in the document: pkg:golang/std@1.1"},
		"another library":  {func(p []program) { p[2].needs = append(p[2].needs, "libevil.so") }, "not in the document: loaded:libevil.so"},
	} {
		spoiled := programs()
		tt.spoil(spoiled)
		wrong, err := check(raw, spoiled)
		require.NoError(t, err)
		assert.Contains(t, strings.Join(wrong, "\n"), tt.said, what)
	}
	wrong, err = check(raw, programs()[:2])
	require.NoError(t, err)
	assert.Contains(t, wrong, "in no program: file:libcientro-pkcs11.so")
	_, err = check([]byte("{"), nil)
	assert.Error(t, err)
}

func TestALicenceThatIsNotHandedOnIsTold(t *testing.T) {
	p := programs()
	p[0].modules = append(p[0].modules, module{"example.org/secret", "v1.0.0", "h1:x"})
	_, err := compose(release, p)
	require.ErrorIs(t, err, errLicence)
	assert.ErrorContains(t, err, "example.org/secret")
	_, err = compose(release, append(programs(), programs()[0]))
	assert.ErrorContains(t, err, "two files are called cientro")
}

// TestReadsItself: what go test builds names no modules, but Go and the system.
func TestReadsItself(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	p, err := read(self)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(runtime.Version(), p.goes), p.goes)
	assert.Equal(t, runtime.GOOS+"/"+runtime.GOARCH, p.system)
	assert.False(t, p.library)
}

func TestTakesWhatReplacesAModule(t *testing.T) {
	info, err := debug.ParseBuildInfo("path\tcientro/app/cientro\nmod\tcientro\t(devel)\t\n" +
		"dep\texample.org/b\tv1.0.0\n=>\texample.org/ours\tv1.0.1\th1:ours=\n" +
		"dep\texample.org/a\tv2.0.0\th1:a=\nbuild\tGOARCH=arm64\nbuild\tGOOS=linux\n")
	require.NoError(t, err)
	info.GoVersion = "go1.26.8 X:other"
	var p program
	p.take(info)
	assert.Equal(t, program{goes: "go1.26.8", system: "linux/arm64",
		modules: []module{{"example.org/a", "v2.0.0", "h1:a="}, {"example.org/ours", "v1.0.1", "h1:ours="}}}, p)
}

func TestRefusesWhatItCannotRead(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte("#!/bin/sh\n"), 0o600))
	var out bytes.Buffer
	assert.ErrorIs(t, run([]string{"-version", "1", "-revision", "x", "-time", "1", "-o", text + ".json", text}, &out), errFormat)
	assert.ErrorIs(t, run(nil, &out), errNoFiles)
	self, err := os.Executable()
	require.NoError(t, err)
	assert.ErrorIs(t, run([]string{self}, &out), errOrigin)
	assert.ErrorIs(t, run([]string{"-version", "1", "-revision", "x", "-time", "1", self}, &out), errNoOutput)
	assert.ErrorIs(t, run([]string{"-check", filepath.Join(t.TempDir(), "nothing"), self}, &out), os.ErrNotExist)
	assert.ErrorIs(t, run([]string{filepath.Join(t.TempDir(), "nothing")}, &out), os.ErrNotExist)
}

// TestBuiltPrograms writes the document of what make built and holds it to what
// the go command says of the same files.
func TestBuiltPrograms(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_BUILDS") != "1" {
		t.Skip("make reproducible runs it, with the built programs")
	}
	var files []string
	for _, name := range []string{"cientro", "cientro-desktop", "libcientro-pkcs11.so"} {
		files = append(files, filepath.Join("..", "..", "..", "build", name))
	}
	output := filepath.Join(t.TempDir(), "sbom.json")
	var out bytes.Buffer
	require.NoError(t, run(append([]string{"-version", "1.2.3", "-revision", release.revision, "-time", "1700000000", "-o", output}, files...), &out))
	raw, err := os.ReadFile(output)
	require.NoError(t, err)
	fits(t, raw)
	require.NoError(t, run(append([]string{"-check", output}, files...), &out))

	var d document
	require.NoError(t, json.Unmarshal(raw, &d))
	told := map[string]bool{}
	for _, c := range d.Components {
		if strings.HasPrefix(c.PURL, "pkg:golang/") && c.Name != "std" {
			told[c.Name+" "+c.Version+" "+c.Properties[0].Value] = true
		}
	}
	held := map[string]bool{}
	for _, file := range files[:2] {
		said, err := exec.Command("go", "version", "-m", file).Output()
		require.NoError(t, err)
		for line := range strings.Lines(string(said)) {
			if words := strings.Fields(line); len(words) == 4 && words[0] == "dep" {
				held[strings.Join(words[1:], " ")] = true
			}
		}
	}
	require.Greater(t, len(held), 20, "the desktop program has more modules")
	assert.Equal(t, held, told)

	// Another command's document is not this one's.
	assert.ErrorIs(t, run([]string{"-check", output, files[0]}, &out), errDiffers)
}

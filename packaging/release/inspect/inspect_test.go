package main

import (
	"bytes"
	"debug/elf"
	"debug/pe"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const source = `#include <string.h>
#include <stdio.h>
__attribute__((visibility("default"))) int C_Initialize(void *p) { char b[64]; strncpy(b, p, sizeof b - 1); puts(b); return b[3]; }
static int hidden(void) { return 1; }
int other(void) { return hidden(); }
int main(int n, char **v) { char b[8]; if (n > 1) strcpy(b, v[1]); return C_Initialize(b); }
`

// compiled builds the source above with gcc.
func compiled(t *testing.T, flags ...string) string {
	t.Helper()
	folder := t.TempDir()
	code, made := filepath.Join(folder, "x.c"), filepath.Join(folder, "made")
	require.NoError(t, os.WriteFile(code, []byte(source), 0o600))
	gcc := exec.Command("gcc", append(flags, "-o", made, code)...)
	said, err := gcc.CombinedOutput()
	require.NoError(t, err, string(said))
	require.NoError(t, os.Chmod(made, 0o755))
	return made
}

var (
	program = []string{"-O2", "-fPIE", "-pie", "-Wl,-z,relro,-z,now"}
	library = []string{"-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2",
		"-fcf-protection=full", "-Wl,-soname,libx.so,-z,relro,-z,now,-z,noexecstack"}
)

func judged(t *testing.T, path string, absent ...string) string {
	t.Helper()
	wrong, err := judge(path, absent)
	require.NoError(t, err)
	return strings.Join(wrong, "\n")
}

// TestEachFaultIsSeen builds a good program and a good library, and then each with
// one fault.
func TestEachFaultIsSeen(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("no gcc here")
	}
	require.Empty(t, judged(t, compiled(t, program...)))
	for what, tt := range map[string]struct {
		flags []string
		said  string
	}{
		"fixed address": {[]string{"-fno-pie", "-no-pie"}, "fixed address"},
		"late binding":  {[]string{"-Wl,-z,lazy"}, "bound late"},
		"no relro":      {[]string{"-Wl,-z,norelro"}, "stay writable: -z relro"},
		"stack":         {[]string{"-Wl,-z,execstack"}, "stack can be run"},
		"search path":   {[]string{"-Wl,-rpath,/opt/x"}, `"/opt/x"`},
		"debug data":    {[]string{"-g"}, "debug data"},
	} {
		assert.Contains(t, judged(t, compiled(t, append(program[:len(program):len(program)], tt.flags...)...)), tt.said, what)
	}
	if !strings.HasPrefix(machine(t), "x86_64") {
		t.Skip("the flags of the library are those of x86-64")
	}
	require.Empty(t, judged(t, compiled(t, library...)))
	for what, tt := range map[string]struct {
		flags []string
		said  string
	}{
		"exports": {[]string{"-fvisibility=default"}, "exports other"},
		"stack":   {[]string{"-fno-stack-protector"}, "-fstack-protector-strong"},
		"buffers": {[]string{"-U_FORTIFY_SOURCE"}, "-D_FORTIFY_SOURCE"},
		"jumps":   {[]string{"-fcf-protection=none"}, "C_Initialize is not marked"},
		"returns": {[]string{"-fcf-protection=return"}, "C_Initialize is not marked"},
	} {
		assert.Contains(t, judged(t, compiled(t, append(library[:len(library):len(library)], tt.flags...)...)), tt.said, what)
	}
}

// TestMemoryThatIsWrittenAndRun: gcc does not make such files any more.
func TestMemoryThatIsWrittenAndRun(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	f, err := elf.Open(self)
	if err != nil {
		t.Skip("programs are no ELF files here")
	}
	defer f.Close()
	require.NotContains(t, strings.Join(judgeSegments(f), "\n"), "both written and run")
	for _, p := range f.Progs {
		p.Flags |= elf.PF_W
	}
	assert.Contains(t, strings.Join(judgeSegments(f), "\n"), "both written and run")
	assert.Contains(t, strings.Join(judgeSegments(&elf.File{}), "\n"), "PT_GNU_STACK")
	assert.Contains(t, strings.Join(judgeLibrary(f), "\n"), "DT_SONAME")
}

func machine(t *testing.T) string {
	t.Helper()
	said, err := exec.Command("gcc", "-dumpmachine").Output()
	require.NoError(t, err)
	return string(said)
}

func TestTracesAreSeen(t *testing.T) {
	content := []byte("\x00\x01built in /home/specimen/cientro/app\x00more")
	assert.Empty(t, judgeTraces(content, []string{"/home/other"}))
	assert.Equal(t, []string{`tells of the computer that built it: "built in /home/specimen/cientro/app" at byte 11`}, judgeTraces(content, []string{"/home/specimen/"}))
	here, err := os.Getwd()
	require.NoError(t, err)
	root := filepath.Dir(filepath.Dir(filepath.Dir(here)))
	assert.Contains(t, traces(), root+"/", "the folder in which the build runs")
	assert.Contains(t, traces(), "/tmp/go-build")
}

func TestFilesThatAreNone(t *testing.T) {
	var out bytes.Buffer
	assert.ErrorIs(t, run(nil, &out), errNoFiles)
	text := filepath.Join(t.TempDir(), "x")
	assert.ErrorIs(t, run([]string{text}, &out), os.ErrNotExist)
	require.NoError(t, os.WriteFile(text, []byte("text"), 0o600))
	assert.ErrorIs(t, run([]string{text}, &out), errFormat)
}

func TestModes(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	content, err := os.ReadFile(self)
	require.NoError(t, err)
	copied := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(copied, content, 0o600))
	assert.NotContains(t, judged(t, copied), "may write it")
	require.NoError(t, os.Chmod(copied, 0o775))
	assert.Contains(t, judged(t, copied), "others than its owner may write it (-rwxrwxr-x)")
}

// TestBuiltFiles looks at what make built.
func TestBuiltFiles(t *testing.T) {
	if os.Getenv("CIENTRO_TEST_BUILDS") != "1" {
		t.Skip("make reproducible runs it, with the built programs")
	}
	build := filepath.Join("..", "..", "..", "build")
	files := []string{filepath.Join(build, "cientro"), filepath.Join(build, "cientro-desktop"), filepath.Join(build, "libcientro-pkcs11.so")}
	windows, err := filepath.Glob(filepath.Join(build, "windows-amd64", "*.[ed][xl][el]"))
	require.NoError(t, err)
	var out bytes.Buffer
	err = run(append(files, windows...), &out)
	assert.NoError(t, err, out.String())

	// What is surely in there is found when it is asked for.
	assert.ErrorIs(t, run([]string{"-absent", "cientro/app/cientro", files[0]}, &out), errFound)
}

func TestEachFaultOfAWindowsFileIsSeen(t *testing.T) {
	const all = pe.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE | pe.IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA | pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT
	file := func(characteristics uint16, time, section uint32) *pe.File {
		return &pe.File{FileHeader: pe.FileHeader{TimeDateStamp: time}, OptionalHeader: &pe.OptionalHeader64{DllCharacteristics: characteristics},
			Sections: []*pe.Section{{SectionHeader: pe.SectionHeader{Name: ".text", Characteristics: section}}}}
	}
	const run, written = pe.IMAGE_SCN_MEM_EXECUTE, pe.IMAGE_SCN_MEM_WRITE
	assert.Empty(t, judgePE(file(all, 0, run)))
	for said, bad := range map[string]*pe.File{
		"fixed address":                     file(all&^pe.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, 0, run),
		"few addresses":                     file(all&^pe.IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA, 0, run),
		"data can be run":                   file(all&^pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT, 0, run),
		"time of its build":                 file(all, 1, run),
		".text can be both written and run": file(all, 0, run|written),
		"is not for 64 bits":                {OptionalHeader: &pe.OptionalHeader32{}},
	} {
		assert.Contains(t, strings.Join(judgePE(bad), "\n"), said)
	}
}

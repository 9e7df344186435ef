package main

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func put(t *testing.T, folder, name, content string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(folder, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	require.NoError(t, os.Chmod(path, mode))
}

func TestFolders(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for _, folder := range []string{a, b} {
		put(t, folder, "same", "x", 0o644)
		put(t, folder, "deep/same", "x", 0o755)
		require.NoError(t, os.Symlink("same", filepath.Join(folder, "link")))
	}
	var out bytes.Buffer
	require.NoError(t, run([]string{a, b}, &out))
	require.Empty(t, out.String())

	put(t, a, "mine", "x", 0o644)
	put(t, b, "yours", "x", 0o644)
	put(t, b, "same", "y", 0o600)
	require.NoError(t, os.Remove(filepath.Join(b, "link")))
	require.NoError(t, os.Symlink("deep", filepath.Join(b, "link")))
	require.ErrorIs(t, run([]string{a, b}, &out), errDiffers)
	assert.Equal(t, strings.Join([]string{
		"link: points to same and deep",
		"mine: only in " + a,
		"same: mode -rw-r--r-- and -rw-------",
		"same: differ first at byte 0 (0x0), in 1 bytes in all",
		"same:   one:   78  x",
		"same:   other: 79  y",
		"yours: only in " + b,
	}, "\n")+"\n", out.String())
}

func TestFiles(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	require.NoError(t, os.WriteFile(a, []byte("one and the same"), 0o600))
	require.NoError(t, os.WriteFile(b, []byte("one and the same, longer"), 0o600))
	var out bytes.Buffer
	require.ErrorIs(t, run([]string{a, b}, &out), errDiffers)
	assert.Contains(t, out.String(), "16 and 24 bytes long")
	assert.Contains(t, out.String(), "the same up to the end of the shorter one")
	assert.ErrorIs(t, run([]string{a}, &out), errTwo)
	assert.ErrorIs(t, run([]string{a, b + "x"}, &out), os.ErrNotExist)
	assert.ErrorIs(t, run([]string{a + "x", b}, &out), os.ErrNotExist)
}

// TestSections: a difference in a program is told by the section it lies in.
func TestSections(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	content, err := os.ReadFile(self)
	require.NoError(t, err)
	f, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		t.Skip("programs are no ELF files here")
	}
	for name, meaning := range map[string]string{".gopclntab": "-trimpath", ".rodata": "", ".note.go.buildid": "flags or tools"} {
		section := f.Section(name)
		if section == nil {
			continue
		}
		changed := bytes.Clone(content)
		changed[section.Offset+section.FileSize/2] ^= 0xff
		said := strings.Join(compare(content, changed), "\n")
		assert.Contains(t, said, " of "+name)
		assert.Contains(t, said, meaning)
		assert.Contains(t, said, "in 1 bytes in all")
	}
	path := "/home/" + strings.Repeat("x", 7) + "/build/x.go" // not as such in this very program
	assert.Contains(t, compare(content, append(bytes.Clone(content), "\x00"+path...)), `only the other has "`+path+`"`)
	changed := bytes.Clone(content)
	changed[8] ^= 1
	assert.Contains(t, strings.Join(compare(content, changed), "\n"), "of the headers")
}

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/assets/licences"
)

// TestTheLicencesAreThoseOfTheModules fails after a change of go.mod:
// go generate ./assets/licences brings the new ones.
func TestTheLicencesAreThoseOfTheModules(t *testing.T) {
	wanted, err := collect()
	require.NoError(t, err)
	require.Greater(t, len(wanted), 20)
	require.Contains(t, wanted, "fyne.io/fyne/v2")
	require.Contains(t, wanted, "github.com/ebfe/scard")
	entries, err := os.ReadDir(filepath.Join("..", "texts"))
	require.NoError(t, err)
	had := map[string]string{}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join("..", "texts", e.Name()))
		require.NoError(t, err)
		had[licences.Module(e.Name())] = string(content)
	}
	for module, text := range wanted {
		assert.True(t, had[module] == text, "%s: old or missing", module)
		delete(had, module)
	}
	for module := range had {
		assert.Fail(t, "no part of a program", module)
	}
}

func TestOldOnesGo(t *testing.T) {
	folder := t.TempDir()
	old := filepath.Join(folder, licences.FileName("example.org/gone"))
	require.NoError(t, os.WriteFile(old, nil, 0o600))
	require.NoError(t, run(folder))
	assert.NoFileExists(t, old)
	assert.FileExists(t, filepath.Join(folder, licences.FileName("github.com/spf13/cobra")))
	assert.Error(t, run(filepath.Join(folder, "nowhere")))
}

func TestAModuleWithoutLicenceIsTold(t *testing.T) {
	_, err := licenceOf(t.TempDir())
	assert.ErrorIs(t, err, errNone)
}

package logs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/settings"
)

func TestClearTakesTheLogAndNothingElse(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "logs")
	require.NoError(t, Clear(folder))
	require.NoError(t, Clear(""))
	assert.Zero(t, Size(folder))
	log := New(Options{Folder: folder, Level: settings.LogInfo, Program: "test", MaxSize: 300, Keep: 2})
	for range 20 {
		log.Info("line")
	}
	for _, other := range []string{"notes.txt", fileName + "book"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, other), []byte("mine"), 0o600))
	}
	require.FileExists(t, filepath.Join(folder, fileName+".1"))
	assert.Greater(t, Size(folder), int64(300))
	require.NoError(t, Clear(folder))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	assert.Equal(t, []string{fileName + ".lock", fileName + "book", "notes.txt"}, left)
	log.Info("again")
	assert.FileExists(t, filepath.Join(folder, fileName))

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.Error(t, Clear(file))
}

package programicon

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDataFolders(t *testing.T) {
	for _, tt := range []struct {
		home, data, dirs string
		want             []string
	}{
		{"/home/a", "", "", []string{"/home/a/.local/share", "/usr/local/share", "/usr/share"}},
		{"/home/a", "/b", "/c:d::/e", []string{"/b", "/c", "/e"}},
		{"", "", "", []string{"/usr/local/share", "/usr/share"}},
		{"", "relative", "also", nil},
	} {
		environment := map[string]string{"HOME": tt.home, "XDG_DATA_HOME": tt.data, "XDG_DATA_DIRS": tt.dirs}
		assert.Equal(t, tt.want, dataFolders(func(name string) string { return environment[name] }))
	}
}

// TestOnThisSystem: a folder of a test is nobody's system, whoever runs it.
func TestOnThisSystem(t *testing.T) {
	folder := t.TempDir()
	program := filepath.Join(folder, "firefox")
	require.NoError(t, os.WriteFile(program, nil, 0o755))
	require.NoError(t, os.Chmod(folder, 0o777))
	_, err := Find(t.Context(), program, func(string) string { return "" })
	require.ErrorIs(t, err, ErrNone)
	require.ErrorIs(t, err, errForeign)
}

func TestWhoseFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	info, err := os.Lstat(file)
	require.NoError(t, err)
	assert.Equal(t, os.Getuid() == 0, roots(info))
	assert.False(t, roots(nothing{info}), "what the system does not say is not root's")
}

// nothing is a file of which the system says little.
type nothing struct{ os.FileInfo }

func (nothing) Sys() any { return nil }

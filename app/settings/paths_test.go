package settings

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOneVariableMovesEverything(t *testing.T) {
	home := t.TempDir()
	t.Setenv(HomeVariable, home)
	t.Setenv("XDG_CONFIG_HOME", "/elsewhere")
	paths, err := Locate()
	require.NoError(t, err)
	assert.True(t, paths.Portable)
	for _, path := range []string{
		paths.Config, paths.Cache, paths.State, paths.SettingsFile(),
		paths.Trust(), paths.Cards(), paths.VirtualCard(), paths.Logs(),
	} {
		within, err := filepath.Rel(home, path)
		require.NoError(t, err)
		assert.True(t, filepath.IsLocal(within), path)
	}
	assert.Equal(t, filepath.Join(home, "config", "settings.json"), paths.SettingsFile())
	assert.Equal(t, filepath.Join(home, "cache", "cards"), paths.Cards())
}

func TestRelativeHomeIsMadeAbsolute(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv(HomeVariable, "stick")
	paths, err := Locate()
	require.NoError(t, err)
	assert.True(t, filepath.IsAbs(paths.Config))
}

func TestSystemFolders(t *testing.T) {
	t.Setenv(HomeVariable, "")
	t.Setenv("HOME", "/home/specimen")
	t.Setenv("XDG_CONFIG_HOME", "/config")
	t.Setenv("XDG_CACHE_HOME", "/cache")
	t.Setenv("XDG_STATE_HOME", "/state")
	paths, err := Locate()
	require.NoError(t, err)
	assert.Equal(t, Paths{Config: "/config/cientro", Cache: "/cache/cientro", State: "/state/cientro"}, paths)
}

func TestStateFolderOfEachSystem(t *testing.T) {
	t.Setenv("HOME", "/home/specimen")
	for _, row := range []struct{ system, xdg, want string }{
		{"linux", "/state", "/state/cientro"},
		{"linux", "", "/home/specimen/.local/state/cientro"},
		{"linux", "relative/is/ignored", "/home/specimen/.local/state/cientro"},
		{"windows", "/state", filepath.Join("cache", "cientro", "state")},
		{"darwin", "/state", filepath.Join("config", "cientro", "state")},
	} {
		t.Setenv("XDG_STATE_HOME", row.xdg)
		got, err := stateFolder(row.system, "config", "cache")
		require.NoError(t, err)
		assert.Equal(t, row.want, got, "%s %q", row.system, row.xdg)
	}
}

func TestNoHomeIsNowhereAndNotHere(t *testing.T) {
	for _, name := range []string{HomeVariable, "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"} {
		t.Setenv(name, "")
	}
	paths, err := Locate()
	require.ErrorIs(t, err, ErrNoHome)
	assert.Empty(t, paths)
	assert.Empty(t, paths.SettingsFile())
	assert.Empty(t, paths.Cards())

	t.Setenv("XDG_CONFIG_HOME", "/config")
	_, err = Locate()
	require.ErrorIs(t, err, ErrNoHome)
	t.Setenv("XDG_CACHE_HOME", "/cache")
	_, err = Locate()
	require.ErrorIs(t, err, ErrNoHome)
}

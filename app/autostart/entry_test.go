package autostart

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// all returns every path below a folder and what it holds.
func all(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			found[path] = "folder"
			return err
		}
		content, err := os.ReadFile(path)
		found[path] = string(content)
		return err
	}))
	return found
}

func entry(t *testing.T) (e Entry, config string) {
	t.Helper()
	config = t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	e = System("/opt/cientro/cientro-desktop")
	require.True(t, e.Possible())
	return e, config
}

func TestComesAndGoesWithoutATrace(t *testing.T) {
	for name, before := range map[string]func(config string){
		"no folder":    func(string) {},
		"empty folder": func(config string) { require.NoError(t, os.Mkdir(filepath.Join(config, "autostart"), 0o755)) },
		"others there": func(config string) {
			require.NoError(t, os.Mkdir(filepath.Join(config, "autostart"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(config, "autostart", "clock.desktop"), []byte("[Desktop Entry]\n"), 0o644))
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, config := entry(t)
			before(config)
			had := all(t, config)
			assert.False(t, e.On())
			require.NoError(t, e.Set(false))
			assert.Equal(t, had, all(t, config))

			require.NoError(t, e.Set(true))
			assert.True(t, e.On())
			brought := all(t, config)
			require.NoError(t, e.Set(true))
			assert.Equal(t, brought, all(t, config), "twice is once")

			require.NoError(t, e.Set(false))
			assert.False(t, e.On())
			assert.Equal(t, had, all(t, config))
		})
	}
}

func TestFolderOfOthersStays(t *testing.T) {
	e, config := entry(t)
	require.NoError(t, e.Set(true))
	other := filepath.Join(config, "autostart", "clock.desktop")
	require.NoError(t, os.WriteFile(other, nil, 0o644))
	require.NoError(t, e.Set(false))
	assert.FileExists(t, other)
	assert.NoFileExists(t, e.File)
}

func TestWhatItSays(t *testing.T) {
	e, _ := entry(t)
	require.NoError(t, e.Set(true))
	content, err := os.ReadFile(e.File)
	require.NoError(t, err)
	assert.Equal(t, `[Desktop Entry]
Type=Application
Name=CIEntro
Icon=it.cientro.desktop
TryExec=/opt/cientro/cientro-desktop
Exec="/opt/cientro/cientro-desktop" --hidden
Terminal=false
X-CIEntro-Autostart=true
X-CIEntro-Folder=created
`, string(content))
	info, err := os.Stat(e.File)
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode().Perm())
}

func TestAProgramThatMovedIsFollowed(t *testing.T) {
	e, config := entry(t)
	require.NoError(t, e.Set(true))
	e.Program = "/usr/bin/cientro-desktop"
	require.NoError(t, e.Set(true))
	content, err := os.ReadFile(e.File)
	require.NoError(t, err)
	assert.Contains(t, string(content), `Exec="/usr/bin/cientro-desktop" --hidden`)
	assert.Contains(t, string(content), "\nTryExec=/usr/bin/cientro-desktop\n")
	require.NoError(t, e.Set(false))
	assert.NoDirExists(t, filepath.Join(config, "autostart"), "it still knows that the folder is its own")
}

func TestWhatIsNotOursStays(t *testing.T) {
	e, config := entry(t)
	require.NoError(t, os.MkdirAll(filepath.Dir(e.File), 0o755))
	require.NoError(t, os.WriteFile(e.File, []byte("[Desktop Entry]\nExec=other\n"), 0o644))
	had := all(t, config)
	for _, on := range []bool{true, false} {
		assert.ErrorIs(t, e.Set(on), ErrForeign)
		assert.Equal(t, had, all(t, config))
	}
	assert.False(t, e.On())
}

func TestPathsAreQuoted(t *testing.T) {
	for path, want := range map[string]string{
		"/a b":  `"/a b"`,
		`/a"b`:  `"/a\\"b"`,
		"/a$b":  `"/a\\$b"`,
		"/a`b":  "\"/a\\\\`b\"",
		`/a\b`:  `"/a\\\\b"`,
		"/a%b":  `"/a%%b"`,
		"/a\nb": `"/a\nb"`,
	} {
		assert.Equal(t, want, quoted(path))
	}
}

// TestAProgramThatWentIsLeftInPeace: with TryExec a session passes over a program
// that is not there any more. The path stands there as it is, unquoted.
func TestAProgramThatWentIsLeftInPeace(t *testing.T) {
	for path, want := range map[string]string{
		"/a b/è":  "TryExec=/a b/è",
		`/a\b"$%`: `TryExec=/a\\b"$%`,
		"/a\nb":   `TryExec=/a\nb`,
	} {
		assert.Contains(t, string(Entry{Program: path}.content(false)), "\n"+want+"\n")
	}
}

func TestNoPlaceForIt(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("HOME", "")
	assert.False(t, System("/opt/cientro/cientro-desktop").Possible())
	t.Setenv("HOME", t.TempDir())
	assert.False(t, System("cientro-desktop").Possible(), "a session starts programs by their path")
	assert.Error(t, Entry{}.Set(true))
	assert.NoError(t, Entry{}.Set(false))
	assert.False(t, Entry{}.On())

	blocked := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600))
	e := Entry{File: filepath.Join(blocked, "autostart", fileName), Program: "/x"}
	assert.Error(t, e.Set(true))
}

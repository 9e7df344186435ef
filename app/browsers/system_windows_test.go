package browsers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// TestFirefoxRunningOnWindows: the profile is in use while somebody holds
// parent.lock as Firefox does, and not when the file was left.
func TestFirefoxRunningOnWindows(t *testing.T) {
	l := newLayout(t)
	l.Registry = newRegistry()
	l.profiles(roamingProfiles, "default")
	folder := l.home(roamingProfiles + "/x.default")
	assert.False(t, isRunning(folder))
	path, err := windows.UTF16PtrFromString(filepath.Join(folder, "parent.lock"))
	require.NoError(t, err)
	const nobody = 0 // shares it
	handle, err := windows.CreateFile(path, windows.GENERIC_READ|windows.GENERIC_WRITE, nobody, nil, windows.CREATE_ALWAYS, 0, 0)
	require.NoError(t, err)
	assert.True(t, isRunning(folder))
	done, err := l.Install(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, done[0].Err, ErrRunning)
	require.NoError(t, windows.CloseHandle(handle))
	assert.False(t, isRunning(folder), "the file stays")
	require.FileExists(t, filepath.Join(folder, "parent.lock"))
	assert.Equal(t, Added, l.outcomes(l.Install(t.Context()))[filepath.Join(folder, listFile)])
}

// TestRegistryOfWindows: the real one does what the made-up one does. It is the
// user's hive, and a key of the test's own.
func TestRegistryOfWindows(t *testing.T) {
	r := systemRegistry()
	const key = userHive + `\Software\CIEntro test\Above`
	t.Cleanup(func() {
		for _, below := range []string{`Software\CIEntro test\Above\Below`, `Software\CIEntro test\Above`, `Software\CIEntro test`} {
			_ = registry.DeleteKey(registry.CURRENT_USER, below)
		}
	})
	_, ok, err := r.Values(key)
	require.NoError(t, err)
	assert.False(t, ok)
	require.ErrorIs(t, r.Remove(key), os.ErrNotExist)
	require.NoError(t, r.Set(key, "A", `C:\Program Files\à.dll`))
	require.NoError(t, r.Set(key, "A", `C:\Program Files\è.dll`))
	require.NoError(t, r.Set(key+`\Below`, "", "own"))
	open, err := registry.OpenKey(registry.CURRENT_USER, `Software\CIEntro test\Above`, registry.SET_VALUE)
	require.NoError(t, err)
	require.NoError(t, open.SetDWordValue("N", 1))
	require.NoError(t, open.SetExpandStringValue("X", "%A%"))
	require.NoError(t, open.Close())
	values, ok, err := r.Values(key)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.ElementsMatch(t, []RegistryValue{
		{Name: "A", Text: `C:\Program Files\è.dll`}, {Name: "N", Other: "hex(4):01,00,00,00"}, {Name: "X", Other: "hex(2):25,00,41,00,25,00,00,00"},
	}, values)
	values, _, err = r.Values(key + `\Below`)
	require.NoError(t, err)
	assert.Equal(t, []RegistryValue{{Text: "own"}}, values)
	require.ErrorIs(t, r.Remove(key), ErrNotEmpty)
	require.NoError(t, r.Delete(key+`\Below`, ""))
	require.ErrorIs(t, r.Delete(key+`\Below`, ""), os.ErrNotExist)
	require.NoError(t, r.Remove(key+`\Below`))
	require.ErrorIs(t, r.Remove(key), ErrNotEmpty, "its values")
	for _, name := range []string{"A", "N", "X"} {
		require.NoError(t, r.Delete(key, name))
	}
	require.NoError(t, r.Remove(key))
}

package settings

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/windows/registry"
)

// TestPolicyInTheRegistry writes a key as group policies do, and reads it. It
// wants an administrator.
func TestPolicyInTheRegistry(t *testing.T) {
	const path = `Software\Policies\CIEntro test`
	_, err := policyKey(path).Read()
	require.ErrorIs(t, err, fs.ErrNotExist)
	key, _, err := registry.CreateKey(registry.LOCAL_MACHINE, path, registry.SET_VALUE)
	if err != nil {
		t.Skipf("no administrator: %v", err)
	}
	t.Cleanup(func() {
		_ = key.Close()
		assert.NoError(t, registry.DeleteKey(registry.LOCAL_MACHINE, path))
	})
	s := Source{Policy: policyKey(path)}
	_, warnings := s.Load()
	assert.Empty(t, warnings, "a key without values decides nothing")

	require.NoError(t, key.SetStringValue("FinalTry", "deny"))
	require.NoError(t, key.SetDWordValue("triesQuery", 0))
	require.NoError(t, key.SetDWordValue("textSize", 150))
	require.NoError(t, key.SetQWordValue("tray", 1))
	effective, warnings := s.Load()
	assert.Empty(t, warnings)
	assert.Equal(t, FinalTryDeny, effective.FinalTry)
	assert.False(t, effective.TriesQuery)
	assert.Equal(t, 150, effective.TextSize)
	assert.True(t, effective.Tray)
	assert.True(t, effective.Locked(NameTray))
	assert.False(t, effective.Locked(NameLook))

	require.NoError(t, key.SetStringValue("look", strings.Repeat("x", 3*mostRegistryValue)))
	require.NoError(t, key.SetBinaryValue("language", []byte{1}))
	require.NoError(t, key.SetStringsValue("Zoom", []string{"a"}))
	effective, warnings = s.Load()
	assert.Equal(t, FinalTryDeny, effective.FinalTry)
	var told []string
	for _, w := range warnings {
		told = append(told, w.Name)
	}
	assert.Equal(t, []string{NameLanguage, NameLook, "Zoom"}, told)
	assert.Contains(t, warnings[0].String(), "REG_BINARY")
}

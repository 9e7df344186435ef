package shell

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2/lang"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/assets/translations"
)

// TestFyneLacksNoWord: what the Fyne of go.mod says is there in each language.
func TestFyneLacksNoWord(t *testing.T) {
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "fyne.io/fyne/v2").Output()
	require.NoError(t, err)
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "lang", "translations", "base.en.json"))
	require.NoError(t, err)
	var theirs map[string]any
	require.NoError(t, json.Unmarshal(raw, &theirs))
	require.NotEmpty(t, theirs)
	for _, l := range messages.Languages() {
		var ours map[string]any
		require.NoError(t, json.Unmarshal(translations.Fyne(string(l)), &ours), l)
		assert.Len(t, ours, len(theirs), l)
		for key := range theirs {
			assert.NotEmpty(t, ours[key], "%s lacks %s", l, key)
		}
	}
	assert.Nil(t, translations.Fyne("xx"))
}

func TestFyneSpeaksOurLanguage(t *testing.T) {
	t.Cleanup(func() { _ = TeachFyne(messages.English) })
	for _, system := range []string{"it_IT.UTF-8", "en_GB.UTF-8", "de_DE.UTF-8", "C", ""} {
		t.Setenv("LC_ALL", system)
		t.Setenv("LANG", system)
		require.NoError(t, TeachFyne(messages.Italian), system)
		assert.Equal(t, "Annulla", lang.L("Cancel"), system)
		assert.Equal(t, "Nome", lang.X("file.name", "Name"), system)
		require.NoError(t, TeachFyne(messages.English), system)
		assert.Equal(t, "Cancel", lang.L("Cancel"), system)
	}
}

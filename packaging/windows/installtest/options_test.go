package installtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/settings"
)

// decision is a line of the file options.
type decision struct {
	property, name, kind string
	choices              []string
}

func decisions(t *testing.T) (all []decision) {
	t.Helper()
	text, err := os.ReadFile("../options")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if strings.HasPrefix(line, "#") || len(cells) != 4 {
			continue
		}
		all = append(all, decision{property: cells[0], choices: strings.Fields(cells[1]), name: cells[2], kind: cells[3]})
	}
	require.NotEmpty(t, all)
	return all
}

// TestEveryDecisionIsOneTheProgramsKnow gives each choice to the programs as a
// policy: it must be taken, locked, and without a warning.
func TestEveryDecisionIsOneTheProgramsKnow(t *testing.T) {
	for _, d := range decisions(t) {
		for _, choice := range d.choices {
			value := any(choice)
			if d.kind == "number" {
				value = json.Number(choice)
				if len(d.choices) == 2 { // the registry knows no truth values
					value = choice == "1"
				}
			}
			document, err := json.Marshal(map[string]any{d.name: value})
			require.NoError(t, err)
			file := filepath.Join(t.TempDir(), "policy.json")
			require.NoError(t, os.WriteFile(file, document, 0o600))
			now, warnings := settings.Source{File: filepath.Join(t.TempDir(), "settings.json"), Policy: settings.PolicyFile(file)}.Load()
			assert.Empty(t, warnings, "%s=%s", d.property, choice)
			assert.True(t, now.Locked(d.name), "%s=%s", d.property, choice)
		}
	}
}

// open are the choices that need no administrator.
var open = []string{"STARTMENU", "DESKTOPSHORTCUT", "AUTOSTART", "FIREFOXPOLICY"}

// TestEveryPropertyIsExplained looks for each in what administrators read.
func TestEveryPropertyIsExplained(t *testing.T) {
	guide, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	for _, property := range properties(t) {
		assert.Regexp(t, "(?m)^\\| `"+property+"` \\|", string(guide))
	}
	for _, property := range regexp.MustCompile("(?m)^\\| `([A-Z]+)` \\|").FindAllStringSubmatch(string(guide), -1) {
		assert.Contains(t, append(properties(t), "INSTALLDIR", "MSIINSTALLPERUSER"), property[1])
	}
}

func properties(t *testing.T) []string {
	t.Helper()
	all := append([]string{}, open...)
	for _, d := range decisions(t) {
		all = append(all, d.property)
	}
	return all
}

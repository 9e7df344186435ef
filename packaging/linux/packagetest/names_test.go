//go:build linux

package packagetest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocumentsNamePackagesAsTheyAreMade: whoever copies a command out of them has
// the name right but for the version, which is VERSION or … there.
func TestDocumentsNamePackagesAsTheyAreMade(t *testing.T) {
	const root = "../../.."
	made := map[string]*regexp.Regexp{
		"deb": regexp.MustCompile(`^cientro_(VERSION-1|…)_(amd64|arm64)\.deb$`),
		"rpm": regexp.MustCompile(`^cientro-(VERSION-1|…)\.(x86_64|aarch64)\.rpm$`),
		"gz":  regexp.MustCompile(`^cientro-(VERSION|…)-linux-(amd64|arm64)\.tar\.gz$`),
		"msi": regexp.MustCompile(`^cientro-(VERSION|…)-windows-amd64\.msi$`),
		"exe": regexp.MustCompile(`^cientro-(VERSION|…)-windows-amd64-setup\.exe$|^cientro(-desktop)?\.exe$`),
	}
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	documents = append(documents, filepath.Join(root, "README.md"), filepath.Join(root, "README.it.md"), filepath.Join(root, "packaging", "windows", "README.md"))
	name := regexp.MustCompile(`(?i:cientro)[^\s/\\` + "`" + `|"]*\.(deb|rpm|gz|msi|exe)\b`)
	seen := map[string]bool{}
	for _, d := range documents {
		raw, err := os.ReadFile(d)
		require.NoError(t, err)
		for _, found := range name.FindAllStringSubmatch(string(raw), -1) {
			seen[found[1]] = true
			assert.Regexp(t, made[found[1]], found[0], filepath.Base(d))
		}
	}
	assert.Len(t, seen, len(made), "every kind is spoken of")
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocumentIsInStep compares docs/testing.md with the list.
func TestDocumentIsInStep(t *testing.T) {
	mutants, err := parseList(strings.NewReader(listed))
	require.NoError(t, err)
	raw, err := os.ReadFile(filepath.FromSlash("../../../docs/testing.md"))
	require.NoError(t, err)
	want, err := withTable(string(raw), mutants)
	require.NoError(t, err)
	assert.Equal(t, want, string(raw), "run: go run ./card/cardtest/mutants -markdown docs/testing.md")
}

func TestUpdateDocument(t *testing.T) {
	path := filepath.Join(t.TempDir(), "testing.md")
	mutants, err := parseList(strings.NewReader(block))
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(path, []byte("no markers"), 0o600))
	require.ErrorContains(t, updateDocument(path, mutants), "lacks the lines")

	require.NoError(t, os.WriteFile(path, []byte("before\n"+tableBegin+"\nold\n"+tableEnd+"\nafter\n"), 0o600))
	require.NoError(t, updateDocument(path, mutants))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "before\n"+tableBegin+"\n"+
		"| Planted fault | Where | Turns red | Why it matters |\n|---|---|---|---|\n"+
		"| skip a hash | `a.go` | `TestVerify/A1` in `./card/sod` | because |\n"+
		tableEnd+"\nafter\n", string(raw))

	require.Error(t, updateDocument(filepath.Join(path, "below"), mutants))
}

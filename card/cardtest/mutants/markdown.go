package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// The table of docs/testing.md stands between these lines.
const (
	tableBegin = "<!-- mutants: written by `go run ./card/cardtest/mutants -markdown docs/testing.md` -->"
	tableEnd   = "<!-- end of mutants -->"
)

// table is the list in Markdown.
func table(mutants []mutant) string {
	var out strings.Builder
	out.WriteString("| Planted fault | Where | Turns red | Why it matters |\n|---|---|---|---|\n")
	for _, m := range mutants {
		var files []string
		for _, c := range m.Changes {
			if name := "`" + c.File + "`"; !slices.Contains(files, name) {
				files = append(files, name)
			}
		}
		fmt.Fprintf(&out, "| %s | %s | `%s` in `%s` | %s |\n", m.Name, strings.Join(files, ", "), m.Test, m.Package, m.Why)
	}
	return out.String()
}

// withTable returns the document with its table replaced.
func withTable(document string, mutants []mutant) (string, error) {
	before, rest, foundBegin := strings.Cut(document, tableBegin)
	_, after, foundEnd := strings.Cut(rest, tableEnd)
	if !foundBegin || !foundEnd {
		return "", fmt.Errorf("the document lacks the lines %s and %s", tableBegin, tableEnd)
	}
	return before + tableBegin + "\n" + table(mutants) + tableEnd + after, nil
}

func updateDocument(path string, mutants []mutant) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("update the table of mutants: %w", err)
	}
	document, err := withTable(string(raw), mutants)
	if err != nil {
		return fmt.Errorf("update the table of mutants in %s: %w", path, err)
	}
	if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
		return fmt.Errorf("update the table of mutants: %w", err)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

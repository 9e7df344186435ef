package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const block = "mutant: skip a hash\ntest: ./card/sod TestVerify/A1\nwhy: because\nfile: a.go\nreplace:\n\told\n\tlines\nwith:\n\tnew\nend\n"

func TestParseList(t *testing.T) {
	list := "# a comment\n\n" + block + `
mutant: two changes
test: ./card TestX
why: both are needed
file: a.go
replace:
one
with:
end
file: b.go
replace:
two
with:
2
end
`
	mutants, err := parseList(strings.NewReader(list))
	require.NoError(t, err)
	assert.Equal(t, []mutant{
		{Name: "skip a hash", Package: "./card/sod", Test: "TestVerify/A1", Why: "because",
			Changes: []change{{File: "a.go", Old: "\told\n\tlines", New: "\tnew"}}},
		{Name: "two changes", Package: "./card", Test: "TestX", Why: "both are needed",
			Changes: []change{{File: "a.go", Old: "one", New: ""}, {File: "b.go", Old: "two", New: "2"}}},
	}, mutants)
}

func TestParseListRefuses(t *testing.T) {
	tests := map[string]string{
		"":                                 "no mutant",
		"# only a comment\n":               "no mutant",
		"why: because\n":                   "before the first mutant",
		block + block:                      "a second mutant called",
		block + "no colon here\n":          `line 11: expected a key`,
		block + "colour: red\n":            `unknown key "colour"`,
		"mutant: x\nreplace:\na\n":         "without a file",
		"mutant: x\ntest: card TestX\n":    "expected a package and a test",
		"mutant: x\ntest: ./card Verify\n": "expected a package and a test",
		"mutant: x\nfile: a.go\nreplace:\nwith:\nb\nend\n":                "nothing to replace",
		"mutant: x\nfile: a.go\nreplace:\na\nwith:\na\nend\n":             "changes nothing",
		"mutant: x\nfile: a.go\nreplace:\na\n":                            `where "with:" was expected`,
		"mutant: x\nfile: a.go\nreplace:\na\nwith:\nb\n":                  `where "end" was expected`,
		strings.Replace(block, "why: because\n", "", 1):                   "lacks a reason",
		strings.Replace(block, "test: ./card/sod TestVerify/A1\n", "", 1): "lacks a test",
		"mutant: x\ntest: ./card TestX\nwhy: y\n" + block:                 "lacks a change",
		"mutant:\n" + block[strings.Index(block, "test:"):]:               "lacks a name",
	}
	for list, want := range tests {
		_, err := parseList(strings.NewReader(list))
		assert.ErrorContains(t, err, want, list)
	}
}

// TestListFitsTheTree finds a list that has fallen behind the code without
// running anything.
func TestListFitsTheTree(t *testing.T) {
	mutants, err := parseList(strings.NewReader(listed))
	require.NoError(t, err)
	root, err := moduleRoot(".")
	require.NoError(t, err)
	for _, m := range mutants {
		_, err := m.apply(root)
		assert.NoError(t, err)
	}
}

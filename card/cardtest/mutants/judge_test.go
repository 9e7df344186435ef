package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sample is a module of two files to plant faults in.
func sample(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":  "module sample\n\ngo 1.26\n",
		"one.go":  "package sample\n\nfunc one() int { return 1 }\nfunc two() int { return 2 }\n",
		"note.go": "package sample\n\nconst note = `one`\n",
		"one_test.go": `package sample

import (
	"os/exec"
	"strings"
	"testing"
)

func TestOne(t *testing.T) {
	t.Run("is one", func(t *testing.T) {
		if one() != 1 {
			t.Fatal(one())
		}
	})
}
func TestBlind(t *testing.T) { _ = one() }
func TestRed(t *testing.T)   { t.Fatal("always") }
func TestSkip(t *testing.T)  { t.Skip("not here") }
func TestList(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.Imports}}", ".").Output()
	if err != nil || strings.Contains(string(out), "os") {
		t.Fatal(string(out), err)
	}
}
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(content), 0o600))
	}
	return root
}

func TestJudge(t *testing.T) {
	root := sample(t)
	returns := func(what string) []change {
		return []change{{File: "one.go", Old: "return 1 }", New: what + " }"}}
	}
	tests := []struct {
		name    string
		test    string
		changes []change
		want    verdict
		detail  string
	}{
		{"a fault that is noticed", "TestOne/is_one", returns("return 3"), red, ""},
		{"a fault that panics", "TestOne", returns("panic(3)"), red, ""},
		{"a fault that nobody notices", "TestBlind", returns("return 3"), survived, ""},
		{"a test that skips itself", "TestSkip", returns("return 3"), survived, ""},
		{"a fault that does not compile", "TestOne", returns("return x"), notCompiled, "undefined: x"},
		{"an import that does not exist", "TestOne", []change{{File: "note.go", Old: "package sample\n", New: "package sample\n\nimport _ \"sample/nowhere\"\n"}}, notCompiled, "nowhere"},
		{"a test that does not exist", "TestNone", returns("return 3"), notRun, ""},
		{"a case that does not exist", "TestOne/is_two", returns("return 3"), notRun, ""},
		{"text that is not there", "TestOne", []change{{File: "one.go", Old: "return 7", New: "x"}}, broken, "occurs 0 times"},
		{"text that is there twice", "TestOne", []change{{File: "one.go", Old: "return ", New: "x"}}, broken, "occurs 2 times"},
		{"a file that is not there", "TestOne", []change{{File: "none.go", Old: "a", New: "x"}}, broken, "none.go"},
		{"two changes to one file", "TestOne", []change{{File: "one.go", Old: "return 1", New: "return three"}, {File: "one.go", Old: "func two", New: "const three = 3\n\nfunc two"}}, red, ""},
		{"a fault seen by the go command of a test", "TestList", []change{{File: "note.go", Old: "package sample\n", New: "package sample\n\nimport _ \"os\"\n"}}, red, ""},
	}
	before, err := os.ReadFile(filepath.Join(root, "one.go"))
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := judge(context.Background(), root, mutant{Name: tt.name, Package: "./.", Test: tt.test, Changes: tt.changes})
			assert.Equal(t, tt.want, got.verdict, got.detail)
			assert.Contains(t, got.detail, tt.detail)
		})
	}
	after, err := os.ReadFile(filepath.Join(root, "one.go"))
	require.NoError(t, err)
	assert.Equal(t, before, after, "the tree is never touched")
}

func TestPlantAll(t *testing.T) {
	root := sample(t)
	counts := filepath.Join(t.TempDir(), "counts")
	plant := func(tests ...string) (string, error) {
		var mutants []mutant
		for _, test := range tests {
			mutants = append(mutants, mutant{Name: "fault for " + test, Package: "./.", Test: test,
				Changes: []change{{File: "one.go", Old: "return 1", New: "return 3"}}})
		}
		var out bytes.Buffer
		err := plantAll(context.Background(), &out, root, mutants, 2, counts)
		return out.String(), err
	}

	out, err := plant("TestOne")
	require.NoError(t, err)
	assert.Contains(t, out, "1 of 1 planted faults")

	out, err = plant("TestOne/is_one", "TestBlind")
	require.EqualError(t, err, "1 planted faults were not noticed")
	assert.Contains(t, out, "SURVIVED      fault for TestBlind")

	_, err = plant("TestRed")
	require.ErrorContains(t, err, "TestRed does not pass without a fault", "a test that is red anyway proves nothing")
	_, err = plant("TestSkip")
	require.ErrorContains(t, err, "does not pass without a fault")
	_, err = plant("TestNone")
	require.ErrorContains(t, err, "does not pass without a fault")

	noted, err := os.ReadFile(counts)
	require.NoError(t, err)
	assert.Equal(t, "mutants 1 0 0\nmutants 1 1 0\n", string(noted))
}

func TestRunEndsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := runTests(ctx, sample(t), "", ".", "TestOne")
	require.ErrorIs(t, err, context.Canceled)
}

func TestSelectByName(t *testing.T) {
	mutants := []mutant{{Name: "skip a hash"}, {Name: "forget to wipe"}}
	for only, want := range map[string]int{"": 2, "hash": 1, "^forget": 1} {
		got, err := selectByName(mutants, only)
		require.NoError(t, err)
		assert.Len(t, got, want)
	}
	_, err := selectByName(mutants, "nothing")
	require.ErrorContains(t, err, "no mutant is called like")
	_, err = selectByName(mutants, "(")
	require.Error(t, err)
}

func TestModuleRootNeedsAModule(t *testing.T) {
	_, err := moduleRoot(t.TempDir())
	require.ErrorContains(t, err, "no go.mod here or above")
}

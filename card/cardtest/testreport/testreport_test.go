package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stream joins events given in short form: action package test [output].
func stream(lines ...string) string {
	var out strings.Builder
	for _, line := range lines {
		field := strings.SplitN(line, " ", 4)
		for len(field) < 4 {
			field = append(field, "")
		}
		if field[2] == "-" {
			field[2] = ""
		}
		field[1] = strings.ReplaceAll(field[1], "_", " ")
		name := "Package"
		if strings.HasPrefix(field[0], "build-") {
			name = "ImportPath"
		}
		out.WriteString(`{"Action":"` + field[0] + `","` + name + `":"` + field[1] + `","Test":"` + field[2] + `","Output":"` + field[3] + `"}` + "\n")
	}
	return out.String()
}

func TestReport(t *testing.T) {
	tests := []struct {
		name             string
		stream           string
		pass, fail, skip int
		good             bool
		shows            []string
		hides            []string
	}{
		{
			name: "leaves are counted, parents are not",
			stream: stream("run p TestA", "run p TestA/one", "run p TestA/two", "output p TestA/one chatter",
				"pass p TestA/one", "pass p TestA/two", "pass p TestA", "pass p"),
			pass: 2, good: true, shows: []string{"ok    p", "2 passed, 0 failed, 0 skipped"}, hides: []string{"chatter"},
		},
		{
			name: "a failing subtest is one failure and shows its words",
			stream: stream("run p TestA", "run p TestA/one", "run p TestA/two", `output p TestA/one got 63C2\n`,
				"fail p TestA/one", "pass p TestA/two", "fail p TestA", "fail p"),
			pass: 1, fail: 1, shows: []string{"FAIL  p", "--- p TestA/one", "got 63C2", "1 passed, 1 failed"},
		},
		{
			name:   "a parent that fails by itself counts",
			stream: stream("run p TestA", "run p TestA/one", "pass p TestA/one", "fail p TestA", "fail p"),
			pass:   1, fail: 1,
		},
		{
			name:   "a test cut off by a panic has failed",
			stream: stream("run p TestA", `output p TestA panic: boom\n`, "fail p"),
			fail:   1, shows: []string{"panic: boom"},
		},
		{
			name:   "a package that does not build has failed",
			stream: stream("run q TestB", "pass q TestB", "pass q", `build-output p_[p.test] - x.go:1: undefined\n`, "build-fail p_[p.test]", "fail p"),
			pass:   1, fail: 1, shows: []string{"undefined", "ok    q"},
		},
		{
			name: "skips tell why, once a reason",
			stream: stream("run p TestA", `output p TestA     card_test.go:12: needs a reader\n`, "skip p TestA",
				"run p TestB", `output p TestB     card_test.go:99: needs a reader\n`, "skip p TestB",
				"run p TestC", "pass p TestC", "pass p"),
			pass: 1, skip: 2, good: true, shows: []string{"skipped 2: needs a reader"},
		},
		{
			name:   "only skipped is not good",
			stream: stream("run p TestA", "skip p TestA", "pass p"),
			skip:   1, shows: []string{"no test ran", "no reason given"},
		},
		{name: "nothing at all is not good", stream: "", shows: []string{"no test ran"}},
		{
			name:   "a warning of the go command is passed on",
			stream: "warning: no packages match\n" + stream("run p TestA", "pass p TestA", "pass p"),
			pass:   1, good: true, shows: []string{"warning: no packages match"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			res, err := read(strings.NewReader(tt.stream), &out)
			require.NoError(t, err)
			res.print(&out)

			pass, fail, skip := res.tally()
			assert.Equal(t, [3]int{tt.pass, tt.fail, tt.skip}, [3]int{pass, fail, skip})
			assert.Equal(t, tt.good, res.good())
			for _, text := range tt.shows {
				assert.Contains(t, out.String(), text)
			}
			for _, text := range tt.hides {
				assert.NotContains(t, out.String(), text)
			}
		})
	}
}

func TestAppendToKeepsEarlierRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "counts")
	res, err := read(strings.NewReader(stream("run p TestA", "pass p TestA", "pass p")), &bytes.Buffer{})
	require.NoError(t, err)
	require.NoError(t, res.appendTo(path, "unit"))
	require.NoError(t, newResult().appendTo(path, "pcscd"), "an empty run is one failure")

	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "unit 1 0 0\npcscd 0 1 0\n", string(content))
	assert.Error(t, res.appendTo(filepath.Join(path, "below"), "unit"))
}

func TestReadRefusesAnEndlessLine(t *testing.T) {
	_, err := read(strings.NewReader(strings.Repeat("x", 17<<20)), &bytes.Buffer{})
	assert.ErrorContains(t, err, "read the test stream")
}

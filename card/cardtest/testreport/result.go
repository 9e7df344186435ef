package main

import (
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
)

type state int

const (
	running state = iota
	passed
	failed
	skipped
)

// testKey names a test, or with an empty name the package itself.
type testKey struct{ pkg, test string }

type result struct {
	state   map[testKey]state
	parents map[testKey]bool // tests that only hold subtests
	output  map[testKey][]string
}

func newResult() *result {
	return &result{state: map[testKey]state{}, parents: map[testKey]bool{}, output: map[testKey][]string{}}
}

// tally counts leaves: a table of forty cases is forty, not forty-one. A test
// that never ended (a panic, a time limit) has failed, and so has a package
// that failed without a failing test (it did not build, or its TestMain died).
func (r *result) tally() (pass, fail, skip int) {
	failing := map[string]bool{}
	for key, state := range r.state {
		if key.test == "" {
			continue
		}
		if state == failed || state == running {
			failing[key.pkg] = true
		}
		if r.parents[key] && state != failed && state != running {
			continue
		}
		switch state {
		case passed:
			pass++
		case skipped:
			skip++
		default:
			if !r.parents[key] || !r.failingChild(key) {
				fail++
			}
		}
	}
	for key, state := range r.state {
		if key.test == "" && state == failed && !failing[key.pkg] {
			fail++
		}
	}
	return pass, fail, skip
}

// failingChild tells whether a failed parent is red only because of a subtest.
func (r *result) failingChild(parent testKey) bool {
	for key, state := range r.state {
		if key.pkg == parent.pkg && strings.HasPrefix(key.test, parent.test+"/") && (state == failed || state == running) {
			return true
		}
	}
	return false
}

// good wants at least one test that passed and none that failed.
func (r *result) good() bool {
	pass, fail, _ := r.tally()
	return pass > 0 && fail == 0
}

// print shows the output of all that failed, the reasons of skipped tests, and
// the count.
func (r *result) print(out io.Writer) {
	for _, key := range r.sorted(failed, running) {
		if key.test != "" {
			fmt.Fprintf(out, "\n--- %s %s\n", key.pkg, key.test)
		}
		fmt.Fprint(out, strings.Join(r.output[key], ""))
	}
	reasons := map[string]int{}
	for _, key := range r.sorted(skipped) {
		if key.test != "" {
			reasons[skipReason(r.output[key])]++
		}
	}
	for _, reason := range sortedKeys(reasons) {
		fmt.Fprintf(out, "skipped %d: %s\n", reasons[reason], reason)
	}
	pass, fail, skip := r.tally()
	if pass+fail == 0 {
		fmt.Fprintln(out, "no test ran: that counts as a failure")
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", pass, fail, skip)
}

// skipReason is the sentence of t.Skip: the indented line between === RUN and
// --- SKIP, without the file and line in front.
func skipReason(output []string) string {
	for _, line := range output {
		text := strings.TrimSpace(line)
		if text == "" || strings.HasPrefix(text, "===") || strings.HasPrefix(text, "---") {
			continue
		}
		if _, reason, found := strings.Cut(text, ".go:"); found {
			if _, reason, found = strings.Cut(reason, ": "); found {
				return reason
			}
		}
		return text
	}
	return "no reason given"
}

func (r *result) sorted(states ...state) []testKey {
	var keys []testKey
	for key, state := range r.state {
		for _, wanted := range states {
			if state == wanted {
				keys = append(keys, key)
			}
		}
	}
	sort.Slice(keys, func(i, j int) bool {
		if keys[i].pkg != keys[j].pkg {
			return keys[i].pkg < keys[j].pkg
		}
		return keys[i].test < keys[j].test
	})
	return keys
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// appendTo adds "name passed failed skipped" to the file that `make test` sums.
func (r *result) appendTo(path, name string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("note the counts: %w", err)
	}
	pass, fail, skip := r.tally()
	if pass+fail == 0 {
		fail = 1
	}
	_, err = fmt.Fprintf(file, "%s %d %d %d\n", name, pass, fail, skip)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("note the counts: %w", err)
	}
	return nil
}

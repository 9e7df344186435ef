package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// event is one line of the stream. Build events carry ImportPath instead of
// Package.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

// read follows the stream, writes a line to progress as each package ends, and
// returns what happened. A line that is no JSON (a warning of the go command)
// is passed on as it is.
func read(stream io.Reader, progress io.Writer) (*result, error) {
	res := newResult()
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var ev event
		if err := json.Unmarshal(lines.Bytes(), &ev); err != nil {
			fmt.Fprintln(progress, lines.Text())
			continue
		}
		if line := res.take(ev); line != "" {
			fmt.Fprintln(progress, line)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the test stream: %w", err)
	}
	return res, nil
}

// take files one event and returns the line to show for it, if any.
func (r *result) take(ev event) string {
	if ev.Package == "" {
		ev.Package = ev.ImportPath
	}
	key := testKey{ev.Package, ev.Test}
	switch ev.Action {
	case "output", "build-output":
		r.output[key] = append(r.output[key], ev.Output)
	case "run":
		r.state[key] = running
		for name := ev.Test; strings.Contains(name, "/"); {
			name = name[:strings.LastIndex(name, "/")]
			r.parents[testKey{ev.Package, name}] = true
		}
	case "build-fail":
		r.state[testKey{ev.Package, ""}] = failed
	case "pass", "fail", "skip":
		state := map[string]state{"pass": passed, "fail": failed, "skip": skipped}[ev.Action]
		r.state[key] = state
		if ev.Test == "" {
			return packageLine(ev, state)
		}
		if state == passed {
			delete(r.output, key) // memory: thousands of quiet cases
		}
	}
	return ""
}

func packageLine(ev event, s state) string {
	label := map[state]string{passed: "ok  ", failed: "FAIL", skipped: "    "}[s]
	if s == skipped {
		return fmt.Sprintf("%s  %s  [no tests]", label, ev.Package)
	}
	elapsed := time.Duration(ev.Elapsed * float64(time.Second)).Round(10 * time.Millisecond)
	return fmt.Sprintf("%s  %s  %s", label, ev.Package, elapsed)
}

package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"cientro/card/cardtest/testjson"
)

// read follows the stream, writes a line to progress as each package ends, and
// returns what happened. What is no event is passed on as it is.
func read(stream io.Reader, progress io.Writer) (*result, error) {
	res := newResult()
	err := testjson.Each(stream, func(ev testjson.Event) {
		if line := res.take(ev); line != "" {
			fmt.Fprintln(progress, line)
		}
	}, func(line string) { fmt.Fprintln(progress, line) })
	if err != nil {
		return nil, err
	}
	return res, nil
}

// take files one event and returns the line to show for it, if any.
func (r *result) take(ev testjson.Event) string {
	// The build of a test binary is called "p [p.test]": the same package here.
	pkg, _, _ := strings.Cut(ev.Package, " [")
	ev.Package = pkg
	key := testKey{pkg, ev.Test}
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

func packageLine(ev testjson.Event, s state) string {
	label := map[state]string{passed: "ok  ", failed: "FAIL", skipped: "    "}[s]
	if s == skipped {
		return fmt.Sprintf("%s  %s  [no tests]", label, ev.Package)
	}
	elapsed := time.Duration(ev.Elapsed * float64(time.Second)).Round(10 * time.Millisecond)
	return fmt.Sprintf("%s  %s  %s", label, ev.Package, elapsed)
}

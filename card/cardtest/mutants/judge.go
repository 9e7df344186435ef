package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"cientro/card/cardtest/testjson"
)

// verdict says what the named test made of a planted fault. Only red is good.
type verdict string

const (
	red         verdict = "red"
	survived    verdict = "SURVIVED"
	notCompiled verdict = "NOT COMPILED"
	notRun      verdict = "TEST NOT RUN"
	broken      verdict = "BROKEN" // the list does not fit, or go could not run
)

type outcome struct {
	mutant  mutant
	verdict verdict
	detail  string // for a person, when the verdict is not red
	took    time.Duration
}

// testTimeout bounds one test run; a fault that makes its test hang is caught
// then, because the go command ends it as failed.
const testTimeout = 90 * time.Second

// judge plants m and runs its test.
func judge(ctx context.Context, root string, m mutant) outcome {
	begun := time.Now()
	out := outcome{mutant: m}
	out.verdict, out.detail = judgeIn(ctx, root, m)
	out.took = time.Since(begun)
	return out
}

func judgeIn(ctx context.Context, root string, m mutant) (verdict, string) {
	folder, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return broken, err.Error()
	}
	defer os.RemoveAll(folder)
	overlay, err := m.overlay(root, folder)
	if err != nil {
		return broken, err.Error()
	}
	run, err := runTests(ctx, root, overlay, m.Package, pattern(m.Test))
	if err != nil {
		return broken, err.Error()
	}
	switch {
	case run.buildFailed:
		return notCompiled, run.output
	case !run.started[m.Test]:
		return notRun, run.output
	case run.passed[m.Test] || run.skipped[m.Test]:
		return survived, ""
	default: // failed, or cut off by a panic or the time limit
		return red, ""
	}
}

// checkBaseline runs the tests named for one package without any fault: a test
// that is red anyway proves nothing.
func checkBaseline(ctx context.Context, root, pkg string, tests []string) error {
	tops := make([]string, 0, len(tests))
	for _, test := range tests {
		top, _, _ := strings.Cut(test, "/")
		tops = append(tops, regexp.QuoteMeta(top))
	}
	run, err := runTests(ctx, root, "", pkg, "^("+strings.Join(tops, "|")+")$")
	if err != nil {
		return err
	}
	for _, test := range tests {
		if !run.passed[test] {
			return fmt.Errorf("%s %s does not pass without a fault:\n%s", pkg, test, run.output)
		}
	}
	return nil
}

// pattern is the -run expression for exactly this test or case.
func pattern(test string) string {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}

type testRun struct {
	started, passed, skipped map[string]bool
	buildFailed              bool
	output                   string
}

func runTests(ctx context.Context, root, overlay, pkg, pattern string) (testRun, error) {
	arguments := []string{"test", "-json", "-count=1", "-p=1", "-vet=off", "-timeout", testTimeout.String(), "-run", pattern}
	cmd := exec.CommandContext(ctx, "go")
	cmd.Dir = root
	cmd.Env = os.Environ()
	if isWindow(pkg) {
		arguments = append(arguments, "-tags=ci")
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0")
	}
	cmd.Args = append(cmd.Args, append(arguments, pkg)...)
	if overlay != "" {
		cmd.Env = append(cmd.Env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+overlay))
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if ctx.Err() != nil {
		return testRun{}, fmt.Errorf("run go test: %w", ctx.Err())
	}
	if err != nil && !errors.As(err, &exit) {
		return testRun{}, fmt.Errorf("run go test: %w", err)
	}
	return readRun(&stdout, stderr.String())
}

// isWindow says of a package that its tests draw windows: without a screen, as
// everywhere else.
func isWindow(pkg string) bool { return strings.HasPrefix(pkg, "./ui/") }

func readRun(stream io.Reader, stderr string) (testRun, error) {
	run := testRun{started: map[string]bool{}, passed: map[string]bool{}, skipped: map[string]bool{}}
	var output strings.Builder
	output.WriteString(stderr)
	err := testjson.Each(stream, func(ev testjson.Event) {
		switch ev.Action {
		case "run":
			run.started[ev.Test] = true
		case "pass":
			run.passed[ev.Test] = true
		case "skip":
			run.skipped[ev.Test] = true
		case "build-fail":
			run.buildFailed = true
		case "output", "build-output":
			output.WriteString(ev.Output)
		}
	}, func(line string) { fmt.Fprintln(&output, line) })
	// Imports that cannot be resolved never reach the compiler.
	run.buildFailed = run.buildFailed || strings.Contains(output.String(), "[setup failed]")
	run.output = strings.TrimSpace(output.String())
	return run, err
}

package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

//go:embed mutants.txt
var listed string

func main() {
	jobs := flag.Int("j", runtime.NumCPU(), "faults planted at the same time")
	only := flag.String("only", "", "only mutants whose name matches this `expression`")
	counts := flag.String("counts", "", "append `file` a line: mutants passed failed 0")
	markdown := flag.String("markdown", "", "write the table into `file` between its markers and plant nothing")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *jobs, *only, *counts, *markdown); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, jobs int, only, counts, markdown string) error {
	mutants, err := parseList(strings.NewReader(listed))
	if err != nil {
		return err
	}
	if markdown != "" {
		return updateDocument(markdown, mutants)
	}
	root, err := moduleRoot(".")
	if err != nil {
		return err
	}
	if mutants, err = selectByName(mutants, only); err != nil {
		return err
	}
	return plantAll(ctx, out, root, mutants, jobs, counts)
}

func selectByName(mutants []mutant, only string) ([]mutant, error) {
	expression, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("read the selection: %w", err)
	}
	var selected []mutant
	for _, m := range mutants {
		if expression.MatchString(m.Name) {
			selected = append(selected, m)
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("no mutant is called like %q", only)
	}
	return selected, nil
}

// plantAll checks that the named tests pass as things stand, then plants each
// fault and prints a line for it as its verdict comes.
func plantAll(ctx context.Context, out io.Writer, root string, mutants []mutant, jobs int, counts string) error {
	begun := time.Now()
	tests := map[string][]string{}
	for _, m := range mutants {
		tests[m.Package] = append(tests[m.Package], m.Test)
	}
	var baselineErrors []error
	parallel(jobs, sortedKeys(tests), func(pkg string) error {
		return checkBaseline(ctx, root, pkg, tests[pkg])
	}, func(err error) {
		if err != nil {
			baselineErrors = append(baselineErrors, err)
		}
	})
	if len(baselineErrors) > 0 {
		return baselineErrors[0]
	}

	caught := 0
	parallel(jobs, mutants, func(m mutant) outcome { return judge(ctx, root, m) }, func(o outcome) {
		if o.verdict == red {
			caught++
		}
		fmt.Fprintf(out, "%-12s  %s  (%s %s, %.1f s)\n", o.verdict, o.mutant.Name, o.mutant.Package, o.mutant.Test, o.took.Seconds())
		if o.detail != "" {
			fmt.Fprintf(out, "      %s\n", strings.ReplaceAll(o.detail, "\n", "\n      "))
		}
	})
	missed := len(mutants) - caught
	fmt.Fprintf(out, "%d of %d planted faults turned their test red (%.0f s)\n", caught, len(mutants), time.Since(begun).Seconds())
	if err := appendCounts(counts, caught, missed); err != nil {
		return err
	}
	if missed > 0 {
		return fmt.Errorf("%d planted faults were not noticed", missed)
	}
	return nil
}

// parallel does work on each item with at most jobs at a time, and calls done
// with each result, never two at once.
func parallel[Item, Result any](jobs int, items []Item, work func(Item) Result, done func(Result)) {
	results := make(chan Result)
	slots := make(chan struct{}, max(jobs, 1))
	var running sync.WaitGroup
	for _, item := range items {
		running.Go(func() {
			slots <- struct{}{}
			result := work(item)
			<-slots
			results <- result
		})
	}
	go func() { running.Wait(); close(results) }()
	for result := range results {
		done(result)
	}
}

func appendCounts(path string, passed, failed int) error {
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("note the counts: %w", err)
	}
	_, err = fmt.Fprintf(file, "mutants %d %d 0\n", passed, failed)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}
